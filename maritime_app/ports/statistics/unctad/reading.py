"""Files of one pull to rows in the database."""

import asyncio

from maritime_app.infra.upstreams.http import Fault, UpstreamError
from maritime_app.ports.statistics.model import ImportReport, Vintage
from maritime_app.ports.statistics.storing import store_reading
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


async def store_files(res: Resources, files: TableFiles, vintage: Vintage) -> ImportReport:
    """Store everything that was read of the files, at once; raise Invalid for nothing."""
    return await store_reading(res, files.reading, files.layout, files.digest, vintage)
