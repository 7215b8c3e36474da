"""The servers and processes of one run: started on free ports in a folder of their own, killed one
by one.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from maritime_app import domains, settings as settings_file
from maritime_app.cli import start
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.postgres import Postgres
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.infra.embedded.valkey import Valkey
from maritime_app.resources import open_resources

ROOT = Path(__file__).resolve().parents[2]
_READY_WITHIN_SECONDS = 40.0
# Its own sailings get few places, so that passengers fight for them.
HOT_ROUTE = ("SETRG", "DERSK")
_FEW = """
update capacity c set total = least(total, case when c.resource = 'passenger' then 80 else 4000 end)
  from sailing s join route r on r.id = s.route_id join port o on o.id = r.origin_id
 where c.sailing_id = s.id and o.code = $1 and c.resource in ('passenger', 'lane_cm')
"""


class Process:
    """One of our processes; whoever kills it brings it back."""

    def __init__(
        self, name: str, arguments: list[str], environment: dict[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
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
        command = [*dying_with_us(signal.SIGKILL), sys.executable, "run.py", *self._arguments]
        with self.log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
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

    @property
    def runs(self) -> bool:
        """Whether it is there (a stopped one is there, too)."""
        return self._process is not None and self._process.returncode is None

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


@dataclass
class World:
    """Everything that runs."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    sandbox: Process
    sandbox_url: str
    webs: list[Process]
    web_urls: list[str]
    workers: list[Process]
    http: aiohttp.ClientSession
    environment: dict[str, str]
    switches: dict[str, Any] = field(default_factory=dict)

    @property
    def processes(self) -> list[Process]:
        """All of ours, the sandbox too."""
        return [self.sandbox, *self.webs, *self.workers]

    async def switch(self, patch: dict[str, Any]) -> None:
        """Lay faults over the sandbox's present ones, and remember them for its next life."""
        for part, values in patch.items():
            self.switches[part] = _laid_over(self.switches.get(part, {}), values)
        await self.apply_switches()

    async def apply_switches(self) -> None:
        """Tell the sandbox what is switched on: a restarted one has forgotten."""
        for _ in range(100):
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self.http.post(
                    f"{self.sandbox_url}/control", json=self.switches
                ) as answer:
                    if answer.status == 200:
                        return
                    raise RuntimeError(await answer.text())
            await asyncio.sleep(0.1)
        raise RuntimeError("the sandbox does not take its switches")

    async def until_answering(self, url: str) -> None:
        """Wait until a page answers."""
        async with asyncio.timeout(_READY_WITHIN_SECONDS):
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with self.http.get(url) as answer:
                        if answer.status < 500:
                            return
                await asyncio.sleep(0.1)


def _laid_over(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: _laid_over(old.get(key), new.get(key, old.get(key))) for key in old | new}
    return new


@asynccontextmanager
async def world(folder: Path, seed: int, *, sweep: bool) -> AsyncIterator[World]:
    """Two web and two worker processes, a sandbox, PostgreSQL and Valkey; everything is gone
    afterwards.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    postgres, valkey = Postgres(folder, durable=True), Valkey(folder, durable=True)
    await postgres.start()
    await valkey.start()
    ports = [free_port() for _ in range(4)]
    urls = [f"http://127.0.0.1:{port}" for port in ports[:2]]
    sandbox_url = f"http://127.0.0.1:{ports[2]}"
    shared = _environment(
        folder,
        postgres,
        valkey,
        seed=seed,
        sandbox_url=sandbox_url,
        public_url=urls[0],
        sandbox_ports=ports[2:],
        sweep=sweep,
    )

    def process(name: str, arguments: list[str], port: int = 0) -> Process:
        return Process(name, arguments, shared | {"PORT": str(port)}, folder / f"{name}.log")

    timeout = aiohttp.ClientTimeout(total=15)
    connector = aiohttp.TCPConnector(limit=200, force_close=True)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        here = World(
            folder=folder,
            postgres=postgres,
            valkey=valkey,
            sandbox=process("sandbox", ["sandbox"]),
            sandbox_url=sandbox_url,
            webs=[process(f"web-{place}", ["web"], ports[place]) for place in (0, 1)],
            web_urls=urls,
            workers=[process(f"worker-{place}", ["worker"]) for place in (0, 1)],
            http=http,
            environment=shared,
        )
        try:
            await _start(here, shared)
            yield here
        finally:
            for one in here.processes:
                await one.end()
            await valkey.stop()
            await postgres.stop()


async def _start(here: World, environment: dict[str, str]) -> None:
    await here.sandbox.start()
    await _command(["migrate"], environment, here.folder / "prepare.log")
    async with open_resources(settings_file.load(environment), domains.PARTS) as res:
        await start.first_data(res)
        async with res.db.acquire() as conn:
            await conn.execute(_FEW, HOT_ROUTE[0])
    for one in [*here.webs, *here.workers]:
        await one.start()
    for url in [here.sandbox_url, *(f"{url}/readyz" for url in here.web_urls)]:
        await here.until_answering(url)


async def _command(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as out:
        done = await asyncio.create_subprocess_exec(
            sys.executable, "run.py", *arguments, cwd=ROOT, env=environment, stdout=out, stderr=out
        )
        if await done.wait():
            raise RuntimeError(f"run.py {' '.join(arguments)} failed; see {log}")


def _environment(
    folder: Path,
    postgres: Postgres,
    valkey: Valkey,
    *,
    seed: int,
    sandbox_url: str,
    public_url: str,
    sandbox_ports: list[int],
    sweep: bool,
) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MARITIME_")}
    return kept | {
        "HOST": "127.0.0.1",
        "VAR_DIR": str(folder),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": random.Random(seed).randbytes(32).hex(),
        "PUBLIC_URL": public_url,
        "SANDBOX_URL": sandbox_url,
        "SANDBOX_PORT": str(sandbox_ports[0]),
        "SANDBOX_SMTP_PORT": str(sandbox_ports[1]),
        "MARITIME_SANDBOX_SEED": str(seed),
        "MARITIME_WEB_TRUST_PROXY": "true",
        "MARITIME_WEB_DRAIN_SECONDS": "1",
        "MARITIME_BOOKINGS_HOLD_MINUTES": "0.5",
        "MARITIME_BOOKINGS_UNPAID_PER_CONTACT": "0",
        "MARITIME_BOOKINGS_UNPAID_PER_SAILING": "0",
        "MARITIME_STRIPE_TIMEOUT_SECONDS": "4",
        "MARITIME_JOBS_SWEEP": "true" if sweep else "false",
        "MARITIME_LOG_FORMAT": "json",
    }
