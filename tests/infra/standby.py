"""A PostgreSQL primary and a standby that follows it, of a test's own."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.postgres import find_binaries
from maritime_app.infra.embedded.root import unprivileged


class Pair:
    """Two servers, `primary` and `standby` by their addresses; both hold what the first wrote."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._binaries = find_binaries()
        self._prefix: Sequence[str] = ()
        self._servers: dict[str, asyncio.subprocess.Process] = {}
        self._ports = {"one": free_port(), "two": free_port()}
        self.primary, self.standby = (self._url(name) for name in ("one", "two"))
        ports = ",".join(f"127.0.0.1:{port}" for port in self._ports.values())
        self.both = f"postgresql://fairway@{ports}/postgres"

    async def start(self) -> None:
        """Make the first, copy it, and let the copy follow."""
        one, two = (str(self._folder / name) for name in self._ports)
        self._prefix = await unprivileged(self._binaries, self._folder / "one")
        with contextlib.suppress(OSError):
            (self._folder / "one").rmdir()
        await self._run("initdb", "-D", one, "-U", "fairway", "-A", "trust", "-E", "UTF8", "-N")
        await self._serve("one")
        where = ("-h", "127.0.0.1", "-p", str(self._ports["one"]), "-U", "fairway")
        await self._run("pg_basebackup", *where, "-D", two, "-R", "-X", "stream", "-c", "fast")
        await self._serve("two")

    async def promote(self) -> None:
        """The primary dies, the standby takes over."""
        await self.kill_primary()
        await self._run("pg_ctl", "-D", str(self._folder / "two"), "-w", "promote")

    async def come_back(self) -> None:
        """The primary that died starts as it was: it takes writes, and nobody follows it."""
        await self._serve("one")

    async def kill_promoted(self) -> None:
        """End the other one at once."""
        await self._stop("two")

    async def kill_primary(self) -> None:
        """End the primary at once."""
        await self._stop("one")

    async def stop(self) -> None:
        """End whatever runs."""
        for name in list(self._servers):
            await self._stop(name)

    def _url(self, name: str) -> str:
        return f"postgresql://fairway@127.0.0.1:{self._ports[name]}/postgres"

    async def _serve(self, name: str) -> None:
        chosen = {
            "port": self._ports[name], "listen_addresses": "127.0.0.1", "fsync": "off",
            "unix_socket_directories": "", "hot_standby_feedback": "on",
        }  # fmt: skip
        options = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        command = [*self._prefix, str(self._binaries / "postgres"), "-D", str(self._folder / name)]
        with (self._folder / f"{name}.log").open("wb") as log:
            self._servers[name] = await asyncio.create_subprocess_exec(
                *command, *options, stdout=log, stderr=log
            )
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(OSError, asyncpg.PostgresError):
                    await (await asyncpg.connect(self._url(name), timeout=2)).close()
                    return
                await asyncio.sleep(0.05)

    async def _stop(self, name: str) -> None:
        server = self._servers.pop(name, None)
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # "immediate"
            await server.wait()

    async def _run(self, program: str, *arguments: str) -> None:
        command = [*self._prefix, str(self._binaries / program), *arguments]
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
        assert await process.wait() == 0, program


@asynccontextmanager
async def primary_and_standby(folder: Path) -> AsyncIterator[Pair]:
    """Both, started; stopped at the end."""
    pair = Pair(folder)
    try:
        await pair.start()
        yield pair
    finally:
        await pair.stop()
