"""One connection: aiohttp's, with our answers to what is no request, and a share per address."""

from collections import Counter
from collections.abc import Coroutine, Mapping
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.web.limits.addresses import counted_as

logger = log.get(__name__)
# A request line of 8,190 bytes is what servers and proxies agree on (RFC 9112 section 3 asks for
# 8,000 at least). A header may be a little longer, so that the two can be told apart.
_LONGEST_LINE = 8_190
_LONGEST_HEADER = 8_192
_TOO_MANY = "Too many headers"  # aiohttp's word for more than 128; its kind says nothing of it
_WORDS = {
    400: ("malformed", "Bad request", "This is not a request that we understand."),
    404: ("not_found", "Not found", "There is no page at this address."),
    405: ("method", "Not allowed", "This address does not take that method."),
    408: ("too_slow", "Too slow", "The request did not arrive in time."),
    414: ("too_long", "Address too long", "The address is longer than any of ours."),
    431: ("header_too_large", "Header too large", "A header is too large, or there are too many."),
    500: ("fault", "Internal error", "Something went wrong on our side."),
}


class Edge:
    """What the connections of one process share: their headers, and how many each address has."""

    def __init__(self, headers: Mapping[str, str], per_address: int) -> None:
        self.headers = headers
        self.per_address = per_address  # 0: as many as there are
        self.open: Counter[str] = Counter()
        self.connections: set[Connection] = set()

    def answer(self, status: int) -> web.Response:
        """Return a problem document for what never became a request."""
        code, title, detail = _WORDS.get(status, _WORDS[400])
        document = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
        }
        response = web.Response(
            body=msgspec.json.encode(document),
            status=status,
            content_type="application/problem+json",
            headers={**self.headers, "Cache-Control": "no-store"},
        )
        response.force_close()
        return response


class Connection(RequestHandler):
    """A connection that knows for how long it has been waiting for the rest of a head."""

    __slots__ = ("_address", "_edge", "awaits_head", "reads", "since", "waiting_for")

    def __init__(self, edge: Edge, *args: Any, **more: Any) -> None:
        super().__init__(*args, max_line_size=_LONGEST_LINE, max_field_size=_LONGEST_HEADER, **more)
        self._edge = edge
        self._address: str | None = None
        self.awaits_head = True  # a part of one has come, or nothing since it was opened
        self.reads = 0  # how often bytes have come
        # What `deadlines` saw it wait for when it last looked, and since when.
        self.waiting_for: object = None
        self.since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Take the connection in, or cut it where its address has its share already."""
        peer = transport.get_extra_info("peername")
        address = counted_as(peer[0]) if isinstance(peer, tuple) else None
        edge = self._edge
        if address is not None and edge.per_address:
            if edge.open[address] >= edge.per_address:
                tally["connections_refused"] += 1
                transport.abort()
                return
            edge.open[address] += 1
            self._address = address
        edge.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room for another one of this address."""
        self._edge.connections.discard(self)
        address, self._address = self._address, None
        if address is not None:
            self._edge.open[address] -= 1
            if not self._edge.open[address]:
                del self._edge.open[address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in; note whether they are a whole head yet."""
        self.reads += 1
        super().data_received(data)
        self.awaits_head = not self._messages and self._current_request is None

    @property
    def in_work(self) -> BaseRequest | None:
        """Return the request that is being answered."""
        return self._current_request

    @property
    def is_busy(self) -> bool:
        """Return whether a request is being answered or waits to be."""
        return self._request_in_progress or bool(self._messages)

    def handle_error(
        self,
        request: BaseRequest,  # noqa: ARG002 - there is none worth the name
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's words
    ) -> web.StreamResponse:
        """Return our answer to bytes that are no request, or to a fault outside of every route."""
        if status >= 500:
            logger.error("connection_failed", error=type(exc).__name__, exc_info=exc)
        if isinstance(exc, LineTooLong):
            status = 414 if exc.args[1] == _LONGEST_LINE else 431
        elif isinstance(exc, BadHttpMessage) and exc.message.startswith(_TOO_MANY):
            status = 431
        return self._edge.answer(status)

    def log_exception(self, *args: Any, **more: Any) -> None:
        """Log a fault outside of every route. A body that cannot be read is none: it was answered
        when the route read it, and aiohttp reads on to find where the next request begins.
        """
        if not isinstance(more.get("exc_info"), web.RequestPayloadError):
            super().log_exception(*args, **more)

    def finish_response(
        self, request: BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> Coroutine[Any, Any, tuple[web.StreamResponse, bool]]:
        """Send an answer; what aiohttp itself refuses (CONNECT, no path) is answered by us."""
        if resp.status >= 400 and isinstance(resp, web.HTTPException):
            resp = self._edge.answer(resp.status)
        return super().finish_response(request, resp, start_time)

    def give_up(self, status: int) -> None:
        """Answer a request that will not be finished, and close."""
        transport = self.transport
        if transport is not None and not transport.is_closing() and self._current_request is None:
            transport.write(_bytes(self._edge.answer(status)))
        self.force_close()


def _bytes(response: web.Response) -> bytes:
    body = response.body if isinstance(response.body, bytes) else b""
    fields = {**response.headers, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
