"""The servers and processes of one run: started on free ports in a folder of their own, killed one
by one.
"""

import asyncio
import contextlib
import os
import random
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.chaos.entrance import GUARDS
from bench.chaos.lines import Balancer, Line
from bench.chaos.pair import Pair
from bench.chaos.processes import ROOT, Process
from bench.chaos.small_disk import OF_BOOKINGS, SmallDisk
from maritime_app import domains
from maritime_app.accounts import tokens
from maritime_app.accounts.model import NewPersonRequest
from maritime_app.accounts.permissions import Role, grantable
from maritime_app.accounts.staff import service as staff
from maritime_app.cli.processes import start
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.postgres import Postgres
from maritime_app.infra.embedded.valkey import Valkey
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file

_READY_WITHIN_SECONDS = 600.0  # on a machine that is busy otherwise
# Its own sailings get few places, so that passengers fight for them.
HOT_ROUTE = ("SETRG", "DERSK")
_FEW = """
update capacity c set total = least(total, case when c.resource = 'passenger' then 80 else 4000 end)
  from sailing s join route r on r.id = s.route_id join port o on o.id = r.origin_id
 where c.sailing_id = s.id and o.code = $1 and c.resource in ('passenger', 'lane_cm')
"""


@dataclass
class World:
    """Everything that runs."""

    folder: Path
    postgres: Postgres | Pair
    valkey: Valkey
    sandbox: Process
    sandbox_url: str
    webs: list[Process]
    web_urls: list[str]
    workers: list[Process]
    streams: list[Process]
    balancer: Balancer
    redis_line: Line  # between the second web process and Valkey
    http: aiohttp.ClientSession  # a connection for each call
    kept: aiohttp.ClientSession  # connections that are kept, over the balancer
    environment: dict[str, str]
    disk: SmallDisk
    switches: dict[str, Any] = field(default_factory=dict)
    staff_token: str = ""
    watched_sailing: str = ""  # whose places are compared with what searches say

    @property
    def trap(self) -> Path:
        """The file that names the tag of which the first web process dies."""
        return self.folder / "trap"

    @property
    def processes(self) -> list[Process]:
        """All of ours, the sandbox too."""
        return [self.sandbox, *self.webs, *self.workers, *self.streams]

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

    async def readiness(self, url: str) -> str:
        """Return what a process says of itself; nothing where it does not answer."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self.http.get(f"{url}/readyz") as answer:
                return await answer.text()
        return ""

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
async def world(
    folder: Path,
    seed: int,
    *,
    without: str = "",
    hold_minutes: float = 0.5,
    standby: bool = False,
) -> AsyncIterator[World]:
    """Two web, worker and stream processes, a sandbox, PostgreSQL and Valkey; everything is gone
    afterwards.

    The second web process is an hour ahead and speaks to Valkey over a line that can fall silent,
    the second worker is an hour behind. `without` names the guard that a control takes away; places
    are held for `hold_minutes`. With a `standby` PostgreSQL is a pair, and no disk fills up.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    postgres = Pair(folder) if standby else Postgres(folder, durable=True)
    valkey = Valkey(folder, durable=True)
    disk = SmallDisk(folder)
    if not standby:
        await disk.mount()
    await postgres.start()
    await valkey.start()
    ports = [free_port() for _ in range(4)]
    sandbox_url = f"http://127.0.0.1:{ports[2]}"
    redis_line = Line(lambda: [valkey.port])
    shared = _environment(
        folder, postgres, valkey,
        seed=seed, sandbox_url=sandbox_url, public_url=f"http://127.0.0.1:{ports[0]}",
        sandbox_ports=ports[2:], without=without, hold_minutes=hold_minutes,
    )  # fmt: skip

    ours_alone = {}
    if without == "hosts" and isinstance(postgres, Pair):
        ours_alone = {"DATABASE_URL": postgres.url_of_first}

    def process(name: str, arguments: list[str], port: int = 0, redis_url: str = "") -> Process:
        more = ours_alone | {"PORT": str(port)} | ({"REDIS_URL": redis_url} if redis_url else {})
        return Process(name, arguments, shared | more, folder / f"{name}.log")

    ours = ["run.py"]
    odd = ["-m", "bench.chaos.entrance"]
    if without in GUARDS:
        ours = odd = [*odd, "--without", without]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(redis_line.listening())
        http = await stack.enter_async_context(_session(force_close=True))
        balancer = Balancer(http, ports[:2])
        await stack.enter_async_context(balancer.listening())
        by_line = valkey.url.replace(f":{valkey.port}/", f":{redis_line.port}/")
        here = World(
            folder=folder,
            postgres=postgres,
            valkey=valkey,
            sandbox=process("sandbox", ["run.py", "sandbox"]),
            sandbox_url=sandbox_url,
            webs=[
                process("web-0", [*odd, "--trap", str(folder / "trap"), "web"], ports[0]),
                process("web-1", [*odd, "--clock", "3600", "web"], ports[1], by_line),
            ],
            web_urls=[f"http://127.0.0.1:{port}" for port in ports[:2]],
            workers=[
                process("worker-0", [*ours, "worker"]),
                process("worker-1", [*odd, "--clock", "-3600", "worker"]),
            ],
            streams=[process(f"stream-{place}", [*ours, "stream"]) for place in (0, 1)],
            balancer=balancer,
            redis_line=redis_line,
            http=http,
            kept=await stack.enter_async_context(_session(force_close=False)),
            environment=shared,
            disk=disk,
        )
        try:
            await _start(here, shared)
            yield here
        finally:
            for one in here.processes:
                await one.end()
            await valkey.stop()
            await postgres.stop()
            await disk.unmount()


def _session(*, force_close: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=200, force_close=force_close)
    made = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15), connector=connector)
    # Else aiohttp repeats in silence what was lost on a connection that had been kept.
    made._retry_connection = False
    return made


async def _start(here: World, environment: dict[str, str]) -> None:
    await here.sandbox.start()
    await _command(["migrate"], environment, here.folder / "prepare.log")
    async with open_resources(settings_file.load(environment), domains.PARTS) as res:
        await start.first_data(res)
        person = NewPersonRequest("staff@chaos.example", "Somebody", Role.ADMIN)
        who, _password = await staff.add(res, None, person)
        here.staff_token = await tokens.make(res, None, who, "chaos", set(grantable(Role.ADMIN)))
        async with res.db.acquire() as conn:
            await conn.execute(_FEW, HOT_ROUTE[0])
            await here.disk.take_tables(conn, here.postgres.directory, OF_BOOKINGS)
    for one in [*here.webs, *here.workers, *here.streams]:
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
    postgres: Postgres | Pair,
    valkey: Valkey,
    *,
    seed: int,
    sandbox_url: str,
    public_url: str,
    sandbox_ports: list[int],
    without: str,
    hold_minutes: float,
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
        # Longer than the balancer needs to see it.
        "MARITIME_WEB_DRAIN_SECONDS": "0" if without == "drain" else "2",
        "MARITIME_BOOKINGS_HOLD_MINUTES": str(hold_minutes),
        "MARITIME_BOOKINGS_UNPAID_PER_CONTACT": "0",
        "MARITIME_BOOKINGS_UNPAID_PER_SAILING": "0",
        "MARITIME_STRIPE_TIMEOUT_SECONDS": "4",
        "MARITIME_JOBS_SWEEP": "false" if without == "sweeper" else "true",
        "MARITIME_LOG_FORMAT": "json",
    }
