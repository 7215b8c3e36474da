"""Files of one pull to rows in the database, in one transaction."""

import asyncio

from maritime_app.infra.http import Fault, UpstreamError
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.model import ImportReport, Vintage
from maritime_app.ports.statistics.tables import Table
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.resources import Resources


async def read_all(files: TableFiles, table: Table) -> None:
    """Read what the files have; raise UpstreamError if they hold another table."""
    while await asyncio.to_thread(files.read_batch):
        pass
    report = files.layout.table.report
    if report != table.report:
        message = f"UNCTAD sent {report} instead of {table.report}."
        raise UpstreamError(message, Fault.MALFORMED, code="unctad")


async def store_reading(res: Resources, files: TableFiles, vintage: Vintage) -> ImportReport:
    """Store everything that was read, and what it came to, in one transaction."""
    reading = files.reading
    done = ImportReport(
        report=files.layout.table.report,
        rows=reading.rows,
        accepted=reading.accepted,
        rejected=dict(reading.rejected),
    )
    async with res.db.transaction() as conn:
        series_id = await store.series(conn, vintage.source, files.layout)
        vintage_id = await store.vintage(conn, series_id, vintage, files.digest)
        done.stored = await store.upsert_reading(conn, series_id, vintage_id, reading)
        done.unchanged = len(reading.observations) - done.stored
        await store.close_vintage(conn, series_id, vintage_id, vintage, done)
    return done
