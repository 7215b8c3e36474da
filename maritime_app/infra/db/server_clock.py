"""How far this process's clock is from PostgreSQL's, measured as NTP does it (RFC 5905, section 8):
the server's time lies in the middle between question and answer.

A machine's clock that is set does not touch this process's (maritime_app/clock.py). But PostgreSQL
may be on that machine, and follows it: so it is asked at once.
"""

import asyncio
import time
from contextlib import suppress

import asyncpg

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import gauge

logger = log.get(__name__)
_EVERY_SECONDS = 10.0
_RETRY_SECONDS = 1.0
_FIRST_SECONDS, _FIRST_RETRY_SECONDS = 2.0, 0.05
_LOOK_SECONDS = 1.0  # whether the machine's clock was set
_SLOW_SECONDS = 0.5  # an answer that took longer says too little
_TOLERANCE_SECONDS = 0.25  # what is less may be the measurement
_WORTH_A_LINE_SECONDS = 2.0
OFFSET = gauge("clock_offset_seconds", "PostgreSQL's clock minus this machine's")


async def begin(db: Database) -> None:
    """Correct this process's clock before it signs or judges anything, where the database answers
    within two seconds; a busy start makes answers slow, and a slow one says too little.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_FIRST_SECONDS):
            while (measured := await _measure(db)) is None:
                await asyncio.sleep(_FIRST_RETRY_SECONDS)
            _take(measured)


async def follow(db: Database, stop: asyncio.Event) -> None:
    """Measure every ten seconds and correct this process's clock, until `stop`."""
    while not stop.is_set():
        measured = await _measure(db)
        if measured is not None:
            _take(measured)
        await _until_due(stop, _EVERY_SECONDS if measured is not None else _RETRY_SECONDS)


async def _until_due(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the machine's clock is set."""
    before, ends = clock.set_to(), time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if await until(stop, min(left, _LOOK_SECONDS)):
            return
        if abs(step := clock.set_to() - before) > _TOLERANCE_SECONDS:
            logger.warning("clock_was_set", seconds=round(step, 2))
            return


def _take(off: float) -> None:
    offset = clock.correction_seconds() + off
    OFFSET.set(offset)
    if abs(off) <= _TOLERANCE_SECONDS:
        return
    clock.correct(offset if abs(offset) > _TOLERANCE_SECONDS else 0.0)
    if abs(offset) > _WORTH_A_LINE_SECONDS:
        logger.warning("clock_is_off", seconds=round(offset, 2))


async def _measure(db: Database) -> float | None:
    """Return how many seconds this process is behind, or None where no good answer came."""
    try:
        async with db.acquire() as conn:
            began = clock.now().timestamp()
            server = await conn.fetchval("select extract(epoch from clock_timestamp())::float8")
            ended = clock.now().timestamp()
    except (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return None
    if not 0 <= ended - began <= _SLOW_SECONDS:
        return None
    return float(server - (began + ended) / 2)
