"""Servers that misbehave on purpose, for tests of what stands on them."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import hiredis

_TLS_WANTED = 80_877_103  # the code of an SSLRequest in PostgreSQL's protocol


class LoadingRedis:
    """A Redis that has just been started: it answers everything but SELECT with LOADING, until told
    it is done.
    """

    def __init__(self) -> None:
        self.loading = True
        self.url = ""
        self.connections: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        parser = hiredis.Reader()
        while data := await reader.read(65_536):
            parser.feed(data)
            while (command := parser.gets()) is not False:
                writer.write(self.answer(command))
        writer.close()

    def answer(self, command: list[bytes]) -> bytes:
        if command[0] == b"SELECT":
            return b"+OK\r\n"
        return (
            b"-LOADING Redis is loading the dataset in memory\r\n" if self.loading else b"$-1\r\n"
        )

    def cut(self) -> None:
        """Close every connection, as a restart does."""
        for writer in self.connections:
            writer.close()
        self.connections.clear()


@asynccontextmanager
async def loading_redis() -> AsyncIterator[LoadingRedis]:
    """One on a free port."""
    fake = LoadingRedis()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        fake.cut()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def starting_postgres(port: int) -> AsyncIterator[None]:
    """A PostgreSQL that lets nobody in: it is starting up, and says so in its own protocol."""
    fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            size, code = struct.unpack("!ii", await reader.readexactly(8))
            await reader.readexactly(size - 8)
            if code == _TLS_WANTED:
                writer.write(b"N")
                size = struct.unpack("!i", await reader.readexactly(4))[0]
                await reader.readexactly(size - 4)
            writer.write(b"E" + struct.pack("!i", len(fields) + 4) + fields)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


class Wire:
    """A TCP proxy whose open lines can fall silent without an end, as when a router has lost its
    table: what is sent goes nowhere, and nobody says so. New lines work.
    """

    def __init__(self) -> None:
        self.port = 0
        self.lines: list[asyncio.StreamWriter] = []
        self._generation = 0

    def go_silent(self) -> None:
        """Carry nothing any more over the lines that are open now."""
        self._generation += 1

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", self.port)
        self.lines += [ahead, writer]
        generation = self._generation
        await asyncio.gather(
            self._carry(reader, ahead, generation), self._carry(behind, writer, generation)
        )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, generation: int
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if generation == self._generation:
                    writer.write(data)
        if generation == self._generation:
            writer.close()


@asynccontextmanager
async def wire_to(port: int, own_port: int = 0) -> AsyncIterator[tuple[Wire, int]]:
    """A proxy to that port of this machine, and its own port."""
    wire = Wire()
    wire.port = port
    server = await asyncio.start_server(wire.serve, "127.0.0.1", own_port)
    try:
        yield wire, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for line in wire.lines:
            line.close()


@asynccontextmanager
async def tls_in_front_of(port: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    """The port where TLS ends before everything goes on to `port` on this machine."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, ahead), carry(behind, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
