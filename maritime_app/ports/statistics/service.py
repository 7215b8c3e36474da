"""Import a file of official figures, pull a report, and the figures of one port."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.outside_data.model import Source as OutsideSource
from maritime_app.outside_data.refresh import request_refresh
from maritime_app.ports.publishers import address_of
from maritime_app.ports.statistics import store, summaries
from maritime_app.ports.statistics.connectivity import Connectivity, connectivity
from maritime_app.ports.statistics.container_performance import container_performance
from maritime_app.ports.statistics.cppi.sync import import_annex, sync_cppi
from maritime_app.ports.statistics.model import (
    STATISTICS_TAG,
    ImportReport,
    Provenance,
    Revision,
    Series,
    Source,
    StoredObservation,
    StoredReading,
    StoredVintage,
    Vintage,
)
from maritime_app.ports.statistics.summaries import Figures
from maritime_app.ports.statistics.tables import (
    PULLED_REPORTS,
    SHOWN_REPORTS,
    TIME_IN_PORT,
)
from maritime_app.ports.statistics.time_in_port import TimeInPort, time_in_port
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.ports.statistics.unctad.reading import store_files
from maritime_app.ports.statistics.unctad.sync import sync_unctad
from maritime_app.resources import Resources

__all__ = [
    "figures",
    "history",
    "import_annex",
    "import_unctad_file",
    "readings",
    "request_overdue",
    "sync_cppi",
    "sync_unctad",
    "undo",
]

FEWEST_RANKED: Final = 20
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
    """Read an UNCTADstat bulk CSV (plain, .gz, .zip or .7z) into its series; the same file again
    changes nothing.

    Every row is stored or counted under the reason why it was rejected, and so is every cell.
    Raise Invalid for a file that is none of their tables, or of which nothing can be read.
    """
    reading = Vintage(Source.UNCTAD, f"file {path.name}", clock.now())
    with TableFiles([path]) as files:
        while await asyncio.to_thread(files.read_batch):
            if report_progress:
                report_progress(files.bytes_read, files.bytes_total)
        done = await store_files(res, files, reading)
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


async def figures(
    conn: Conn,
    codes: Sequence[str],
    country: str | None,
    reports: Collection[str] = SHOWN_REPORTS,
) -> Figures:
    """Return what these official tables say about a port, by its codes there, and its country.

    As soon as any table has one real figure of them, none that the sandbox invented is shown. Parts
    without figures are None or empty.
    """
    series = {each.id: each for each in await store.series_of(conn, SHOWN_REPORTS)}
    real = frozenset(each.report for each in series.values() if not each.invented)
    wanted = [key for key, each in series.items() if each.report in reports]
    stored = await store.observations(conn, wanted, codes, country)
    behind = {each.vintage_id for each in stored}
    if len(wanted) < len(series):  # the tables that were not asked for decide what is shown, too
        behind |= await store.vintages_behind(conn, list(series), codes, country)
    vintages = await store.vintages(conn, behind)
    sources = {
        vintage.id: _provenance(series[vintage.series_id], vintage) for vintage in vintages.values()
    }
    if any(not source.invented for source in sources.values()):
        sources = {key: source for key, source in sources.items() if not source.invented}
        stored = [each for each in stored if each.vintage_id in sources]
    return Figures(
        connectivity=await _connectivity(conn, sources, stored),
        time_in_port=await _time_in_port(conn, sources, stored),
        performance=container_performance(sources, stored),
        lines=summaries.lines(sources, stored),
        stored=stored,
        sources=tuple(sorted(sources.values(), key=lambda each: (each.report, each.retrieved_at))),
        real_reports=real,
        by_vintage=sources,
    )


async def history(conn: Conn, codes: Sequence[str], country: str | None) -> list[Revision]:
    """Return every value of the figures of a port and its country that was ever changed."""
    series = await store.series_of(conn, SHOWN_REPORTS)
    if any(not each.invented for each in series):
        series = [each for each in series if not each.invented]
    return await store.history(conn, [each.id for each in series], codes, country)


async def readings(res: Resources, limit: int = 100) -> list[StoredReading]:
    """Return the newest readings of all series: what each stored and changed."""
    async with res.db.acquire() as conn:
        return await store.readings(conn, limit)


async def undo(res: Resources, reading_id: UUID) -> None:
    """Take a reading back: its figures are those from before. Raise NotFound."""
    async with res.db.transaction() as conn:
        if not await store.undo(conn, reading_id):
            raise NotFound(_("There is no reading that could be taken back."), code="reading")
        await drop_cached(conn, res.cache, [STATISTICS_TAG])


def _provenance(series: Series, vintage: StoredVintage) -> Provenance:
    return Provenance(
        series_id=series.id,
        source=series.source,
        report=series.report,
        title=series.title,
        licence=series.licence,
        version=vintage.version,
        origin=vintage.origin,
        retrieved_at=vintage.retrieved_at,
        as_of=series.newest_period,
        invented=series.invented,
        notes=series.notes,
        source_url=address_of(series.source),
    )


async def _connectivity(
    conn: Conn, sources: Mapping[UUID, Provenance], observations: Sequence[StoredObservation]
) -> Connectivity | None:
    index = connectivity(sources, observations)
    if index is None:
        return None
    latest = index.latest
    ranked = await store.rank(
        conn, index.source.series_id, latest.measure, latest.period_code, latest.value
    )
    if ranked.places < FEWEST_RANKED:
        return index  # a rank among a handful says nothing
    return replace(index, rank=ranked.rank, places=ranked.places)


async def _time_in_port(
    conn: Conn, sources: Mapping[UUID, Provenance], observations: Sequence[StoredObservation]
) -> TimeInPort | None:
    calls = time_in_port(sources, observations)
    if calls is None:
        return None
    series_id = calls.source.series_id
    world = await store.world(conn, series_id, TIME_IN_PORT, calls.period)
    label = await store.geo_label(conn, series_id, calls.economy)
    return replace(calls, world=world, economy_label=label)
