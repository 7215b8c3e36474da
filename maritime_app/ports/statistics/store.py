"""Series, vintages and observations in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports.publishers import LICENCES
from maritime_app.ports.statistics.as_read import Layout, ObservationRow, Reading
from maritime_app.ports.statistics.model import (
    Changes,
    ImportReport,
    RankInPeriod,
    Revision,
    Series,
    SeriesState,
    Source,
    StoredObservation,
    StoredReading,
    StoredVintage,
    Vintage,
)

SQL = queries.load("ports")
_ROWS_PER_STATEMENT = 4_000
# Measure, place, ship type and period; value, missing reason, refusal.
_Told = tuple[str, str, str, str, float | None, str | None, str | None]


class _Newest(Struct, frozen=True):
    id: UUID
    digest: str
    is_told: bool


class _MarketFigure(Struct, frozen=True):
    vessel_market: str
    value: float


async def series(conn: Conn, source: Source, layout: Layout) -> UUID:
    """Return the series of that table, made if need be, locked until the transaction ends."""
    table, measures = layout.table, layout.measures
    series_id = await SQL.ensure_series.fetch_one(
        conn, UUID, uuid7(), source, table.report, table.title, LICENCES[source]
    )
    codes, labels = [measure.code for measure in measures], [measure.label for measure in measures]
    await SQL.upsert_measures.execute(conn, series_id, codes, labels)
    return series_id


async def vintage(conn: Conn, series_id: UUID, reading: Vintage, digest: str) -> tuple[UUID, bool]:
    """Return the vintage of a reading, the newest one if it was the same file, else a new one; and
    whether all that it says is stored.
    """
    newest = await SQL.newest_vintage.fetch_optional(conn, _Newest, series_id)
    if newest is not None and newest.digest == digest:
        return newest.id, newest.is_told
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
    return vintage_id, False


async def upsert_reading(
    conn: Conn, series_id: UUID, vintage_id: UUID, reading: Reading, done: ImportReport
) -> None:
    """Store places and figures, and report how many are new or changed.

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
    rows = reading.observations
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        columns = _columns(rows[start : start + _ROWS_PER_STATEMENT])
        measures, codes, markets, periods, _starts, values, reasons = columns
        changes = await SQL.count_changes.fetch_one(
            conn, Changes, series_id, measures, codes, markets, periods, values, reasons
        )
        done.changed += changes.changed
        done.largest_change_percent = max(
            filter(None, (done.largest_change_percent, changes.largest_percent)), default=None
        )
        done.stored += await SQL.upsert_observations.execute(conn, series_id, vintage_id, *columns)
    await SQL.set_newest_period.execute(conn, series_id)


async def tell(conn: Conn, vintage_id: UUID, reading: Reading) -> None:
    """Write down all that a reading says, what it does not change, too."""
    await SQL.forget_told.execute(conn, vintage_id)
    rows = _told(reading)
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        columns = _columns(rows[start : start + _ROWS_PER_STATEMENT])
        await SQL.tell.execute(conn, vintage_id, *columns)
    newest = max(row.period_code for row in reading.observations)
    await SQL.mark_told.execute(conn, vintage_id, newest)


def _told(reading: Reading) -> list[_Told]:
    """Return figures and refused cells as they are written; a figure beside a refusal counts."""
    rows: list[_Told] = [
        (measure, geo, market, period, value, missing, None)
        for measure, geo, market, period, _starts, value, missing in reading.observations
    ]
    refused = {cell[:4]: cell.reason for cell in reading.refused}
    if refused:
        for row in rows:
            refused.pop(row[:4], None)
    return rows + [(*key, None, None, reason) for key, reason in refused.items()]


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
        done.changed,
        done.rejected_cells,
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


async def series_of(conn: Conn, reports: Sequence[str]) -> list[Series]:
    """Return the series of these reports that have been read, real and invented ones."""
    return await SQL.series_of_reports.fetch_all(conn, Series, list(reports))


async def vintages(conn: Conn, ids: Collection[UUID]) -> dict[UUID, StoredVintage]:
    """Return readings by id."""
    found = await SQL.vintages_by_id.fetch_all(conn, StoredVintage, list(ids))
    return {each.id: each for each in found}


async def vintages_behind(
    conn: Conn, series_ids: Sequence[UUID], codes: Sequence[str], country: str | None
) -> set[UUID]:
    """Return the readings that the figures of a port and of its country come from."""
    found = await SQL.vintages_behind.fetch_all(conn, UUID, list(series_ids), list(codes), country)
    return set(found)


async def observations(
    conn: Conn, series_ids: Sequence[UUID], codes: Sequence[str], country: str | None
) -> list[StoredObservation]:
    """Return every figure of a port and of its country, by measure and then period."""
    return await SQL.observations_of.fetch_all(
        conn, StoredObservation, list(series_ids), list(codes), country
    )


async def history(
    conn: Conn, series_ids: Sequence[UUID], codes: Sequence[str], country: str | None
) -> list[Revision]:
    """Return the values of every figure that was ever changed, the oldest first."""
    return await SQL.history_of.fetch_all(conn, Revision, list(series_ids), list(codes), country)


async def readings(conn: Conn, limit: int) -> list[StoredReading]:
    """Return the newest readings of all series."""
    return await SQL.readings.fetch_all(conn, StoredReading, limit)


async def undo(conn: Conn, vintage_id: UUID) -> bool:
    """Take a reading back; return whether there was one that could be.

    Each figure is then what the newest reading says that was not taken back, in whatever order
    they were; one that none has is gone.
    """
    await SQL.lock_series_of.execute(conn, vintage_id)
    series_id = await SQL.mark_undone.fetch_optional(conn, UUID, vintage_id)
    if series_id is None:
        return False
    await SQL.take_back.execute(conn, series_id)
    await SQL.drop_taken_back.execute(conn, series_id)
    await SQL.set_newest_period.execute(conn, series_id)
    return True


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


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
