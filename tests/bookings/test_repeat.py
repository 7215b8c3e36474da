"""The same request again: one booking, one answer."""

import asyncio
import json

import pytest

from maritime_app.bookings import service
from maritime_app.errors import Unavailable
from maritime_app.settings.file import replace
from maritime_app.web import idempotency
from tests import signed_in
from tests.factories import a_sailing, an_ask, book


async def test_it_works(client, db):
    sailing = await a_sailing(db)

    first = await book(client, an_ask(sailing), **{"Idempotency-Key": "ada-1"})
    async with client.post(
        "/api/v1/bookings", json=an_ask(sailing), headers={"Idempotency-Key": "ada-1"}
    ) as again:
        repeated = await again.json()

    assert again.status == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert repeated == first


async def test_another_body_under_the_same_key_is_refused(client, db):
    sailing = await a_sailing(db)
    await book(client, an_ask(sailing), **{"Idempotency-Key": "ada-1"})

    ask = {**an_ask(sailing), "pets": 1}
    async with client.post(
        "/api/v1/bookings", json=ask, headers={"Idempotency-Key": "ada-1"}
    ) as answer:
        assert answer.status == 422


@pytest.mark.parametrize("keys", [[""], ['""'], [" "], ["a", "b"], ["a", ""]])
async def test_whoever_sends_a_key_counts_on_it(client, db, keys):
    """No key, or two, would book without what the header is for."""
    headers = [("Idempotency-Key", key) for key in keys]
    ask = an_ask(await a_sailing(db))
    async with client.post("/api/v1/bookings", json=ask, headers=headers) as answer:
        assert answer.status == 422
        assert (await answer.json())["code"] == "idempotency_key"
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 0


async def test_twenty_clicks_at_once_are_one_booking(client, db):
    sailing = await a_sailing(db)

    async def click():
        async with client.post(
            "/api/v1/bookings", json=an_ask(sailing), headers={"Idempotency-Key": "bo-1"}
        ) as answer:
            return answer.status, (await answer.json()).get("reference")

    answers = await asyncio.gather(*(click() for _ in range(20)))

    assert {status for status, _ in answers} <= {201, 409}
    assert len({reference for status, reference in answers if status == 201}) == 1
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 1


async def test_a_refused_booking_may_be_tried_again_with_the_same_key(client, db):
    sailing = await a_sailing(db, places=1)

    async with client.post(
        "/api/v1/bookings", json=an_ask(sailing), headers={"Idempotency-Key": "k"}
    ) as refused:
        assert refused.status == 409
    async with db.acquire() as conn:
        await conn.execute("update capacity set total = 10 where resource = 'passenger'")

    await book(client, an_ask(sailing), **{"Idempotency-Key": "k"})


async def test_a_key_whose_request_was_killed_is_free_when_its_lease_is_over(client, db):
    """What kill -9 leaves behind: a key without an answer, and nobody who renews its lease."""
    ask = an_ask(await a_sailing(db))
    await book(client, ask, **{"Idempotency-Key": "killed"})
    async with db.acquire() as conn:
        await conn.execute("update idempotency_key set status = null, answer = null")
        left = await conn.fetchval(
            "select extract(epoch from lease_until - now())::float8 from idempotency_key"
        )
    assert 0 < left <= idempotency._LEASE_SECONDS <= 15  # at most this long is it refused
    assert await repeat(client, ask, "killed") == 409
    async with db.acquire() as conn:
        await conn.execute(
            "update idempotency_key set lease_until = now() - interval '1 millisecond'"
        )

    assert await repeat(client, ask, "killed") == 201


async def test_a_long_request_renews_its_lease_and_is_not_overtaken(client, db, slow):
    ask = an_ask(await a_sailing(db))
    first = asyncio.create_task(repeat(client, ask, "slow"))
    await slow.began.wait()
    for _ in range(6):  # 2.4 s: longer than a lease that nobody renews
        await asyncio.sleep(0.4)
        assert await repeat(client, ask, "slow") == 409

    slow.go_on.set()

    assert await first == 201
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 1
    assert await repeat(client, ask, "slow") == 201


async def test_the_control_without_renewing_it_is_overtaken(client, db, slow, monkeypatch):
    """The lease is what keeps the second one out: whoever does not renew it is broken off before
    another begins.
    """
    monkeypatch.setattr(idempotency, "_RENEW_SECONDS", 60.0)
    ask = an_ask(await a_sailing(db))
    first = asyncio.create_task(repeat(client, ask, "slow"))
    await slow.began.wait()

    assert await first == 503
    slow.go_on.set()
    monkeypatch.undo()

    assert await repeat(client, ask, "slow") == 201
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 1


async def test_who_has_lost_the_key_stops_and_does_not_touch_the_heirs(client, db, slow):
    """The process was frozen beyond its lease and wakes up while its heir has already answered."""
    ask = an_ask(await a_sailing(db))
    first = asyncio.create_task(repeat(client, ask, "frozen"))
    await slow.began.wait()
    async with db.acquire() as conn:
        await conn.execute(
            "update idempotency_key set created_at = now(), status = 201, answer = 'the answer of"
            " the heir'"
        )

    assert await first == 503

    async with db.acquire() as conn:
        kept = await conn.fetchval("select answer from idempotency_key")
        assert await conn.fetchval("select count(*) from booking") == 0
    assert kept == b"the answer of the heir"


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_lease(
    client, db, slow, monkeypatch
):
    """One renewal fails, the next succeeds: the work goes on."""
    renew = idempotency.SQL.renew_key
    failed: list[bool] = []
    renewed: list[bool] = []

    class FailsOnce:
        async def execute(self, *args):
            if not failed:
                failed.append(True)
                raise Unavailable("Our database does not answer.")
            done = await renew.execute(*args)
            renewed.append(True)
            return done

    monkeypatch.setattr(idempotency.SQL, "renew_key", FailsOnce())
    ask = an_ask(await a_sailing(db))
    first = asyncio.create_task(repeat(client, ask, "slow"))
    await slow.began.wait()
    async with asyncio.timeout(60):
        while len(renewed) < 2:
            await asyncio.sleep(0.05)
    slow.go_on.set()

    assert (failed, await first) == ([True], 201)


class Slow:
    def __init__(self):
        self.began, self.go_on = asyncio.Event(), asyncio.Event()


@pytest.fixture
def slow(monkeypatch):
    """Bookings that wait until they may go on, and leases of two seconds."""
    made, book_at_once = Slow(), service.book

    async def book_slowly(*args):
        made.began.set()
        await made.go_on.wait()
        return await book_at_once(*args)

    monkeypatch.setattr(service, "book", book_slowly)
    monkeypatch.setattr(idempotency, "_LEASE_SECONDS", 2.2)
    monkeypatch.setattr(idempotency, "_MARGIN_SECONDS", 0.2)
    monkeypatch.setattr(idempotency, "_RENEW_SECONDS", 0.1)
    return made


async def repeat(client, ask, key):
    async with client.post(
        "/api/v1/bookings", json=ask, headers={"Idempotency-Key": key}
    ) as answer:
        return answer.status


async def test_a_repetition_leads_where_the_first_one_led(client, db):
    ask, key = an_ask(await a_sailing(db)), {"Idempotency-Key": "ada-2"}
    places = []
    for _ in range(2):
        async with client.post("/api/v1/bookings", json=ask, headers=key) as answer:
            places.append(answer.headers.get("Location"))

    assert places[0] == places[1]
    assert places[0].startswith("/api/v1/bookings/")


async def test_white_space_and_order_say_nothing(client, db):
    ask = an_ask(await a_sailing(db))
    key = {"Idempotency-Key": "ada-3", "Content-Type": "application/json"}
    bodies = [json.dumps(ask), json.dumps(dict(reversed(ask.items())), indent=2)]
    references = set()
    for body in bodies:
        async with client.post("/api/v1/bookings", data=body, headers=key) as answer:
            assert answer.status == 201
            references.add((await answer.json())["reference"])

    assert len(references) == 1


async def test_a_key_belongs_to_its_caller(client, db, resources):
    """Two readers of the README who copy its example are two customers."""
    behind_proxy = replace(resources.settings, web={"trust_proxy": True})
    object.__setattr__(resources, "settings", behind_proxy)
    ask, agent = an_ask(await a_sailing(db)), await signed_in.token(resources, "agent")
    callers = [{"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}, agent]

    booked = [
        await book(client, ask, **caller, **{"Idempotency-Key": "readme"}) for caller in callers * 2
    ]

    assert len({booking["reference"] for booking in booked}) == 3
