"""One answer whose bytes are complete, as the connection writes it."""

from email.utils import formatdate

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from maritime_app import clock

_LINES = {
    200: b"HTTP/1.1 200 OK\r\nDate: ",
    201: b"HTTP/1.1 201 Created\r\nDate: ",
    304: b"HTTP/1.1 304 Not Modified\r\nDate: ",
}


class DateHeader:
    """The value of the Date header (RFC 9110 section 6.6.1), formatted once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = b""

    def now(self) -> bytes:
        """Return the present second, such as b"Wed, 25 Nov 2026 21:50:04 GMT"."""
        second = clock.epoch_ms() // 1_000
        if second != self._second:
            self._second, self._text = second, formatdate(second, usegmt=True).encode()
        return self._text


class RawResponse(web.StreamResponse):
    """A response whose bytes are complete; aiohttp's connection handling stays, its assembling is
    skipped.
    """

    def __init__(
        self, date: DateHeader, status: int, parts: tuple[bytes, ...], body: bytes
    ) -> None:
        super().__init__(status=status)
        self._line = _LINES[status]
        self._date = date
        self._parts = (*parts, body)
        self._length = len(body)
        self._keep_alive = True

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Write head and body in one go, and wait where the client does not read."""
        transport = request.transport
        if transport is None:
            return None
        transport.write(b"".join((self._line, self._date.now(), *self._parts)))
        if request.protocol.writing_paused:
            # Else answers to a client that pipelines and never reads would pile up here.
            await request.writer.drain()
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""

    @property
    def body_length(self) -> int:
        """How many bytes the body has, for the access log."""
        return self._length

    @property
    def prepared(self) -> bool:
        """Whether the head can no longer be changed: always."""
        return True
