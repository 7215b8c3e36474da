"""Money that moves at Stripe without us: refunds of the dashboard, refunds that fail, disputes.

The books, the booking, its quote and its ticket say what is true there.
"""

import asyncio

import pytest

from maritime_app import domains
from maritime_app.bookings.money import service as money
from maritime_app.errors import Conflict
from maritime_app.ops import invariants
from maritime_app.payments import gateway
from maritime_app.payments.balance import service as balance
from maritime_app.payments.model import DisputeDecision, RefundMethod
from maritime_app.payments.refunds import repayment
from tests.booked import cancel, drained, nothing_is_broken, quoted, state_of, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import values


async def test_it_works(shop, played, dashboard):
    """A refund of the whole, begun in the dashboard, ends the booking."""
    booking = await confirmed(shop, await a_sailing(played.db))

    await dashboard("refunds", charge=await the_charge(played))
    shown = await until(shop, booking, "cancelled")
    await until_mail(played, "cancellation")

    assert shown["story"]["sentence"] == "The places were given back. There is no fee."
    await the_books_agree(played)
    assert await taken(played) == 0
    why = "select reason from refund where origin = 'stripe'"
    assert await values(played, why) == ["cancelled"]


async def test_a_part_refunded_in_the_dashboard_counts(shop, played, dashboard):
    """What went back already is not promised again, and no fee is taken out of it."""
    booking = await confirmed(shop, await a_sailing(played.db))
    total = booking["total"]["amount_minor"]

    await dashboard("refunds", charge=await the_charge(played), amount=1000)
    await until_mail(played, "refund_confirmation")
    quote = await quoted(shop, booking)

    assert (await state_of(shop, booking))["status"] == "confirmed"
    assert quote["already_back"]["amount_minor"] == 1000
    assert quote["refund"]["amount_minor"] == total - 1000 - quote["fee"]["amount_minor"]
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await the_books_agree(played)
    assert await back(played) == total - quote["fee"]["amount_minor"]


async def test_refunded_in_the_dashboard_before_we_hear_of_it(shop, played, dashboard, switch):
    """Our own refund is refused then: the customer has the money, and gets it once."""
    booking = await confirmed(shop, await a_sailing(played.db))
    total = booking["total"]["amount_minor"]
    await switch({"stripe": {"deliver": False}})
    await dashboard("refunds", charge=await the_charge(played), amount=total - 500)

    quote = await quoted(shop, booking)
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await drained(played)

    await the_books_agree(played)
    assert await back(played) == total - min(500, quote["fee"]["amount_minor"])


async def test_a_refund_that_fails_is_owed_until_it_is_paid_again(shop, played, switch):
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}})
    booking = await confirmed(shop, await a_sailing(played.db))
    quote = await quoted(shop, booking)
    owed_minor = quote["refund"]["amount_minor"]
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await until_mail(played, "refund_failed")
    await drained(played)

    (breach,) = await invariants.broken(played, domains.INVARIANTS)
    assert breach.detail.startswith(f"owed {owed_minor}")
    assert "refund_failed" in await alerts(played)
    (line,) = (await state_of(shop, booking))["story"]["money"]
    assert (line["state"], line["amount"]["amount_minor"]) == ("failed", owed_minor)

    await switch({"stripe": {"refunds": "succeed"}})
    claim_id = await the_claim(played)
    async with played.db.transaction() as conn:
        note = "by hand at the counter"
        await repayment.pay_again(
            conn, claim_id, 500, RefundMethod.ELSEWHERE, note, seen_minor=owed_minor
        )
    async with played.db.transaction() as conn:
        rest = owed_minor - 500
        await repayment.pay_again(conn, claim_id, rest, RefundMethod.STRIPE, None, seen_minor=rest)
    await the_books_agree(played)
    assert await open_alerts(played, "refund_failed") == 0
    states = [line["state"] for line in (await state_of(shop, booking))["story"]["money"]]
    assert sorted(states) == ["elsewhere", "sent"]


async def test_a_refund_of_the_dashboard_that_fails_is_no_claim(shop, played, dashboard, switch):
    """Nobody here owes it: the money is in our balance again, and the booking stands."""
    booking = await confirmed(shop, await a_sailing(played.db))
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}})
    await dashboard("refunds", charge=await the_charge(played), amount=500)
    await until_mail(played, "refund_failed")
    await drained(played)

    claim_id = await the_claim(played)
    with pytest.raises(Conflict, match="Nothing of this refund is owed"):
        async with played.db.transaction() as conn:
            await repayment.pay_again(conn, claim_id, 500, RefundMethod.ELSEWHERE, "cash", 500)

    assert (await state_of(shop, booking))["status"] == "confirmed"
    await the_books_agree(played)
    assert await back(played) == 0
    looked = "select id from job where unique_key like 'follow:%:failed'"
    assert len(await values(played, looked)) == 1  # the booking counts its money anew


async def test_a_form_sent_twice_pays_once(shop, played, switch):
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}})
    booking = await confirmed(shop, await a_sailing(played.db))
    quote = await quoted(shop, booking)
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await until_mail(played, "refund_failed")
    claim_id, owed = await the_claim(played), quote["refund"]["amount_minor"]

    async def again():
        async with played.db.transaction() as conn:
            await repayment.pay_again(conn, claim_id, 100, RefundMethod.ELSEWHERE, "cash", owed)

    await again()
    with pytest.raises(Exception, match="has changed"):
        await again()


async def test_a_lost_dispute_takes_the_ticket_and_promises_nothing(shop, played, dashboard):
    booking = await confirmed(shop, await a_sailing(played.db))
    total = booking["total"]["amount_minor"]

    dispute = await dashboard("disputes", charge=await the_charge(played))
    await drained(played)
    assert (await ticket(shop, booking)).status == 200
    await dashboard("disputes", dispute=dispute["id"], won=False)
    await until_mail(played, "ticket_suspended")

    quote = await quoted(shop, booking)
    assert (quote["already_back"]["amount_minor"], quote["refund"]["amount_minor"]) == (total, 0)
    assert (await ticket(shop, booking)).status == 409
    shown = await state_of(shop, booking)
    assert shown["story"]["situation"] == "ticket_suspended"
    assert shown["ticket_url"] is None
    assert await stripe_in_ledger(played, minus_fees=True) == 0
    assert "A dispute was lost" in " ".join(await alert_words(played, "dispute"))


async def test_staff_let_them_travel(shop, played, dashboard):
    booking, dispute = await lost(shop, played, dashboard)
    assert await open_alerts(played, "dispute") == 1  # to decide; nobody can answer it any more

    await decide(played, booking, dispute, DisputeDecision.HONOURED)

    assert (await ticket(shop, booking)).status == 200
    assert await open_alerts(played, "dispute") == 0
    await the_books_agree(played)


async def test_staff_end_the_booking(shop, played, dashboard):
    booking, dispute = await lost(shop, played, dashboard)

    await decide(played, booking, dispute, DisputeDecision.CANCELLED)

    shown = await until(shop, booking, "cancelled")
    assert shown["cancel_fee"]["amount_minor"] == 0
    await the_books_agree(played)
    assert await back(played) == 0  # the bank gave it back, not we


async def test_a_dispute_that_is_won_changes_nothing(shop, played, dashboard):
    booking = await confirmed(shop, await a_sailing(played.db))
    dispute = await dashboard("disputes", charge=await the_charge(played))
    await dashboard("disputes", dispute=dispute["id"], won=True)
    await drained(played)

    assert (await state_of(shop, booking))["story"]["situation"] == "confirmed"
    assert await open_alerts(played, "dispute") == 0
    await the_books_agree(played)


async def test_cancelled_while_disputed_and_then_won(shop, played, dashboard):
    """What the bank held covered the claim; when it is won the customer gets it from us."""
    booking = await confirmed(shop, await a_sailing(played.db))
    dispute = await dashboard("disputes", charge=await the_charge(played))
    await drained(played)
    await cancel(shop, booking, 0)
    await drained(played)
    assert await back(played) == 0

    await dashboard("disputes", dispute=dispute["id"], won=True)
    await until_back(played, booking["total"]["amount_minor"])

    await the_books_agree(played)


async def test_no_event_ever_came(shop, played, dashboard, switch):
    """The balance itself tells of a payment, a refund and a dispute whose events were lost."""
    await switch({"stripe": {"deliver": False}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    async with played.db.acquire() as conn:
        await conn.execute("insert into balance_reading values (true, now() - interval '1 hour')")

    await balance.read_balance(played)
    await until(shop, booking, "confirmed")
    await dashboard("refunds", charge=await the_charge(played))
    await balance.read_balance(played)

    await until(shop, booking, "cancelled")
    await the_books_agree(played)


async def test_money_of_others_on_the_same_account_is_unexplained(shop, played, dashboard):
    await confirmed(shop, await a_sailing(played.db))
    await balance.read_balance(played)
    await dashboard("payouts", currency="eur")

    await the_books_agree(played)

    assert await balance_in_ledger(played, "bank") > 0
    assert await balance_in_ledger(played, "stripe") == 0


async def confirmed(shop, sailing):
    booking = await book(shop, an_ask(sailing))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def alerts(played):
    async with played.db.acquire() as conn:
        return [row["kind"] for row in await conn.fetch("select kind from alert")]


async def the_books_agree(played):
    """Stripe's balance = the ledger = what the bookings say, once everything is settled."""
    await nothing_is_broken(played)
    await balance.read_balance(played)
    at_stripe = await gateway.of(played).balance()
    assert await balance_in_ledger(played, "stripe") == sum(at_stripe.values())
    assert await balance_in_ledger(played, "unexplained") == 0


async def balance_in_ledger(played, account):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select coalesce(sum(amount_minor), 0)::bigint from ledger where account = $1", account
        )


async def stripe_in_ledger(played, *, minus_fees):
    await balance.read_balance(played)
    fees = await balance_in_ledger(played, "stripe_fees") if minus_fees else 0
    return await balance_in_ledger(played, "stripe") + fees


async def back(played):
    """What we have sent back, by whatever road."""
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select coalesce(sum(amount_minor), 0)::bigint from refund"
            " where status in ('requested', 'succeeded')"
        )


async def until_back(played, amount_minor):
    """Wait until so much was sent back: the provider tells us of what starts it a little later."""
    async with asyncio.timeout(60):
        while await back(played) != amount_minor:
            await asyncio.sleep(0.05)


async def taken(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select sum(taken)::int from capacity")


async def the_charge(played):
    async with played.db.acquire() as conn:
        intent_id = await conn.fetchval("select intent_id from payment")
    return (await gateway.of(played).intent(intent_id)).charge_id


async def the_claim(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select id from refund where status = 'failed'")


async def open_alerts(played, kind):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select count(*) from alert where kind = $1 and resolved_at is null", kind
        )


async def alert_words(played, kind):
    async with played.db.acquire() as conn:
        rows = await conn.fetch("select message from alert where kind = $1", kind)
    return [row["message"] for row in rows]


async def ticket(shop, booking):
    way = f"/bookings/{booking['reference']}/ticket?token={booking['token']}"
    async with shop.get(way) as answer:
        await answer.read()
        return answer


async def lost(shop, played, dashboard):
    booking = await confirmed(shop, await a_sailing(played.db))
    dispute = await dashboard("disputes", charge=await the_charge(played))
    await dashboard("disputes", dispute=dispute["id"], won=False)
    await until_mail(played, "ticket_suspended")
    return booking, dispute["id"]


async def decide(played, booking, dispute_id, decision):
    async with played.db.acquire() as conn:
        booking_id = await conn.fetchval(
            "select id from booking where reference = $1", booking["reference"]
        )
    await money.decide(played, booking_id, dispute_id, decision, "vera@maritime.example")
    await drained(played)
