"""Import a file of official figures, pull a report when it has moved, and the figures of one port."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.db import Conn
from maritime_app.ports.statistics import archive, gateway, store
from maritime_app.ports.statistics.figures import Figures, connectivity, time_in_port
from maritime_app.ports.statistics.files import TableFiles
from maritime_app.ports.statistics.model import (
    ARRIVALS_S,
    PLSCI,
    PORT_CALLS_S,
    SYNCED,
    TIME_IN_PORT,
    ImportReport,
    Source,
    Vintage,
)
from maritime_app.resources import Resources

logger = log.get(__name__)
Progress = Callable[[int, int], None]


async def import_unctad_file(
    res: Resources, path: Path, report_progress: Progress | None = None
) -> ImportReport:
    """Read an UNCTADstat bulk CSV (plain or .gz) into its series; the same file again changes nothing.

    Every row is stored or counted under the reason why it was left out. `report_progress` gets (bytes read,
    bytes in all). Raises Invalid for a file that is none of their tables.
    """
    told = Vintage("unctad", f"file {path.name}", clock.now())
    return await _read(res, [path], told, report_progress)


async def sync_unctad(res: Resources, report: str) -> str:
    """Pull one report if the publisher's version has moved; the outcome in words. Raises Unavailable."""
    if report not in SYNCED:
        raise ValueError(f"{report} is not among the reports that are pulled")
    source: Source = "sandbox" if "unctad" in res.settings.sandboxed else "unctad"
    meta = await gateway.metadata(res.http, res.settings.unctad, report)
    version = str(meta.version)
    async with res.db.acquire() as conn:
        if await store.known_version(conn, source, report) == version:
            await store.mark_checked(conn, source, report, clock.now())
            return f"{report}: still version {version}"
    notes = await gateway.notes(res.http, res.settings.unctad, report)
    told = Vintage(source, _origin(source), clock.now(), version, notes)
    with tempfile.TemporaryDirectory(prefix="unctad-") as folder:
        paths = await _fetch(res, report, Path(folder))
        done = await _read(res, paths, told, None, expect=report)
    logger.info("unctad_synced", report=report, version=version, stored=done.stored, unchanged=done.unchanged)
    return f"{report}: version {version}, {done.stored} stored, {done.unchanged} unchanged"


async def figures(conn: Conn, code: str, country: str | None) -> Figures:
    """What the official tables say about a port and its country; parts without figures are None or empty."""
    sources = await store.provenance(conn, SYNCED)
    told = await store.observations(conn, [source.series_id for source in sources.values()], code, country)
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
    return Figures(index, calls, tuple(told), tuple(sources[report] for report in sources if report in used))


async def _fetch(res: Resources, report: str, folder: Path) -> list[Path]:
    unpacked = []
    for number, file in enumerate(await gateway.bulk_files(res.http, res.settings.unctad, report)):
        packed, into = folder / f"{number}.7z", folder / str(number)
        into.mkdir()
        await gateway.download(res.http, res.settings.unctad, report, file, packed)
        unpacked.append(await asyncio.to_thread(archive.unpack_csv, packed, into))
        packed.unlink()
    return unpacked


async def _read(
    res: Resources, paths: Sequence[Path], told: Vintage, progress: Progress | None, *, expect: str = ""
) -> ImportReport:
    with TableFiles(paths) as files:
        while await asyncio.to_thread(files.read_batch):
            if progress:
                progress(files.done, files.size)
        table = files.layout.table
        if expect and table.report != expect:
            raise Unavailable(f"UNCTAD sent {table.report} instead of {expect}.", code="unctad")
        reading = files.reading
        done = ImportReport(table.report, reading.rows, reading.kept, left_out=dict(reading.left_out))
        async with res.db.transaction() as conn:
            series_id = await store.series(conn, told.source, files.layout)
            vintage_id = await store.vintage(conn, series_id, told, files.digest)
            done.stored = await store.upsert_reading(conn, series_id, vintage_id, reading)
            done.unchanged = len(reading.observations) - done.stored
            await store.close(conn, series_id, vintage_id, told, done)
    if progress:
        progress(files.size, files.size)
    return done


def _origin(source: Source) -> str:
    match source:
        case "unctad":
            return "unctadstat.unctad.org"
        case "sandbox":
            return "sandbox"
        case _:
            assert_never(source)
