"""A PostgreSQL that lacks something, or is not there yet: /readyz says what, for as long as it
does.
"""

import tempfile
from pathlib import Path

import asyncpg
import pytest

from bench.chaos.small_disk import SmallDisk
from maritime_app.errors import Unavailable
from maritime_app.infra.db import Database, DatabaseAway
from maritime_app.infra.db.errors import short_of
from maritime_app.ops import readiness, store

FILL = "insert into cache_change (id, tags) select gen_random_uuid(), array[repeat('x', 500)]"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No look is good for the next one; what was short of memory is so no longer."""
    monkeypatch.setattr(readiness, "_GOOD_FOR_SECONDS", -1.0)
    monkeypatch.setattr(readiness, "_SHORT_SECONDS", 0.0)


@pytest.fixture
async def small_disk(database_url):
    """What changed in the cache is written to a small disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        disk = SmallDisk(folder)
        await disk.mount()
        if not disk.is_there:
            pytest.skip("no file system can be mounted here")
        conn = await asyncpg.connect(database_url)
        try:
            data = Path(await conn.fetchval("show data_directory"))
            await disk.take_tables(conn, data, ["cache_change"])
            yield disk
            disk.make_room()
            await conn.execute("alter table cache_change set tablespace pg_default")
            await conn.execute("drop tablespace small")
        finally:
            await conn.close()
            await disk.unmount()


async def said(client):
    async with client.get("/readyz") as answer:
        return answer.status, (await answer.json())["postgresql"]


async def fill(db):
    async with db.acquire() as conn:
        for _ in range(100_000):
            await conn.execute(FILL)


async def test_it_works(client, db, small_disk):
    """However long nobody is asked to write, it is not ready until there is room."""
    small_disk.fill()
    assert await said(client) == (200, "ok"), "nobody was refused"
    with pytest.raises(DatabaseAway):
        await fill(db)
    for _ in range(3):
        assert await said(client) == (503, "out of room")

    small_disk.make_room()

    assert await said(client) == (200, "ok")
    async with db.acquire() as conn:
        await conn.execute(FILL)


@pytest.mark.parametrize(
    ("sqlstate", "message", "words"),
    [
        ("53100", 'could not extend file "base/5/1259": No space left on device', "out of room"),
        ("XX000", 'could not extend file "base/5/1259": Disk quota exceeded', "out of room"),
        ("53200", "out of memory", "out of memory"),
        ("53000", "insufficient resources", "insufficient resources"),
    ],
)
async def test_it_is_called_by_its_name(client, db, monkeypatch, sqlstate, message, words):
    monkeypatch.setattr(readiness, "_SHORT_SECONDS", 60.0)

    async def take_no_room(_db):
        raise DatabaseAway from asyncpg.DiskFullError("still none")

    monkeypatch.setattr(store, "take_room", take_no_room)
    with pytest.raises(Unavailable):
        await refused(db, sqlstate, message)

    assert await said(client) == (503, words)


async def refused(db, sqlstate, message):
    raising = f"raise exception using errcode = '{sqlstate}', message = '{message}';"
    async with db.acquire() as conn:
        await conn.execute(f"do $$ begin {raising} end $$")


async def test_what_was_short_of_memory_is_ready_again(client, db):
    with pytest.raises(Unavailable):
        await refused(db, "53200", "out of memory")
    assert await said(client) == (200, "ok")


def test_what_it_does_not_know_is_our_mistake():
    assert short_of(asyncpg.InternalServerError("cache lookup failed for type 5")) == ""
    assert short_of(asyncpg.UniqueViolationError("twice")) == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            asyncpg.CannotConnectNowError("the database system is starting up"),
            "DatabaseAway cannot_connect_now: the database system is starting up",
        ),
        (
            asyncpg.CannotConnectNowError("no connections\nDETAIL:  Hot standby mode is disabled."),
            "DatabaseAway cannot_connect_now: no connections DETAIL: Hot standby mode is disabled.",
        ),
        (asyncpg.TargetServerAttributeNotMatched("only standbys"), "read-only"),
        (asyncpg.InvalidPasswordError("for user fairway"), "DatabaseAway invalid_password"),
        (asyncpg.TooManyConnectionsError("sorry"), "too many connections"),
        (ConnectionRefusedError(), "DatabaseAway"),
    ],
)
async def test_why_no_connection_comes_about(client, resources, monkeypatch, error, words):
    async def refuse():
        raise error

    away = Database(resources.settings.database.url)  # nobody else gives a connection back to it
    monkeypatch.setattr(away, "_open_one", refuse)
    object.__setattr__(resources, "db", away)

    assert await said(client) == (503, words)
