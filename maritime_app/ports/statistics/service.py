"""Import a file of official figures, and the figures of one port."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from maritime_app import clock
from maritime_app.infra.db import Conn
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.model import (
    ARRIVALS_S,
    PLSCI,
    PORT_CALLS_S,
    SYNCED,
    TIME_IN_PORT,
    ImportReport,
    Vintage,
)
from maritime_app.ports.statistics.summaries import Figures, connectivity, time_in_port
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.ports.statistics.unctad.sync import store_reading, sync_unctad
from maritime_app.resources import Resources

__all__ = ["figures", "import_unctad_file", "sync_unctad"]

Progress = Callable[[int, int], None]


async def import_unctad_file(
    res: Resources, path: Path, report_progress: Progress | None = None
) -> ImportReport:
    """Read an UNCTADstat bulk CSV (plain or .gz) into its series; the same file again changes
    nothing.

    Every row is stored or counted under the reason why it was left out. `report_progress` gets
    (bytes read,
    bytes in all). Raises Invalid for a file that is none of their tables.
    """
    told = Vintage("unctad", f"file {path.name}", clock.now())
    with TableFiles([path]) as files:
        while await asyncio.to_thread(files.read_batch):
            if report_progress:
                report_progress(files.done, files.size)
        done = await store_reading(res, files, told)
        if report_progress:
            report_progress(files.size, files.size)
    return done


async def figures(conn: Conn, code: str, country: str | None) -> Figures:
    """What the official tables say about a port and its country; parts without figures are None or
    empty.
    """
    sources = await store.provenance(conn, SYNCED)
    told = await store.observations(
        conn, [source.series_id for source in sources.values()], code, country
    )
    index = calls = None
    if PLSCI in sources:
        index = connectivity(sources[PLSCI], told)
    if index:
        last = index.points[-1]
        rank, places = await store.rank(
            conn, index.source.series_id, last.measure, last.period_code, last.value
        )
        index = replace(index, rank=rank, places=places)
    if PORT_CALLS_S in sources:
        calls = time_in_port(sources[PORT_CALLS_S], sources.get(ARRIVALS_S), told)
    if calls:
        world = await store.world(conn, calls.source.series_id, TIME_IN_PORT, calls.period)
        label = await store.geo_label(conn, calls.source.series_id, calls.economy)
        calls = replace(calls, world=world, economy_label=label)
    used = {seen.report for seen in told}
    return Figures(
        index, calls, tuple(told), tuple(sources[report] for report in sources if report in used)
    )
