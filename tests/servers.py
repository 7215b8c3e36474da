"""The suite's PostgreSQL with two template databases: started once, shared by every worker.

`python -m tests.servers FOLDER` starts it, writes FOLDER/ready and serves until it is ended: by the
session that started it (see `started`), or by that session's death. `POSTGRES_BIN` names the folder
of another PostgreSQL's programs: PostgreSQL 15 and every newer one must pass.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from maritime_app import domains
from maritime_app.ferries.demo import seed as demo_seed
from maritime_app.infra.embedded import Addresses, embedded_servers, postgres
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.infra.migrate import migrate
from maritime_app.infra.telemetry import log
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from tests import stock

ROOT = Path(__file__).resolve().parent.parent
BARE, DEMO = "template_bare", "template_demo"
READY_WITHIN_SECONDS = 180.0  # a loaded machine may take a minute for what takes four seconds


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """The shared server as one worker sees it."""

    url: str
    stock_port: int
    conn: "asyncpg.Connection[asyncpg.Record]"
    worker: str
    numbers: Iterator[int]

    @contextlib.asynccontextmanager
    async def clone(self, template: str) -> AsyncIterator[str]:
        """The address of a fresh copy of a template; it is dropped afterwards.

        Copies of the suite's own templates stand ready; one of another is made here.
        """
        if template in (BARE, DEMO):
            async with stock.taken(self.stock_port, template) as name:
                yield beside(self.url, name)
            return
        name = f"test_{self.worker}_{next(self.numbers)}"
        await self.conn.execute(f"create database {name} template {template} strategy file_copy")
        try:
            yield beside(self.url, name)
        finally:
            await self.conn.execute(f"drop database {name} with (force)")


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Path]:
    """Run the host beside this process until the block ends; `address` waits for it."""
    command = [*dying_with_us(signal.SIGTERM), sys.executable, "-m", "tests.servers", str(folder)]
    with (folder / "host.log").open("w") as output:
        host = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        yield folder
    finally:
        host.terminate()
        host.wait()


def address(folder: Path) -> tuple[str, int]:
    """The address of the server that the host in `folder` runs, once its templates are made, and
    the port of its stock of databases.

    Raises RuntimeError with the host's output when it does not come up.
    """
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not (folder / "ready").exists():
        if time.monotonic() > deadline or (folder / "failed").exists():
            output = (folder / "host.log").read_text()
            raise RuntimeError(f"the suite's PostgreSQL did not start:\n{output}")
        time.sleep(0.05)
    url, port = (folder / "ready").read_text().split()
    return url, int(port)


async def serve(folder: Path) -> None:
    """Start PostgreSQL, make the templates, announce the address, keep copies of them ready, wait
    for SIGTERM.
    """
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    log.set_up("ERROR")
    if chosen := os.environ.get("POSTGRES_BIN"):
        postgres.find_binaries = lambda: Path(chosen)
    async with embedded_servers(
        folder, want_postgres=True, want_redis=True, durable=False
    ) as addresses:
        await make_sessions_cheap(addresses.database_url)
        await let_nobody_tidy(addresses.database_url)
        await make_templates(addresses, folder)
        # It speaks no TLS: to be asked first takes a third of a connection's work on our side.
        url = f"{addresses.database_url}?sslmode=disable"
        async with stock.kept(url, BARE, DEMO) as port:
            (folder / "ready.new").write_text(f"{url} {port}")
            (folder / "ready.new").rename(folder / "ready")
            await stop.wait()


async def make_sessions_cheap(url: str) -> None:
    """Keep the password as one round of SCRAM instead of 4,096: every test opens ten connections,
    and each took three milliseconds of processor for that. PostgreSQL 15 knows no other number.

    A statement is planned once in a session, not for the values of each of its first five runs:
    few run oftener here, and up to a tenth of the processor time of a file of whole bookings went
    into plans.
    """
    conn = await asyncpg.connect(url)
    try:
        if conn.get_server_version().major >= 16:
            password = unquote(urlsplit(url).password or "").replace("'", "''")
            await conn.execute("set scram_iterations = 1")
            await conn.execute(f"alter role current_user password '{password}'")
        await conn.execute("alter role current_user set plan_cache_mode = force_generic_plan")
    finally:
        await conn.close()


async def let_nobody_tidy(url: str) -> None:
    """Databases that live longer than a test would be vacuumed between two of them."""
    conn = await asyncpg.connect(url)
    try:
        await conn.execute("alter system set autovacuum = off")
        await conn.execute("select pg_reload_conf()")
    finally:
        await conn.close()


async def make_templates(addresses: Addresses, folder: Path) -> None:
    """Two databases to clone: the bare schema, and the schema with the demo world."""
    conn = await asyncpg.connect(addresses.database_url)
    try:
        await conn.execute(f"create database {BARE}")
        await migrate(beside(addresses.database_url, BARE))
        await conn.execute(f"create database {DEMO} template {BARE}")
    finally:
        await conn.close()
    await make_reusable(beside(addresses.database_url, BARE))
    settings = replace(
        settings_file.load({}),
        database={"url": beside(addresses.database_url, DEMO)},
        redis={"url": addresses.redis_url},
        paths={"var_dir": str(folder)},
        secrets={"key": "a key for tests only"},
    )
    async with open_resources(settings, domains.PARTS) as res:
        await demo_seed.seed_demo(res)
    await make_reusable(settings.database.url)


async def make_reusable(url: str) -> None:
    """Put in what takes back what a test wrote (`tests/reused.py`)."""
    conn = await asyncpg.connect(url)
    try:
        await conn.execute((ROOT / "tests" / "reset.sql").read_text())
    finally:
        await conn.close()


def beside(url: str, name: str) -> str:
    """The address of another database of the same server."""
    head, _slash, tail = url.rpartition("/")
    _old, question, options = tail.partition("?")
    return f"{head}/{name}{question}{options}"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    try:
        asyncio.run(serve(place))
    except BaseException:
        (place / "failed").touch()
        raise
