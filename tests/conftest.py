"""Real servers for every test:

PostgreSQL and Valkey of the suite's own, a database each, the sandbox on request.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import settings as settings_file
from maritime_app.app import create_app
from maritime_app.cli.start import free_port, replace
from maritime_app.ferries.demo import seed as demo_seed
from maritime_app.infra import log
from maritime_app.infra.db import Database
from maritime_app.infra.embedded import Addresses, embedded_servers
from maritime_app.infra.migrate import migrate
from maritime_app.resources import Resources, open_resources
from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.model import Faults, OperatorFaults, SandboxAddresses, SandboxConfig
from maritime_app.settings import Settings
from maritime_app.worker import working
from run import WEBHOOK_PATH, use_sandbox

BARE, DEMO = "template_bare", "template_demo"
QUICK = OperatorFaults(
    offer_latency_min_seconds=0.0, offer_latency_max_seconds=0.02, call_latency_seconds=0.0
)


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run's servers keep their data."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
async def servers(var_dir: Path) -> AsyncIterator[Addresses]:
    """PostgreSQL and Valkey on free ports, ended with the run."""
    log.set_up("ERROR")
    async with embedded_servers(
        var_dir, want_postgres=True, want_redis=True, durable=False
    ) as addresses:
        yield addresses


@pytest.fixture(scope="session")
async def templates(servers: Addresses, var_dir: Path) -> str:
    """Two databases to clone: the bare schema, and the schema with the demo world."""
    await _execute(servers.database_url, f"create database {BARE}")
    await migrate(_database(servers.database_url, BARE))
    await _execute(servers.database_url, f"create database {DEMO} template {BARE}")
    settings = _settings(servers, DEMO, var_dir)
    async with open_resources(settings) as res:
        await demo_seed.seed_demo(res)
    return servers.database_url


@pytest.fixture
async def database_url(templates: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of this test's own; mark the test with `demo` for one with the demo world in it."""
    template = DEMO if request.node.get_closest_marker("demo") else BARE
    name = f"test_{abs(hash(request.node.nodeid)) % 10**12}"
    await _execute(templates, f"drop database if exists {name} with (force)")
    await _execute(templates, f"create database {name} template {template}")
    yield _database(templates, name)
    await _execute(templates, f"drop database if exists {name} with (force)")


@pytest.fixture
async def settings(servers: Addresses, database_url: str, var_dir: Path) -> Settings:
    """Settings of a process that nobody plays the outside world for; its Redis is empty."""
    made = replace(_settings(servers, "", var_dir), database={"url": database_url})
    async with open_resources(made) as res:
        await res.redis.flushall()
    return made


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open connections, as a running process has them."""
    async with open_resources(settings) as res:
        async with asyncio.timeout(5):
            while not res.cache.listening:
                await asyncio.sleep(0.005)
        yield res


@pytest.fixture
def db(resources: Resources) -> Database:
    """The database of this test."""
    return resources.db


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[TestClient]:
    """The whole application over HTTP."""
    port = resources.settings.web.port
    async with TestClient(TestServer(create_app(resources), port=port)) as made:
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
    async with open_resources(use_sandbox(settings, sandbox)) as res:
        yield res


@pytest.fixture
async def shop(played: Resources) -> AsyncIterator[TestClient]:
    """The whole application with the sandbox outside and the workers inside: what a customer meets."""
    async with (
        TestClient(TestServer(create_app(played), port=played.settings.web.port)) as made,
        working(played),
    ):
        yield made


def _settings(servers: Addresses, database: str, var_dir: Path) -> Settings:
    url = _database(servers.database_url, database) if database else ""
    made = settings_file.load({})
    return replace(
        made,
        web={"port": free_port("127.0.0.1", 0)},
        database={"url": url, "connections": 8},
        redis={"url": servers.redis_url},
        paths={"var_dir": str(var_dir)},
        secrets={"key": "a key for tests only"},
        jobs={"sweep_seconds": 0.5},
        unctad={"pause_seconds": 0.0},
    )


def _database(url: str, name: str) -> str:
    """The same server, another database."""
    head, _slash, tail = url.rpartition("/")
    _old, question, options = tail.partition("?")
    return f"{head}/{name}{question}{options}"


async def _execute(url: str, sql: str) -> None:
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(sql)
    finally:
        await conn.close()
