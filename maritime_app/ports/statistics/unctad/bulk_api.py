"""UNCTADstat's keyless bulk files: what there is, which version, and the files themselves.

Endpoints (seen in public clients; undocumented): /api/reportMetadata/{R}/en, .../bulkfiles/en,
/bulkdownload/{R}/{blob}, /api/datacenter/reports/{R}/info/en. One report at a time.
"""

import html
import re
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec

from maritime_app.errors import Unavailable
from maritime_app.settings_model import Unctad

OFFICIAL = "https://unctadstat-api.unctad.org"
_ANSWER_BYTES = 2 * 1024**2
_BULK_BYTES = 512 * 1024**2
_CHUNK_BYTES = 256 * 1024
_BLOB = re.compile(r"^[\w.-]{1,120}$")
_T = TypeVar("_T")


class Metadata(msgspec.Struct, frozen=True):
    """Title and version of a report; the version moves when the figures do."""

    title: str
    version: int | str


class BulkFile(msgspec.Struct, frozen=True, rename="camel"):
    """One bulk file of a report; `file_size` in bytes."""

    file_id: int | str
    file_blob_name: str
    file_size: int | float | None = None
    label: str = ""


class Info(msgspec.Struct, frozen=True, rename="pascal"):
    """The publisher's notes on a report, as HTML."""

    notes: str = ""


async def metadata(http: aiohttp.ClientSession, unctad: Unctad, report: str) -> Metadata:
    """The report's title and version. Raises Unavailable."""
    return await _get(http, unctad, f"/api/reportMetadata/{report}/en", Metadata)


async def notes(http: aiohttp.ClientSession, unctad: Unctad, report: str) -> str:
    """The publisher's notes as plain text. Raises Unavailable."""
    info = await _get(http, unctad, f"/api/datacenter/reports/{report}/info/en", Info)
    text = html.unescape(re.sub(r"<[^>]{0,500}>", " ", info.notes))
    return " ".join(text.split())[:8_000]


async def bulk_files(http: aiohttp.ClientSession, unctad: Unctad, report: str) -> list[BulkFile]:
    """The report's bulk files, at least one.

    Raises Unavailable, also for names that are no file names.
    """
    found = await _get(http, unctad, f"/api/reportMetadata/{report}/bulkfiles/en", list[BulkFile])
    if not 0 < len(found) <= 20 or not all(_BLOB.match(file.file_blob_name) for file in found):
        raise Unavailable("UNCTAD lists no usable bulk file.", code="unctad")
    return found


async def download(
    http: aiohttp.ClientSession, unctad: Unctad, report: str, file: BulkFile, to: Path
) -> None:
    """Stream one 7z to disk. Raises Unavailable, also when it grows beyond any file of theirs."""
    got = 0
    async with _asked(http, unctad, f"/bulkdownload/{report}/{file.file_blob_name}") as response:
        _refuse(response)
        with to.open("wb") as out:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                got += len(chunk)
                if got > _BULK_BYTES:
                    raise Unavailable("UNCTAD's file is larger than it should be.", code="unctad")
                out.write(chunk)


async def _get(http: aiohttp.ClientSession, unctad: Unctad, path: str, kind: type[_T]) -> _T:
    async with _asked(http, unctad, path) as response:
        _refuse(response)
        body = await _bounded(response)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable("UNCTAD's answer is not what its clients know.", code="unctad") from error


class _asked:  # noqa: N801 - reads as a phrase where it is used
    """A GET whose transport errors are Unavailable, wherever in the block they happen."""

    def __init__(self, http: aiohttp.ClientSession, unctad: Unctad, path: str) -> None:
        timeout = aiohttp.ClientTimeout(total=unctad.timeout_seconds, sock_connect=15, sock_read=60)
        base = unctad.base_url or (OFFICIAL if unctad.keyed else "")
        self._asking = http.get(base.rstrip("/") + path, timeout=timeout)

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            return await self._asking.__aenter__()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable("UNCTAD does not answer.", code="unctad") from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: Any
    ) -> None:
        await self._asking.__aexit__(kind, error, at)
        if isinstance(error, (aiohttp.ClientError, TimeoutError)):
            raise Unavailable(
                "UNCTAD stopped in the middle of its answer.", code="unctad"
            ) from error


def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status == 200:
        return
    after = response.headers.get("Retry-After", "")
    seconds = min(int(after), 3_600) if after.isdigit() else None
    raise Unavailable(
        f"UNCTAD answers {response.status}.", code="unctad", retry_after_seconds=seconds
    )


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > _ANSWER_BYTES:
            raise Unavailable("UNCTAD's answer is larger than it should be.", code="unctad")
    return bytes(body)
