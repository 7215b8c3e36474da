"""What the load generator asks for is answered as its parts expect: else nobody can measure."""

import asyncio

import pytest

from bench import asks, events
from maritime_app.settings.file import replace
from tests.conftest import settings_for
from tests.factories import a_sailing
from tests.web.conftest import parsed

WEBHOOK = "/api/v1/webhooks/stripe"
DAY = "select (departs_at at time zone 'Europe/Oslo')::date::text from sailing where id = $1"


@pytest.fixture
async def settings(database_url, redis, redis_server, var_dir):
    """Those of a process that takes the bench's events and trusts its addresses."""
    await redis.command("FLUSHALL")
    return replace(
        settings_for(database_url, redis_server, var_dir),
        stripe={"webhook_secrets": (events.SECRET,)},
        web={"trust_proxy": True},
    )


@pytest.fixture
async def asked(client):
    """Send what the generator would send, as often as it is told; the answers."""

    async def ask(kind, times, **options):
        next_request = asks.KINDS[kind](**options)
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        answers = []
        async with asyncio.timeout(60):
            for _ in range(times):
                writer.write(next_request())
                status, headers, _ = parsed((await reader.readuntil(b"\r\n\r\n"))[:-4], b"")
                body = await reader.readexactly(int(headers["content-length"]))
                answers.append((status, body))
        writer.close()
        return answers

    return ask


@pytest.fixture
async def questions(db):
    """A search with its answer, as JSON and as a page."""
    sailing = await a_sailing(db)
    async with db.acquire() as conn:
        day = await conn.fetchval(DAY, sailing)
    query = f"?from=NOOSL&to=DEKEL&date={day}&return_date={day}&adults=2&vehicles=1"
    return ["/api/v1/ferries/search" + query, "/ferries" + query]


async def test_it_works(asked, questions):
    answers = await asked("pages", 4, paths=questions)
    assert [status for status, _ in answers] == [200] * 4


async def test_an_address_that_nobody_has_asked_by_gets_the_same_answer(asked, questions):
    [usual] = await asked("pages", 1, paths=questions[:1])
    fresh = await asked("fresh_pages", 5, paths=questions[:1])
    assert fresh == [usual] * 5


def test_no_address_is_asked_by_twice():
    ask = asks.fresh_pages(["/ferries?from=NOOSL&to=DEKEL"])
    lines = {ask().split(b"\r\n", 1)[0] for _ in range(1000)}
    assert len(lines) == 1000


def test_another_run_asks_by_other_addresses():
    path = "/ferries?from=NOOSL&to=DEKEL&date=2027-01-01"
    first, second = (
        {ask().split(b"\r\n", 1)[0] for _ in range(50)}
        for ask in (asks.fresh_pages([path]), asks.fresh_pages([path]))
    )
    assert first != second


async def test_a_booking_is_held(asked, db):
    sailing = await a_sailing(db)
    answers = await asked("bookings", 3, sailings=[(str(sailing), "inside2")])
    assert [status for status, _ in answers] == [201] * 3


async def test_an_event_is_taken(asked):
    answers = await asked("webhooks", 3, path=WEBHOOK)
    assert [status for status, _ in answers] == [200] * 3
