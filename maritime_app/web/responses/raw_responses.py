"""Answers kept as complete HTTP/1.1 responses and written with one call.

A repeated search costs a look-up and a write: no route is looked for, no header built, no query
string parsed. What is remembered per address is the key of the cache, and per route the head of its
answers; the body always comes from the cache (this process's copy, else Redis), so an answer that
was dropped there is not served here. Where only the address is new, the question is read, and its
answer goes out with the route's head.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Collection, Mapping

from aiohttp import web
from aiohttp.http import HttpVersion11
from msgspec import Struct

from maritime_app.infra.cache.two_level import Cache, Found, Source
from maritime_app.infra.processes.lifecycle import Lifecycle
from maritime_app.infra.telemetry import request_id
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.infra.telemetry.request_times import RouteTimes
from maritime_app.web import languages
from maritime_app.web.limits.headers import rate_limit_headers
from maritime_app.web.responses import representations
from maritime_app.web.responses.raw_response import DateHeader, RawResponse
from maritime_app.web.responses.security_headers import security_headers
from maritime_app.web.routing import API, ROUTE, Handler

_LIMIT = 20_000
_MOST_PACKED = 500
_LONGEST_ADDRESS = 500
_OF_THIS_ANSWER = (
    "Content-Length",
    "Content-Encoding",
    "ETag",
    "X-Cache",
    "X-Cache-Source",
    "RateLimit",
    "RateLimit-Policy",
    request_id.HEADER,
)
_FROM_HERE = b"\r\nX-Cache: hit"
_FROM = {
    Source.LOCAL: _FROM_HERE,
    Source.REDIS: b"\r\nX-Cache: hit\r\nX-Cache-Source: redis",
    Source.COALESCED: b"\r\nX-Cache: miss\r\nX-Cache-Source: coalesced",
    Source.MISS: b"\r\nX-Cache: miss\r\nX-Cache-Source: miss",
}
_CACHE_KEY: web.RequestKey[str] = web.RequestKey("raw_cache_key", str)
# Path and query as they were sent, the language that was chosen, and Accept-Language. Parts of a
# tuple, never of one text: what a header says cannot be read as another part.
_Address = tuple[str, str, str]


class _Form(Struct, frozen=True):
    """What the answers of a route have in common, and where they are counted."""

    head: bytes
    content_type: str
    times: RouteTimes


class _Known(Struct, frozen=True):
    """What is known of an address: under which key its body is cached, and how it is sent."""

    key: str
    form: _Form


class _Packed(Struct):
    """A body as it is sent in one coding, with the end of its head; valid for that very body.

    `sent` goes out again to whoever asks this process for the same in `form`: all of it is bytes.
    """

    of: bytes
    etag: str
    end: bytes
    body: bytes
    form: _Form | None = None
    sent: RawResponse | None = None


def ready_answer(request: web.Request, key: str, found: Found) -> web.StreamResponse | None:
    """Say that the answer to this request is what the cache holds under the key, the same for
    everybody, and return it complete; None where the handler is to make it.
    """
    request[_CACHE_KEY] = key
    return request.app[RAW_RESPONSES].of_route(request, key, found)


class RawResponses:
    """What is known of addresses exactly as they were requested (path and raw query string)."""

    def __init__(self, cache: Cache, lifecycle: Lifecycle, offered: Collection[str]) -> None:
        self._cache = cache
        self._lifecycle = lifecycle
        self._languages = offered
        # A plain dict walks over what was dropped from its front to find what is now the first.
        self._known: OrderedDict[_Address, _Known] = OrderedDict()
        self._forms: dict[str, _Form] = {}  # by the path of the route
        self._packed: OrderedDict[tuple[str, str], _Packed] = OrderedDict()
        self._constant: dict[tuple[bytes, str], tuple[bytes, ...]] = {}
        self._date = DateHeader()

    def before(self, handler: Handler) -> Handler:
        """Return a handler that gives the ready answer where there is one, and else asks that one.

        It stands before the router: finding a route costs as much as all of this.
        """

        async def ready(request: web.Request, known: _Known) -> web.StreamResponse:
            began = time.perf_counter()
            found = self._local(request, known) or await self._shared(request, known)
            if found is None:
                return await handler(request)
            known.form.times.add(found.status, time.perf_counter() - began)
            return found

        def answer(request: web.Request) -> Awaitable[web.StreamResponse]:
            known = self._find(request)
            return handler(request) if known is None else ready(request, known)

        return answer

    def of_route(self, request: web.Request, key: str, found: Found) -> RawResponse | None:
        """Return the answer in the form of this route's, where one has gone out and the client can
        take it; it says whose request it answers and what is left of the caller's limit.
        """
        route = request[ROUTE]
        form = self._forms.get(route.path)
        if form is None or request.method != "GET" or not self._may_be_raw(request):
            return None
        if route.is_api:
            accept = representations.given(request, "Accept") or ""
            if not representations.accepts(accept, form.content_type):
                return None
        elif languages.is_chosen(request):  # a cookie keeps the choice
            return None
        own = {request_id.HEADER: request_id.current(), **rate_limit_headers(request)}
        source = _FROM[found.source] + representations.lines(own)
        return self._answer(request, _Known(key, form), found.body, source)

    def remember(
        self, request: web.Request, response: web.StreamResponse, times: RouteTimes
    ) -> None:
        """Keep under which key an answer is found whose handler has asked for a ready one."""
        key, address = request.get(_CACHE_KEY), self._address(request)
        if key is None or address is None or response.status != 200 or response.cookies:
            return
        path = request[ROUTE].path
        if path not in self._forms:
            head = _head(response.headers)
            self._forms[path] = _Form(head, response.content_type, times)
        while len(self._known) >= _LIMIT:
            self._known.popitem(last=False)
        self._known[address] = _Known(key, self._forms[path])

    def constant(self, request: web.Request, body: bytes, content_type: str) -> web.StreamResponse:
        """Return a short answer that is the same each time, with the headers of every answer."""
        if not self._may_be_raw(request):
            return web.Response(body=body, content_type=content_type)
        parts = self._constant.get((body, content_type))
        if parts is None:
            headers = {
                "Content-Type": content_type,
                "Cache-Control": representations.PRIVATE,
                **security_headers(request),
            }
            parts = (_head(headers), b"\r\nContent-Length: %d\r\n\r\n" % len(body))
            self._constant[body, content_type] = parts
        return RawResponse(self._date, 200, parts, body)

    def _local(self, request: web.Request, known: _Known) -> RawResponse | None:
        """Return the answer from this process, or None."""
        entry = self._cache.local(known.key)
        if entry is None:
            return None
        tally["search_answers_from_process"] += 1
        return self._answer(request, known, entry.body, _FROM_HERE)

    async def _shared(self, request: web.Request, known: _Known) -> RawResponse | None:
        """Return the answer from Redis, or None."""
        found = await self._cache.shared(known.key)
        return self._answer(request, known, found.body, _FROM[found.source]) if found else None

    def _answer(
        self, request: web.Request, known: _Known, body: bytes, source: bytes
    ) -> RawResponse:
        headers = request.headers
        wanted, coding = headers.get("Accept-Encoding"), ""
        if wanted and representations.is_packable(known.form.content_type, len(body)):
            coding = representations.coding_of(wanted)
        packed = self._packed.get((known.key, coding))
        if packed is None or packed.of != body:  # a copy out of Redis is another object each time
            packed = self._pack(known.key, coding, body)
        known_by = representations.given(request, "If-None-Match")
        if representations.is_unchanged(known_by, packed.etag):
            end = f"\r\nETag: {packed.etag}\r\n\r\n".encode()
            return RawResponse(self._date, 304, (known.form.head, source, end), b"")
        if source is not _FROM_HERE:
            return RawResponse(self._date, 200, (known.form.head, source, packed.end), packed.body)
        if packed.sent is None or packed.form is not known.form:
            packed.form, parts = known.form, (known.form.head, source, packed.end)
            packed.sent = RawResponse(self._date, 200, parts, packed.body)
        return packed.sent

    def _pack(self, key: str, coding: str, body: bytes) -> _Packed:
        """Pack a body once for all who ask for it in that coding."""
        data = representations.packed(body, coding) if coding else body
        etag = representations.etag_of(body)
        lines = [f"ETag: {etag}", f"Content-Length: {len(data)}"]
        if coding:
            lines.append(f"Content-Encoding: {coding}")
        end = "".join(f"\r\n{line}" for line in lines).encode() + b"\r\n\r\n"
        while len(self._packed) >= _MOST_PACKED:
            self._packed.popitem(last=False)
        made = self._packed[key, coding] = _Packed(body, etag, end, data)
        return made

    def _find(self, request: web.Request) -> _Known | None:
        """Return what is known of the request's address, if the client can take that form."""
        if request.method != "GET":
            return None
        address = self._address(request)
        known = self._known.get(address) if address else None
        return known if known and self._may_be_raw(request) else None

    def _address(self, request: web.Request) -> _Address | None:
        """Return what the answer depends on; pages come in the language that is wished."""
        path = request.raw_path
        if len(path) > _LONGEST_ADDRESS:
            return None
        if path.startswith(API):
            return path, "", ""
        wish, chosen = request.headers.get("Accept-Language", ""), ""
        if "lang=" in request.headers.get("Cookie", ""):
            cookie = request.cookies.get(languages.COOKIE, "")
            chosen = cookie if cookie in self._languages else ""
        return (path, chosen, wish) if len(wish) <= _LONGEST_ADDRESS else None

    def _may_be_raw(self, request: web.Request) -> bool:
        """Return whether the connection stays open: a complete answer cannot say that it closes."""
        stays = request.version == HttpVersion11 and request.keep_alive
        return stays and not self._lifecycle.draining


RAW_RESPONSES = web.AppKey("raw_responses", RawResponses)


def _head(headers: Mapping[str, str]) -> bytes:
    own = {n: value for n, value in headers.items() if n not in _OF_THIS_ANSWER}
    return representations.lines(own)
