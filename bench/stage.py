"""What a part stands on: servers of this run alone, measured processes on one core, everything else
on the other.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench import events
from maritime_app import domains
from maritime_app.cli.processes import servers, start
from maritime_app.infra.embedded import embedded_servers
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.resources import Resources, open_resources
from maritime_app.settings import file as settings_file

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
_READY_WITHIN_SECONDS = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> tuple[set[int], set[int]]:
    """For the measured process, and for everybody else; the same one where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    mine = sorted(os.sched_getaffinity(0))
    return {mine[0]}, set(mine[1:2] or mine[:1])


@dataclass
class Measured:
    """A process whose work is counted."""

    process: asyncio.subprocess.Process
    port: int

    def cpu_seconds(self) -> float:
        """User and system time of all its threads; 0 where the system does not say."""
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        return 0.0

    def pause(self) -> None:
        """Stop it where it is, with its children."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        os.killpg(self.process.pid, signal.SIGCONT)

    async def end(self) -> None:
        """End it and wait."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), 8)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class Stage:
    """Embedded servers with the schema and the demo timetable, and processes started beside
    them.
    """

    def __init__(
        self, folder: Path, database_url: str, redis_url: str, measured_cores: set[int]
    ) -> None:
        self.folder = folder
        self.database_url = database_url
        self.redis_url = redis_url
        self._measured_cores = measured_cores
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("MARITIME_")
        }
        self.environment = kept | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "VAR_DIR": str(folder),
            "HOST": "127.0.0.1",
            "SECRET_KEY": secrets.token_hex(32),
            "STRIPE_WEBHOOK_SECRET": events.SECRET,
            # Requests come from many people behind one proxy: every limit is counted, nobody is
            # refused.
            "MARITIME_WEB_TRUST_PROXY": "true",
            # Every client of a part calls from one address.
            "MARITIME_VESSELS_MAX_SOCKETS_PER_ADDRESS": "5000",
            "MARITIME_BOOKINGS_UNPAID_PER_CONTACT": "0",
            "MARITIME_BOOKINGS_UNPAID_PER_SAILING": "0",
            "MARITIME_LOG_LEVEL": "WARNING",
        }

    @asynccontextmanager
    async def ours(self, role: str = "web", **environment: str) -> AsyncIterator[Measured]:
        """A role of the product, as `run.py` starts it."""
        async with self.run([sys.executable, "run.py", role], environment=environment) as measured:
            yield measured

    @asynccontextmanager
    async def baseline(
        self, name: str, *arguments: str, peer: bool = False, **environment: str
    ) -> AsyncIterator[Measured]:
        """A program of bench/baselines, in the peers' environment if it is one of them."""
        python = str(PEERS) if peer else sys.executable
        async with self.run(
            [python, f"bench/baselines/{name}.py", *arguments], environment=environment
        ) as measured:
            yield measured

    @asynccontextmanager
    async def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        answers: bool = True,
        pinned: bool = True,
    ) -> AsyncIterator[Measured]:
        """Start on a free port (PORT), wait until it answers there if it is to, pin it, end it when
        left.
        """
        port = free_port()
        with (self.folder / "measured.log").open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *dying_with_us(signal.SIGKILL),
                *command,
                cwd=ROOT,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env=self.environment
                | {"PORT": str(port), "PYTHONPATH": str(ROOT)}
                | dict(environment or {}),
            )
        if self._measured_cores and pinned:
            os.sched_setaffinity(process.pid, self._measured_cores)
        hurry(process.pid)
        measured = Measured(process, port)
        try:
            if answers:
                await self._until_answering(measured, command)
            yield measured
        finally:
            await measured.end()

    async def finish(self, command: Sequence[str]) -> None:
        """Run something beside the measured processes to its end.

        Raises RuntimeError when it fails.
        """
        with (self.folder / "measured.log").open("ab") as out:
            environment = self.environment | {"PYTHONPATH": str(ROOT)}
            done = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=environment, stdout=out, stderr=out
            )
            if await done.wait():
                raise RuntimeError(
                    f"{' '.join(command)} failed; see {self.folder / 'measured.log'}"
                )

    async def _until_answering(self, measured: Measured, command: Sequence[str]) -> None:
        ready = time.monotonic() + _READY_WITHIN_SECONDS
        while time.monotonic() < ready and measured.process.returncode is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", measured.port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(
            f"{' '.join(command)} does not answer; see {self.folder / 'measured.log'}"
        )

    @asynccontextmanager
    async def resources(self) -> AsyncIterator[Resources]:
        """The product's own resources, for preparing data."""
        async with open_resources(settings_file.load(self.environment), domains.PARTS) as res:
            yield res

    def sync_ms(self) -> float:
        """How long this disk takes at this moment to keep 8 kB for good (median of 25): what a
        commit waits for.
        """
        waited = []
        with (self.folder / "sync").open("wb", buffering=0) as file:
            for _ in range(25):
                file.write(bytes(8192))
                began = time.perf_counter()
                os.fsync(file.fileno())
                waited.append(1000 * (time.perf_counter() - began))
        return sorted(waited)[len(waited) // 2]

    async def get(self, measured: Measured, path: str) -> tuple[bytes, Mapping[str, str]]:
        """Body and headers of one answer. Raises RuntimeError unless it is 200."""
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{measured.port}{path}") as answer,
        ):
            body = await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
            return body, answer.headers


def hurry(pid: int) -> None:
    """Measure ahead of whatever else this machine does, where that is allowed."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, pid, -10)
        # Linux weighs sessions against one another before processes (sched(7), "The autogroup
        # feature").
        Path(f"/proc/{pid}/autogroup").write_text("-10")


async def hurry_servers(folder: Path) -> None:
    """The same for what lives in the folder:

    PostgreSQL gives every connection a process in a session of its own.
    """
    seen: set[int] = set()
    while True:
        for entry in os.scandir("/proc") if Path("/proc/self/cwd").exists() else ():
            if entry.name.isdigit() and int(entry.name) not in seen:
                with contextlib.suppress(OSError):
                    if Path(entry.path, "cwd").readlink().is_relative_to(folder):
                        hurry(int(entry.name))
                seen.add(int(entry.name))
        await asyncio.sleep(0.5)


def peers_missing() -> str | None:
    """Why the peers cannot be measured, or None."""
    return (
        None
        if PEERS.exists()
        else f"the peers are not installed ({PEERS.parent.parent.name} is missing):"
        " `make bench` installs them"
    )


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Servers on free ports with their data in `folder`; this process and they stay off the
    measured core.
    """
    measured_cores, others = cores()
    if others:
        os.sched_setaffinity(0, others)
    hurry(os.getpid())
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(
            embedded_servers(folder, want_postgres=True, want_redis=True)
        )
        hurrying = asyncio.create_task(hurry_servers(folder))
        stack.callback(hurrying.cancel)
        made = Stage(folder, found.database_url, found.redis_url, measured_cores)
        settings = settings_file.load(made.environment)
        await servers.with_schema(settings, apply=True)
        async with made.resources() as res:
            await start.first_data(res)
        yield made
