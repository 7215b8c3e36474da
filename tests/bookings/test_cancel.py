"""Cancelling: the fee is quoted first, and only the quoted fee is taken."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.booked import (
    SHOWN_BY_MALLORY,
    cancel,
    cancellation_address as address,
    nothing_is_broken,
    quoted,
    state_of,
    until,
    until_mail,
)
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import execute


async def test_it_works(shop, played):
    booking = await confirmed(shop, await a_sailing(played.db, days_ahead=5))

    quote = await quoted(shop, booking)
    assert quote["fee"]["amount_minor"] == -(-booking["total"]["amount_minor"] * 25 // 100)
    done = await cancel(shop, booking, quote["fee"]["amount_minor"])

    assert done["status"] == "cancelled"
    await until_mail(played, "refund_confirmation")
    shown = await state_of(shop, booking)
    (refund,) = shown["refunds"]
    assert (refund["amount"], refund["status"]) == (quote["refund"], "succeeded")
    await nothing_is_broken(played)


async def test_who_is_aboard_does_not_cancel_until_the_gate_takes_it_back(shop, played):
    booking = await confirmed(shop, await a_sailing(played.db, days_ahead=5))
    await execute(
        played,
        "insert into admission (id, booking_id, leg_number, holder, sailing_id, gate, admitted_at)"
        " select gen_random_uuid(), booking_id, number, 'p1', sailing_id, 'A', now()"
        " from booking_leg",
    )

    async with shop.post(
        address(booking), json={"token": booking["token"], "fee_minor": 0}
    ) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "boarded")
    assert (await state_of(shop, booking))["status"] == "confirmed"

    await execute(played, "update admission set undone_at = now()")
    assert (await quoted(shop, booking))["refund"]["amount_minor"] > 0


async def test_another_fee_is_refused_and_nothing_happens(shop, played):
    booking = await confirmed(shop, await a_sailing(played.db, days_ahead=5))

    async with shop.post(
        address(booking), json={"token": booking["token"], "fee_minor": 0}
    ) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "fee_changed"

    assert (await state_of(shop, booking))["status"] == "confirmed"


async def test_two_cancellations_at_once_refund_once(shop, played):
    booking = await confirmed(shop, await a_sailing(played.db, days_ahead=30))

    async def click():
        async with shop.post(
            address(booking), json={"token": booking["token"], "fee_minor": 0}
        ) as answer:
            return answer.status

    statuses = await asyncio.gather(*(click() for _ in range(8)))

    assert statuses.count(200) == 1
    assert set(statuses) == {200, 409}
    await until_mail(played, "refund_confirmation")
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from refund") == 1
    await nothing_is_broken(played)


async def test_places_are_free_again_and_search_knows(shop, played):
    sailing = await a_sailing(played.db, places=2, days_ahead=30)
    booking = await confirmed(shop, sailing)
    departs_at = datetime.fromisoformat(booking["legs"][0]["departs_at"])
    departs = departs_at.astimezone(ZoneInfo("Europe/Oslo")).date()
    question = f"/api/v1/ferries/search?from=NOOSL&to=DEKEL&date={departs}"
    async with shop.get(question) as answer:
        assert [offer["why_not"] for offer in (await answer.json())["outbound"]] == ["full"]

    await cancel(shop, booking, 0)

    async with shop.get(question) as answer:
        assert [offer["places_left"] for offer in (await answer.json())["outbound"]] == [2]


async def test_an_unpaid_hold_costs_nothing_and_cannot_be_paid_any_more(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with shop.session.get(booking["checkout_url"]):
        pass

    done = await cancel(shop, booking, 0)

    assert (done["status"], done["checkout_url"]) == ("cancelled", None)
    async with shop.session.get(booking["checkout_url"], allow_redirects=False) as answer:
        assert answer.status == 303  # back to the booking, not on to Stripe
    await nothing_is_broken(played)


@pytest.mark.parametrize(("proof", "refusal"), SHOWN_BY_MALLORY)
async def test_mallory_cannot_cancel(shop, played, proof, refusal):
    booking = await confirmed(shop, await a_sailing(played.db))

    for path, more in (("cancel-quote", {}), ("cancel", {"fee_minor": 0})):
        url = f"/api/v1/bookings/{booking['reference']}/{path}"
        async with shop.post(url, json={**proof, **more}) as answer:
            assert (answer.status, (await answer.json())["code"]) == refusal
    assert (await state_of(shop, booking))["status"] == "confirmed"


async def test_twice_is_refused(shop, played):
    booking = await confirmed(shop, await a_sailing(played.db, days_ahead=30))
    await cancel(shop, booking, 0)

    async with shop.post(
        address(booking), json={"token": booking["token"], "fee_minor": 0}
    ) as answer:
        assert answer.status == 409


async def test_a_fee_beyond_all_money_is_refused_in_whole_numbers(shop, db):
    booking = await book(shop, an_ask(await a_sailing(db)))

    asked = {"token": booking["token"], "fee_minor": 10**13}
    async with shop.post(address(booking), json=asked) as answer:
        assert answer.status == 422
        assert (await answer.json())["errors"] == {"fee_minor": "At most 1000000000000."}


async def confirmed(shop, sailing):
    booking = await book(shop, an_ask(sailing))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")
