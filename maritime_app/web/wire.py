"""Answers kept as complete HTTP/1.1 responses and written with one call.

A repeated search costs a look-up and a write: no header is built, no query string parsed. An entry is only
as good as the cache entry it was made from; when that one is dropped, this one is not served any more.
"""

import time
from email.utils import formatdate

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11
from aiohttp.web_request import BaseRequest

from maritime_app.infra.cache import Cache, Entry
from maritime_app.infra.metrics import tally

_LIMIT = 20_000
_OF_THIS_ANSWER = ("Content-Length", "X-Cache", "X-Cache-Source")
_SERVER_LINE = b"HTTP/1.1 200 OK\r\nDate: "


class WireResponse(web.StreamResponse):
    """A response whose bytes are ready; aiohttp's connection handling is kept, its assembling skipped."""

    def __init__(self, wire: bytes, length: int) -> None:
        super().__init__()
        self._wire = wire
        self._length = length
        self._keep_alive = True

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Write head and body in one go."""
        transport = request.transport
        if transport is None:
            return None
        transport.write(b"".join((_SERVER_LINE, _date(), self._wire)))
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""

    @property
    def body_length(self) -> int:
        """What the access log shows."""
        return self._length

    @property
    def prepared(self) -> bool:
        """The head cannot be changed any more."""
        return True


class Wires:
    """Ready responses by the address exactly as it was asked for (path and raw query string)."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._ready: dict[str, tuple[str, Entry, bytes, int]] = {}

    def get(self, request: web.Request) -> WireResponse | None:
        """The ready response, or None: unknown, dropped, aged, or a client that needs another form."""
        ready = self._ready.get(request.raw_path)
        if ready is None:
            return None
        key, entry, wire, length = ready
        if self._cache.local(key) is not entry:
            del self._ready[request.raw_path]
            return None
        if request.version != HttpVersion11 or not request.keep_alive or request.method != "GET":
            return None
        tally["search_answers_from_process"] += 1
        return WireResponse(wire, length)

    def keep(self, request: web.Request, key: str, response: web.Response) -> None:
        """Remember this response for the address, if the cache holds what it was made from."""
        entry = self._cache.local(key)
        body = response.body
        if entry is None or not isinstance(body, bytes) or response.status != 200:
            return
        while len(self._ready) >= _LIMIT:
            del self._ready[next(iter(self._ready))]
        headers = {name: value for name, value in response.headers.items() if name not in _OF_THIS_ANSWER}
        headers["X-Cache"] = "hit"
        lines = [f"\r\n{name}: {value}" for name, value in headers.items()]
        wire = "".join([*lines, f"\r\nContent-Length: {len(body)}\r\n\r\n"]).encode() + body
        self._ready[request.raw_path] = (key, entry, wire, len(body))


WIRES = web.AppKey("wires", Wires)


class _Clock:
    second = 0
    text = b""


def _date() -> bytes:
    """The Date header (RFC 9110 section 6.6.1), formatted once a second."""
    now = int(time.time())
    if now != _Clock.second:
        _Clock.second, _Clock.text = now, formatdate(now, usegmt=True).encode()
    return _Clock.text
