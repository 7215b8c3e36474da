"""The one file that listens to receivers: TCP connections to those that serve, UDP for the others.

A receiver in reach of few ships may be still for minutes: that is a state of the source, and a TCP
connection on which nothing came for so long is made anew.
"""

import asyncio
from contextlib import suppress
from typing import Final, Protocol

from maritime_app import clock
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.upstreams import names
from maritime_app.vessels.ais.receipt import Decoded
from maritime_app.vessels.feed.aisstream import Ended
from maritime_app.vessels.model import FeedState, Rejection
from maritime_app.vessels.nmea import codec
from maritime_app.vessels.nmea.sentences import MAX_LINE_BYTES, Sentences

_OPEN_SECONDS: Final = 10.0
_WATCH_SECONDS: Final = 1.0
_LINES_BETWEEN_YIELDS: Final = 200
_MAX_SENDERS: Final = 256


class ReportSink(Protocol):
    """Who takes what receivers say."""

    def take_decoded(self, decoded: Decoded, now_ms: int) -> None:
        """Take one message in."""

    def opened(self) -> None:
        """Note that it is connected."""

    def closed(self) -> None:
        """Note that it is no more."""

    def is_silent(self) -> bool:
        """Whether nothing has arrived for too long."""


def address_of(text: str) -> tuple[str, int]:
    """Return host and port of "host:port" ("[::1]:10110"); raise ValueError for anything else."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise ValueError(f"{text!r} is not host:port")
    return host.strip("[]"), int(port)


async def follow_tcp(address: str, sink: ReportSink, over: asyncio.Event) -> None:
    """Read the lines of one receiver until `over`; raise Ended when the connection ends."""
    host, port = address_of(address)
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            await names.look_up(host)
            reader, writer = await asyncio.open_connection(host, port, limit=2 * MAX_LINE_BYTES)
    except (OSError, TimeoutError) as error:
        reason = f"no connection to {address} ({type(error).__name__})"
        raise Ended(FeedState.CONNECTING, reason) from error
    sink.opened()
    watching = asyncio.create_task(_close_when_silent(writer, sink, over))
    try:
        await _read(reader, sink)
    except OSError as error:
        if not over.is_set() and not watching.done():
            raise Ended(FeedState.CONNECTING, f"{address} has cut the connection") from error
    finally:
        is_silent = watching.done() and not over.is_set()
        watching.cancel()
        sink.closed()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    if not over.is_set():
        state = FeedState.SILENT if is_silent else FeedState.CONNECTING
        raise Ended(state, f"{address} sends nothing" if is_silent else f"{address} has hung up")


async def listen_udp(address: str, sink: ReportSink, over: asyncio.Event) -> None:
    """Take in what receivers send to this address until `over`; raise Ended where it is taken."""
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Datagrams(sink), local_addr=address_of(address)
        )
    except OSError as error:
        reason = f"{address} cannot be listened to ({type(error).__name__})"
        raise Ended(FeedState.REFUSED, reason, pause_seconds=60.0) from error
    sink.opened()
    try:
        while not over.is_set():
            sink.is_silent()  # turns the state; a datagram has no connection to make anew
            await until(over, _WATCH_SECONDS)
    finally:
        sink.closed()
        transport.close()


async def _read(reader: asyncio.StreamReader, sink: ReportSink) -> None:
    sentences, number = Sentences(), 0
    while True:
        try:
            line = await reader.readline()
        except ValueError:  # longer than any sentence: what is in the buffer has been dropped
            sink.take_decoded(Rejection.MALFORMED, clock.epoch_ms())
            continue
        if not line:
            return
        take_line(line, sentences, sink)
        number += 1
        if number % _LINES_BETWEEN_YIELDS == 0:
            await asyncio.sleep(0)


def take_line(line: bytes, sentences: Sentences, sink: ReportSink) -> None:
    """Hand on what one line completes; empty lines and comments are nothing."""
    if not line.strip() or line.startswith(b"#"):
        return
    now_ms = clock.epoch_ms()
    whole = sentences.take(line, now_ms)
    if isinstance(whole, Rejection):
        sink.take_decoded(whole, now_ms)
    elif whole is not None:
        sink.take_decoded(codec.decode(whole, now_ms), now_ms)


class _Datagrams(asyncio.DatagramProtocol):
    """Lines of any number of receivers; parts are put together by sender."""

    def __init__(self, sink: ReportSink) -> None:
        self._sink = sink
        self._senders: dict[object, Sentences] = {}

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take the lines of one datagram in."""
        if addr not in self._senders and len(self._senders) >= _MAX_SENDERS:
            self._senders.clear()
        sentences = self._senders.setdefault(addr, Sentences())
        for line in data.splitlines():
            take_line(line, sentences, self._sink)


async def _close_when_silent(
    writer: asyncio.StreamWriter, sink: ReportSink, over: asyncio.Event
) -> None:
    while not over.is_set() and not sink.is_silent():
        await until(over, _WATCH_SECONDS)
    writer.close()
