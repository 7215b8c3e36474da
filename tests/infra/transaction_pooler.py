"""A pooler of transactions, as PgBouncer is one, and less kind: of a client's transactions, no two
that follow one another run in the same session of the server.

With `carries_statements` named statements follow their client, as PgBouncer 1.21 has it.
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

_SSL_REQUEST = 80877103
_ALLOWED = {b"user", b"database", b"application_name", b"client_encoding"}
Frame = tuple[bytes, bytes]


class Session:
    """One connection to the server, and the statements that it knows."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.statements: set[bytes] = set()
        self.to_swallow = 0


class TransactionPooler:
    """`url` leads through here; `sessions` are those that nobody has at the moment."""

    def __init__(self, url: str, *, carries_statements: bool) -> None:
        self._parts = urlsplit(url)
        self._carries = carries_statements
        self._free: list[Session] = []
        self._came_free = asyncio.Condition()
        self._clients = 0
        self._writers: list[asyncio.StreamWriter] = []
        self.transactions = 0
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["TransactionPooler"]:
        """Serve on a free port."""
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        login = self._parts.netloc.rpartition("@")[0]
        netloc = f"{login}@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.url = urlunsplit(self._parts._replace(netloc=netloc))
        try:
            yield self
        finally:
            server.close()
            for writer in self._writers:
                writer.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._clients += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            session = await self._introduce(reader, writer)
            if session is not None:
                await self._put_back(session)
                await self._serve(reader, writer, b"c%d_" % self._clients, session)
        writer.close()

    async def _introduce(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Session | None:
        """Let the client log in over a session of its own, which all may use from then on."""
        while True:
            size = struct.unpack("!I", await reader.readexactly(4))[0]
            body = await reader.readexactly(size - 4)
            if struct.unpack("!I", body[:4])[0] != _SSL_REQUEST:
                break
            writer.write(b"N")
        words = body[4:].rstrip(b"\0").split(b"\0")
        if unknown := set(words[::2]) - _ALLOWED:
            refusal = b"SFATAL\0C08P01\0Munsupported startup parameter: " + unknown.pop() + b"\0\0"
            writer.write(_packed((b"E", refusal)))
            return None
        there, out = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._writers.append(out)
        out.write(struct.pack("!I", size) + body)
        while True:
            kind, data = frame = await _read(there)
            writer.write(_packed(frame))
            if kind == b"Z":
                return Session(there, out)
            if kind == b"R" and struct.unpack("!I", data[:4])[0] in {3, 5, 10, 11}:  # it asks
                out.write(_packed(await _read(reader)))

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        prefix: bytes,
        last: Session,
    ) -> None:
        parsed: dict[bytes, bytes] = {}
        answering: asyncio.Task[None] | None = None
        while True:
            frame = await _read(reader)
            if frame[0] == b"X":
                return
            if answering is None or answering.done():  # outside every transaction
                last = await self._take(other_than=last)
                answering = asyncio.create_task(self._answer(last, writer))
            self._pass(last, self._renamed(last, frame, prefix, parsed))

    def _pass(self, session: Session, frames: list[Frame]) -> None:
        session.writer.write(b"".join(_packed(frame) for frame in frames))

    def _renamed(
        self, session: Session, frame: Frame, prefix: bytes, parsed: dict[bytes, bytes]
    ) -> list[Frame]:
        """The frame, its statement under a name that no other client has, and known there."""
        kind, body = frame
        if not self._carries or kind not in {b"P", b"B", b"D", b"C"}:
            return [frame]
        head, name, rest = _name_in(kind, body)
        if not name:
            return [frame]
        ours = prefix + name
        renamed = (kind, head + ours + b"\0" + rest)
        if kind == b"P":
            parsed[name] = renamed[1]
            session.statements.add(ours)
            return [renamed]
        if kind == b"C" or ours in session.statements:
            return [renamed]
        session.statements.add(ours)
        session.to_swallow += 1  # the answer to a Parse that the client has not sent now
        return [(b"P", parsed[name]), renamed]

    async def _answer(self, session: Session, writer: asyncio.StreamWriter) -> None:
        """Pass the answers on until the transaction is over; then others may have the session."""
        while True:
            kind, body = frame = await _read(session.reader)
            if kind == b"1" and session.to_swallow:
                session.to_swallow -= 1
                continue
            if (kind, body) == (b"Z", b"I"):
                break
            writer.write(_packed(frame))
        await self._put_back(session)
        writer.write(_packed(frame))

    async def _take(self, other_than: Session) -> Session:
        async with self._came_free:
            await self._came_free.wait_for(lambda: any(s is not other_than for s in self._free))
            session = next(s for s in self._free if s is not other_than)
            self._free.remove(session)
        return session

    async def _put_back(self, session: Session) -> None:
        self.transactions += 1
        async with self._came_free:
            self._free.append(session)
            self._came_free.notify_all()


def _name_in(kind: bytes, body: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before a statement's name, the name, and what comes after; "" for a portal."""
    if kind in {b"D", b"C"}:
        return (body[:1], body[1:-1], b"") if body[:1] == b"S" else (b"", b"", b"")
    portal, _, after = body.partition(b"\0") if kind == b"B" else (b"", b"", body)
    name, _, rest = after.partition(b"\0")
    return portal + b"\0" if kind == b"B" else b"", name, rest


async def _read(reader: asyncio.StreamReader) -> Frame:
    kind = await reader.readexactly(1)
    size = struct.unpack("!I", await reader.readexactly(4))[0]
    return kind, await reader.readexactly(size - 4)


def _packed(frame: Frame) -> bytes:
    return frame[0] + struct.pack("!I", len(frame[1]) + 4) + frame[1]
