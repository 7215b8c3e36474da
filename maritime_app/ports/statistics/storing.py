"""What was read of a table to rows in the database, in one transaction."""

from maritime_app.errors import Invalid
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.as_read import Layout, Reading
from maritime_app.ports.statistics.model import STATISTICS_TAG, ImportReport, Vintage
from maritime_app.resources import Resources


async def store_reading(
    res: Resources, reading: Reading, layout: Layout, digest: str, vintage: Vintage
) -> ImportReport:
    """Store everything that was read, and what it came to, in one transaction.

    `digest` tells the bytes that were read from others. Raise Invalid for a file of which nothing
    can be read: then nothing changes.
    """
    done = ImportReport(
        report=layout.table.report,
        rows=reading.rows,
        accepted=reading.accepted,
        rejected=dict(reading.rejected),
        rejected_cells=dict(reading.rejected_cells),
        first_rows=dict(reading.first_rows),
        notes=sorted(reading.notes),
    )
    if not reading.observations:
        raise Invalid(f"Nothing of it can be read{_why(reading)}.", code="nothing_read")
    newest = max(row.period_code for row in reading.observations)
    async with res.db.transaction() as conn:
        series_id = await store.series(conn, vintage.source, layout)
        state = await store.series_state(conn, vintage.source, done.report)
        done.is_older = newest < (state.newest_period or "")
        vintage_id, is_told = await store.vintage(conn, series_id, vintage, digest)
        await store.upsert_reading(conn, series_id, vintage_id, reading, done)
        if done.stored or not is_told:
            await store.tell(conn, vintage_id, reading)
        done.unchanged = len(reading.observations) - done.stored
        await store.close_vintage(conn, series_id, vintage_id, vintage, done)
        await drop_cached(conn, res.cache, [STATISTICS_TAG])
    return done


def _why(reading: Reading) -> str:
    reasons = {**reading.rejected_cells, **reading.rejected}
    rows = reading.first_rows
    words = ", ".join(
        f"{reason} ({count:,}{f', first in row {rows[reason]:,}' if reason in rows else ''})"
        for reason, count in sorted(reasons.items())
    )
    return f": {words}" if words else ": it has no rows"
