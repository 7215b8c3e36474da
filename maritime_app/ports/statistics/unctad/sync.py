"""Pull a report when it has moved: by the query API if we have its keys, else (or if that fails) as
bulk files.
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from maritime_app import clock
from maritime_app.errors import Invalid, Unavailable
from maritime_app.infra import log
from maritime_app.infra.alerts import raise_alert
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.model import (
    SYNCED,
    TABLES,
    ImportReport,
    Known,
    Source,
    Table,
    Vintage,
)
from maritime_app.ports.statistics.unctad import archive, bulk_api, pacing, query_api, query_form
from maritime_app.ports.statistics.unctad.codec import ObservationRow
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.resources import Resources

QUERY_SECONDS = (
    240.0  # all questions of one pull together: the bulk files must fit into the job's time, too
)
_SLICE_BYTES = 256 * 1024**2
_EMPTY_SLICES = 3  # a table may be some years behind
_ORIGINS: dict[Source, str] = {"unctad": "unctadstat.unctad.org", "sandbox": "sandbox"}
logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class _Pull:
    """What is pulled, and what is known of it."""

    table: Table
    source: Source
    known: Known
    folder: Path


async def sync_unctad(res: Resources, report: str) -> str:
    """Pull one report if the publisher's version has moved; the outcome in words.

    Raises Unavailable.
    """
    if report not in SYNCED:
        raise ValueError(f"{report} is not among the reports that are pulled")
    source: Source = "sandbox" if "unctad" in res.settings.sandboxed else "unctad"
    meta = await bulk_api.metadata(res.http, res.settings.unctad, report)
    version = str(meta.version)
    async with res.db.acquire() as conn:
        known = await store.known(conn, source, report)
        if known.version == version:
            await store.mark_checked(conn, source, report, clock.now())
            return f"{report}: still version {version}"
    notes = await bulk_api.notes(res.http, res.settings.unctad, report)
    told = Vintage(source, _ORIGINS[source], clock.now(), version, notes)
    table = next(table for table in TABLES if table.report == report)
    with tempfile.TemporaryDirectory(prefix="unctad-") as folder:
        done, way = await _pull(res, _Pull(table, source, known, Path(folder)), told)
    logger.info(
        "unctad_synced",
        report=report,
        version=version,
        stored=done.stored,
        unchanged=done.unchanged,
    )
    return f"{report}: version {version}, {done.stored} stored, {done.unchanged} unchanged, {way}"


async def store_reading(res: Resources, files: TableFiles, told: Vintage) -> ImportReport:
    """Everything that was read, in one transaction."""
    reading = files.reading
    done = ImportReport(
        files.layout.table.report, reading.rows, reading.kept, left_out=dict(reading.left_out)
    )
    async with res.db.transaction() as conn:
        series_id = await store.series(conn, told.source, files.layout)
        vintage_id = await store.vintage(conn, series_id, told, files.digest)
        done.stored = await store.upsert_reading(conn, series_id, vintage_id, reading)
        done.unchanged = len(reading.observations) - done.stored
        await store.close(conn, series_id, vintage_id, told, done)
    return done


async def _pull(res: Resources, pull: _Pull, told: Vintage) -> tuple[ImportReport, str]:
    if not res.settings.unctad.keyed:
        return await _bulk(res, pull, told), "from the bulk files"
    try:
        return await _queried(res, pull, replace(told, origin=f"{told.origin} (query API)"))
    except Unavailable as error:
        await _tell(res, error)
        done = await _bulk(res, pull, told)
        return done, f"from the bulk files instead: {error.message}"


async def _queried(res: Resources, pull: _Pull, told: Vintage) -> tuple[ImportReport, str]:
    with TableFiles(max_bytes=_SLICE_BYTES) as files:
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                await _walk_back(res, pull, files)
        except TimeoutError:
            raise Unavailable("UNCTAD's query API takes too long.", code="unctad") from None
        except Invalid as error:
            raise Unavailable(
                f"UNCTAD's query API gives something else: {error.message}"
            ) from error
        periods = sorted({row[3] for row in files.reading.observations})
        if not periods or (pull.known.newest or "") > periods[-1]:
            raise Unavailable("UNCTAD's query API gives less than is known.", code="unctad")
        done = await store_reading(res, files, told)
    return done, f"from the query API, {periods[0]} to {periods[-1]}"


async def _walk_back(res: Resources, pull: _Pull, files: TableFiles) -> None:
    """Ask for slice after slice, from the newest years back, until one brings nothing new behind
    one that did.

    So a first pull reads everything, a later one what is new or revised. Where a moved version
    shows no change in the
    newest years it lies further back. The first pull of a year reads everything, and so does one
    behind figures that
    came from a file, which may have been a part.
    """
    now, read_at = clock.now(), pull.known.retrieved_at
    whole = pull.known.version is None or read_at is None or read_at.year < now.year
    changed, empty = False, 0
    for number, periods in enumerate(query_form.slices(pull.table, now.year)):
        rows = await _ask(res, pull, files, periods, pull.folder / f"slice-{number}")
        if not rows:
            empty += 1
            if files.reading.observations or empty > _EMPTY_SLICES:
                return
            continue
        async with res.db.acquire() as conn:
            differs = await store.differing(conn, pull.source, pull.table.report, rows)
        if changed and not differs and not whole:
            return
        changed = changed or differs > 0


async def _ask(
    res: Resources, pull: _Pull, files: TableFiles, periods: query_form.Periods, to: Path
) -> list[ObservationRow]:
    """The figures of these periods, added to the reading."""
    before = len(files.reading.observations)
    await query_api.fetch(
        res.http,
        res.settings.unctad,
        pull.table,
        periods,
        to,
        pacing.turns(res.redis, res.settings.unctad.pause_seconds),
    )
    files.add(to)
    while await asyncio.to_thread(files.read_batch):
        pass
    to.unlink()
    if files.layout.table.report != pull.table.report:
        raise Unavailable(
            f"UNCTAD sent {files.layout.table.report} instead of {pull.table.report}."
        )
    return files.reading.observations[before:]


async def _tell(res: Resources, error: Unavailable) -> None:
    """One alert for each kind of trouble, whatever the report; what came back after it was settled
    is told again.
    """
    kind, advice = "unctad_query_failed", "The bulk files are read instead."
    if isinstance(error, query_api.KeysRefused):
        kind = "unctad_keys_refused"
        advice = f"Look at UNCTAD_CLIENT_ID and UNCTAD_CLIENT_SECRET. {advice}"
    async with res.db.transaction() as conn:
        await raise_alert(
            conn,
            kind,
            f"{error.message} {advice}",
            subject=("service", "unctad"),
            again_if_resolved=True,
        )


async def _bulk(res: Resources, pull: _Pull, told: Vintage) -> ImportReport:
    with TableFiles(await _unpacked(res, pull)) as files:
        while await asyncio.to_thread(files.read_batch):
            pass
        if files.layout.table.report != pull.table.report:
            raise Unavailable(
                f"UNCTAD sent {files.layout.table.report} instead of {pull.table.report}.",
                code="unctad",
            )
        return await store_reading(res, files, told)


async def _unpacked(res: Resources, pull: _Pull) -> list[Path]:
    unpacked = []
    for number, file in enumerate(
        await bulk_api.bulk_files(res.http, res.settings.unctad, pull.table.report)
    ):
        packed, into = pull.folder / f"{number}.7z", pull.folder / str(number)
        into.mkdir()
        await bulk_api.download(res.http, res.settings.unctad, pull.table.report, file, packed)
        unpacked.append(await asyncio.to_thread(archive.unpack_csv, packed, into))
        packed.unlink()
    return unpacked
