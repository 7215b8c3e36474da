"""Real servers for every test:

PostgreSQL and Valkey of the suite's own, a database each, the sandbox on request.
"""

import asyncio
import contextlib
import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import clock, domains, i18n
from maritime_app.app import create_app
from maritime_app.cli.processes.sandbox_settings import WEBHOOK_PATH, use_sandbox
from maritime_app.infra.db import Database, server_clock
from maritime_app.infra.embedded import embedded_servers
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry import log
from maritime_app.jobs.workers import working
from maritime_app.resources import Resources, open_resources
from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.model import Faults, OperatorFaults, SandboxAddresses, SandboxConfig
from maritime_app.settings import file as settings_file
from maritime_app.settings.file import replace
from maritime_app.settings.model import Settings
from maritime_app.web.edge.connection import Edge
from maritime_app.web.edge.serving import Runner
from maritime_app.web.responses.raw_responses import RAW_RESPONSES
from maritime_app.web.responses.security_headers import headers_of
from tests import collector, reused, servers, sharing
from tests.servers import BARE, DEMO

BROWSER = {"User-Agent": "Mozilla/5.0 (tests)"}  # as all of them call themselves
SERVED = {"database_server", "redis_server", "sandbox", "receiver", "browser", "fairway"}
hypothesis.settings.register_profile("suite", deadline=None)  # no test is judged by a busy machine
hypothesis.settings.load_profile("suite")
FOLDER = pytest.StashKey[Path]()
# Tests book what they need from one address; tests of the budgets set their own.
UNPAID = ("unpaid_per_address", "unpaid_per_contact", "unpaid_per_sailing")
ROOM_BYTES = 2_000_000_000  # of memory, before the suite keeps its files there
QUICK = OperatorFaults(
    offer_latency_min_seconds=0.0, offer_latency_max_seconds=0.02, call_latency_seconds=0.0
)


def pytest_configure(config: pytest.Config) -> None:
    """One folder for all that this run writes, in memory where there is room.

    Making a database takes 0.02 s in memory and 0.3 s on a disk.
    """
    if hasattr(config, "workerinput"):  # a worker of pytest-xdist: its session has the folder
        return
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="fairway-tests-", dir=memory if roomy else None))
    config.stash[FOLDER] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.option.basetemp = config.option.basetemp or folder / "tmp"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist starts a worker: PostgreSQL is the session's, and each worker learns where."""
    node.workerinput["servers"] = str(_servers(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as processors: a test waits for its servers half of the time."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.OneCopyEach:
    """Hand out tests one by one, and those of a running copy together."""
    return sharing.OneCopyEach(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that took too long says what each task was waiting for."""
    report = yield
    if report.failed and "from pytest-timeout" in str(report.longrepr):
        report.sections.append(("Unfinished tasks", sharing.where_tasks_wait()))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that needs no server is `pure`."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if not fixtures & SERVED and not item.get_closest_marker("slow"):
            item.add_marker("pure")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests are found while the garbage collector waits."""
    with collector.away():
        return (yield)


def _servers(config: pytest.Config) -> Path:
    """The folder of this session's PostgreSQL, which is started by the first call."""
    folder = config.stash[FOLDER] / "servers"
    if not folder.exists():
        folder.mkdir()
        running = contextlib.ExitStack()
        running.enter_context(servers.started(folder))
        config.add_cleanup(running.close)
    return folder


@pytest.fixture(autouse=True)
def english() -> None:
    """Every test begins in English and by this machine's clock, whatever the one before it did."""
    i18n.use("en")
    clock.correct(0.0)


@pytest.fixture(scope="session", autouse=True)
def measured_once() -> Iterator[None]:
    """Applications that stand for the whole run measure no clock while a test has stopped it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_clock, "_EVERY_SECONDS", 3_600.0)
        yield


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's processes keep their data."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
async def database_server(
    request: pytest.FixtureRequest, worker_id: str
) -> AsyncIterator[servers.DatabaseServer]:
    """The PostgreSQL that all workers share."""
    log.set_up("ERROR")
    given = getattr(request.config, "workerinput", {}).get("servers")
    folder = Path(given) if given else _servers(request.config)
    url, stock_port = await asyncio.to_thread(servers.address, folder)
    conn = await asyncpg.connect(url, timeout=60)
    yield servers.DatabaseServer(url, stock_port, conn, worker_id, itertools.count())
    await conn.close()


@pytest.fixture(scope="session")
def start_once(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Call it with the name of a big copy before starting it: a second worker that does, fails."""
    given = getattr(request.config, "workerinput", {}).get("servers")
    return lambda name: sharing.start_once(Path(given), name) if given else None


@pytest.fixture(scope="session")
async def redis_server(var_dir: Path) -> AsyncIterator[str]:
    """The address of a Valkey of this worker's own: a test may flush all of it."""
    async with embedded_servers(
        var_dir, want_postgres=False, want_redis=True, durable=False
    ) as addresses:
        yield addresses.redis_url


@pytest.fixture(scope="session")
async def redis(redis_server: str) -> AsyncIterator[MultiplexedRedis]:
    """A client of that Valkey that stays open for the whole run."""
    client = MultiplexedRedis(redis_server)
    yield client
    await client.close()


@pytest.fixture(scope="session")
async def shelf(database_server: servers.DatabaseServer) -> AsyncIterator[reused.Shelf]:
    """The databases that this worker's tests use one after another."""
    shelf = reused.Shelf(database_server)
    with shelf.lines_kept():
        yield shelf
    await shelf.give_up()


@pytest.fixture
async def database_url(
    database_server: servers.DatabaseServer, shelf: reused.Shelf, request: pytest.FixtureRequest
) -> AsyncIterator[str]:
    """A database as if it were this test's own.

    The mark `demo` makes it one with the demo world in it, `fresh` one that is this test's own.
    """
    template = DEMO if request.node.get_closest_marker("demo") else BARE
    is_fresh = request.node.get_closest_marker("fresh")
    async with database_server.clone(template) if is_fresh else shelf.lent(template) as url:
        yield url


@pytest.fixture
async def settings(
    database_url: str, redis: MultiplexedRedis, redis_server: str, var_dir: Path
) -> Settings:
    """Settings of a process that nobody plays the outside world for; its Redis is empty."""
    await redis.command("FLUSHALL")
    return settings_for(database_url, redis_server, var_dir)


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open connections, as a running process has them."""
    async with open_resources(settings, domains.PARTS) as res:
        async with asyncio.timeout(60):
            while not res.cache.listening:
                await asyncio.sleep(0.005)
        yield res


@pytest.fixture
def db(resources: Resources) -> Database:
    """The database of this test."""
    return resources.db


class ProductServer(TestServer):
    """aiohttp's test server with the product's own connections, and its answers that are ready."""

    __test__ = False

    async def _make_runner(self, **options: Any) -> Runner:
        return Runner(
            self.app,
            edge=Edge(headers_of(self.app), per_address=0),
            ready=self.app[RAW_RESPONSES].before,
            finish_seconds=lambda: 0.0,
            **options,
        )


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[TestClient]:
    """The whole application over HTTP."""
    port = resources.settings.web.port
    async with TestClient(ProductServer(create_app(resources), port=port), headers=BROWSER) as made:
        yield made


@pytest.fixture
async def sandbox(settings: Settings, tmp_path: Path) -> AsyncIterator[SandboxAddresses]:
    """The outside world on loopback; its Stripe sends its events to this test's `client`."""
    faults = Faults(operators={"NDL": QUICK, "THA": QUICK})
    config = SandboxConfig(
        webhook_url=settings.public_url + WEBHOOK_PATH, var_dir=tmp_path / "sandbox", faults=faults
    )
    async with serving_sandbox(config) as addresses:
        yield addresses


@pytest.fixture
async def played(settings: Settings, sandbox: SandboxAddresses) -> AsyncIterator[Resources]:
    """Resources whose outside world is the sandbox."""
    async with open_resources(use_sandbox(settings, sandbox), domains.PARTS) as res:
        yield res


@pytest.fixture
async def shop(played: Resources, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TestClient]:
    """The whole application with the sandbox outside and the workers inside: what a customer meets.

    Nothing runs by the clock here: on a busy machine it would come in between a test's own steps.
    """
    monkeypatch.setattr(domains, "CRONS", [])
    async with (
        TestClient(
            TestServer(create_app(played), port=played.settings.web.port), headers=BROWSER
        ) as made,
        working(played, domains.TASKS, domains.CRONS),
    ):
        yield made


@functools.cache
def usual_settings() -> Settings:
    """What settings.toml says."""
    return settings_file.load({})


def settings_for(database_url: str, redis_url: str, var_dir: Path) -> Settings:
    """The settings of a process under test: settings.toml, and nothing from the environment."""
    return replace(
        usual_settings(),
        web={"port": free_port()},
        database={"url": database_url, "connections": 8},
        redis={"url": redis_url},
        paths={"var_dir": str(var_dir)},
        secrets={"key": "a key for tests only"},
        jobs={"sweep_seconds": 0.5},
        unctad={"pause_seconds": 0.0},
        portwatch={"pause_seconds": 0.0},
        bookings=dict.fromkeys(UNPAID, 0),
    )
