"""A remote operator's sailing does not go: its other sailings are asked for when somebody looks,
and the chosen one is confirmed there before the old one goes.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.bookings.disruptions.jobs import look_after_disruptions
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import OperatorUnavailable
from tests.booked import drained, nothing_is_broken, state_of, until, until_mail
from tests.factories import an_ask, book, pay

pytestmark = pytest.mark.demo
HOUSE = ActingStaff()


async def test_it_works(shop, played):
    """One click, the same price, a new reference of the operator's, and the old one given back."""
    booking = await disrupted(shop, played)
    before = booking["legs"][0]["operator_reference"]

    shown = await answered(shop, booking)
    assert shown["may_choose"]
    assert shown["alternatives"]
    wanted = shown["alternatives"][0]["sailing_id"]
    await answered(shop, booking, "rebook", sailing_id=wanted)
    done = await until_moved(shop, booking)

    assert done["legs"][0]["sailing_id"] == wanted
    assert done["legs"][0]["operator_reference"] != before
    assert done["total"] == booking["total"]
    await drained(played)
    assert await there(played, f"{booking['reference']}-1") == "Cancelled"
    assert await there(played, await key_of(played)) == "Booked"
    await look_after_disruptions(played)
    assert (await answered(shop, booking))["status"] == "moved"
    await nothing_is_broken(played)


async def test_a_refusal_of_the_new_one_leaves_the_question_open(shop, played, switch):
    booking = await disrupted(shop, played)
    wanted = (await answered(shop, booking))["alternatives"][0]["sailing_id"]
    await switch({"operators": {"NDL": {"refuse_rate": 1.0}}})

    async with asking(shop, booking, "rebook", sailing_id=wanted) as answer:
        assert answer.status in (200, 409), await answer.text()
    await drained(played)
    await look_after_disruptions(played)

    shown = await answered(shop, booking)
    assert shown["may_choose"]
    assert (await state_of(shop, booking))["legs"][0]["sailing_id"] != wanted
    await answered(shop, booking, "refund")
    await until(shop, booking, "cancelled")
    await until_mail(played, "refund_confirmation")
    await nothing_is_broken(played)


async def test_an_operator_that_does_not_answer_is_said_and_money_back_still_works(
    shop, played, monkeypatch
):
    booking = await disrupted(shop, played)
    silent_there(played, monkeypatch)

    shown = await answered(shop, booking)
    assert (shown["unanswered"], shown["alternatives"]) == ("Nordlicht Line", [])
    page = f"/bookings/{booking['reference']}/disruption?token={booking['token']}"
    async with shop.get(page) as shown:
        assert "Nordlicht Line does not answer right now." in await shown.text()
    done = await answered(shop, booking, "refund")
    assert done["status"] == "cancelled"


@pytest.mark.parametrize("other", ["NDL~nothing-like-it", "the same", "another operator's"])
async def test_only_other_sailings_of_that_way_can_be_chosen(shop, played, other):
    booking = await disrupted(shop, played)
    wanted = {
        "the same": booking["legs"][0]["sailing_id"],
        "another operator's": "BAL~1",
    }.get(other, other)

    async with asking(shop, booking, "rebook", sailing_id=wanted) as answer:
        assert answer.status in (404, 409), await answer.text()
    assert (await answered(shop, booking))["status"] == "offered"
    await nothing_is_broken(played)


async def disrupted(shop, played):
    """Ada's and Bo's confirmed crossing by Nordlicht Line, which the operator then cancels."""
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    question = f"/api/v1/ferries/search?from=DEKEL&to=SEGOT&date={day}&adults=2"
    async with shop.get(question) as answer:
        offers = (await answer.json())["outbound"]
    offer = next(one for one in offers if one["operator"]["code"] == "NDL")
    booking = await book(shop, an_ask(offer["sailing_id"]))
    await pay(shop, booking)
    booking = await until(shop, booking, "confirmed") | {"token": booking["token"]}
    await drained(played)
    async with played.db.acquire() as conn:
        sailing = await conn.fetchval("select sailing_id from booking_leg")
    version = (await operations.sailing(played, HOUSE, sailing)).version
    asked = CancelRequest(version, ChangeReason.TECHNICAL, "")
    await operations.cancel(played, HOUSE, sailing, asked)
    await until_mail(played, "disruption_offer")
    return booking


async def answered(shop, booking, verb="", **more):
    async with asking(shop, booking, verb, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def asking(shop, booking, verb, **more):
    url = f"/api/v1/bookings/{booking['reference']}/disruption" + (f"/{verb}" if verb else "")
    return shop.post(url, json={"token": booking["token"], **more})


async def until_moved(shop, booking):
    async with asyncio.timeout(60):
        while (shown := await state_of(shop, booking))["change"]:
            await asyncio.sleep(0.05)
    return shown


def silent_there(played, monkeypatch):
    async def silent(*_args, **_within):
        raise OperatorUnavailable("NDL", "offers")

    monkeypatch.setattr(operators.of(played).gateways["NDL"], "offers", silent)


async def there(played, key):
    found = await operators.of(played).gateways["NDL"].recall(key)
    return found.status if found else None


async def key_of(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select operator_key from booking_leg")
