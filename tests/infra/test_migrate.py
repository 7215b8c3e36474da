"""Migrations: in order, once, never edited afterwards, never two at a time, never backwards."""

import asyncio
from itertools import chain
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.migrate import MIGRATIONS_DIR, MigrationError, available, migrate, missing

OURS = {"schema_version", "schema_catalogue"}


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
    assert await tables(empty_url) == {*OURS, "ship", "berth"}


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


async def test_code_of_the_last_release_may_start_on_a_newer_schema(empty_url, folder):
    """It crashed while the new release was being rolled out, and comes back."""
    write(folder, "0003_crews", "create table crew (name text);")
    await migrate(empty_url, folder)
    (folder / "0003_crews.sql").unlink()

    assert await missing(empty_url, folder) == []
    assert await migrate(empty_url, folder) == []


async def test_a_migration_may_refuse_older_code(empty_url, folder):
    write(folder, "0003_crews", "create table crew (name text);")
    write(folder, "0004_no_berths", "-- needs: 0003\ndrop table berth;")
    await migrate(empty_url, folder)
    (folder / "0004_no_berths.sql").unlink()
    assert await missing(empty_url, folder) == []  # it knows 0003, and so uses no berths
    (folder / "0003_crews.sql").unlink()

    for refusing in (migrate, missing):
        with pytest.raises(MigrationError, match="0004_no_berths needs code that knows 0003"):
            await refusing(empty_url, folder)


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("maritime", True),
        ("", True),
        ("maritime/0002", True),
        ("maritime/0003", False),
        ("x", False),
    ],
)
async def test_what_contracts_waits_for_code_that_does_not_know(empty_url, folder, name, waits):
    """A release brings both halves: the second one runs when the last old process has ended."""
    write(folder, "0003_crews", "create table crew (name text);")
    write(folder, "0004_no_berths", "-- needs: 0003\n-- contract\ndrop table berth;")
    write(folder, "0005_quays", "create table quay (name text);")
    running = await asyncpg.connect(empty_url, server_settings={"application_name": name})
    try:
        ran = await migrate(empty_url, folder)
        assert ("0004_no_berths" in ran) is not waits
        assert ran[-1] == "0005_quays"
        assert await missing(empty_url, folder) == []  # nobody's start waits for it
    finally:
        await running.close()

    assert await migrate(empty_url, folder) == (["0004_no_berths"] if waits else [])
    assert "berth" not in await tables(empty_url)


async def test_a_migration_that_fails_leaves_nothing_of_itself(empty_url, folder):
    write(folder, "0003_broken", "create table half (name text); insert into nowhere values (1);")

    with pytest.raises(MigrationError, match=r'0003_broken cannot .*: relation "nowhere" does not'):
        await migrate(empty_url, folder)

    assert await tables(empty_url) == {"schema_version", "schema_catalogue", "ship", "berth"}
    assert await missing(empty_url, folder) == ["0003_broken"]


async def test_only_the_last_transaction_waits_for_the_disk(empty_url, folder):
    """A new copy makes a hundred: each waited for the disk by itself."""
    database = urlsplit(empty_url).path[1:]
    await execute(empty_url, f'alter database "{database}" set synchronous_commit = on')
    write(folder, "0003_how", "create table how as select current_setting('synchronous_commit');")

    await migrate(empty_url, folder)

    conn = await asyncpg.connect(empty_url)
    try:
        assert await conn.fetchval("select * from how") == "off"
        assert await conn.fetchval("show synchronous_commit") == "on"
    finally:
        await conn.close()


async def test_runs_at_the_same_time_wait_for_one_another(empty_url, folder):
    """Without the lock the second one would meet tables that exist already."""
    write(folder, "0003_slow", "select pg_sleep(0.2); create table slow (name text);")

    ran = await asyncio.gather(*(migrate(empty_url, folder) for _ in range(4)))

    assert sorted(chain(*ran)) == ["0001_ships", "0002_berths", "0003_slow"]
    assert await migrate(empty_url, folder) == []  # and nobody took another's work for drift


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("alter table ship drop constraint no_ghosts", "the constraint ship.no_ghosts is missing"),
        ("alter table ship add column colour text", "the column ship.colour is unknown"),
        ("alter table ship drop column imo", "the column ship.imo is missing"),
        (
            "alter table ship alter column imo type bigint",
            "the column ship.imo is bigint, not integer",
        ),
        ("drop index ship_imo", "the index ship.ship_imo is missing"),
    ],
)
async def test_what_was_changed_by_hand_is_named(empty_url, folder, change, words):
    write(
        folder,
        "0003_guards",
        "alter table ship add column imo int; create index ship_imo on ship (imo);"
        "alter table ship add constraint no_ghosts check (name <> '');",
    )
    await migrate(empty_url, folder)
    await execute(empty_url, change)

    with pytest.raises(MigrationError, match="changed by hand") as refused:
        await migrate(empty_url, folder)
    assert words in str(refused.value)

    await migrate(empty_url, folder, accept_changes=True)
    assert await migrate(empty_url, folder) == []


async def test_an_index_more_is_the_administrators_business(empty_url, folder):
    await migrate(empty_url, folder)
    await execute(empty_url, "create index by_name on ship (lower(name))")

    assert await migrate(empty_url, folder) == []


async def test_another_encoding_is_refused(database_server, folder):
    await database_server.conn.execute(
        "create database latin encoding 'LATIN1' locale 'C' template template0"
    )
    url = database_server.url.rpartition("/")[0] + "/latin"
    try:
        with pytest.raises(MigrationError, match="latin has the encoding LATIN1, UTF8 is needed"):
            await migrate(url, folder)
    finally:
        await database_server.conn.execute("drop database latin")


async def test_a_user_without_rights_is_refused(empty_url, folder):
    await execute(
        empty_url,
        "create role guest login password 'guest'; revoke create on schema public from public",
    )
    guest = urlunsplit(
        urlsplit(empty_url)._replace(
            netloc=f"guest:guest@{empty_url.rpartition('@')[2].partition('/')[0]}"
        )
    )
    try:
        with pytest.raises(MigrationError, match="guest may not create tables"):
            await migrate(guest, folder)
    finally:
        await execute(empty_url, "drop role guest")


async def test_a_database_that_only_reads_is_refused(empty_url, folder):
    name = urlsplit(empty_url).path[1:]
    await execute(empty_url, f"alter database {name} set default_transaction_read_only = on")

    with pytest.raises(MigrationError, match="can only be read here"):
        await migrate(empty_url, folder)


async def test_a_server_that_is_away_is_one_line(folder):
    with pytest.raises(MigrationError, match="PostgreSQL does not answer at DATABASE_URL"):
        await migrate(f"postgresql://nobody:secret@127.0.0.1:{free_port()}/nothing", folder)


async def test_our_own_migrations_make_a_schema_from_nothing(empty_url):
    assert await migrate(empty_url) == [migration.version for migration in available()]

    assert {"job", "booking", "capacity", "payment", "position", "port"} <= await tables(empty_url)


def test_our_own_migrations_are_numbered_without_gaps():
    numbers = [int(migration.version[:4]) for migration in available()]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len(list(MIGRATIONS_DIR.glob("*.sql")))


def write(folder, version, sql):
    (folder / f"{version}.sql").write_text(sql)


async def execute(url, statements):
    conn = await asyncpg.connect(url)
    try:
        await conn.execute(statements)
    finally:
        await conn.close()


async def tables(url):
    conn = await asyncpg.connect(url)
    try:
        rows = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
    finally:
        await conn.close()
    return {row["tablename"] for row in rows}
