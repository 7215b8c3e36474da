"""Static files with versioned addresses: the address changes with the content, so browsers may keep
it for a year. A script has the version of all scripts in its path, for those that it imports stand
beside it: a page never mixes scripts of two releases.

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
_SCRIPTS = (".js", ".mjs")
_LOCK = "package-lock.json"
_LASTING = "public, max-age=31536000, immutable"
_FOR_A_MOMENT = "public, max-age=300"
# Asked for under another version than ours, while two releases run side by side: whoever kept it
# would have the wrong one under that address.
_NOT_OURS = "no-cache"
_ADDRESS = re.compile(r"(vendor/)?(?:v/([0-9a-f]{1,10})/)?(.+)", re.DOTALL)
_CSS_COMMENT = re.compile(rb"^\s*/\*.*?\*/\s*\n", re.DOTALL | re.MULTILINE)
_JS_COMMENT = re.compile(rb"^[ \t]*(?://.*|/\*\*.*?\*/)\n", re.MULTILINE)


class Statics:
    """Addresses of our own files under /static/ and of the installed front-end packages under
    /static/vendor/.
    """

    def __init__(self, folder: Path = STATIC_DIR) -> None:
        self._folder = folder

    def url(self, path: str) -> str:
        """Return the address of a file in static/, with the first digits of a hash: a script's of
        all scripts, any other's of its own.
        """
        if path.endswith(_SCRIPTS):
            return f"/static/v/{_scripts_version(self._folder)}/{path}"
        return f"/static/{path}?v={_version(self._folder / path)}"

    def vendor_url(self, path: str) -> str:
        """Return the address of a file of an installed package, with a hash in the same way: a
        script's is that of all packages, as they are locked.
        """
        if path.endswith(_SCRIPTS):
            return f"/static/vendor/v/{_version(self._folder / _LOCK)}/{path}"
        return f"/static/vendor/{path}?v={_version(self._folder / 'node_modules' / path)}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer /static/...: known kinds of files only, nothing outside the folder."""
        vendor, version, path = _asked(request)
        file = self._find(path, vendor=vendor)
        kind = _TYPES.get(file.suffix) if file else None
        if file is None or kind is None:
            raise NotFound("There is no such file.")
        keep = _FOR_A_MOMENT
        if version:
            ours = self.vendor_url(path) if vendor else self.url(path)
            keep = _LASTING if request.rel_url.path_qs == ours else _NOT_OURS
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

    def _find(self, path: str, *, vendor: bool) -> Path | None:
        """Return the file of an address by its real path: dots and links lead nowhere else."""
        root = self._folder / "node_modules" if vendor else self._folder
        try:
            file = (root / path).resolve()
            inside = file.relative_to(root.resolve()).as_posix()
        except (OSError, ValueError):  # outside, too long, or no name that a file can have
            return None
        if vendor:
            allowed = inside.startswith(_VENDOR)
        else:  # in a folder: the package files beside the folders are nobody's business
            allowed = "/" in inside and not inside.startswith("node_modules/")
        return file if allowed and file.is_file() else None


def _asked(request: web.Request) -> tuple[bool, str, str]:
    """Return whether a package's file is asked for, under which version (empty: none), and which
    file.
    """
    path = request.match_info["path"]
    found = _ADDRESS.fullmatch(path)
    if found is None:
        return False, "", path
    return bool(found[1]), found[2] or request.rel_url.query.get("v", ""), found[3]


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


@lru_cache(maxsize=8)
def _scripts_version(folder: Path) -> str:
    """Return the version of all our scripts together: 4 ms once, for half a megabyte."""
    found = hashlib.sha256()
    ours = (each for each in folder.iterdir() if each.is_dir() and each.name != "node_modules")
    for file in sorted(file for each in ours for file in each.rglob("*.js")):
        found.update(f"{file.relative_to(folder)} {_version(file)}\n".encode())
    return found.hexdigest()[:_VERSION_DIGITS]
