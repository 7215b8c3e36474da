"""Pull a report by the query API: newest years first, only as far back as needed."""

import asyncio
from pathlib import Path

from msgspec import Struct

from maritime_app import clock
from maritime_app.errors import Invalid, Unavailable
from maritime_app.outside_data import pacing
from maritime_app.ports.statistics import store
from maritime_app.ports.statistics.as_read import ObservationRow
from maritime_app.ports.statistics.model import ImportReport, SeriesState, Source, Vintage
from maritime_app.ports.statistics.tables import Table
from maritime_app.ports.statistics.unctad import query_form
from maritime_app.ports.statistics.unctad.files import TableFiles
from maritime_app.ports.statistics.unctad.query_api import QueryApi
from maritime_app.ports.statistics.unctad.reading import read_all, store_files
from maritime_app.resources import Resources

# All queries of one pull together: the bulk files must fit into the job's time, too.
QUERY_SECONDS = 240.0
_TURN_KEY = "ports:unctad"
_MAX_BYTES = 256 * 1024**2
_MAX_EMPTY_SLICES = 3  # a table may be some years behind


class Pull(Struct, frozen=True):
    """What is pulled, what is stored of it already, and a folder for its files."""

    table: Table
    source: Source
    state: SeriesState
    folder: Path


async def pull_by_queries(res: Resources, pull: Pull, vintage: Vintage) -> tuple[ImportReport, str]:
    """Store what the query API has; return what it came to, and how, in words.

    Raise Unavailable when the API does not answer, or gives less than is stored.
    """
    unctad = res.settings.unctad
    turn = pacing.paced(res.redis_cache, _TURN_KEY, unctad.pause_seconds)
    api = QueryApi(res.http, unctad, turn)
    with TableFiles(max_bytes=_MAX_BYTES) as files:
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                await _walk_back(res, api, pull, files)
        except TimeoutError:
            raise Unavailable("UNCTAD's query API takes too long.", code="unctad") from None
        except Invalid as error:
            message = f"UNCTAD's query API gives something else: {error.message}"
            raise Unavailable(message, code="unctad") from error
        periods = sorted({row.period_code for row in files.reading.observations})
        if not periods or (pull.state.newest_period or "") > periods[-1]:
            raise Unavailable("UNCTAD's query API gives less than is known.", code="unctad")
        done = await store_files(res, files, vintage)
    return done, f"from the query API, {periods[0]} to {periods[-1]}"


async def _walk_back(res: Resources, api: QueryApi, pull: Pull, files: TableFiles) -> None:
    """Query slice after slice from the newest years back.

    Ends behind the first slice without news that follows one with news: a first pull reads
    everything, a later one what is new or revised. Where a moved version shows no change in the
    newest years, it lies further back. The first pull of a year reads everything, and so does one
    behind figures that came from a file, which may have been a part.
    """
    now, retrieved_at = clock.now(), pull.state.retrieved_at
    read_everything = (
        pull.state.version is None or retrieved_at is None or retrieved_at.year < now.year
    )
    changed, empty_slices = False, 0
    for number, periods in enumerate(query_form.slices(pull.table, now.year)):
        rows = await _query(api, pull, files, periods, pull.folder / f"slice-{number}")
        if not rows:
            empty_slices += 1
            if files.reading.observations or empty_slices > _MAX_EMPTY_SLICES:
                return
            continue
        async with res.db.acquire() as conn:
            news = await store.count_differing(conn, pull.source, pull.table.report, rows)
        if changed and not news and not read_everything:
            return
        changed = changed or news > 0


async def _query(
    api: QueryApi, pull: Pull, files: TableFiles, periods: query_form.Periods, to: Path
) -> list[ObservationRow]:
    """Add the figures of these periods to the reading and return them."""
    before = len(files.reading.observations)
    await api.save(pull.table, periods, to)
    files.add(to)
    await read_all(files, pull.table)
    to.unlink()
    return files.reading.observations[before:]
