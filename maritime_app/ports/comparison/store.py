"""The ranking of ports in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.statistics.model import Source

SQL = queries.load("ports")


class StoredRank(Struct, frozen=True):
    """A port's figure of a quarter and of a year before, its rank, and how many are ranked."""

    rank: int
    places: int
    publisher_code: str
    publisher_label: str
    code: str | None
    name: str | None
    country: str | None
    value: float
    before: float | None
    vintage_id: UUID
    origin: str
    version: str | None
    retrieved_at: datetime
    source: Source


class StoredSource(Struct, frozen=True):
    """A reading that figures of a ranking came from."""

    report: str
    source: Source
    licence: str
    origin: str
    version: str | None
    retrieved_at: datetime
    invented: bool


async def series_to_rank(conn: Conn, report: str) -> UUID | None:
    """Return the series of a report: the real one, else the invented one, None without any."""
    return await SQL.series_to_rank.fetch_optional(conn, UUID, report)


async def periods(conn: Conn, series_id: UUID, measure: str) -> list[str]:
    """Return the periods of a series, the newest first."""
    return await SQL.periods_of_series.fetch_all(conn, str, series_id, measure)


async def ranking(
    conn: Conn, series_id: UUID, measure: str, period: str, before: str
) -> list[StoredRank]:
    """Return every port with a figure in that period, the highest first."""
    return await SQL.ranking.fetch_all(conn, StoredRank, series_id, measure, period, before)


async def sources(conn: Conn, vintages: Collection[UUID]) -> list[StoredSource]:
    """Return the readings that these figures came from."""
    return await SQL.sources_of_vintages.fetch_all(conn, StoredSource, list(vintages))
