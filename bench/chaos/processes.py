"""One of our processes: started, watched, killed, frozen."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from maritime_app.infra.embedded.process import dying_with_us

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """One of our processes; whoever kills it brings it back."""

    def __init__(
        self, name: str, arguments: list[str], environment: dict[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self.folder = ROOT  # of the code that it runs
        self._arguments = arguments
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self.ended_by_itself: list[int] = []
        self.hurt_at = float(
            "-inf"
        )  # when it was last killed or frozen: what it then loses is ours
        self._expected_end = False

    async def start(self) -> None:
        """Start it; returns at once."""
        self._expected_end = False
        # Another version knows nothing of this folder: it is started as anybody starts it.
        arguments = self._arguments if self.folder == ROOT else ["run.py", self._arguments[-1]]
        command = [*dying_with_us(signal.SIGKILL), sys.executable, *arguments]
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=self.folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self._watch = asyncio.create_task(self._wait(self._process))

    async def _wait(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        if not self._expected_end:
            self.ended_by_itself.append(code)

    def expect_end(self, expected: bool = True) -> None:
        """Whether it ends by itself soon, because somebody has hurt it."""
        self._expected_end = expected
        self.hurt_at = time.monotonic()

    @property
    def pid(self) -> int:
        """Its number at the system, 0 while it is not there."""
        return self._process.pid if self._process is not None and self.runs else 0

    @property
    def runs(self) -> bool:
        """Whether it is there (a stopped one is there, too)."""
        return self._process is not None and self._process.returncode is None

    @property
    def cpu_seconds(self) -> float:
        """Return how long it has computed, 0 while it is not there; proc_pid_stat(5): fields 14
        and 15, which other work on this machine does not lengthen.
        """
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def end(
        self, with_signal: signal.Signals = signal.SIGKILL, patience_seconds: float = 10.0
    ) -> None:
        """End it and wait until it is gone; one that does not listen is killed."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        self._expected_end = True
        if with_signal is signal.SIGKILL:
            self.hurt_at = time.monotonic()
        process.send_signal(with_signal)
        try:
            await asyncio.wait_for(process.wait(), patience_seconds)
        except TimeoutError:
            self.hurt_at = time.monotonic()
            process.kill()
            await process.wait()

    def freeze(self, stop: bool) -> None:
        """SIGSTOP or SIGCONT: it is alive, but its leases run out."""
        if self.runs and self._process is not None:
            self.hurt_at = time.monotonic()
            self._process.send_signal(signal.SIGSTOP if stop else signal.SIGCONT)
