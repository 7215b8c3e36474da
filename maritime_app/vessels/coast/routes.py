"""The tiles of the coast over HTTP. Their address has a version: browsers keep them for a year."""

from typing import Final

from aiohttp import web

from maritime_app.errors import NotFound
from maritime_app.vessels.coast import tiles
from maritime_app.web.responses import representations
from maritime_app.web.routing import PUBLIC, get

_TYPE: Final = "application/vnd.mapbox-vector-tile"
_LASTING: Final = "public, max-age=31536000, immutable"
# Asked for under another version than ours, while two releases run side by side.
_NOT_OURS: Final = "no-cache"
_DIGITS: Final = 3


def url() -> str:
    """Return the address of the tiles, with {z}, {x} and {y} for whoever asks."""
    return f"/vessels/coast/{tiles.version()}/{{z}}/{{x}}/{{y}}"


async def tile(request: web.Request) -> web.Response:
    """Answer with what is drawn in a square of the map; 204 where there is only sea."""
    info = request.match_info
    z, x, y = (_number(info[name]) for name in ("z", "x", "y"))
    packed = tiles.tile(z, x, y)
    if packed is None:
        raise NotFound("There is no such square.")
    kept = _LASTING if info["version"] == tiles.version() else _NOT_OURS
    if not packed:
        return web.Response(status=204, headers={"Cache-Control": kept})
    headers = {"Cache-Control": kept, "Content-Type": _TYPE}
    coding = representations.coding_of(request.headers.get("Accept-Encoding", ""))
    if coding == "br":
        return web.Response(body=packed, headers=headers | {"Content-Encoding": "br"})
    body = tiles.unpacked(packed)
    if coding == "gzip":
        body = representations.packed(body, "gzip")
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers=headers)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else -1


ROUTES = [
    get(
        "/vessels/coast/{version}/{z}/{x}/{y}",
        tile,
        access=PUBLIC,
        summary="Coast of a square of the map",
        media=_TYPE,
    ),
]
