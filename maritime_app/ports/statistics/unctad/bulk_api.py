"""UNCTADstat's keyless bulk files: what there is, which version, and the files themselves.

Endpoints (seen in public clients; undocumented): /api/reportMetadata/{R}/en, .../bulkfiles/en,
/bulkdownload/{R}/{blob}, /api/datacenter/reports/{R}/info/en. One report at a time.
"""

import html
import re
from pathlib import Path

import aiohttp
import msgspec

from maritime_app.errors import Unavailable
from maritime_app.infra.upstreams.http import Upstream
from maritime_app.settings.outside import Unctad

OFFICIAL = "https://unctadstat-api.unctad.org"
_MAX_BULK_BYTES = 512 * 1024**2
_MAX_NOTES_LENGTH = 8_000
_MAX_FILES = 20
_BLOB = re.compile(r"^[\w.-]{1,120}$")


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


class BulkApi:
    """The bulk files over HTTP. Every method raises UpstreamError without a usable answer."""

    def __init__(self, http: aiohttp.ClientSession, unctad: Unctad) -> None:
        self._upstream = Upstream(
            http,
            "unctad",
            unctad.base_url or (OFFICIAL if unctad.keyed else ""),
            title="UNCTAD",
            deadline_seconds=unctad.timeout_seconds,
            follow_redirects=True,  # no key travels along
        )

    async def metadata(self, report: str) -> Metadata:
        """Return the report's title and version."""
        return await self._upstream.get_json(f"/api/reportMetadata/{report}/en", Metadata)

    async def notes(self, report: str) -> str:
        """Return the publisher's notes as plain text."""
        info = await self._upstream.get_json(f"/api/datacenter/reports/{report}/info/en", Info)
        text = html.unescape(re.sub(r"<[^>]{0,500}>", " ", info.notes))
        return " ".join(text.split())[:_MAX_NOTES_LENGTH]

    async def bulk_files(self, report: str) -> list[BulkFile]:
        """Return the report's bulk files, at least one.

        Raise Unavailable for none, for too many, and for names that are no file names.
        """
        path = f"/api/reportMetadata/{report}/bulkfiles/en"
        files = await self._upstream.get_json(path, list[BulkFile])
        if not 0 < len(files) <= _MAX_FILES or not all(
            _BLOB.match(file.file_blob_name) for file in files
        ):
            raise Unavailable("UNCTAD lists no usable bulk file.", code="unctad")
        return files

    async def download(self, report: str, file: BulkFile, to: Path) -> None:
        """Write one 7z to disk as it comes, at most 512 MiB."""
        path = f"/bulkdownload/{report}/{file.file_blob_name}"
        await self._upstream.save("GET", path, to, max_bytes=_MAX_BULK_BYTES)
