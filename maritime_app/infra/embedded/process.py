"""A server as a child of this process: started, watched, stopped, and never an orphan."""

import asyncio
import contextlib
import os
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.telemetry import log

logger = log.get(__name__)

_READY_WITHIN_SECONDS = 60.0
_STOP_WITHIN_SECONDS = 5.0
_LOG_LIMIT_BYTES = 10_000_000


class CannotStart(RuntimeError):
    """An embedded server cannot run here; the message says why and what to do."""


class Server(ABC):
    """One embedded server.

    `stop`, `start` and `kill` keep its address: clients see it go and come back.
    """

    name: str
    stop_signal: signal.Signals

    def __init__(self, directory: Path, log_file: Path, port: int, *, durable: bool) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.durable = durable
        self._log_file = log_file
        self._fixed_port = bool(port)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and running else None

    async def start(self) -> None:
        """Start and wait until it answers; only the first start may take another port when somebody
        else has taken ours.
        """
        await clear_remains(self.directory, self.stop_signal)
        await self.prepare()
        for attempt in range(3):
            if await self._launch():
                break
            if self._fixed_port or attempt == 2:
                raise CannotStart(f"{self.name} did not start; the reason is in {self._log_file}")
            self.port = free_port()
        self._fixed_port = True
        self._watch = asyncio.create_task(self._keep_running(), name=f"embedded-{self.name}")

    async def stop(self) -> None:
        """End it cleanly: what was acknowledged is on disk."""
        await self._end(self.stop_signal)

    async def kill(self) -> None:
        """End it as a power cut would (SIGKILL); it stays down until `start`."""
        await self._end(signal.SIGKILL)

    @abstractmethod
    async def prepare(self) -> None:
        """Create what must exist before the first start."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""

    @abstractmethod
    async def answers(self) -> bool:
        """Return whether it takes work now."""

    def standard_input(self) -> bytes:
        """Return what the program reads when it starts."""
        return b""

    async def _launch(self) -> bool:
        with _open_log(self._log_file) as out:
            # A session of its own: Ctrl-C in a terminal reaches us alone; we end it when our work
            # is done.
            self._process = await asyncio.create_subprocess_exec(
                *dying_with_us(self.stop_signal), *self.command(),
                stdin=asyncio.subprocess.PIPE, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._process.stdin.write(self.standard_input())
                await self._process.stdin.drain()
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_READY_WITHIN_SECONDS):
                while self._process.returncode is None:
                    if await self.answers():
                        return True
                    await asyncio.sleep(0.01)
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        return False

    async def _keep_running(self) -> None:
        """Start it again whenever it ends by itself."""
        assert self._process is not None
        delay_seconds = 0.1
        while True:
            code = await self._process.wait()
            logger.warning("embedded_server_ended", server=self.name, code=code)
            await asyncio.sleep(delay_seconds)
            delay_seconds = min(delay_seconds * 2, 30.0)
            await clear_remains(self.directory, self.stop_signal)
            if await self._launch():
                logger.info("embedded_server_restarted", server=self.name)

    async def _end(self, with_signal: signal.Signals) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(with_signal)
        try:
            await asyncio.wait_for(process.wait(), _STOP_WITHIN_SECONDS)
        except TimeoutError:
            logger.warning(
                "embedded_server_killed", server=self.name, waited_seconds=_STOP_WITHIN_SECONDS
            )
            process.kill()
            await process.wait()


def dying_with_us(with_signal: signal.Signals) -> Sequence[str]:
    """Return the prefix that makes Linux send `with_signal` to the child when our thread dies, even
    by SIGKILL.
    """
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", with_signal.name.removeprefix("SIG"), "--") if setpriv else ()


async def clear_remains(directory: Path, with_signal: signal.Signals) -> None:
    """Wait until no process of an earlier run lives in `directory`; signal it after 2 s, kill it
    after 6 s.

    The caller holds the lock of the directory, so whatever lives there lost its parent and is
    ending anyway. Raise CannotStart after 10 s.
    """
    waited_seconds = 0.0
    while remains := _living_in(directory):
        if waited_seconds > 10:
            raise CannotStart(f"process {remains[0]} still works in {directory}")
        for pid in remains if waited_seconds > 2 else ():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL if waited_seconds > 6 else with_signal)
        await asyncio.sleep(0.05)
        waited_seconds += 0.05


def _living_in(directory: Path) -> list[int]:
    """Return the processes whose working directory this is, as both servers' is; no zombies."""
    processes = []
    for entry in os.scandir("/proc") if Path("/proc/self/cwd").exists() else ():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # gone meanwhile, a zombie, or somebody else's
            if Path(entry.path, "cwd").readlink() == directory:
                processes.append(int(entry.name))
    return processes


@contextlib.contextmanager
def _open_log(path: Path) -> Iterator[BinaryIO]:
    if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as file:
        yield file
