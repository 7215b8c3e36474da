"""Connections for arq's own command, which ends where Redis is away when it starts: the first one
is waited for.
"""

import asyncio
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError as RedisAway,
    TimeoutError as RedisSilent,
)

from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_LOOK_SECONDS = 0.25
_WRONG = (AuthenticationError, AuthorizationError)  # redis-py counts them among the lost lines


class PatientPool(ConnectionPool):
    """Waits `patience_seconds` for the first connection, then exits the process with one line.

    Wrong credentials exit at once. Later on, and where that is None, it is like any other pool.
    """

    patience_seconds: float | None = None
    _has_connected = False

    async def get_connection(self, *args: Any, **options: Any) -> Any:
        """Return a connection that may be used."""
        if self.patience_seconds is not None and not self._has_connected:
            await self._wait(self.patience_seconds)
        return await super().get_connection(*args, **options)

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
