"""Databases made ahead: no test waits until a template is copied, or until its copy is gone.

Either takes 0.02 s of work, and whoever asks for it waits longer: for checkpoints, for every other
session of the server to take notice, and a tenth of a second where a session that has just been
closed is still leaving. So the host of the suite's PostgreSQL keeps copies ready and drops those
that were given back. A connection to it is a claim: the template's name goes in, the copy's name
comes out, and whoever hangs up, or dies, gives it back.
"""

import asyncio
import contextlib
import itertools
import os
from collections.abc import AsyncIterator

import asyncpg

KEPT = 2 * (os.cpu_count() or 1)  # of each template: as many as there are workers
_MAKERS = os.cpu_count() or 1  # of each template
_SESSIONS = 2 * KEPT  # which make and drop


class Stock:
    """Copies of templates that nobody has had yet."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", templates: tuple[str, ...]) -> None:
        self._pool = pool
        self._numbers = itertools.count()
        self._ready = {template: asyncio.Queue[str](KEPT) for template in templates}

    async def make(self, template: str) -> None:
        """Keep the copies of this template ready, until cancelled.

        Copying its files takes a third of the time that PostgreSQL's default needs, which writes
        every page to its log first.
        """
        while True:
            name = f"test_{next(self._numbers)}"
            await self._pool.execute(
                f"create database {name} template {template} strategy file_copy"
            )
            await self._ready[template].put(name)

    async def lend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Lend a copy until the other end hangs up, then drop it."""
        with contextlib.closing(writer):
            template = (await reader.readline()).decode().strip()
            name = await self._ready[template].get()
            with contextlib.suppress(ConnectionError):
                writer.write(f"{name}\n".encode())
                await reader.read()
        await self._pool.execute(f"drop database {name} with (force)")


@contextlib.asynccontextmanager
async def kept(url: str, *templates: str) -> AsyncIterator[int]:
    """Keep a stock of copies on that server until the block ends; yields its port on loopback.

    A template that cannot be copied ends the block.
    """
    async with asyncpg.create_pool(url, min_size=1, max_size=_SESSIONS) as pool:
        stock = Stock(pool, templates)
        server = await asyncio.start_server(stock.lend, "127.0.0.1", 0)
        try:
            async with asyncio.TaskGroup() as making:
                makers = [
                    making.create_task(stock.make(template)) for template in templates * _MAKERS
                ]
                yield server.sockets[0].getsockname()[1]
                for maker in makers:
                    maker.cancel()
        finally:
            server.close()


@contextlib.asynccontextmanager
async def taken(port: int, template: str) -> AsyncIterator[str]:
    """The name of a fresh copy of a template; it is given back when the block ends.

    Raises ConnectionError when the host has ended.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{template}\n".encode())
        name = (await reader.readline()).decode().strip()
        if not name:
            raise ConnectionError("the host of the suite's PostgreSQL has ended")
        yield name
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
