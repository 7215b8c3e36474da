"""Whether work may be sent to this process, and what it can do at the moment."""

import asyncio
import time
from typing import Final

import asyncpg
import msgspec

from maritime_app import clock
from maritime_app.errors import Refusal, Unavailable
from maritime_app.infra.db.errors import NO_ROOM, condition, short_of
from maritime_app.infra.processes.lifecycle import Phase
from maritime_app.infra.redis import RedisError
from maritime_app.ops import store
from maritime_app.resources import Part, Resources

_GOOD_FOR_SECONDS: Final = 1.0  # whoever asks often does not keep the servers busy
_PATIENCE_SECONDS = 2.0
_SHORT_SECONDS = 10.0  # so long after it was last short of memory, say
OK: Final = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """The phase of the process, the state of each server that it stands on ("ok" or what is wrong),
    and what follows.

    `ready`: everything may be sent here. `reads`: what is kept may still be asked for.
    """

    status: str
    ready: bool
    reads: bool
    postgresql: str
    redis: str
    clock_offset_seconds: float


class Look:
    """Looks at what a process stands on, once a second at most."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._found: Readiness | None = None
        self._found_at = 0.0
        self._looking = asyncio.Lock()

    async def now(self) -> Readiness:
        """Return how ready this process is."""
        phase = self._res.lifecycle.phase
        async with self._looking:
            is_old = time.monotonic() - self._found_at > _GOOD_FOR_SECONDS
            if self._found is None or is_old or self._found.status != _status(phase, self._found):
                self._found = await self._look(phase)
                self._found_at = time.monotonic()
            return self._found

    async def _look(self, phase: Phase) -> Readiness:
        database, redis = await asyncio.gather(self._database(), self._redis())
        serving = phase is Phase.SERVING
        # Pages and searches go without Redis, more slowly; tasks and the ship feed do not.
        needed = (database,) if self._res.lifecycle.lives_without_redis else (database, redis)
        ready = serving and all(state == OK for state in needed)
        return Readiness(
            status="ready" if ready else "not ready" if serving else phase,
            ready=ready,
            reads=serving,
            postgresql=database,
            redis=redis,
            clock_offset_seconds=round(clock.correction_seconds(), 3),
        )

    async def _database(self) -> str:
        db = self._res.db
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                async with db.acquire() as conn:
                    if await store.is_read_only(conn):
                        return "read-only"
                return await self._shortage()
        except (Refusal, OSError, TimeoutError, asyncpg.PostgresError) as error:
            return _said(error)

    async def _shortage(self) -> str:
        """Return what the server was short of, until it is not; a disk is tried."""
        db = self._res.db
        if (seen := db.shortage) is None:
            return OK
        if seen.of == NO_ROOM:
            await store.take_room(db)
        elif time.monotonic() - seen.seen_at < _SHORT_SECONDS:
            return seen.of
        if db.shortage is seen:  # nobody was refused meanwhile
            db.shortage = None
        return OK

    async def _redis(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._res.redis_cache.command("PING")
        except (Unavailable, TimeoutError) as error:
            said = error.code_said if isinstance(error, RedisError) else ""
            return " ".join(filter(None, (type(error).__name__, said)))
        return OK


def _said(error: Exception) -> str:
    """Return the name of an error, with the server's own word for what is wrong."""
    cause, name = error.__cause__, type(error).__name__
    if lacking := short_of(cause):
        return lacking
    if isinstance(cause, asyncpg.TargetServerAttributeNotMatched):
        return "read-only"
    if isinstance(cause, asyncpg.CannotConnectNowError):  # it starts, stops or recovers
        return f"{name} {condition(cause)}: {' '.join(str(cause).split())}"
    return f"{name} {condition(cause)}" if isinstance(cause, asyncpg.PostgresError) else name


def _status(phase: Phase, found: Readiness) -> str:
    """Return what was found, if the phase is still the one that it was found in."""
    serving = found.status in {"ready", "not ready"}
    return found.status if (phase is Phase.SERVING) == serving else phase


READINESS = Part("ops.readiness", Look)
