"""Migrations: sql/migrations/NNNN_name.sql, forward only, one transaction each, by one process at a
time.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import asyncpg

MIGRATIONS_DIR = Path(__file__).resolve().parent.parent.parent / "sql" / "migrations"
_LOCK_KEY = 7_166_001  # any constant: the advisory lock that all our migrating processes share


class MigrationError(Exception):
    """The schema cannot be brought up to date; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number and name, and the hash that shows whether it was edited after it ran."""

    version: str
    sql: str
    checksum: str


def available(folder: Path = MIGRATIONS_DIR) -> list[Migration]:
    """Return every migration file in order."""
    migrations = []
    for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        sql = file.read_text()
        migrations.append(Migration(file.stem, sql, hashlib.sha256(sql.encode()).hexdigest()))
    return migrations


async def migrate(url: str, folder: Path = MIGRATIONS_DIR) -> list[str]:
    """Bring the database up to date and return the versions that ran.

    Waits at most ten seconds for locks, so that a long-running query makes the migration fail
    instead of queueing everybody behind it. Raises MigrationError.
    """
    conn = await asyncpg.connect(url, timeout=10)
    try:
        await conn.execute("set lock_timeout = '10s'")
        await conn.execute("select pg_advisory_lock($1)", _LOCK_KEY)
        done = await _applied(conn)
        return [m.version for m in _pending(available(folder), done) if await _apply(conn, m)]
    except asyncpg.LockNotAvailableError as error:
        raise MigrationError(
            "another process holds the schema; try again when it has finished"
        ) from error
    finally:
        await conn.close()


async def missing(url: str, folder: Path = MIGRATIONS_DIR) -> list[str]:
    """Return the versions that have not been applied yet; change nothing."""
    conn = await asyncpg.connect(url, timeout=10)
    try:
        if await conn.fetchval("select to_regclass('schema_version')") is None:
            return [m.version for m in available(folder)]
        done = {
            r["version"]: r["checksum"] for r in await conn.fetch("select * from schema_version")
        }
        return [m.version for m in _pending(available(folder), done)]
    finally:
        await conn.close()


async def _applied(conn: "asyncpg.Connection[asyncpg.Record]") -> dict[str, str]:
    await conn.execute(
        "create table if not exists schema_version ("
        " version text primary key, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    return {
        row["version"]: row["checksum"] for row in await conn.fetch("select * from schema_version")
    }


def _pending(files: list[Migration], done: dict[str, str]) -> list[Migration]:
    for file in files:
        if file.version in done and done[file.version] != file.checksum:
            raise MigrationError(
                f"{file.version} was changed after it ran; write a new migration instead"
            )
    unknown = set(done) - {file.version for file in files}
    if unknown:
        raise MigrationError(
            f"the database is newer than this code: it has {', '.join(sorted(unknown))}"
        )
    return [file for file in files if file.version not in done]


async def _apply(conn: "asyncpg.Connection[asyncpg.Record]", migration: Migration) -> bool:
    async with conn.transaction():
        await conn.execute(migration.sql)
        await conn.execute(
            "insert into schema_version (version, checksum) values ($1, $2)",
            migration.version,
            migration.checksum,
        )
    return True
