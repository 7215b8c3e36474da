"""What every process and command stands on: secrets, servers, schema. Knows no domain, so that a
command which needs little loads little.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import asyncpg

from maritime_app.errors import Unavailable
from maritime_app.infra.embedded import CannotStart, embedded_servers
from maritime_app.infra.migrate import MigrationError, ServerAway, migrate, missing
from maritime_app.infra.redis import RedisError, WrongServer
from maritime_app.infra.secret_file import secret_in
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources
from maritime_app.settings.file import replace
from maritime_app.settings.model import Settings

logger = log.get(__name__)
_LOOK_SECONDS = 0.25
_T = TypeVar("_T")


def with_secret(settings: Settings) -> Settings:
    """Return settings with a signing key: the given one, else one that is generated once and kept
    in var_dir.
    """
    if settings.secrets.key:
        return settings
    key = secret_in(Path(settings.paths.var_dir) / "secret_key")
    return replace(settings, secrets={"key": key})


@asynccontextmanager
async def with_servers(settings: Settings, *, join: bool) -> AsyncIterator[Settings]:
    """Yield settings whose database and Redis answer: at the given addresses, else on embedded
    servers, which with `join` may be a running copy's.
    """
    async with embedded_servers(
        Path(settings.paths.var_dir),
        want_postgres=not settings.database.url,
        want_redis=not settings.redis.url,
        join=join,
    ) as addresses:
        yield replace(
            settings,
            database={"url": settings.database.url or addresses.database_url},
            redis={"url": settings.redis.url or addresses.redis_url},
        )


async def with_schema(settings: Settings, *, apply: bool, accept_changes: bool = False) -> None:
    """Bring the schema up to date; without `apply` raise MigrationError for an old one.

    A PostgreSQL that is away is waited for, `start.patience_seconds` long.
    """
    url, patience_seconds = settings.database.url, settings.start.patience_seconds
    if apply:
        applied = await _patiently(
            lambda: migrate(url, accept_changes=accept_changes), patience_seconds
        )
        if applied:  # one line: the first start of a database applies all there are
            logger.info("migrated", version=applied[-1], applied=len(applied))
        return
    behind = await _patiently(lambda: missing(url), patience_seconds)
    if behind:
        newest = f", the newest {behind[-1]}" if len(behind) > 1 else f" {behind[0]}"
        raise MigrationError(
            f"the schema lacks {len(behind)} migration{'s' if len(behind) > 1 else ''}{newest}: "
            "run `python run.py migrate` first"
        )


async def _patiently(ask: Callable[[], Awaitable[_T]], patience_seconds: float) -> _T:
    """Ask again while the server is away, and say so once; raise ServerAway when that took too
    long.
    """
    loop = asyncio.get_running_loop()
    until, said = loop.time() + patience_seconds, False
    while True:
        try:
            return await ask()
        except ServerAway as error:
            if loop.time() >= until:
                raise
            if not said:
                said = True
                logger.warning("waiting_for_postgresql", seconds=patience_seconds, error=str(error))
            await asyncio.sleep(_LOOK_SECONDS)


async def refuse_wrong_redis(res: Resources) -> None:
    """Raise WrongServer for a Cluster or a Sentinel; one that is only away may come back."""
    try:
        await res.redis_cache.command("PING")
    except WrongServer:
        raise
    except RedisError as error:
        logger.warning("started_without_redis", error=error.reply)


async def refuse_unsaid_pooler(res: Resources) -> None:
    """Raise CannotStart where a pooler takes no session of ours and no setting says that there is
    one: this process would never be ready. A server that is only away may come back.
    """
    try:
        async with res.db.acquire():
            pass
    except Unavailable as error:
        if isinstance(error.__cause__, asyncpg.ProtocolViolationError):
            raise CannotStart(
                f"a pooler stands at DATABASE_URL ({error.__cause__}): "
                "set MARITIME_DATABASE_POOLER to plain or prepared (docs/operations.md)"
            ) from None
