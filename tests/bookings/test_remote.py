"""Booking with an operator that keeps its own places: it is asked, and asked again before anything
is undone.
"""

import asyncio
import html
import re
import secrets
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import OutcomeUnknown
from tests.booked import checkout_page, drained, nothing_is_broken, state_of, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay

pytestmark = pytest.mark.demo
AHEAD = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


async def test_it_works(shop, played):
    booking = await held(shop)
    assert await at_operator(played, booking) == "Reserved"

    await pay(shop, booking)
    done = await until(shop, booking, "confirmed")

    assert re.fullmatch(r"NDL-[0-9A-F]{8}", done["legs"][0]["operator_reference"])
    assert await at_operator(played, booking) == "Booked"
    await until_mail(played, "booking_confirmation")
    await nothing_is_broken(played)


async def test_the_form_says_what_is_not_sold_here(shop):
    """The interface of operators has neither extras nor residents' discounts."""
    sailing = (await held(shop))["legs"][0]["sailing_id"]
    async with shop.get("/bookings/new", params={"out": sailing, "adults": 1}) as answer:
        page = html.unescape(await answer.text())
    assert "Extras and residents' discounts of Nordlicht Line are not sold here" in page


async def test_a_promo_code_is_refused_before_the_operator_is_asked_for_anything(shop, played):
    sailing = (await an_offer(shop, 30))["sailing_id"]
    async with shop.post("/api/v1/bookings", json=an_ask(sailing, promo_code="EARLY")) as answer:
        assert answer.status == 422
        said = (await answer.json())["errors"]["promo_code"]
    assert said == "No promo codes can be used here for these sailings."
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from operator_call") == 0


async def test_a_refusal_after_the_payment_gives_everything_back(shop, played, switch):
    booking = await held(shop)
    await to_checkout(shop, booking)
    await switch({"operators": {"NDL": {"refuse_rate": 1.0}}})

    await pay(shop, {"checkout_url": await checkout_page(played)})
    await until(shop, booking, "refused")
    await until_mail(played, "refund_confirmation")
    await until_mail(played, "cancellation")

    shown = await state_of(shop, booking)
    (refund,) = shown["refunds"]
    assert (refund["amount"], refund["status"]) == (booking["total"], "succeeded")
    assert await alerts(played) == ["operator_refused"]
    assert await at_operator(played, booking) == "Refused"
    await nothing_is_broken(played)


async def test_done_but_no_answer_is_recalled_and_confirmed(shop, played):
    """The operator has booked, its answer is lost: asking by our reference finds it, and nothing is
    undone.
    """
    booking = await held(shop)
    there = gateway(played)
    confirm, lost = there.confirm, []

    async def losing(reference):
        await confirm(reference)
        lost.append(reference)
        raise OutcomeUnknown("NDL", "confirm")

    there.confirm = losing
    await pay(shop, booking)
    done = await until(shop, booking, "confirmed")

    assert lost == [f"{booking['reference']}-1"]
    assert done["legs"][0]["operator_reference"].startswith("NDL-")
    assert done["refunds"] == []
    await nothing_is_broken(played)


async def test_a_reference_without_end_stops_no_confirmation(shop, played):
    """PostgreSQL indexes no text of five thousand letters that are all different: a paid booking
    would have been tried for ever.
    """
    booking = await held(shop)
    there = gateway(played)
    confirm, said = there.confirm, secrets.token_hex(5_000)

    async def talking(reference):
        return msgspec.structs.replace(await confirm(reference), operator_reference=said)

    there.confirm = talking
    await pay(shop, booking)
    done = await until(shop, booking, "confirmed")

    assert done["legs"][0]["operator_reference"] == said[:200]


async def test_no_answer_and_not_done_is_asked_again(shop, played):
    """The request never arrived: the operator still has it reserved, and the next try confirms."""
    booking = await held(shop)
    there = gateway(played)
    confirm, tries = there.confirm, []

    async def losing(reference):
        tries.append(reference)
        if len(tries) == 1:
            raise OutcomeUnknown("NDL", "confirm")
        return await confirm(reference)

    there.confirm = losing
    await pay(shop, booking)
    await until(shop, booking, "confirmed")

    assert len(tries) == 2
    await nothing_is_broken(played)


async def test_an_operator_that_swallows_every_answer_is_asked_until_it_speaks(
    shop, played, switch
):
    booking = await held(shop)
    await to_checkout(shop, booking)
    await switch({"operators": {"NDL": {"timeout_rate": 1.0, "timeout_seconds": 0.05}}})

    await pay(shop, {"checkout_url": await checkout_page(played)})
    await first_try_failed(played)
    assert (await state_of(shop, booking))["status"] == "confirming"
    await switch({"operators": {"NDL": {"timeout_rate": 0.0}}})

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_a_refused_key_refunds_nobody(shop, played):
    """Between the payment and the confirmation our key stops working: that is our trouble, not the
    passenger's.
    """
    booking = await held(shop)
    await to_checkout(shop, booking)
    there = gateway(played)
    good, there._upstream._headers = (
        there._upstream._headers,
        {**there._upstream._headers, "Authorization": "Bearer of nothing"},
    )

    await pay(shop, {"checkout_url": await checkout_page(played)})
    await first_try_failed(played)
    shown = await state_of(shop, booking)
    assert (shown["status"], shown["refunds"]) == ("confirming", [])
    assert await alerts(played) == ["operator_key_refused"]
    there._upstream._headers = good

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_no_money_is_asked_for_while_the_operator_is_down(shop, played, switch):
    booking = await held(shop)
    await switch({"operators": {"NDL": {"down": True}}})

    async with shop.session.get(booking["checkout_url"], allow_redirects=False) as page:
        assert page.status == 503
        assert "Nothing was charged" in await page.text()

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select session_id from payment") is None
    await switch({"operators": {"NDL": {"down": False}}})
    await pay(shop, booking)
    await until(shop, booking, "confirmed")


async def test_no_money_is_asked_for_when_the_operators_hold_has_gone(shop, played):
    booking = await held(shop)
    await gateway(played).cancel(f"{booking['reference']}-1", 0)

    async with shop.session.get(booking["checkout_url"], allow_redirects=False) as page:
        assert page.status == 409
        assert "no longer holds your places" in await page.text()


async def test_late_money_goes_back_where_the_operator_was_asked_to_cancel(shop, played):
    """Its hold has ended here, and the question to give it back may be on its way."""
    booking = await held(shop)
    await to_checkout(shop, booking)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'expired', ended_at = now()")

    await pay(shop, {"checkout_url": await checkout_page(played)})
    await until_mail(played, "refund_confirmation")

    shown = await state_of(shop, booking)
    assert shown["status"] == "expired"
    assert [refund["amount"] for refund in shown["refunds"]] == [booking["total"]]
    assert await at_operator(played, booking) != "Booked"
    await nothing_is_broken(played)


async def test_cancelling_costs_what_the_operator_says(shop, played):
    booking = await confirmed(shop, days=4)
    charge = (await gateway(played).cancel_quote(f"{booking['reference']}-1")).charge_minor
    assert 0 < charge < booking["total"]["amount_minor"]

    async with shop.post(
        f"{address(booking)}/cancel-quote", json={"token": booking["token"]}
    ) as answer:
        quote = await answer.json()
    assert quote["fee"]["amount_minor"] == charge
    async with shop.post(
        f"{address(booking)}/cancel", json={"token": booking["token"], "fee_minor": charge}
    ) as answer:
        assert answer.status == 200, await answer.text()

    await until_mail(played, "refund_confirmation")
    await drained(played)
    shown = await state_of(shop, booking)
    (refund,) = shown["refunds"]
    assert (refund["amount"], refund["status"]) == (quote["refund"], "succeeded")
    assert quote["refund"]["amount_minor"] == booking["total"]["amount_minor"] - charge
    assert await at_operator(played, booking) == "Cancelled"
    await nothing_is_broken(played)


async def test_cancelling_waits_for_an_operator_that_is_down(shop, played, switch):
    booking = await confirmed(shop)
    await switch({"operators": {"NDL": {"down": True}}})

    async with shop.post(
        f"{address(booking)}/cancel-quote", json={"token": booking["token"]}
    ) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
    assert (await state_of(shop, booking))["status"] == "confirmed"


async def test_an_operator_that_never_answers_has_a_deadline(shop, played, switch):
    booking = await paid_and_not_answered(shop, played, switch)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set paid_at = now() - interval '2 hours'")
        booking_id = await conn.fetchval("select id from booking")

    await confirmation.confirm(played, booking_id)

    shown = await until(shop, booking, "refused")
    assert shown["story"]["sentence"] == "Everything you paid goes back to you."
    await until_mail(played, "refund_confirmation")
    assert (await state_of(shop, booking))["refunds"][0]["amount"] == booking["total"]
    assert await alerts(played) == ["operator_silent"]


async def test_whoever_waits_for_an_operator_may_leave_for_nothing(shop, played, switch):
    booking = await paid_and_not_answered(shop, played, switch)

    async with shop.post(
        f"{address(booking)}/cancel", json={"token": booking["token"], "fee_minor": 0}
    ) as answer:
        assert answer.status == 200, await answer.text()

    await until_mail(played, "refund_confirmation")
    assert (await state_of(shop, booking))["refunds"][0]["amount"] == booking["total"]
    await switch({"operators": {"NDL": {"down": False}}})


async def paid_and_not_answered(shop, played, switch):
    booking = await held(shop)
    await to_checkout(shop, booking)
    await switch({"operators": {"NDL": {"down": True}}})
    await pay(shop, {"checkout_url": await checkout_page(played)})
    return await until(shop, booking, "confirming")


async def test_a_hold_that_is_cancelled_is_given_back(shop, played):
    booking = await held(shop)

    async with shop.post(
        f"{address(booking)}/cancel", json={"token": booking["token"], "fee_minor": 0}
    ) as answer:
        assert answer.status == 200, await answer.text()
    await drained(played)

    assert await at_operator(played, booking) == "Cancelled"


@pytest.mark.parametrize(("fault", "status"), [({"refuse_rate": 1.0}, 409), ({"down": True}, 503)])
async def test_a_hold_that_the_operator_does_not_give_is_no_booking(
    shop, played, switch, fault, status
):
    offer = await an_offer(shop)
    await switch({"operators": {"NDL": fault}})

    async with shop.post("/api/v1/bookings", json=an_ask(offer["sailing_id"])) as answer:
        assert answer.status == status

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking") == 0


async def test_a_hold_without_an_answer_is_found_by_our_reference(shop, played):
    offer = await an_offer(shop)
    there = gateway(played)
    hold = there.hold

    async def losing(*args, **more):
        await hold(*args, **more)
        raise OutcomeUnknown("NDL", "hold")

    there.hold = losing
    booking = await book(shop, an_ask(offer["sailing_id"]))

    assert await at_operator(played, booking) == "Reserved"
    assert booking["total"] == offer["price"]


async def test_when_our_own_leg_is_full_the_operators_hold_is_let_go(shop, played):
    full = await a_sailing(played.db, places=1, days_ahead=40)
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set fare_id = (select id from fare where currency = 'EUR' limit 1)"
            " where id = $1",
            full,
        )
    offer = await an_offer(shop)
    seen = []
    there = gateway(played)
    hold = there.hold

    async def watching(reference, *args, **more):
        seen.append(reference)
        return await hold(reference, *args, **more)

    there.hold = watching
    async with shop.post("/api/v1/bookings", json=an_ask(offer["sailing_id"], full)) as answer:
        assert answer.status == 409, await answer.text()

    (reference,) = seen
    recalled = await there.recall(reference)
    assert recalled.status == "Cancelled"


async def test_the_price_is_the_operators(shop):
    offer = await an_offer(shop)

    booking = await book(shop, an_ask(offer["sailing_id"]))

    assert booking["total"] == offer["price"]
    assert (
        sum(item["amount"]["amount_minor"] for item in booking["items"])
        == offer["price"]["amount_minor"]
    )


async def an_offer(shop, days=30):
    """Nordlicht Line's sailing from Kiel to Gothenburg, for Ada and Bo."""
    day = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    async with shop.get(
        f"/api/v1/ferries/search?from=DEKEL&to=SEGOT&date={day}&adults=2"
    ) as answer:
        found = await answer.json()
    return next(offer for offer in found["outbound"] if offer["operator"]["code"] == "NDL")


async def held(shop, days=30):
    return await book(shop, an_ask((await an_offer(shop, days))["sailing_id"]))


async def confirmed(shop, days=30):
    booking = await held(shop, days)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    return booking


async def to_checkout(shop, booking):
    """Up to Stripe's page, where the operator has just been asked for the last time before the
    money.
    """
    async with shop.session.get(booking["checkout_url"]) as page:
        assert page.status == 200, await page.text()


async def first_try_failed(played):
    async with asyncio.timeout(60):
        while True:
            async with played.db.acquire() as conn:
                if await conn.fetchval(
                    "select count(*) from job_attempt a join job j on j.id = a.job_id"
                    " where j.task = 'bookings.confirm_booking_with_operator' and a.outcome ="
                    " 'retry'"
                ):
                    return
            await asyncio.sleep(0.02)


def gateway(played):
    return operators.of(played).gateways["NDL"]


async def at_operator(played, booking):
    found = await gateway(played).recall(f"{booking['reference']}-1")
    return found.status if found else None


async def alerts(played):
    async with played.db.acquire() as conn:
        return [
            row["kind"] for row in await conn.fetch("select kind from alert order by raised_at")
        ]


def address(booking):
    return f"/api/v1/bookings/{booking['reference']}"
