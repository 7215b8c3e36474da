"""Series, vintages and observations in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.statistics.model import (
    LICENCE,
    ImportReport,
    Known,
    Observation,
    Provenance,
    Source,
    Vintage,
)
from maritime_app.ports.statistics.unctad.codec import Layout, ObservationRow, Reading

SQL = queries.load("ports")
_AT_ONCE = 4_000


async def series(conn: Conn, source: Source, layout: Layout) -> UUID:
    """The series of that table, made if need be and locked until the transaction ends."""
    table = layout.table
    found: UUID = await SQL.ensure_series.value(
        conn, uuid7(), source, table.report, table.title, LICENCE
    )
    await SQL.upsert_measures.run(
        conn,
        found,
        [measure.code for measure in layout.measures],
        [measure.label for measure in layout.measures],
    )
    return found


async def vintage(conn: Conn, series_id: UUID, told: Vintage, digest: str) -> UUID:
    """The reading's line: the newest one when it was the same file, else a new one."""
    newest = await SQL.newest_vintage.maybe(conn, series_id)
    if newest and newest["digest"] == digest:
        known: UUID = newest["id"]
        return known
    made = uuid7()
    await SQL.add_vintage.run(
        conn, made, series_id, told.version, told.origin, told.retrieved_at, digest
    )
    return made


async def upsert_reading(conn: Conn, series_id: UUID, vintage_id: UUID, reading: Reading) -> int:
    """Store places and figures; how many figures were new or had changed (the old value is kept)."""
    geos = list(reading.geos.values())
    await SQL.upsert_geos.run(
        conn,
        series_id,
        [geo.code for geo in geos],
        [geo.kind for geo in geos],
        [geo.label for geo in geos],
        [geo.country for geo in geos],
    )
    stored = 0
    rows = reading.observations
    for start in range(0, len(rows), _AT_ONCE):
        stored += await _upsert(conn, series_id, vintage_id, rows[start : start + _AT_ONCE])
    return stored


async def close(
    conn: Conn, series_id: UUID, vintage_id: UUID, told: Vintage, done: ImportReport
) -> None:
    """Write down what the reading came to."""
    await SQL.close_vintage.run(
        conn,
        vintage_id,
        told.retrieved_at,
        told.version,
        done.rows,
        done.left_out,
        done.stored,
        done.unchanged,
    )
    await SQL.mark_checked.run(conn, series_id, told.version, told.notes)


async def known(conn: Conn, source: Source, report: str) -> Known:
    """What was read of that report last; all None when nothing was."""
    row = await SQL.series_known.maybe(conn, source, report)
    return Known(*row.values()) if row else Known()


async def differing(conn: Conn, source: Source, report: str, rows: Sequence[ObservationRow]) -> int:
    """How many of these figures are new or other than what is stored."""
    if not rows:
        return 0
    measures, geos, markets, periods, _starts, values, reasons = map(list, zip(*rows, strict=True))
    count: int = await SQL.figures_that_differ.value(
        conn, source, report, measures, geos, markets, periods, values, reasons
    )
    return count


async def provenance(conn: Conn, reports: Sequence[str]) -> dict[str, Provenance]:
    """Where the figures of each report come from, if it has any.

    Real figures go before invented ones.
    """
    found = {}
    for row in await SQL.provenance.all(conn, list(reports)):
        facts = {**row, "as_of": row["as_of"] or "", "invented": row["source"] == "sandbox"}
        found[row["report"]] = msgspec.convert(facts, Provenance)
    return found


async def observations(
    conn: Conn, series_ids: Sequence[UUID], geo_code: str, country: str | None
) -> list[Observation]:
    """Every figure of a port and of its country in these series, ordered by period within each
    measure.
    """
    rows = await SQL.observations_of.all(conn, list(series_ids), geo_code, country)
    return [Observation(*row.values()) for row in rows]


async def rank(
    conn: Conn, series_id: UUID, measure: str, period: str, value: float
) -> tuple[int, int]:
    """Place of that value among all of its period (1 is the highest), and of how many."""
    row = await SQL.rank_in_period.one(conn, series_id, measure, period, value)
    return row["rank"], row["places"]


async def world(conn: Conn, series_id: UUID, measure: str, period: str) -> dict[str, float]:
    """The world's figure by ship type."""
    rows = await SQL.world_in_period.all(conn, series_id, measure, period)
    return {row["vessel_market"]: row["value"] for row in rows}


async def geo_label(conn: Conn, series_id: UUID, geo_code: str) -> str:
    """The publisher's name of a place."""
    return await SQL.geo_label.value(conn, series_id, geo_code) or geo_code


async def _upsert(
    conn: Conn, series_id: UUID, vintage_id: UUID, rows: Sequence[ObservationRow]
) -> int:
    columns = (list(column) for column in zip(*rows, strict=True))
    return await SQL.upsert_observations.run(conn, series_id, vintage_id, *columns)


async def mark_checked(conn: Conn, source: Source, report: str, at: datetime) -> None:
    """Note that the publisher was asked and had nothing newer."""
    await SQL.mark_unmoved.run(conn, source, report, at)
