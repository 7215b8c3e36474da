"""Calls to outside services over HTTP: time-outs, bounded bodies, one Retry-After, one error type.

Nothing that is raised carries a header or a body: keys travel there.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import msgspec

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import request_id, tracing
from maritime_app.infra.upstreams.breaker import Breaker, BreakerOpen

MAX_RETRY_AFTER_SECONDS: Final = 3_600
MAX_ANSWER_BYTES: Final = 4 * 1024**2
_CONNECT_SECONDS = 15
_READ_SECONDS = 60  # between two pieces of a body
_CHUNK_BYTES = 256 * 1024
_T = TypeVar("_T")


class Fault(StrEnum):
    """What went wrong with a call."""

    UNREACHABLE = "unreachable"  # no connection: nothing was sent
    NOT_SENDABLE = "not_sendable"  # the request cannot be written, e.g. a line break in a key
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"  # the line broke: the request may have been carried out
    STATUS = "status"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    CIRCUIT_OPEN = "circuit_open"  # not tried: it did not answer lately


class UpstreamError(Unavailable):
    """An outside service gave no answer that can be used; `status` is there for Fault.STATUS."""

    def __init__(
        self,
        message: str,
        fault: Fault,
        *,
        code: str,
        status: int | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message, code=code, retry_after_seconds=retry_after_seconds)
        self.fault = fault
        self.status = status


class UpstreamDown(UpstreamError):
    """The service itself is in trouble (no answer, a broken one, 429, 5xx): try again later."""


class Reply(msgspec.Struct, frozen=True):
    """An answer of any status, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after_seconds(self) -> int | None:
        """How long the service wants to be left alone, if it says so."""
        return parse_retry_after(self.headers.get("Retry-After"))


def parse_retry_after(text: str | None) -> int | None:
    """Return the seconds of a Retry-After header, at most an hour; None if it cannot be read.

    A number of seconds or an HTTP date (RFC 9110, 10.2.3).
    """
    if not text:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        # 9 digits are 31 years: longer ones are cut before they become a number.
        return min(int(text[:9]), MAX_RETRY_AFTER_SECONDS)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year of twenty digits is no date either
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(_seconds_until(at), MAX_RETRY_AFTER_SECONDS)


class Upstream:
    """One outside service. Every call ends within `deadline_seconds`; none follows a redirect
    unless told to, because headers with keys would travel along.

    `name` stands in codes and metrics, `title` in sentences for people. With a breaker, calls are
    not even tried for a while after several in a row have found the service down.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        name: str,
        base_url: str,
        *,
        title: str,
        deadline_seconds: float,
        headers: Mapping[str, str] | None = None,
        breaker: Breaker | None = None,
        follow_redirects: bool = False,
    ) -> None:
        self.name = name
        self.title = title
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers or {})
        self._breaker = breaker
        self._follow_redirects = follow_redirects
        self._timeout = aiohttp.ClientTimeout(
            total=deadline_seconds, sock_connect=_CONNECT_SECONDS, sock_read=_READ_SECONDS
        )

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Reply:
        """Return the answer, whatever its status; a mapping as `body` is sent as a form.

        Raise UpstreamError when there is none, or one of more than `max_bytes`. To the breaker
        every answer is a good one.
        """
        async with self._request(method, path, body, headers) as response:
            content = await self._read(response, max_bytes)
            return Reply(response.status, dict(response.headers), content)

    async def get_json(self, path: str, kind: type[_T], *, max_bytes: int = MAX_ANSWER_BYTES) -> _T:
        """Return the answer as that struct; raise UpstreamError for any other answer."""
        async with self._request("GET", path, None, None) as response:
            self._check(response)
            content = await self._read(response, max_bytes)
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._error(Fault.MALFORMED) from None

    async def save(
        self,
        method: str,
        path: str,
        to: Path,
        *,
        body: bytes | Mapping[str, str] | None = None,
        max_bytes: int,
    ) -> None:
        """Write the answer's body to a file as it comes; raise UpstreamError for all but 200.

        The file never grows beyond `max_bytes`; after an error it may hold a part.
        """
        async with self._request(method, path, body, None) as response:
            self._check(response)
            await self._write(response, to, max_bytes)

    async def save_changed(
        self, path: str, to: Path, *, conditions: Mapping[str, str], max_bytes: int
    ) -> Mapping[str, str] | None:
        """Write the answer's body to a file as `save` does, and return the answer's headers; None,
        and nothing written, when the service says by 304 that it has not changed.

        `conditions` are If-None-Match and If-Modified-Since (RFC 9110, 13.1).
        """
        async with self._request("GET", path, None, conditions) as response:
            if response.status == 304:
                return None
            self._check(response)
            await self._write(response, to, max_bytes)
            return response.headers  # whatever their case

    async def _write(self, response: aiohttp.ClientResponse, to: Path, max_bytes: int) -> None:
        written = 0
        with to.open("wb") as out:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                written += len(chunk)
                if written > max_bytes:
                    raise self._error(Fault.TOO_LARGE)
                out.write(chunk)

    def _check(self, response: aiohttp.ClientResponse) -> None:
        """Raise UpstreamError for every status but 200."""
        if response.status != 200:
            after = parse_retry_after(response.headers.get("Retry-After"))
            raise self._error(Fault.STATUS, status=response.status, retry_after_seconds=after)

    async def _read(self, response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            content += chunk
            if len(content) > max_bytes:
                raise self._error(Fault.TOO_LARGE)
        return bytes(content)

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        body: bytes | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open a response; transport errors anywhere in the block become UpstreamError."""
        with ExitStack() as guards:
            try:
                guards.enter_context(tracing.span(f"{method} {self.name}", "client"))
                if self._breaker is not None:
                    guards.enter_context(self._breaker.guard(UpstreamDown))
                async with self._http.request(
                    method,
                    self._base_url + path,
                    data=body,
                    headers={**_traced(), **self._headers, **(headers or {})},
                    timeout=self._timeout,
                    allow_redirects=self._follow_redirects,
                ) as response:
                    yield response
            except BreakerOpen as error:
                after = max(1, round(error.retry_after_seconds))
                raise self._error(Fault.CIRCUIT_OPEN, retry_after_seconds=after) from None
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                raise self._error(_fault_of(error)) from None

    def _error(
        self, fault: Fault, *, status: int | None = None, retry_after_seconds: int | None = None
    ) -> UpstreamError:
        down = fault in _DOWN or (status is not None and (status == 429 or status >= 500))
        kind = UpstreamDown if down else UpstreamError
        return kind(
            f"{self.title} {_SENTENCES[fault].format(status=status)}.",
            fault,
            code=self.name,
            status=status,
            retry_after_seconds=retry_after_seconds,
        )


_DOWN = frozenset({Fault.UNREACHABLE, Fault.TIMEOUT, Fault.INTERRUPTED, Fault.CIRCUIT_OPEN})
_SENTENCES: Final = {
    Fault.UNREACHABLE: "does not answer",
    Fault.NOT_SENDABLE: "cannot be asked",
    Fault.TIMEOUT: "takes too long",
    Fault.INTERRUPTED: "stopped in the middle of its answer",
    Fault.STATUS: "answers {status}",
    Fault.TOO_LARGE: "sends a larger answer than it should",
    Fault.MALFORMED: "sends an answer in no known form",
    Fault.CIRCUIT_OPEN: "did not answer lately and is left alone for a moment",
}


def _fault_of(error: Exception) -> Fault:
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Fault.UNREACHABLE
    if isinstance(error, TimeoutError):
        return Fault.TIMEOUT
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError):
        return Fault.INTERRUPTED
    # What is left: aiohttp could not write the request (ValueError) or read the answer's head.
    return Fault.NOT_SENDABLE if isinstance(error, ValueError) else Fault.INTERRUPTED


def _seconds_until(at: datetime) -> int:
    return max(0, round((at - clock.now()).total_seconds()))


def _traced() -> dict[str, str]:
    """Return the headers that name what the call is made for."""
    named = {request_id.HEADER: request_id.current(), "traceparent": tracing.traceparent()}
    return {name: value for name, value in named.items() if value}
