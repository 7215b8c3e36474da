"""Import a file of official figures, pull a report, and the figures of one port."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from maritime_app import clock
from maritime_app.infra.db import Conn
from maritime_app.outside_data.model import Source as OutsideSource
from maritime_app.outside_data.refresh import request_refresh
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.model import (
    ImportReport,
    Observation,
    Provenance,
    Source,
    Vintage,
)
from maritime_app.ports.statistics.summaries import (
    Connectivity,
    Figures,
    TimeInPort,
    connectivity,
    time_in_port,
)
from maritime_app.ports.statistics.tables import (
    ARRIVALS_S,
    PLSCI,
    PORT_CALLS_S,
    PULLED_REPORTS,
    TIME_IN_PORT,
)
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.ports.statistics.unctad.reading import store_reading
from maritime_app.ports.statistics.unctad.sync import sync_unctad
from maritime_app.resources import Resources

__all__ = ["figures", "import_unctad_file", "request_overdue", "sync_unctad"]

# A report is checked each week: one that is a day behind has missed its turn.
UNCTAD: Final = OutsideSource(
    name="unctad",
    title="UNCTAD",
    task="ports.sync_unctad",
    max_age=timedelta(days=8),
    min_pause=timedelta(hours=6),
    key_name="report",
)

Progress = Callable[[int, int], None]  # bytes read, bytes in all


async def import_unctad_file(
    res: Resources, path: Path, report_progress: Progress | None = None
) -> ImportReport:
    """Read an UNCTADstat bulk CSV (plain or .gz) into its series; the same file again changes
    nothing.

    Every row is stored or counted under the reason why it was rejected. Raise Invalid for a file
    that is none of their tables.
    """
    reading = Vintage(Source.UNCTAD, f"file {path.name}", clock.now())
    with TableFiles([path]) as files:
        while await asyncio.to_thread(files.read_batch):
            if report_progress:
                report_progress(files.bytes_read, files.bytes_total)
        done = await store_reading(res, files, reading)
        if report_progress:
            report_progress(files.bytes_total, files.bytes_total)
    return done


async def request_overdue(res: Resources) -> None:
    """Have jobs check the reports that were not checked for eight days, one job per report.

    Called when figures are shown; what is stored is shown meanwhile, with its age.
    """
    unctad = res.settings.unctad
    if not (unctad.keyed or unctad.base_url):
        return
    async with res.db.acquire() as conn:
        limit = clock.now() - UNCTAD.max_age
        overdue = await store.overdue_reports(conn, PULLED_REPORTS, limit)
    if overdue:
        async with res.db.transaction() as conn:
            for report in overdue:
                await request_refresh(conn, UNCTAD, report)


async def figures(conn: Conn, code: str, country: str | None) -> Figures:
    """Return what the official tables say about a port and its country.

    Parts without figures are None or empty.
    """
    sources = await store.provenance(conn, PULLED_REPORTS)
    observations = await store.observations(
        conn, [source.series_id for source in sources.values()], code, country
    )
    reports = {observation.report for observation in observations}
    return Figures(
        connectivity=await _connectivity(conn, sources, observations),
        time_in_port=await _time_in_port(conn, sources, observations),
        observations=tuple(observations),
        sources=tuple(source for report, source in sources.items() if report in reports),
    )


async def _connectivity(
    conn: Conn, sources: dict[str, Provenance], observations: list[Observation]
) -> Connectivity | None:
    if PLSCI not in sources:
        return None
    index = connectivity(sources[PLSCI], observations)
    if index is None:
        return None
    latest = index.latest
    ranked = await store.rank(
        conn, index.source.series_id, latest.measure, latest.period_code, latest.value
    )
    return replace(index, rank=ranked.rank, places=ranked.places)


async def _time_in_port(
    conn: Conn, sources: dict[str, Provenance], observations: list[Observation]
) -> TimeInPort | None:
    if PORT_CALLS_S not in sources:
        return None
    calls = time_in_port(sources[PORT_CALLS_S], sources.get(ARRIVALS_S), observations)
    if calls is None:
        return None
    series_id = calls.source.series_id
    world = await store.world(conn, series_id, TIME_IN_PORT, calls.period)
    label = await store.geo_label(conn, series_id, calls.economy)
    return replace(calls, world=world, economy_label=label)
