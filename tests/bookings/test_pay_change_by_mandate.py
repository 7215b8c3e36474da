"""A program pays the difference of a change with a mandate: within it, once, or says why not."""

import asyncio

import pytest

from maritime_app.bookings.mandates import granting
from tests.booked import drained, nothing_is_broken, state_of, until, until_mail
from tests.factories import ADA, CAR, a_sailing, an_ask, book, pay as pay_by_link
from tests.mandates import (
    ALWAYS_ASKS,
    granted,
    intents,
    mandate_of,
    page_of,
    pay,
    try_to_pay,
)
from tests.rows import execute, value, values

A_CAR = {"vehicles": [CAR]}


async def test_it_works(shop, played):
    """Booked and paid with it, then a car more: the same booking, one more charge."""
    here, key = await granted(shop, played, limit="300", bookings="1")
    booked = await paid_by_program(shop, played, key)
    spent = booked["total"]["amount_minor"]
    due = await ordered(shop, booked, A_CAR)

    done = await pay(shop, booked, key, difference_minor=due)

    assert done["payment"]["outcome"] == "paid"
    assert done["payment"]["amount"]["amount_minor"] == due
    assert done["payment"]["mandate"]["left"]["amount_minor"] == 30_000 - spent - due
    changed = await until_changed(shop, booked)
    assert changed["total"]["amount_minor"] == spent + due
    assert changed["vehicles"]
    assert (await mandate_of(shop, key))["bookings_left"] == 0
    assert "Paid" in await page_of(shop, here)
    assert await value(played, "select sum(amount_minor) from mandate_use") == spent + due
    await until_mail(played, "booking_changed")
    await nothing_is_broken(played)


async def test_asked_again_it_is_paid_once(shop, played):
    """Under the same name, another name, before and after it is carried out."""
    _here, key = await granted(shop, played, limit="300")
    booked = await paid_by_program(shop, played, key)
    due = await ordered(shop, booked, A_CAR)
    asked = [try_to_pay(shop, booked, key, difference_minor=due) for _ in range(6)]
    await asyncio.gather(*asked)
    first = await pay(shop, booked, key, "program-change-1", difference_minor=due)
    await until_changed(shop, booked)
    again = await pay(shop, booked, key, "program-change-1", difference_minor=due)
    anew = await pay(shop, booked, key, difference_minor=due)
    assert again == first
    assert anew["payment"]["outcome"] == "paid"
    assert await intents(played) == 2  # the booking's and the change's
    await nothing_is_broken(played)


async def test_a_booking_paid_otherwise_counts_as_one_of_the_mandate(shop, played):
    _here, key = await granted(shop, played, limit="300", bookings="1")
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await pay(shop, booked, key, difference_minor=due)
    await until_changed(shop, booked)
    another = await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))
    assert await try_to_pay(shop, another, key) == (409, "mandate_bookings")


async def test_a_repetition_of_the_first_payment_pays_no_change(shop, played):
    """A program that asks again for its booking has not agreed to a change of a person's."""
    _here, key = await granted(shop, played, limit="300")
    booked = await paid_by_program(shop, played, key)
    await ordered(shop, booked, A_CAR)
    assert (await pay(shop, booked, key))["payment"]["outcome"] == "paid"
    assert await intents(played) == 1
    assert (await state_of(shop, booked))["change"]["status"] == "held"


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("update mandate set valid_until = now()", "mandate_over"),
        ("update mandate set limit_minor = 9199", "mandate_amount"),
        ("update mandate set currency = 'SEK'", "mandate_currency"),
        (
            "update mandate set origin_id = (select id from port where code = 'DEKEL')",
            "mandate_route",
        ),
        ("update booking_change set expires_at = now()", "not_payable"),
    ],
)
async def test_what_it_does_not_cover_is_refused_in_words(shop, played, sql, refusal):
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await execute(played, sql)
    assert await try_to_pay(shop, booked, key, difference_minor=due) == (409, refusal)
    assert await value(played, "select count(*) from mandate_use") == 0


async def test_another_difference_or_none_is_refused(shop, played):
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    assert await try_to_pay(shop, booked, key, difference_minor=1) == (409, "not_payable")
    due = await ordered(shop, booked, A_CAR)
    asked = due + 1
    assert await try_to_pay(shop, booked, key, difference_minor=asked) == (409, "price_changed")
    assert await value(played, "select count(*) from mandate_use") == 0


async def test_a_change_whose_payment_has_ended_is_not_paid(shop, played):
    """The change waits on, and nobody may pay for it any more."""
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await execute(played, "update payment set status = 'closed' where part_id is not null")
    assert await try_to_pay(shop, booked, key, difference_minor=due) == (409, "not_payable")
    assert await intents(played) == 1
    assert await value(played, "select count(*) from mandate_use") == 0


async def test_a_revoked_mandate_pays_no_change(shop, played):
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await granting.revoke(played, await value(played, "select id from mandate"))
    assert await try_to_pay(shop, booked, key, difference_minor=due) == (409, "mandate_over")


async def test_a_bank_that_refuses_hands_over_to_a_person(shop, played):
    _here, key = await granted(shop, played, ALWAYS_ASKS, limit="300")
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)

    answer = await pay(shop, booked, key, difference_minor=due)

    assert answer["payment"]["outcome"] == "handed_over"
    assert answer["payment"]["reason"] == "authentication_required"
    assert answer["payment"]["mandate"]["left"]["amount_minor"] == 30_000
    await until_mail(played, "mandate_refused")
    await pay_by_link(shop, answer["booking"]["change"])
    await until_changed(shop, booked)
    await nothing_is_broken(played)


async def test_a_lost_answer_is_learned_and_charges_once(shop, played, switch):
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    lost = await try_to_pay(shop, booked, key, "program-change-2", difference_minor=due)
    assert lost[0] == 503
    await switch({"stripe": {"timeout_rate": 0.0}})

    answer = await pay(shop, booked, key, "program-change-2", difference_minor=due)

    assert answer["payment"]["outcome"] == "paid"
    assert await intents(played) == 2  # the person's at the link, and this one
    await until_changed(shop, booked)
    await nothing_is_broken(played)


async def test_money_for_a_change_that_ended_meanwhile_goes_back(shop, played, switch):
    """Charged, the answer lost, and the customer keeps the booking as it is."""
    _here, key = await granted(shop, played)
    booked = await paid_by_link(shop, played)
    due = await ordered(shop, booked, A_CAR)
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.0}})
    await try_to_pay(shop, booked, key, difference_minor=due)
    await execute(played, "update booking_change set status = 'withdrawn'")
    await switch({"stripe": {"timeout_rate": 0.0}})
    await execute(played, "update mandate_use set created_at = now() - interval '61 seconds'")
    await pay(shop, booked, key, difference_minor=due)
    await drained(played)
    assert await values(played, "select amount_minor from refund") == [due]


async def paid_by_program(shop, played, key):
    """A booking of Ada's, paid with the mandate and confirmed."""
    booked = await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))
    await pay(shop, booked, key)
    await until(shop, booked, "confirmed")
    return booked


async def paid_by_link(shop, played):
    """A booking of Ada's, paid by a person and confirmed."""
    booked = await book(shop, an_ask(await a_sailing(played.db), people=[ADA]))
    await pay_by_link(shop, booked)
    await until(shop, booked, "confirmed")
    return booked


async def ordered(shop, booked, change):
    """Order that change; return what it costs, which it waits for."""
    proof = {"token": booked["token"]}
    here = f"/api/v1/bookings/{booked['reference']}"
    body = {"change": change} | proof
    async with shop.post(f"{here}/change-quote", json=body) as answer:
        due = (await answer.json())["difference"]["amount_minor"]
    async with shop.post(f"{here}/change", json=body | {"difference_minor": due}) as answer:
        held = await answer.json()
        assert held["change"]["status"] == "held", held
    return due


async def until_changed(shop, booked):
    """The booking once its change is carried out."""
    async with asyncio.timeout(60):
        while True:
            state = await state_of(shop, booked)
            if state["change"] is None:
                return state
            await asyncio.sleep(0.05)
