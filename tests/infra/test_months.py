"""Tables in months: made ahead, archived by age, and unique over all of them."""

import shutil
from datetime import UTC, date, datetime

import asyncpg
import pytest

from maritime_app import domains
from maritime_app.ids import first_uuid7
from maritime_app.infra.history import months
from maritime_app.infra.migrate import MIGRATIONS_DIR, migrate
from maritime_app.jobs import store
from maritime_app.jobs.model import Queue
from maritime_app.jobs.store import NewJob
from maritime_app.payments import store as payments
from maritime_app.payments.model import Delivery, Event

TODAY = date(2041, 11, 15)  # far from the months that the migration made
JOB = next(table for table in domains.MONTHLY if table.name == "job")
ATTEMPT = next(table for table in domains.MONTHLY if table.name == "job_attempt")
# The release before wrote so: it infers uniqueness from a constraint of the table itself.
OLD_ADD_JOB = (
    "insert into job (id, task, queue, unique_key) values ($1, 'x.old', 'data', $2)"
    " on conflict (unique_key) do nothing"
)
OLD_ADD_EVENT = (
    "insert into stripe_event (id, type, payload) values ($1, 'x', '{}')"
    " on conflict (id) do nothing"
)


@pytest.fixture
async def later(db):
    """Years after the migration: its own months are gone."""
    async with db.transaction() as conn:
        for table in domains.MONTHLY:
            await conn.execute("select archive_months($1, '2040-01-01', 'false')", table.name)
            await conn.execute("select drop_archived($1, '2040-01-01')", table.name)
    return db


@pytest.fixture
async def expanded_url(database_server, tmp_path):
    """A database of the release before, expanded for this one: its code is still running."""
    for file in MIGRATIONS_DIR.glob("*.sql"):
        if "-- contract" not in file.read_text():
            shutil.copy(file, tmp_path)
    async with database_server.clone("template0") as url:
        await migrate(url, tmp_path)
        yield url


async def test_it_works(later):
    """A month that is old goes away as a whole; what somebody has still to do with stays."""
    async with later.transaction() as conn:
        await made(conn, "job", date(2041, 5, 1), date(2041, 6, 1))
        for day, state in ((3, "done"), (4, "dead"), (5, "cancelled")):
            await a_job(conn, datetime(2041, 6, day, tzinfo=UTC), state, f"june:{day}")
        await a_job(conn, datetime(2041, 11, 1, tzinfo=UTC), "done", "november")

    kept = await months.keep(later, JOB, TODAY, live_months=3, archived_months=24)
    await months.keep(later, ATTEMPT, TODAY, live_months=3, archived_months=24)

    assert kept.archived == 2
    async with later.acquire() as conn:
        live = await conn.fetch("select unique_key from job order by 1")
        archived = await conn.fetch("select unique_key from archive.job_2041_06 order by 1")
        attempts = await conn.fetch(
            "select j.unique_key from job_attempt a join job j on j.id = a.job_id"
        )
    assert [row["unique_key"] for row in live] == ["june:4", "november"]
    assert [row["unique_key"] for row in archived] == ["june:3", "june:5"]
    assert sorted(row["unique_key"] for row in attempts) == ["june:4", "november"]


async def test_a_key_stays_unique_when_its_month_is_archived(later):
    async with later.transaction() as conn:
        await made(conn, "job", date(2041, 6, 1), date(2041, 6, 1))
        await a_job(conn, datetime(2041, 6, 3, tzinfo=UTC), "done", "refund:1")
    await months.keep(later, JOB, TODAY, live_months=3, archived_months=24)

    async with later.transaction() as conn:
        added = await store.add_job(
            conn,
            NewJob(first_uuid7(datetime.now(UTC)), "x.new", Queue.DATA, {}, None, "refund:1", 0.0),
        )
    assert not added


async def test_a_key_goes_with_the_archive(later):
    """A dead job of that time stands, and its key with it; a younger one's, too."""
    async with later.transaction() as conn:
        await made(conn, "job", date(2039, 1, 1), date(2041, 7, 1))
        await a_job(conn, datetime(2039, 1, 3, tzinfo=UTC), "done", "refund:old")
        await a_job(conn, datetime(2039, 1, 4, tzinfo=UTC), "dead", "refund:dead")
        await a_job(conn, datetime(2041, 6, 3, tzinfo=UTC), "done", "refund:archived")
    await months.keep(later, JOB, TODAY, live_months=3, archived_months=24)

    async with later.acquire() as conn:
        assert await store.delete_old_keys(conn, datetime(2039, 8, 1, tzinfo=UTC), 100) == 1
        keys = await conn.fetch("select unique_key from job_key order by 1")
    assert [row["unique_key"] for row in keys] == ["refund:archived", "refund:dead"]


async def test_what_was_archived_long_ago_is_dropped(later):
    async with later.transaction() as conn:
        await made(conn, "job", date(2039, 1, 1), date(2041, 7, 1))

    first = await months.keep(later, JOB, TODAY, live_months=3, archived_months=24)
    again = await months.keep(later, JOB, TODAY, live_months=3, archived_months=24)

    assert (first.archived, first.dropped) == (31, 7)  # August 2039 is two
    assert (again.archived, again.dropped) == (0, 0)  # years before August 2041


async def test_what_came_before_its_month_was_made_moves_into_it(db):
    async with db.transaction() as conn:
        await a_job(conn, datetime(2051, 2, 3, tzinfo=UTC), "queued", "far")
        assert await place_of(conn, "far") == "job_other"

        await made(conn, "job", date(2051, 2, 1), date(2051, 2, 1))

        assert await place_of(conn, "far") == "job_2051_02"


async def test_an_event_is_fresh_once(db):
    """However often and beside whatever it comes, and whatever month it is by then."""
    ids = [first_uuid7(datetime(2041, 11, 1, 0, 0, second, tzinfo=UTC)) for second in range(4)]
    async with db.transaction() as conn:
        came = [Delivery(Event(name, "x"), "{}") for name in ("evt_1", "evt_2", "evt_1")]
        fresh = await payments.record_events(conn, came, ids[:3])
        assert len(fresh) == 2
        assert await payments.record_events(conn, [came[1]], ids[3:]) == []
        assert await payments.event(conn, "evt_2") is not None


async def test_both_releases_write_side_by_side(expanded_url):
    """Until the last process of the old one has ended: what one wrote, the other does not."""
    old = await asyncpg.connect(expanded_url, server_settings={"application_name": "maritime"})
    new = await asyncpg.connect(expanded_url, server_settings={"application_name": "maritime/9999"})
    add = store.SQL.add_job.sql
    ids = [first_uuid7(datetime(2041, 11, day, tzinfo=UTC)) for day in range(1, 7)]
    args = "x.new", "data", "{}", None, None

    try:
        assert await old.execute(OLD_ADD_JOB, ids[0], "a") == "INSERT 0 1"
        assert await new.fetchval(add, ids[1], *args, "a", 0.0, None, None) is None
        assert await new.fetchval(add, ids[2], *args, "b", 0.0, None, None) == ids[2]
        assert await old.execute(OLD_ADD_JOB, ids[3], "b") == "INSERT 0 0"
        assert await old.execute(OLD_ADD_EVENT, "evt_1") == "INSERT 0 1"
        assert await old.execute(OLD_ADD_EVENT, "evt_1") == "INSERT 0 0"
        assert await migrate(expanded_url) == []  # it waits for the old one
        await old.close()

        assert "by_month" in [name[5:] for name in await migrate(expanded_url)]

        assert await new.fetchval(add, ids[4], *args, "a", 0.0, None, None) is None
        assert await new.fetchval(add, ids[5], *args, "c", 0.0, None, None) == ids[5]
        assert await new.fetchval("select count(*) from job") == 3
    finally:
        await new.close()
        await old.close()


async def made(conn, table, first, last):
    """The months of a table from the first to the last one."""
    await conn.fetchval("select make_months($1, $2, $3)", table, first, last)


async def a_job(conn, at, state, unique_key):
    """A job of that instant with one attempt."""
    job_id = first_uuid7(at)
    await conn.execute(
        "insert into job (id, task, queue, state, unique_key) values ($1, 'x', 'data', $2, $3)",
        job_id,
        state,
        unique_key,
    )
    await conn.execute(
        "insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome)"
        " values ($1, 1, 'here:1', now(), now(), 'done')",
        job_id,
    )


async def place_of(conn, unique_key):
    """The partition that a job stands in."""
    return await conn.fetchval(
        "select tableoid::regclass::text from job where unique_key = $1", unique_key
    )
