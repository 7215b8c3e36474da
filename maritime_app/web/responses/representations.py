"""How an answer travels: who may keep it, by what it is recognised, and how it is packed.

RFC 9110 sections 8.8 (validators), 12 (negotiation), 13 (conditions), RFC 9111 (caches).
"""

import hashlib
import zlib
from collections.abc import Mapping
from functools import lru_cache

import brotli
import msgspec
from aiohttp import web

from maritime_app.web.forms import csrf
from maritime_app.web.routing import PUBLIC, Route

PRIVATE = "private, no-store"
_SHORTEST_PACKED = 1_024  # below that a header costs more than packing saves
# The middle of the scale: 30 KB of a page in half a millisecond, to a fifth.
_BROTLI_QUALITY, _GZIP_LEVEL = 4, 5
_BROTLI_SMALLEST = 9
# Pages that cost most to pack (5 to 8 ms) are the same for minutes: the last ones are remembered
# by all of their bytes, ten megabytes at most.
_WORTH_REMEMBERING = range(40_000, 300_000)
_REMEMBERED = 30
_GZIP_WINDOW = 31  # zlib's 15 bits, in gzip's frame
# 256 KB: a part that repeats most of the one before it costs next to nothing, where gzip has
# forgotten that after 32 KB; and no reader costs the 4 MB of brotli's usual window.
_PARTS_WINDOW = 18
_PACKABLE = (
    "application/json",
    "application/problem+json",
    "application/geo+json",
    "application/vnd.google-earth.kml+xml",
    "application/gpx+xml",
    "application/atom+xml",
)
# Public reads are for the pages of others, too: nothing in them depends on a cookie, and a browser
# sends none along where any origin is allowed (Fetch, CORS protocol and credentials).
_OPEN_TO_PAGES = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After",
}
_VARY = "Accept-Language, Accept-Encoding"
_VARY_OF_PAGES = f"{_VARY}, Cookie"
_VARY_OF_FILES = "Accept-Encoding"  # the same for everybody, in every language
_NOT_AT_ALL = ("q=0", "q=0.0", "q=0.00", "q=0.000")
_UNCHANGED = ("Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Vary")


def finish(route: Route, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Return the answer as it goes out: with Cache-Control, Vary and ETag, packed, or as 304."""
    headers = response.headers
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = cache_control(route, request, response)
    if route.is_api and route.access == PUBLIC and route.method == "GET":
        headers.extend(_OPEN_TO_PAGES)
    headers["Vary"] = varies_by(route)
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return response
    if response.status != 200:
        return response
    if "no-store" in headers["Cache-Control"]:
        if not _is_personal(route, request, response):
            _pack(request, response, response.body)
        return response
    if route.is_api and not accepts(given(request, "Accept") or "", response.content_type):
        return _not_acceptable(response.content_type)
    if "ETag" not in headers:
        headers["ETag"] = etag_of(response.body)
    if is_unchanged(given(request, "If-None-Match"), headers["ETag"]):
        kept = {name: headers[name] for name in _UNCHANGED if name in headers}
        return web.Response(status=304, headers=kept)
    _pack(request, response, response.body)
    return response


def _not_acceptable(content_type: str) -> web.Response:
    document = {
        "type": "about:blank",
        "title": "Not acceptable",
        "status": 406,
        "detail": f"This address answers in {content_type}, which Accept leaves out.",
        "code": "not_acceptable",
    }
    return web.Response(
        body=msgspec.json.encode(document),
        status=406,
        content_type="application/problem+json",
        headers={"Cache-Control": PRIVATE},
    )


def varies_by(route: Route) -> str:
    """Return what of a request the answers of the route depend on."""
    if route.path.startswith("/static/"):
        return _VARY_OF_FILES
    return _VARY if route.is_api else _VARY_OF_PAGES


def cache_control(route: Route, request: web.Request, response: web.StreamResponse) -> str:
    """Return who may keep an answer that does not say so itself.

    Nobody keeps what belongs to somebody (staff, guests, forms with a token) and what was refused;
    everything else is asked for again, and answered by 304 where it has not changed.
    """
    is_personal = _is_personal(route, request, response)
    if is_personal or response.status >= 300 or request.method not in ("GET", "HEAD"):
        return PRIVATE
    return "no-cache"


def _is_personal(route: Route, request: web.Request, response: web.StreamResponse) -> bool:
    """Return whether it belongs to somebody: then its length is to say nothing, either (BREACH)."""
    return route.access != PUBLIC or csrf.is_on_page(request) or "Set-Cookie" in response.headers


def lines(headers: Mapping[str, str]) -> bytes:
    """Return headers as they are written, each after the end of a line."""
    return "".join([f"\r\n{name}: {value}" for name, value in headers.items()]).encode()


def etag_of(body: bytes) -> str:
    """Return a weak validator of these bytes: the same for every packing of them."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def given(request: web.Request, name: str) -> str | None:
    """Return a header that is a list, whether it came on one line or several (5.3)."""
    value = request.headers.get(name)
    return None if value is None else ", ".join(request.headers.getall(name))


def is_unchanged(if_none_match: str | None, etag: str) -> bool:
    """Return whether one of the client's validators fits, by the weak comparison (13.1.2)."""
    if if_none_match is None:
        return False
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in known or etag.removeprefix("W/") in known


def accepts(accept: str, content_type: str) -> bool:
    """Return whether a client that sends this Accept takes that type; what is said of it most
    narrowly holds (12.5.1).
    """
    if not accept:
        return True
    family = content_type.partition("/")[0] + "/*"
    taken: dict[str, bool] = {}
    for part in accept.split(","):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        refused = any(word.replace(" ", "") in _NOT_AT_ALL for word in parameters)
        taken[kind] = taken.get(kind, False) or not refused
    return next((taken[kind] for kind in (content_type, family, "*/*") if kind in taken), False)


def coding_of(accept_encoding: str) -> str:
    """Return how to pack for a client that sends this Accept-Encoding: "br", "gzip" or ""."""
    wanted = _codings(accept_encoding)
    return next((coding for coding in ("br", "gzip") if wanted.get(coding)), "")


def _codings(accept_encoding: str) -> dict[str, bool]:
    wanted = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        wanted[name] = not any(word.replace(" ", "") in _NOT_AT_ALL for word in parameters)
    return wanted


class PartsPacker:
    """Packs an answer that goes out in parts: each can be read as soon as it is there.

    `coding` is for Content-Encoding: "br", "gzip", or "" for a client that takes neither.
    """

    def __init__(self, accept_encoding: str) -> None:
        self.coding = coding_of(accept_encoding)
        self._brotli = brotli.Compressor(quality=_BROTLI_QUALITY, lgwin=_PARTS_WINDOW)
        self._gzip = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def packed(self, part: bytes) -> bytes:
        """Return what of the answer is to be sent for this part."""
        if self.coding == "br":
            sent: bytes = self._brotli.process(part) + self._brotli.flush()
            return sent
        if self.coding == "gzip":
            return self._gzip.compress(part) + self._gzip.flush(zlib.Z_SYNC_FLUSH)
        return part

    def end(self) -> bytes:
        """Return what is to be sent last."""
        if self.coding == "br":
            sent: bytes = self._brotli.finish()
            return sent
        return self._gzip.flush() if self.coding else b""


def packed(body: bytes, coding: str, *, smallest: bool = False) -> bytes:
    """Return the bytes in that coding; as small as it gets, for what is packed once and for all."""
    if coding == "br":
        quality = _BROTLI_SMALLEST if smallest else _BROTLI_QUALITY
        answer: bytes = brotli.compress(body, quality=quality)
        return answer
    packer = zlib.compressobj(9 if smallest else _GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(body) + packer.flush()


@lru_cache(maxsize=_REMEMBERED)
def _packed_before(body: bytes, coding: str) -> bytes:
    return packed(body, coding)


def is_packable(content_type: str, length: int) -> bool:
    """Return whether packing pays: text of some length."""
    return length >= _SHORTEST_PACKED and content_type.startswith(("text/", *_PACKABLE))


def _pack(request: web.Request, response: web.Response, body: bytes) -> None:
    if "Content-Encoding" in response.headers or not is_packable(response.content_type, len(body)):
        return
    if response.compression:  # packed twice, nobody can read it
        raise RuntimeError("answers are packed here, and nowhere else")
    if coding := coding_of(request.headers.get("Accept-Encoding", "")):
        pack = _packed_before if len(body) in _WORTH_REMEMBERING else packed
        response.body = pack(body, coding)
        response.headers["Content-Encoding"] = coding
