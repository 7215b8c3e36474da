"""Paid twice: one payment is kept, every other one goes back by itself, once, in whatever order
they are heard of.
"""

import asyncio

import pytest

from maritime_app import domains
from maritime_app.bookings import money_back
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.ids import uuid7
from maritime_app.ops import invariants
from maritime_app.payments import gateway, service as payments
from maritime_app.payments.model import Checkout
from tests.booked import (
    cancel,
    drained,
    nothing_is_broken,
    quoted,
    state_of,
    stored_event,
    until,
    until_mail,
)
from tests.factories import BO, a_sailing, an_ask, book, pay, signed
from tests.payments.at_stripe import kept_at_stripe, payments_in, until_refunds, until_settled


async def test_it_works(shop, played, switch):
    """Two intents succeed for the same payment: the booking stands on one, the other goes back."""
    await switch({"stripe": {"paid_twice": True}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await until_mail(played, "refund_confirmation")

    await nothing_is_broken(played)
    shown = await state_of(shop, booking)
    assert shown["status"] == "confirmed"
    (refund,) = shown["refunds"]
    assert (refund["amount"], refund["status"]) == (booking["total"], "succeeded")
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]
    assert await alerts(played) == ["refund_paid_twice"]


async def test_the_mail_says_why(shop, played, switch, sandbox):
    await switch({"stripe": {"paid_twice": True}})
    await pay(shop, await book(shop, an_ask(await a_sailing(played.db))))
    await until_mail(played, "refund_confirmation")
    await drained(played)

    async with shop.session.get(f"{sandbox.url}/mailbox/messages.json") as answer:
        mails = (await answer.json())["messages"]
    (told,) = [mail for mail in mails if "paid twice" in mail["text"]]
    assert "paid twice" in told["html"]
    assert "5 to 10 working days" in told["text"]


async def test_heard_of_in_any_order_and_any_number_of_times(shop, played, switch):
    await switch({"stripe": {"paid_twice": True, "reorder": True, "duplicates": 3}})

    bookings = [await book(shop, an_ask(await a_sailing(played.db))) for _ in range(4)]
    await asyncio.gather(*(pay(shop, booking) for booking in bookings))
    for booking in bookings:
        await until(shop, booking, "confirmed")
    await until_refunds(played, 4)

    await nothing_is_broken(played)
    total = sum(booking["total"]["amount_minor"] for booking in bookings)
    assert await kept_at_stripe(played) == total


async def test_the_ledger_tells_both_payments_and_the_refund(shop, played, switch):
    await switch({"stripe": {"paid_twice": True}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until_refunds(played, 1)
    await drained(played)

    worth = booking["total"]["amount_minor"]
    async with played.db.acquire() as conn:
        lines = await conn.fetch(
            "select memo, amount_minor from ledger where account = 'stripe' order by id"
        )
    assert sorted(tuple(line) for line in lines) == [
        ("payment", worth),
        ("payment", worth),
        ("refund", -worth),
    ]


async def test_a_second_session_paid_after_the_first(shop, played):
    """Another way of paying was opened, and the customer used both: the one that was accepted first
    is kept.
    """
    booking, first, second = await two_ways_to_pay(shop, played)
    await pay(shop, {"checkout_url": second})
    await until(shop, booking, "confirmed")

    await pay(shop, {"checkout_url": first})
    await until_refunds(played, 1)

    await nothing_is_broken(played)
    assert (await state_of(shop, booking))["status"] == "confirmed"
    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select p.kept_at is not null as kept, exists (select from refund r where r.payment_id"
            " = p.id) as back from payment p order by p.created_at"
        )
    # The older row was paid later: what counts is what the booking was confirmed for, not which row
    # is older.
    assert [tuple(row) for row in rows] == [(False, True), (True, False)]


async def test_both_sessions_paid_at_once(shop, played):
    booking, first, second = await two_ways_to_pay(shop, played)

    await asyncio.gather(pay(shop, {"checkout_url": first}), pay(shop, {"checkout_url": second}))
    await until(shop, booking, "confirmed")
    await until_refunds(played, 1)

    await nothing_is_broken(played)
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]


async def test_the_kept_payment_accepted_again_is_not_given_back(shop, played, switch):
    """A worker that was killed between its commit and its word: the task runs again, even after a
    cancellation.
    """
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    (paid,) = await payments_in(played)
    assert await confirmation.accept_payment(played, paid) == "accepted before"

    fee = (await quoted(shop, booking))["fee"]["amount_minor"]
    await cancel(shop, booking, fee)
    assert await confirmation.accept_payment(played, paid) == "accepted before"

    await nothing_is_broken(played)
    assert await kept_at_stripe(played) == fee > 0


@pytest.mark.parametrize(
    "moment", ["before the refund is owed", "before it is sent", "after it was sent"]
)
async def test_killed_on_the_way_back(shop, played, switch, moment, monkeypatch):
    """Whatever step dies is repeated, and the money goes back once."""
    await switch({"stripe": {"paid_twice": True}})
    killed = asyncio.Event()

    def dies_once(function, *, afterwards=False):
        async def dying(*args, **named):
            if not killed.is_set():
                if afterwards:
                    await function(*args, **named)
                killed.set()
                raise ConnectionResetError(moment)
            return await function(*args, **named)

        return dying

    if moment == "before the refund is owed":
        monkeypatch.setattr(money_back, "send_back", dies_once(money_back.send_back))
    else:
        there = gateway.of(played)
        monkeypatch.setattr(
            there, "refund", dies_once(there.refund, afterwards=moment == "after it was sent")
        )

    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until_refunds(played, 1)

    assert killed.is_set()
    await nothing_is_broken(played)
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]


async def test_two_late_payments_for_one_expired_booking(played, shop):
    """Both arrive after the hold has ended: the place is taken again once, and the other money goes
    back.
    """
    booking, first, second = await two_ways_to_pay(shop, played)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'expired', ended_at = now()")
        await conn.execute("delete from leg_capacity")
        await conn.execute("update capacity set taken = 0")

    await asyncio.gather(pay(shop, {"checkout_url": first}), pay(shop, {"checkout_url": second}))
    await until(shop, booking, "confirmed")
    await until_refunds(played, 1)

    await nothing_is_broken(played)


async def test_a_cancellation_gives_back_what_the_booking_stood_on(shop, played, switch):
    """The surplus is not yet decided when the customer cancels: the fee is taken once, from the
    right payment.
    """
    booking, first, second = await two_ways_to_pay(shop, played, days_ahead=5)
    await pay(shop, {"checkout_url": second})
    await until(shop, booking, "confirmed")
    async with played.db.acquire() as conn:  # its money has come, its task has not run
        await conn.execute(
            "insert into job (id, task, queue, run_at, unique_key) select gen_random_uuid(), 'x',"
            " 'data', now() + interval '1 day', 'accept:' || id from payment where kept_at is null"
        )
    await pay(shop, {"checkout_url": first})
    await until_settled(played, 2)

    fee = (await quoted(shop, booking))["fee"]["amount_minor"]
    await cancel(shop, booking, fee)
    (undecided,) = await payments_in(played, "kept_at is null")
    assert await confirmation.accept_payment(played, undecided) == "refunded: paid_twice"
    await until_refunds(played, 2)

    await nothing_is_broken(played)
    assert await kept_at_stripe(played) == fee > 0


async def test_a_second_keeper_is_refused_by_the_database(shop, played):
    """The control: without the lock on the booking two tasks could keep one payment each; the index
    says no.
    """
    booking, first, second = await two_ways_to_pay(shop, played)
    await pay(shop, {"checkout_url": first})
    await until(shop, booking, "confirmed")
    await pay(shop, {"checkout_url": second})
    await until_refunds(played, 1)
    (other,) = await payments_in(played, "kept_at is null")

    with pytest.raises(Exception, match="payment_one_kept"):
        async with played.db.transaction() as conn:
            await payments.accept(conn, await payments.payment(played, other))


async def test_the_invariants_see_money_too_much_until_it_goes_back(shop, played, switch):
    booking = await book(shop, an_ask(await a_sailing(played.db), people=[BO]))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)
    assert await invariants.broken(played, domains.INVARIANTS) == []
    async with played.db.acquire() as conn:
        await conn.execute(
            "insert into payment (id, subject_kind, subject_id, amount_minor, currency, status,"
            " intent_id, received_minor, settled_at) select $1, subject_kind, subject_id,"
            " amount_minor, currency, status, 'pi_2', received_minor, now() from payment",
            other := uuid7(),
        )
        await conn.execute(
            "insert into ledger (transaction_id, account, amount_minor, currency, memo)"
            " select $1, account, amount_minor, currency, memo from ledger",
            other,
        )

    (breach,) = await invariants.broken(played, domains.INVARIANTS)

    assert "money too much" in breach.detail


async def test_an_event_of_the_second_intent_again_after_everything(shop, played, switch):
    await switch({"stripe": {"paid_twice": True}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until_refunds(played, 1)
    await drained(played)
    event = await stored_event(played, "payment_intent.succeeded")
    async with played.db.acquire() as conn:
        intents = [row["intent_id"] for row in await conn.fetch("select intent_id from payment")]
    assert len(intents) == 2

    for number, intent in enumerate(intents * 2):
        again = {
            "id": f"evt_again_{number}",
            "type": event["type"],
            "data": {"object": {"id": intent}},
        }
        body, headers = signed(again)
        async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
            assert answer.status == 200
    await drained(played)

    await nothing_is_broken(played)
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]
    assert len(await payments_in(played)) == 2


async def two_ways_to_pay(shop, played, days_ahead=20.0):
    """A held booking with two open Checkout Sessions, each with a payment row of its own; the older
    one first.
    """
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=days_ahead)))
    async with shop.session.get(booking["checkout_url"]) as form:
        first = str(form.url)
    async with played.db.transaction() as conn:
        # One is open at a time: the first was given up without its session having been ended.
        await conn.execute("update payment set status = 'closed'")
        await conn.execute(
            "insert into payment (id, subject_kind, subject_id, amount_minor, currency,"
            " created_at) select $1, subject_kind, subject_id, amount_minor, currency, created_at"
            " + interval '1 second' from payment",
            other := uuid7(),
        )
    checkout = Checkout("Oslo - Kiel", booking["reference"], "ada@example.org", first, first)
    return booking, first, await payments.checkout_url(played, other, checkout)


async def alerts(played):
    async with played.db.acquire() as conn:
        return [row["kind"] for row in await conn.fetch("select kind from alert")]
