"""Static files with versioned addresses: the address changes with the content, so browsers may keep
it for a year.

Not aiohttp's add_static: it reads and hashes the file each time an address is written (ten times a
page), sends neither Cache-Control nor our headers, and knows no list of what may be read.
"""

import asyncio
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from maritime_app.errors import NotFound
from maritime_app.web.responses import representations

STATIC_DIR = Path(__file__).resolve().parents[3] / "static"
# What of the installed packages browsers may load; everything else in node_modules stays private.
_VENDOR = ("maplibre-gl/dist/", "uplot/dist/", "topojson-client/src/", "world-atlas/", "qr/")
_TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".webp": "image/webp",
}
_VERSION_DIGITS = 10
_CSS_COMMENT = re.compile(rb"^\s*/\*.*?\*/\s*\n", re.DOTALL | re.MULTILINE)
_JS_COMMENT = re.compile(rb"^[ \t]*(?://.*|/\*\*.*?\*/)\n", re.MULTILINE)


class Statics:
    """Addresses of our own files under /static/ and of the installed front-end packages under
    /static/vendor/.
    """

    def __init__(self, folder: Path = STATIC_DIR) -> None:
        self._folder = folder

    def url(self, path: str) -> str:
        """Return the address of a file in static/, with the first digits of its hash."""
        return f"/static/{path}?v={_version(self._folder / path)}"

    def vendor_url(self, path: str) -> str:
        """Return the address of a file of an installed package, with its hash in the same way."""
        return f"/static/vendor/{path}?v={_version(self._folder / 'node_modules' / path)}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer /static/...: known kinds of files only, nothing outside the folder."""
        file = self._find(request.match_info["path"])
        kind = _TYPES.get(file.suffix) if file else None
        if file is None or kind is None:
            raise NotFound("There is no such file.")
        has_version = "v" in request.rel_url.query
        keep = "public, max-age=31536000, immutable" if has_version else "public, max-age=300"
        text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
        headers = {
            "Cache-Control": keep,
            "Content-Type": kind + ("; charset=utf-8" if text else ""),
        }
        coding = representations.coding_of(request.headers.get("Accept-Encoding", ""))
        if not (text and coding):
            return web.FileResponse(file, headers=headers)
        # A thread, because a map library takes half a second; once, because content never changes
        # under its version.
        packed = await asyncio.to_thread(_packed, file, _version(file), coding)
        return web.Response(body=packed, headers=headers | {"Content-Encoding": coding})

    def _find(self, path: str) -> Path | None:
        """Return the file of an address by its real path: dots and links lead nowhere else."""
        vendor = path.startswith("vendor/")
        root = self._folder / "node_modules" if vendor else self._folder
        try:
            file = (root / path.removeprefix("vendor/")).resolve()
            inside = file.relative_to(root.resolve()).as_posix()
        except (OSError, ValueError):  # outside, too long, or no name that a file can have
            return None
        if vendor:
            allowed = inside.startswith(_VENDOR)
        else:  # in a folder: the package files beside the folders are nobody's business
            allowed = "/" in inside and not inside.startswith("node_modules/")
        return file if allowed and file.is_file() else None


@lru_cache(maxsize=512)
def _packed(file: Path, version: str, coding: str) -> bytes:
    """Return a file packed as small as it gets, without our comments; `version` changes with its
    content.
    """
    del version
    body = file.read_bytes()
    if "node_modules" not in file.parts:  # comments of others have their licences
        body = _without_comments(body, file.suffix)
    return representations.packed(body, coding, smallest=True)


def _without_comments(body: bytes, suffix: str) -> bytes:
    """Return our own CSS or JavaScript without comments that have lines of their own: prose is what
    packs worst.
    """
    if suffix == ".css":
        return _CSS_COMMENT.sub(b"", body)
    return _JS_COMMENT.sub(b"", body) if suffix == ".js" else body


@lru_cache(maxsize=1024)
def _version(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:_VERSION_DIGITS]
    except OSError:
        return "0"
