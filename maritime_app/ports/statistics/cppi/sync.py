"""Import the annex of the index from a file, or pull the newest edition.

The pulled spreadsheet itself is stored as the last good copy; it is read before it is stored, so
that an answer that is no annex takes nothing away.
"""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.upstreams.http import Fault, Upstream, UpstreamDown, UpstreamError
from maritime_app.outside_data import pacing, refresh as outside
from maritime_app.outside_data.model import MAX_COPY_BYTES, Pulled, Source as OutsideSource
from maritime_app.ports.statistics.as_read import Reading
from maritime_app.ports.statistics.cppi import codec, workbook
from maritime_app.ports.statistics.model import ImportReport, Source, Vintage
from maritime_app.ports.statistics.storing import store_reading
from maritime_app.resources import Resources

# The World Bank gives each edition an address of its own.
OFFICIAL: Final = (
    "https://openknowledge.worldbank.org/server/api/core/bitstreams/"
    "6d1086f0-13ed-4d69-92ad-11d93f3e7df6/content"
)
ANNEX: Final = OutsideSource(
    name="cppi",
    title="The World Bank",
    task="ports.sync_cppi",
    max_age=timedelta(days=25),  # the job comes each thirty days
    key_name="edition",
)
NEWEST: Final = "newest"
_PACE: Final = "ports:cppi"
_LEFT_ALONE_SECONDS: Final = 600


async def import_annex(res: Resources, path: Path) -> ImportReport:
    """Read an annex into its series; the same file again changes nothing.

    Raise Invalid for a file that is none, or of which nothing can be read.
    """
    if path.stat().st_size > MAX_COPY_BYTES:
        raise Invalid(f"{path.name} is larger than any annex of the index.", code="not_a_table")
    content = await asyncio.to_thread(path.read_bytes)
    return await _store(res, content, Source.WORLD_BANK, f"file {path.name}")


async def sync_cppi(res: Resources) -> str:
    """Pull the newest edition, unless it was pulled lately; return the outcome in words.

    Raise UpstreamError when there is none that can be read: what is stored stays.
    """
    invented = "cppi" in res.settings.sandboxed
    name = f"{ANNEX.name}_sandbox" if invented else ANNEX.name
    source = OutsideSource(name, ANNEX.title, ANNEX.task, ANNEX.max_age, key_name=ANNEX.key_name)

    async def pull(_key: str) -> Pulled:
        body = await _download(res)
        whose, origin = Source.WORLD_BANK, urlsplit(OFFICIAL).hostname or ""
        if invented:
            whose, origin = Source.SANDBOX, "sandbox"
        try:
            done = await _store(res, body, whose, origin)
        except Invalid as error:
            message = f"The World Bank sends something else: {error.message}"
            raise UpstreamError(message, Fault.MALFORMED, code="cppi") from error
        words.append(f"{done.stored} stored, {done.unchanged} unchanged")
        return Pulled(body, period=done.version, version=done.version)

    words: list[str] = []
    outcome = await outside.refresh(res, source, NEWEST, pull)
    return "; ".join([outcome, *words])


async def _download(res: Resources) -> bytes:
    settings = res.settings.cppi
    if seconds := await pacing.rest_seconds(res.redis_cache, _PACE):
        message = "The World Bank wants to be left alone for a moment."
        raise UpstreamDown(
            message, Fault.STATUS, code="cppi", status=429, retry_after_seconds=seconds
        )
    parts = urlsplit(settings.url or OFFICIAL)
    upstream = Upstream(
        res.http,
        "cppi",
        f"{parts.scheme}://{parts.netloc}",
        title="The World Bank",
        deadline_seconds=settings.timeout_seconds,
        follow_redirects=True,  # no key travels along
    )
    reply = await upstream.call("GET", parts.path, max_bytes=MAX_COPY_BYTES)
    if reply.status == 200:
        return reply.body
    busy = reply.status == 429 or reply.status >= 500
    if busy:
        seconds = reply.retry_after_seconds or _LEFT_ALONE_SECONDS
        await pacing.leave_alone(res.redis_cache, _PACE, seconds)
    raise (UpstreamDown if busy else UpstreamError)(
        f"The World Bank answers {reply.status}.",
        Fault.STATUS,
        code="cppi",
        status=reply.status,
        retry_after_seconds=reply.retry_after_seconds,
    )


async def _store(res: Resources, content: bytes, source: Source, origin: str) -> ImportReport:
    columns, reading = await asyncio.to_thread(_read, content)
    vintage = Vintage(source, origin, clock.now(), columns.edition)
    digest = hashlib.sha256(content).hexdigest()
    done = await store_reading(res, reading, codec.layout(columns), digest, vintage)
    done.version = columns.edition
    return done


def _read(content: bytes) -> tuple[codec.Columns, Reading]:
    nothing = "no sheet"
    for rows in workbook.sheets(content):
        try:
            return codec.read(rows, clock.now().date())
        except codec.NotTheAnnex as error:
            nothing = str(error)
    words = f"This is not the annex of the Container Port Performance Index: {nothing}."
    raise Invalid(words, code="not_a_table")
