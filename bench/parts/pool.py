"""One short statement by many callers over few connections: our pool beside asyncpg's own.

asyncpg's is measured as delivered, which resets a connection at each release, and with a reset that
does nothing, which is what ours promises too. All lend the product's own kind of connection, which
knows whether its last statement was answered.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg

from bench.report import Report, Series
from bench.stage import Stage
from maritime_app.infra.db import Conn, Database

_ROUNDS = 3
_SECONDS = 1.0
_CALLERS = 32
_CONNECTIONS = 4
_STATEMENT = "select $1::int + 1"

Acquire = Callable[[], AbstractAsyncContextManager[Any]]


async def measure(stage: Stage) -> Report:
    """Each in every round, so that all meet the same moments of this machine."""
    report = Report(
        "pool", f"{_CALLERS} callers over {_CONNECTIONS} connections, one statement each"
    )
    pools = {"ours": _ours, "asyncpg, no reset": _without_reset, "asyncpg": _as_delivered}
    rate = {name: Series(f"{name}, statements", "/s") for name in pools}
    worst = {name: Series(f"{name}, p99", "ms") for name in pools}
    for _ in range(_ROUNDS):
        for name, opened in pools.items():
            async with opened(stage.database_url) as acquire:
                waits = await _load(acquire)
            rate[name].values.append(len(waits) / _SECONDS)
            worst[name].values.append(1000 * sorted(waits)[int(len(waits) * 0.99)])
    report.figures += [series for name in pools for series in (rate[name], worst[name])]
    report.ratio("ours / asyncpg's without a reset", rate["ours"], rate["asyncpg, no reset"])
    report.ratio("ours / asyncpg's as delivered", rate["ours"], rate["asyncpg"])
    return report


async def _load(acquire: Acquire) -> list[float]:
    """What each statement took in seconds, the waiting for a connection included."""
    waits: list[float] = []
    until = time.monotonic() + _SECONDS

    async def call() -> None:
        while (began := time.monotonic()) < until:
            async with acquire() as conn:
                await conn.fetchval(_STATEMENT, 1)
            waits.append(time.monotonic() - began)

    await asyncio.gather(*(call() for _ in range(_CALLERS)))
    return waits


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[Acquire]:
    db = Database(url, _CONNECTIONS)
    yield db.acquire
    await db.close()


@asynccontextmanager
async def _without_reset(url: str) -> AsyncIterator[Acquire]:
    async def nothing(_conn: object) -> None:
        """Leave the session as it is."""

    size = {"min_size": _CONNECTIONS, "max_size": _CONNECTIONS}
    async with asyncpg.create_pool(url, connection_class=Conn, reset=nothing, **size) as pool:
        yield pool.acquire


@asynccontextmanager
async def _as_delivered(url: str) -> AsyncIterator[Acquire]:
    size = {"min_size": _CONNECTIONS, "max_size": _CONNECTIONS}
    async with asyncpg.create_pool(url, connection_class=Conn, **size) as pool:
        yield pool.acquire
