"""The same request again: one booking, one answer."""

import asyncio

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
    async with client.post("/api/v1/bookings", json=ask, headers={"Idempotency-Key": "ada-1"}) as answer:
        assert answer.status == 422


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
