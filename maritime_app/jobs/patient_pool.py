"""Connections for arq's own command, which ends where Redis is away: at its start for the first
one, and with any command later. Here both are waited for.

arq makes its worker itself and lets a settings class choose the client alone, so that is where
waiting stands.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import ConstantBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError as RedisAway,
    ReadOnlyError,
    TimeoutError as RedisSilent,
    WatchError,
)

from maritime_app.infra.telemetry import log

T = TypeVar("T")
logger = log.get(__name__)
_LOOK_SECONDS = 0.25
_WRONG = (AuthenticationError, AuthorizationError)  # redis-py counts them among the lost lines
# Down, silent, or demoted to a replica.
_PASSING = [RedisAway, RedisSilent, ReadOnlyError]


class PatientPool(ConnectionPool):
    """Waits `patience_seconds` for the first connection, then exits the process with one line.

    Wrong credentials exit at once. Later on a connection is waited for as long as the worker goes
    on (`wait_with`). Where that is None, it is like any other pool.
    """

    patience_seconds: float | None = None
    _has_connected = False
    _worker: "asyncio.Task[Any] | None" = None

    @property
    def goes_on(self) -> bool:
        """Return whether somebody still works who can wait: not before `wait_with`."""
        return self._worker is not None and not (self._worker.done() or self._worker.cancelling())

    def wait_with(self, worker: "asyncio.Task[Any]") -> None:
        """Wait for Redis from now on, until that task is cancelled or ends."""
        self._worker = worker

    def wait_in_commands(self) -> None:
        """Let a command whose line breaks be sent again, over a new line."""
        self.connection_kwargs |= {"retry": _Patience(self), "retry_on_error": _PASSING}

    async def get_connection(self, *args: Any, **options: Any) -> Any:
        """Return a connection that may be used."""
        if self.patience_seconds is not None and not self._has_connected:
            await self._wait(self.patience_seconds)
        while True:
            try:
                return await super().get_connection(*args, **options)
            except (RedisAway, RedisSilent, OSError) as error:
                if isinstance(error, _WRONG) or not self.goes_on:
                    raise
                await pause(error)

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until, said = loop.time() + seconds, False
        while True:
            try:
                await self.release(await super().get_connection())
            except (RedisAway, RedisSilent, OSError) as error:
                if isinstance(error, _WRONG) or loop.time() >= until:
                    raise SystemExit(f"Redis does not answer at REDIS_URL: {error}") from None
                if not said:
                    said = True
                    logger.warning("waiting_for_redis", seconds=seconds, error=str(error))
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                self._has_connected = True
                return


class PatientSentinelPool(PatientPool, SentinelConnectionPool):
    """The same where Sentinels name the primary."""


class PatientRedis(ArqRedis):
    """arq's client over a patient pool.

    What arq sends may be sent twice: it reads, sets and deletes, and who runs a job is decided in
    PostgreSQL.
    """

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> "Pipeline":
        """Return a pipeline that watches anew where its line was lost."""
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)

    async def delete(self, *names: Any) -> Any:
        """Delete keys. A worker that ends deletes its sign of life, which expires anyway."""
        with suppress(*_PASSING):
            return await super().delete(*names)
        return 0


class _Pipeline(Pipeline):
    """arq ends where the line is lost between WATCH and MULTI; what it watches is watched again."""

    _watched: tuple[Any, ...] = ()

    async def watch(self, *names: Any) -> None:  # type: ignore[override]
        self._watched = names
        await super().watch(*names)

    async def immediate_execute_command(self, *args: Any, **options: Any) -> Any:
        while True:
            try:
                # redis-py has no annotations here.
                return await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
            except WatchError as error:
                await pause(error)
                await super().watch(*self._watched)


class _Patience(Retry):
    """Tries again for as long as the worker of its pool goes on."""

    __slots__ = ("_pool",)

    def __init__(self, pool: PatientPool) -> None:
        super().__init__(ConstantBackoff(_LOOK_SECONDS), -1)
        self._pool = pool

    def __deepcopy__(self, _memo: object) -> Self:
        """Return this one: a connection of redis-py copies what it is given."""
        return self

    async def call_with_retry(
        self, do: Callable[[], Awaitable[T]], fail: Callable[[Any], Any]
    ) -> T:
        """Return what `do` returns; `fail` hears of each failure."""
        while True:
            try:
                return await do()
            except self._supported_errors as error:
                await fail(error)
                if isinstance(error, _WRONG) or not self._pool.goes_on:
                    raise
                await pause(error)


async def pause(error: Exception) -> None:
    """Say, sparingly, that Redis is away, and wait a moment."""
    log.sparingly(logger, "redis_lost", error=str(error))
    await asyncio.sleep(_LOOK_SECONDS)
