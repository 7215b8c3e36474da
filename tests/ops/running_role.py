"""A role as an operator starts it: `run.py ROLE` in a process of its own."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from maritime_app.settings.model import Settings

ROOT = Path(__file__).resolve().parents[2]


class Role:
    """One process; `log` is what it wrote so far, `address` where it serves or answers probes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""
        self.address = ""
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.log += line.decode()

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has written something, at most half a minute."""
        async with asyncio.timeout(60):
            while True:
                if found := re.search(pattern, self.log):
                    return found
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def ended(self) -> int:
        """Wait for its end; return the exit code."""
        async with asyncio.timeout(60):
            code = await self.process.wait()
            await self._reading
        return code


def environment(settings: Settings, **more: str) -> Mapping[str, str]:
    """What a role needs to work on the servers of a test, and nothing else from outside."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database.url,
        "REDIS_URL": settings.redis.url,
        "SECRET_KEY": "a key for tests only",
        "VAR_DIR": settings.paths.var_dir,
        "MARITIME_DEMO_ENABLED": "false",
        "MARITIME_LOG_FORMAT": "json",
        "PORT": "0",
        **more,
    }


async def begin(*arguments: str, env: Mapping[str, str], folder: Path = ROOT) -> Role:
    """Start it and return at once."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run.py", *arguments, cwd=folder, env=dict(env),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    return Role(process)


@asynccontextmanager
async def running_role(
    name: str, env: Mapping[str, str], folder: Path = ROOT
) -> AsyncIterator[Role]:
    """A role that has said where it is; ended with SIGTERM."""
    role = await begin(name, env=env, folder=folder)
    try:
        role.address = (await role.says(r"is running on (http://\S+)"))[1]
        yield role
    finally:
        if role.process.returncode is None:
            role.process.send_signal(signal.SIGTERM)
        await role.ended()
