"""What is missing is applied, in order; or only named."""

import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg

from maritime_app.infra.database_hosts import Hosts
from maritime_app.infra.migrate import drift, preconditions
from maritime_app.infra.migrate.files import (
    APPLICATION_NAME,
    MIGRATIONS_DIR,
    Applied,
    Migration,
    MigrationError,
    ServerAway,
    available,
    pending,
)
from maritime_app.infra.telemetry import log

# Ours say by their name what they know (infra/db/connection.py), those of older releases nothing.
_CONNECTED = """
select case when application_name like 'maritime/%' then application_name
       else 'maritime/0000' end as name
from pg_stat_activity
where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
  and backend_type = 'client backend'
  and (application_name like 'maritime%' or application_name = '')
"""
# No answer, starting up, going down, fully taken, or only the standby of a pair.
_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.TargetServerAttributeNotMatched,
)
# A name that nobody knows, a certificate that proves nothing, a socket that is not for us.
_WRONG = (socket.gaierror, ssl.SSLError, PermissionError)
# The same in the middle of a session; a closed one is an InterfaceError.
_LOST = (*_PASSING, asyncpg.InterfaceError)
_LOCK_KEY = 7_166_001  # any constant: the advisory lock that all our migrating processes share
_LOCK_SECONDS = 10
_CLOSE_SECONDS = 2.0
_Connection = asyncpg.Connection
logger = log.get(__name__)


async def migrate(
    url: str, folder: Path = MIGRATIONS_DIR, *, accept_changes: bool = False
) -> list[str]:
    """Bring the database up to date and return the versions that ran.

    Each runs in a transaction of its own that waits at most ten seconds for locks, so that a
    long-running query makes the migration fail instead of queueing everybody behind it. Nothing
    belongs to the session: it works through a pooler, too. The last transaction is on the disk
    when this returns, and with it all before it. Raise MigrationError, also for a schema that was
    changed by hand unless that is to be kept (`accept_changes`); ServerAway where trying again
    makes sense.
    """
    conn = await _connect(url)
    ran: list[str] = []
    try:
        async with conn.transaction():
            await preconditions.require(conn)
        async with _locked(conn):
            await _make_table(conn)
            if not accept_changes:
                await drift.refuse(conn)
        files = available(folder)  # read once: there are a hundred
        while (version := await _apply_next(conn, files)) is not None:
            ran.append(version)
        async with _locked(conn):
            await drift.write_down(conn)
    except asyncpg.LockNotAvailableError as error:
        raise MigrationError(
            "another process holds the schema; try again when it has finished"
        ) from error
    except _LOST as error:
        raise ServerAway(_unanswered(error)) from error
    finally:
        with suppress(*_LOST):
            await conn.close(timeout=_CLOSE_SECONDS)
    return ran


async def missing(url: str, folder: Path = MIGRATIONS_DIR) -> list[str]:
    """Return the versions that have not been applied yet; change nothing.

    What contracts is not missing: this code runs on the schema before and after it. Raise
    MigrationError; ServerAway where trying again makes sense.
    """
    conn = await _connect(url)
    try:
        async with conn.transaction():
            if await conn.fetchval("select to_regclass('schema_version')") is None:
                return [m.version for m in available(folder)]
            return [
                m.version
                for m in pending(available(folder), await _applied(conn))
                if not m.is_contract
            ]
    except _LOST as error:
        raise ServerAway(_unanswered(error)) from error
    finally:
        with suppress(*_LOST):
            await conn.close(timeout=_CLOSE_SECONDS)


async def _connect(url: str) -> "_Connection[asyncpg.Record]":
    """Return a connection that keeps no statements: behind a pooler they belong to nobody."""
    try:
        return await Hosts(url).connect(_open)
    except ValueError as error:
        raise MigrationError(f"DATABASE_URL cannot be read: {error}") from error
    except (*_PASSING, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        is_passing = isinstance(error, _PASSING) and not isinstance(error, _WRONG)
        raise (ServerAway if is_passing else MigrationError)(_unanswered(error)) from error


async def _open(address: str) -> "_Connection[asyncpg.Record]":
    return await asyncpg.connect(
        address,
        timeout=10,
        statement_cache_size=0,
        server_settings={"application_name": APPLICATION_NAME},
    )


def _unanswered(error: Exception) -> str:
    words = " ".join(str(error).split())  # the server's detail stands on a line of its own
    return f"PostgreSQL does not answer at DATABASE_URL: {words or type(error).__name__}"


@asynccontextmanager
async def _locked(conn: "_Connection[asyncpg.Record]") -> AsyncIterator[None]:
    """A transaction that no other migrating process has at the same time."""
    async with conn.transaction():
        await conn.execute(
            f"set local lock_timeout = '{_LOCK_SECONDS}s';select pg_advisory_xact_lock({_LOCK_KEY})"
        )
        yield


async def _make_table(conn: "_Connection[asyncpg.Record]") -> None:
    await conn.execute(
        "create table if not exists schema_version ("
        " version text primary key, checksum text not null,"
        " applied_at timestamptz not null default now());"
        "alter table schema_version add column if not exists needs text"
    )


async def _applied(conn: "_Connection[asyncpg.Record]") -> dict[str, Applied]:
    """Return what ran. `needs` came later: rows are asked for as JSON, which lacks it quietly."""
    rows = await conn.fetch(
        "select version, checksum, to_jsonb(v) ->> 'needs' as needs from schema_version v"
    )
    return {row["version"]: Applied(**row) for row in rows}


async def _next_ready(
    conn: "_Connection[asyncpg.Record]", todo: Sequence[Migration]
) -> Migration | None:
    """Return the first that may run now: what contracts waits for code that does not know what it
    needs.
    """
    for migration in todo:
        if not migration.is_contract:
            return migration
        known = [row["name"].rpartition("/")[2] for row in await conn.fetch(_CONNECTED)]
        older = [number for number in known if number < (migration.needs or "")]
        if not older:
            return migration
        logger.warning("migration_put_off", version=migration.version, connections=len(older))
    return None


async def _apply_next(
    conn: "_Connection[asyncpg.Record]", files: Sequence[Migration]
) -> str | None:
    """Apply the first that is missing and may run now, and return it; None when there is none."""
    async with _locked(conn):
        migration = await _next_ready(conn, pending(files, await _applied(conn)))
        if migration is None:
            return None
        try:
            # Nobody waits for the disk a hundred times: a crash loses the last ones of them, whole,
            # and the next run makes them again.
            await conn.execute(f"set local synchronous_commit = off;{migration.sql}")
        except (*_LOST, asyncpg.LockNotAvailableError):
            raise
        except asyncpg.PostgresError as error:
            raise MigrationError(
                f"migration {migration.version} cannot be applied, nothing of it was done: {error}"
            ) from error
        await conn.execute(
            "insert into schema_version (version, checksum, needs) values ($1, $2, $3)",
            migration.version,
            migration.checksum,
            migration.needs,
        )
    return migration.version
