"""Series, vintages and observations in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.statistics.model import (
    ImportReport,
    Layout,
    Observation,
    ObservationRow,
    Provenance,
    RankInPeriod,
    Reading,
    SeriesState,
    Source,
    Vintage,
)
from maritime_app.ports.statistics.tables import LICENCE

SQL = queries.load("ports")
_ROWS_PER_STATEMENT = 4_000


class _StoredVintage(Struct, frozen=True):
    id: UUID
    digest: str


class _MarketFigure(Struct, frozen=True):
    vessel_market: str
    value: float


async def series(conn: Conn, source: Source, layout: Layout) -> UUID:
    """Return the series of that table, made if need be, locked until the transaction ends."""
    table, measures = layout.table, layout.measures
    series_id = await SQL.ensure_series.fetch_one(
        conn, UUID, uuid7(), source, table.report, table.title, LICENCE
    )
    codes, labels = [measure.code for measure in measures], [measure.label for measure in measures]
    await SQL.upsert_measures.execute(conn, series_id, codes, labels)
    return series_id


async def vintage(conn: Conn, series_id: UUID, reading: Vintage, digest: str) -> UUID:
    """Return the vintage of a reading: the newest one if it was the same file, else a new one."""
    newest = await SQL.newest_vintage.fetch_optional(conn, _StoredVintage, series_id)
    if newest is not None and newest.digest == digest:
        return newest.id
    vintage_id = uuid7()
    await SQL.add_vintage.execute(
        conn,
        vintage_id,
        series_id,
        reading.version,
        reading.origin,
        reading.retrieved_at,
        digest,
    )
    return vintage_id


async def upsert_reading(conn: Conn, series_id: UUID, vintage_id: UUID, reading: Reading) -> int:
    """Store places and figures; return how many figures are new or changed.

    The old value of a changed figure goes to stat_obs_past.
    """
    geos = list(reading.geos.values())
    await SQL.upsert_geos.execute(
        conn,
        series_id,
        [geo.code for geo in geos],
        [geo.kind for geo in geos],
        [geo.label for geo in geos],
        [geo.country for geo in geos],
    )
    stored = 0
    rows = reading.observations
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        columns = _columns(rows[start : start + _ROWS_PER_STATEMENT])
        stored += await SQL.upsert_observations.execute(conn, series_id, vintage_id, *columns)
    return stored


async def close_vintage(
    conn: Conn, series_id: UUID, vintage_id: UUID, reading: Vintage, done: ImportReport
) -> None:
    """Write down what the reading came to, and that the series has been checked."""
    await SQL.close_vintage.execute(
        conn,
        vintage_id,
        reading.retrieved_at,
        reading.version,
        done.rows,
        done.rejected,
        done.stored,
        done.unchanged,
    )
    await SQL.mark_checked.execute(conn, series_id, reading.version, reading.notes)


async def series_state(conn: Conn, source: Source, report: str) -> SeriesState:
    """Return what was read of that report last; all None when nothing was."""
    state = await SQL.series_state.fetch_optional(conn, SeriesState, source, report)
    return state or SeriesState()


async def count_differing(
    conn: Conn, source: Source, report: str, rows: Sequence[ObservationRow]
) -> int:
    """Return how many of these figures are not stored, or with another value."""
    if not rows:
        return 0
    measures, geos, markets, periods, _starts, values, reasons = _columns(rows)
    return await SQL.count_differing_figures.fetch_one(
        conn, int, source, report, measures, geos, markets, periods, values, reasons
    )


async def overdue_reports(
    conn: Conn, reports: Sequence[str], checked_before: datetime
) -> list[str]:
    """Return which of these reports have been read, but not checked since then."""
    return await SQL.overdue_reports.fetch_all(conn, str, list(reports), checked_before)


async def provenance(conn: Conn, reports: Sequence[str]) -> dict[str, Provenance]:
    """Return by report where its figures come from, of those that have any.

    Real figures go before invented ones.
    """
    sources = await SQL.provenance.fetch_all(conn, Provenance, list(reports))
    return {source.report: source for source in sources}


async def observations(
    conn: Conn, series_ids: Sequence[UUID], geo_code: str, country: str | None
) -> list[Observation]:
    """Return every figure of a port and of its country, by measure and then period."""
    return await SQL.observations_of.fetch_all(
        conn, Observation, list(series_ids), geo_code, country
    )


async def rank(
    conn: Conn, series_id: UUID, measure: str, period: str, value: float
) -> RankInPeriod:
    """Return the place of that value among all of its period."""
    return await SQL.rank_in_period.fetch_one(conn, RankInPeriod, series_id, measure, period, value)


async def world(conn: Conn, series_id: UUID, measure: str, period: str) -> dict[str, float]:
    """Return the world's figure by ship type."""
    rows = await SQL.world_in_period.fetch_all(conn, _MarketFigure, series_id, measure, period)
    return {row.vessel_market: row.value for row in rows}


async def geo_label(conn: Conn, series_id: UUID, geo_code: str) -> str:
    """Return the publisher's name of a place, its code where there is none."""
    return await SQL.geo_label.fetch_optional(conn, str, series_id, geo_code) or geo_code


async def mark_unmoved(conn: Conn, source: Source, report: str, at: datetime) -> None:
    """Note that the publisher has nothing newer."""
    await SQL.mark_unmoved.execute(conn, source, report, at)


def _columns(rows: Sequence[ObservationRow]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
