"""Migrations: in order, once, never edited afterwards, never two at a time, never backwards."""

import asyncio

import asyncpg
import pytest

from maritime_app.infra.migrate import MIGRATIONS_DIR, MigrationError, available, migrate, missing


@pytest.fixture
async def empty_url(database_server):
    """A database with nothing in it."""
    async with database_server.clone("template0") as url:
        yield url


@pytest.fixture
def folder(tmp_path):
    """Two migrations, the second of which needs the first."""
    write(tmp_path, "0001_ships", "create table ship (name text primary key);")
    write(tmp_path, "0002_berths", "create table berth (ship text references ship (name));")
    return tmp_path


async def test_it_works(empty_url, folder):
    assert await missing(empty_url, folder) == ["0001_ships", "0002_berths"]

    assert await migrate(empty_url, folder) == ["0001_ships", "0002_berths"]

    assert await missing(empty_url, folder) == []
    assert await tables(empty_url) == {"schema_version", "ship", "berth"}


async def test_a_second_run_does_nothing(empty_url, folder):
    await migrate(empty_url, folder)

    assert await migrate(empty_url, folder) == []


async def test_only_what_is_new_runs(empty_url, folder):
    await migrate(empty_url, folder)
    write(folder, "0003_crews", "create table crew (name text);")

    assert await missing(empty_url, folder) == ["0003_crews"]
    assert await migrate(empty_url, folder) == ["0003_crews"]


async def test_an_edited_migration_is_refused(empty_url, folder):
    await migrate(empty_url, folder)
    write(folder, "0001_ships", "create table ship (name text primary key, imo int);")

    for refusing in (migrate, missing):
        with pytest.raises(MigrationError, match="0001_ships was changed after it ran"):
            await refusing(empty_url, folder)


async def test_a_newer_database_is_refused(empty_url, folder):
    write(folder, "0003_crews", "create table crew (name text);")
    await migrate(empty_url, folder)
    (folder / "0003_crews.sql").unlink()

    for refusing in (migrate, missing):
        with pytest.raises(MigrationError, match="newer than this code: it has 0003_crews"):
            await refusing(empty_url, folder)


async def test_a_migration_that_fails_leaves_nothing_of_itself(empty_url, folder):
    write(folder, "0003_broken", "create table half (name text); insert into nowhere values (1);")

    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(empty_url, folder)

    assert await tables(empty_url) == {"schema_version", "ship", "berth"}
    assert await missing(empty_url, folder) == ["0003_broken"]


async def test_runs_at_the_same_time_wait_for_one_another(empty_url, folder):
    """Without the lock the second one would meet tables that exist already."""
    write(folder, "0003_slow", "select pg_sleep(0.2); create table slow (name text);")

    ran = await asyncio.gather(*(migrate(empty_url, folder) for _ in range(4)))

    assert sorted(ran, key=len) == [[], [], [], ["0001_ships", "0002_berths", "0003_slow"]]


async def test_our_own_migrations_make_a_schema_from_nothing(empty_url):
    assert await migrate(empty_url) == [migration.version for migration in available()]

    assert {"job", "booking", "capacity", "payment", "position", "port"} <= await tables(empty_url)


def test_our_own_migrations_are_numbered_without_gaps():
    numbers = [int(migration.version[:4]) for migration in available()]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len(list(MIGRATIONS_DIR.glob("*.sql")))


def write(folder, version, sql):
    (folder / f"{version}.sql").write_text(sql)


async def tables(url):
    conn = await asyncpg.connect(url)
    try:
        rows = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
    finally:
        await conn.close()
    return {row["tablename"] for row in rows}
