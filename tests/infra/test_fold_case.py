"""Addresses and names of ships, without case: alike in every database, whatever its locale."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from maritime_app.infra import queries
from maritime_app.infra.migrate import migrate
from tests.servers import beside

STAFF, ADDRESS = UUID(int=1), "ilayda@example.org"


@pytest.fixture
async def turkish(database_server):
    """A database where lower() makes a dotless i of I, and says so."""
    if not await database_server.conn.fetchval(
        "select true from pg_collation where collname = 'tr-x-icu'"
    ):
        pytest.skip("this PostgreSQL knows no Turkish")
    name = f"turkish_{uuid4().hex}"  # tests of this file run side by side
    await database_server.conn.execute(
        f"create database {name} template template0 locale_provider icu icu_locale 'tr'"
    )
    url = beside(database_server.url, name)
    try:
        await migrate(url)
        conn = await asyncpg.connect(url)
        assert await conn.fetchval("select lower($1)", ADDRESS.upper()) != ADDRESS
        yield conn
        await conn.close()
    finally:
        await database_server.conn.execute(f"drop database {name} with (force)")


async def test_it_works(db):
    async with db.acquire() as conn:
        for typed, folded in [(ADDRESS.upper(), ADDRESS), ("JÖRG@Example.ORG", "jörg@example.org")]:
            assert await conn.fetchval("select folded_case($1)", typed) == folded


async def test_who_types_capitals_signs_in(turkish):
    sql = queries.load("accounts")
    await turkish.execute(sql.add_staff.sql, STAFF, ADDRESS.title(), "Ilayda", "agent", "hash")

    for typed in (ADDRESS, ADDRESS.upper(), ADDRESS.title()):
        found = await turkish.fetchrow(sql.credentials.sql, typed)
        assert (found["id"], found["email"]) == (STAFF, ADDRESS)
        assert await turkish.fetchval(sql.id_by_email.sql, typed) == STAFF


async def test_a_ship_and_a_harbour_are_found(turkish):
    """Ships say their names in capitals, and people type them in small letters."""
    await turkish.execute(
        "insert into vessel (mmsi, kind, source, name, seen_at, static_at)"
        " values (271000001, 0, 2, 'ISTANBUL BEY', now(), now())"
    )
    await turkish.execute(
        "insert into port (id, code, name, lat, lon, timezone, kind, source)"
        " values ($1, 'ITGOA', 'Genova', 44.4, 8.9, 'Europe/Rome', 'harbour', 'ours')",
        STAFF,
    )

    ships = queries.load("vessels").search_vessels.sql
    for typed in ("istanbul", "ISTANBUL", "bey"):
        assert [row["mmsi"] for row in await turkish.fetch(ships, typed, None, 5, [2])] == [
            271000001
        ]
    matching = queries.load("ports").ports_matching.sql
    (port,) = await turkish.fetch(matching, "it", "it", "", "", 5, 0)
    assert port["port_code"] == "ITGOA"


@pytest.mark.parametrize(
    "name", ["bookings_mandates.lock_holder", "vessels_ship_alerts.lock_address"]
)
async def test_an_address_is_one_holder(turkish, name):
    """Bounds are by address: capitals are no way around them."""
    file, _, query = name.partition(".")
    lock = getattr(queries.load(file), query).sql
    async with turkish.transaction():
        await turkish.execute(lock, ADDRESS)
        await turkish.execute(lock, ADDRESS.upper())
        held = "select count(*) from pg_locks where locktype = 'advisory'"
        assert await turkish.fetchval(held + " and pid = pg_backend_pid()") == 1
