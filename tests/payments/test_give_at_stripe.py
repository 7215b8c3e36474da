"""A refund of ours fails, and somebody gives the money back at Stripe's dashboard: it is owed no
more, and nobody gives it twice.
"""

import asyncio

import pytest

from maritime_app.errors import Conflict
from maritime_app.payments import gateway
from maritime_app.payments.model import RefundMethod
from maritime_app.payments.refunds import repayment
from tests.booked import (
    cancel,
    drained,
    nothing_is_broken,
    quoted,
    state_of,
    until,
    until_mail,
)
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import value, values

FAILING = {"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}}
HEALTHY = {"stripe": {"refunds": "succeed"}}


async def test_it_works(shop, played, dashboard, switch):
    """All of what failed: no alert, nothing to pay by hand, and the customer is told so."""
    booking, owed_minor = await failed(shop, played, switch)
    claim_id = await value(played, "select id from refund")
    await switch(HEALTHY)

    await dashboard("refunds", charge=await the_charge(played), amount=owed_minor)
    await until_rows(played, "refund where status = 'covered'", 1)

    await nothing_is_broken(played)
    assert await open_alerts(played) == 0
    (line,) = (await state_of(shop, booking))["story"]["money"]
    assert (line["state"], line["amount"]["amount_minor"]) == ("sent", owed_minor)
    assert await value(played, "select count(*) from refund_owed") == 0
    with pytest.raises(Conflict, match="has changed"):
        await by_hand(played, claim_id, owed_minor)


async def test_a_part_of_it_leaves_the_rest_owed(shop, played, dashboard, switch):
    _booking, owed_minor = await failed(shop, played, switch)
    claim_id = await value(played, "select id from refund")
    await switch(HEALTHY)

    await dashboard("refunds", charge=await the_charge(played), amount=300)
    await until_rows(played, "refund where status = 'covered'", 1)
    await drained(played)

    assert await value(played, "select owed_minor from refund_owed") == owed_minor - 300
    assert await open_alerts(played) == 1
    await by_hand(played, claim_id, owed_minor - 300)
    await nothing_is_broken(played)
    assert await open_alerts(played) == 0


async def test_what_is_given_and_fails_as_well_is_owed_again(shop, played, dashboard, switch):
    """It covers nothing any more, and is sent once: by the card, which takes it now."""
    _booking, owed_minor = await failed(shop, played, switch)
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 2.0}})
    await dashboard("refunds", charge=await the_charge(played), amount=owed_minor)
    await until_rows(played, "refund where status = 'covered'", 1)
    await switch(HEALTHY)

    sent = "refund where claim_id is not null and status = 'succeeded'"
    await until_rows(played, sent, 1)

    await nothing_is_broken(played)
    assert await sent_minor(played) == owed_minor


async def test_a_gift_while_ours_was_on_its_way_covers_it_when_it_fails(
    shop, played, dashboard, switch
):
    """The customer has as much as is owed and hears of no refund that failed."""
    booking = await confirmed(shop, played, days_ahead=1.5)  # half of it is the fee
    quote = await quoted(shop, booking)
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 3.0}})
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await until_rows(played, "refund where status in ('requested', 'succeeded')", 1)
    await switch(HEALTHY)
    given_minor = quote["refund"]["amount_minor"]
    assert 0 < given_minor <= quote["fee"]["amount_minor"]
    await dashboard("refunds", charge=await the_charge(played), amount=given_minor)

    await until_rows(played, "refund where status = 'failed'", 1)
    await drained(played)

    covered = await values(played, "select amount_minor from refund where status = 'covered'")
    assert covered == [given_minor]
    assert await open_alerts(played) == 0
    assert await values(played, "select id from mail where template = 'refund_failed'") == []
    await nothing_is_broken(played)


async def test_what_a_dispute_holds_is_left_to_staff(shop, played, dashboard, switch):
    """The bank may give it back to us: nothing is counted before somebody says so."""
    await failed(shop, played, switch)
    await dashboard("disputes", charge=await the_charge(played))
    await drained(played)

    assert await values(played, "select id from refund where status = 'covered'") == []
    assert await open_alerts(played) == 1


async def test_a_second_try_that_fails_calls_staff_to_the_claim(shop, played, switch):
    """One alert, of what can be paid again; whoever pays it settles it."""
    _booking, owed_minor = await failed(shop, played, switch)
    claim_id = await value(played, "select id from refund")
    async with played.db.transaction() as conn:
        await repayment.pay_again(conn, claim_id, owed_minor, RefundMethod.STRIPE, None, owed_minor)
    assert await open_alerts(played) == 0
    await until_rows(played, "refund where status = 'failed'", 2)
    await drained(played)

    assert await open_alerts(played) == 1
    await by_hand(played, claim_id, owed_minor)
    assert await open_alerts(played) == 0


async def failed(shop, played, switch):
    """A cancelled booking whose refund the bank did not take; what is owed."""
    booking = await confirmed(shop, played)
    await switch(FAILING)
    quote = await quoted(shop, booking)
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await until_mail(played, "refund_failed")
    await drained(played)
    assert await open_alerts(played) == 1
    return booking, quote["refund"]["amount_minor"]


async def confirmed(shop, played, days_ahead=20.0):
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=days_ahead)))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def by_hand(played, claim_id, owed_minor):
    async with played.db.transaction() as conn:
        await repayment.pay_again(
            conn, claim_id, owed_minor, RefundMethod.ELSEWHERE, "cash", owed_minor
        )


async def the_charge(played):
    intent_id = await value(played, "select intent_id from payment")
    return (await gateway.of(played).intent(intent_id)).charge_id


async def until_rows(played, of, count):
    async with asyncio.timeout(60):
        while await value(played, f"select count(*) from {of}") < count:
            await asyncio.sleep(0.05)


async def sent_minor(played):
    return await value(
        played,
        "select coalesce(sum(amount_minor), 0)::bigint from refund"
        " where status in ('requested', 'succeeded')",
    )


async def open_alerts(played):
    return await value(
        played, "select count(*) from alert where kind = 'refund_failed' and resolved_at is null"
    )
