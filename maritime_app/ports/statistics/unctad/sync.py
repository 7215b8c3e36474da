"""Pull a report when it has moved: by the query API if we have its keys, else as bulk files.

The bulk files are read, too, when the query API fails.
"""

import asyncio
import tempfile
from pathlib import Path

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.telemetry import log
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.model import ImportReport, Source, Vintage
from maritime_app.ports.statistics.tables import PULLED_REPORTS, TABLE_BY_REPORT
from maritime_app.ports.statistics.unctad import archive
from maritime_app.ports.statistics.unctad.bulk_api import BulkApi
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.ports.statistics.unctad.query_api import KeysRefused
from maritime_app.ports.statistics.unctad.query_pull import Pull, pull_by_queries
from maritime_app.ports.statistics.unctad.reading import read_all, store_files
from maritime_app.resources import Resources

_ORIGINS = {Source.UNCTAD: "unctadstat.unctad.org", Source.SANDBOX: "sandbox"}
logger = log.get(__name__)


async def sync_unctad(res: Resources, report: str) -> str:
    """Pull one report if the publisher's version has moved; return the outcome in words.

    Raise Unavailable when the publisher does not answer, ValueError for a report not pulled.
    """
    if report not in PULLED_REPORTS:
        raise ValueError(f"{report} is not among the reports that are pulled")
    source = Source.SANDBOX if "unctad" in res.settings.sandboxed else Source.UNCTAD
    bulk = BulkApi(res.http, res.settings.unctad)
    version = str((await bulk.metadata(report)).version)
    async with res.db.acquire() as conn:
        state = await store.series_state(conn, source, report)
        if state.version == version:
            await store.mark_unmoved(conn, source, report, clock.now())
            return f"{report}: still version {version}"
    notes = await bulk.notes(report)
    vintage = Vintage(source, _ORIGINS[source], clock.now(), version, notes)
    with tempfile.TemporaryDirectory(prefix="unctad-") as folder:
        pull = Pull(TABLE_BY_REPORT[report], source, state, Path(folder))
        done, how = await _pull(res, bulk, pull, vintage)
    logger.info(
        "unctad_synced",
        report=report,
        version=version,
        stored=done.stored,
        unchanged=done.unchanged,
    )
    return f"{report}: version {version}, {done.stored} stored, {done.unchanged} unchanged, {how}"


async def _pull(
    res: Resources, bulk: BulkApi, pull: Pull, vintage: Vintage
) -> tuple[ImportReport, str]:
    if not res.settings.unctad.keyed:
        return await _pull_bulk_files(res, bulk, pull, vintage), "from the bulk files"
    queried = replace(vintage, origin=f"{vintage.origin} (query API)")
    try:
        return await pull_by_queries(res, pull, queried)
    except Unavailable as error:
        await _raise_alert(res, error)
        done = await _pull_bulk_files(res, bulk, pull, vintage)
        return done, f"from the bulk files instead: {error.message}"


async def _pull_bulk_files(
    res: Resources, bulk: BulkApi, pull: Pull, vintage: Vintage
) -> ImportReport:
    with TableFiles(await _download(bulk, pull)) as files:
        await read_all(files, pull.table)
        return await store_files(res, files, vintage)


async def _download(bulk: BulkApi, pull: Pull) -> list[Path]:
    """Download and unpack every bulk file of the report; return the CSVs."""
    paths = []
    report = pull.table.report
    for number, file in enumerate(await bulk.bulk_files(report)):
        packed, into = pull.folder / f"{number}.7z", pull.folder / str(number)
        into.mkdir()
        await bulk.download(report, file, packed)
        paths.append(await asyncio.to_thread(archive.unpack_csv, packed, into))
        packed.unlink()
    return paths


async def _raise_alert(res: Resources, error: Unavailable) -> None:
    """Raise one alert for each kind of trouble, whatever the report.

    Trouble that comes back after somebody has settled it is raised again.
    """
    kind, advice = "unctad_query_failed", "The bulk files are read instead."
    if isinstance(error, KeysRefused):
        kind = "unctad_keys_refused"
        advice = f"Look at UNCTAD_CLIENT_ID and UNCTAD_CLIENT_SECRET. {advice}"
    async with res.db.transaction() as conn:
        await raise_alert(
            conn,
            kind,
            f"{error.message} {advice}",
            subject=("service", "unctad"),
        )
