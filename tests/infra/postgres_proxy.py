"""A proxy between us and PostgreSQL that reads the protocol and can misbehave at any message.

https://www.postgresql.org/docs/current/protocol-message-formats.html: a message is a type byte and
a length; only the first one of a client has no type.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

_SSL_REQUEST = 80877103
# The last message of every answer: its type, its length and one byte, how the transaction stands.
_READY_FOR_QUERY = b"Z"
_CARRIED_OUT_SECONDS = 5.0


class Fault(StrEnum):
    """What happens to a message."""

    STALL_BEFORE = "stall before"  # it is held back until `go_on`
    CUT_BEFORE = "cut before"  # it never arrives, both lines are closed
    CUT_AFTER = "cut after"  # it arrives, its answer does not
    RESET_AFTER = "reset after"  # the same, by a reset
    STALL_AFTER = "stall after"  # it arrives, its answer waits until `go_on`


Chooser = Callable[[bytes, bytes], Fault | None]


class PostgresProxy:
    """`choose(type, body)` may name a fault for each message that carries a statement."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._there = (parts.hostname, parts.port)
        self._parts = parts
        self.url = ""
        self.choose: Chooser = lambda _kind, _body: None
        self.faults: list[tuple[Fault, bytes]] = []
        self._going = asyncio.Event()
        self._going.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def go_on(self) -> None:
        """Let whatever is stalled go on."""
        self._going.set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["PostgresProxy"]:
        """Serve on a free port; `url` leads through here."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        login = self._parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._parts._replace(netloc=f"{login}@127.0.0.1:{port}"))
        try:
            yield self
        finally:
            self.go_on()
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        back, there = await asyncio.open_connection(*self._there)
        line = _Line(self, writer, there)
        try:
            await asyncio.gather(line.forward(reader), line.backward(back), return_exceptions=True)
        except asyncio.CancelledError:
            pass  # the proxy ends
        finally:
            writer.close()
            there.close()
            self._tasks.discard(task)


class _Line:
    def __init__(
        self, proxy: PostgresProxy, client: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._is_holding, self._held = False, b""
        self._carried_out = asyncio.Event()

    async def forward(self, reader: asyncio.StreamReader) -> None:
        """Pass the client's messages on, one by one, with what is chosen for each."""
        code = _SSL_REQUEST
        while code == _SSL_REQUEST:  # the start-up message comes after it, both without a type
            body = await self._body(reader)
            code = struct.unpack("!I", body[:4])[0]
            self._server.write(struct.pack("!I", len(body) + 4) + body)
        while not self._client.is_closing():
            kind = await reader.readexactly(1)
            body = await self._body(reader)
            fault = self._proxy.choose(kind, body) if kind in b"QPE" else None
            message = kind + struct.pack("!I", len(body) + 4) + body
            if fault is None:
                self._server.write(message)
                continue
            self._proxy.faults.append((fault, kind + body[:40]))
            if kind != b"Q":  # an extended query is carried out with its Sync
                message += b"S" + struct.pack("!I", 4)
            await self._misbehave(fault, message)

    async def _body(self, reader: asyncio.StreamReader) -> bytes:
        size = struct.unpack("!I", await reader.readexactly(4))[0]
        return await reader.readexactly(size - 4)

    async def _misbehave(self, fault: Fault, message: bytes) -> None:
        if fault is Fault.CUT_BEFORE:
            return self._cut()
        if fault is Fault.STALL_BEFORE:
            await self._stall()
            self._server.write(message)
            return None
        self._is_holding = True
        self._carried_out.clear()
        self._server.write(message)
        if fault is Fault.STALL_AFTER:
            await self._stall()
            self._pass_on()
            return None
        await self._server.drain()
        with suppress(TimeoutError):  # one that waits for a lock is cut off while it waits
            async with asyncio.timeout(_CARRIED_OUT_SECONDS):
                await self._carried_out.wait()
        return self._client.transport.abort() if fault is Fault.RESET_AFTER else self._cut()

    async def _stall(self) -> None:
        self._proxy._going.clear()
        await self._proxy._going.wait()

    async def backward(self, reader: asyncio.StreamReader) -> None:
        """Pass the server's answers back, unless they are held."""
        while data := await reader.read(65_536):
            self._held += data
            if self._held[-6:-5] == _READY_FOR_QUERY:
                self._carried_out.set()
            if not self._is_holding:
                self._pass_on()
        self._client.close()

    def _pass_on(self) -> None:
        self._is_holding = False
        self._client.write(self._held)
        self._held = b""

    def _cut(self) -> None:
        self._client.close()
        self._server.close()
