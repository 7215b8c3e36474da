"""What Stripe knows and no event told us: we ask, and do then what the event would have done."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.money import service as money
from maritime_app.errors import Conflict, Unavailable
from maritime_app.payments import gateway, reconciliation
from maritime_app.payments.checkouts import service as checkouts
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.jobs import check_open_payments
from maritime_app.payments.model import (
    DisputeDecision,
    DisputeState,
    IntentState,
    PaymentStatus,
    RefundState,
)
from maritime_app.payments.refunds import service as refunds
from maritime_app.payments.store import disputes_of
from maritime_app.payments.stripe_calls import StripeGone
from tests.booked import cancel, drained, nothing_is_broken, quoted, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.payments.at_stripe import silent_at_first
from tests.rows import execute, value

SILENT = {"stripe": {"deliver": False}}
NO_OLDER = "update refund set created_at = now() - interval '11 minutes'"
FOREIGN_DISPUTE = DisputeState(
    "du_foreign", "needs_response", "fraudulent", 500, "EUR", None,
    datetime(2026, 1, 1, tzinfo=UTC), None, (),
)  # fmt: skip


async def test_it_works(shop, played, dashboard, switch):
    """A dispute that was lost moves no money again: only asking tells, and the ticket ends."""
    await confirmed(shop, played)
    dispute = await dashboard("disputes", charge=await charge_of(played))
    await disputes.learn_dispute(played, dispute["id"])
    await switch(SILENT)
    await dashboard("disputes", dispute=dispute["id"], won=False)

    assert await reconciliation.check_unsettled(played) == "0 refunds, 1 disputes"

    await until_mail(played, "ticket_suspended")
    assert await reconciliation.check_unsettled(played) == "0 refunds, 0 disputes"


async def test_a_refund_whose_end_nobody_told_ends(shop, played, switch):
    await switch({"stripe": {"refunds": "pending", "refund_settles_seconds": 0.1}})
    booking = await confirmed(shop, played)
    await switch(SILENT)
    await cancel(shop, booking, (await quoted(shop, booking))["fee"]["amount_minor"])
    await drained(played)
    assert await statuses(played, "refund") == ["requested"]
    assert await reconciliation.check_unsettled(played) == "0 refunds, 0 disputes"  # not yet

    await execute(played, NO_OLDER)
    async with asyncio.timeout(60):
        while await statuses(played, "refund") != ["succeeded"]:
            assert await reconciliation.check_unsettled(played) == "1 refunds, 0 disputes"
    await until_mail(played, "refund_confirmation")


async def test_what_stripe_does_not_know_keeps_no_other_from_its_turn(
    shop, played, dashboard, switch, monkeypatch
):
    await refunded_and_disputed(shop, played, dashboard, switch)
    await execute(played, NO_OLDER)
    asked = []

    async def gone(stripe_id):
        asked.append(stripe_id[:2])
        raise StripeGone(f"No such object: {stripe_id}")

    monkeypatch.setattr(gateway.of(played), "refund_state", gone)
    monkeypatch.setattr(gateway.of(played), "dispute", gone)
    assert await reconciliation.check_unsettled(played) == "1 refunds, 1 disputes"
    assert asked == ["re", "du"]


async def test_a_refund_that_cannot_be_asked_for_keeps_no_dispute_waiting(
    shop, played, dashboard, switch, monkeypatch
):
    dispute = await refunded_and_disputed(shop, played, dashboard, switch)
    await dashboard("disputes", dispute=dispute["id"], won=False)
    await execute(played, NO_OLDER)
    silent_at_first(monkeypatch, played, "refund_state")

    with pytest.raises(Unavailable, match="0 refunds, 1 disputes; Stripe did not answer for 1"):
        await reconciliation.check_unsettled(played)

    assert await statuses(played, "dispute") == ["lost"]
    assert await reconciliation.check_unsettled(played) == "1 refunds, 0 disputes"


async def test_a_dispute_tells_of_a_payment_whose_events_were_lost(shop, played, dashboard, switch):
    await switch(SILENT)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    session_id = await value(played, "select session_id from payment")
    intent_id = (await gateway.of(played).session(session_id)).intent_id or ""
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    dispute = await dashboard("disputes", charge=charge)

    assert await disputes.learn_dispute(played, dispute["id"]) == "dispute is needs_response"
    assert await statuses(played, "payment") == ["succeeded"]


async def test_a_refund_tells_of_a_payment_whose_events_were_lost(shop, played, dashboard, switch):
    """It is written down as what went back of that payment, and no alert calls it foreign."""
    await switch(SILENT)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    session_id = await value(played, "select session_id from payment")
    intent_id = (await gateway.of(played).session(session_id)).intent_id or ""
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    made = await dashboard("refunds", charge=charge, amount=100)

    state = await gateway.of(played).refund_state(made["id"])
    assert await refunds.settle_refund(played, state) == "refunded"

    assert await statuses(played, "payment") == ["succeeded"]
    assert await statuses(played, "refund") == ["succeeded"]
    assert await value(played, "select count(*) from alert") == 0


async def test_only_a_refund_that_is_unknown_asks_after_its_payment(
    shop, played, dashboard, monkeypatch
):
    """Nor does one that names no payment: there is nothing to ask after."""
    await confirmed(shop, played)
    made = await dashboard("refunds", charge=await charge_of(played), amount=100)
    state = await gateway.of(played).refund_state(made["id"])
    await refunds.settle_refund(played, state)

    async def not_asked(intent_id):
        raise AssertionError(f"asked after {intent_id}")

    monkeypatch.setattr(gateway.of(played), "intent", not_asked)
    assert await refunds.settle_refund(played, state) == "refund is succeeded"
    nameless = RefundState("re_nameless", "succeeded", 500, "EUR", None, None)
    assert await refunds.settle_refund(played, nameless) == "not one of ours"


async def test_a_dispute_about_somebody_elses_payment_is_an_alert(played, monkeypatch):
    async def foreign(_dispute_id):
        return FOREIGN_DISPUTE

    monkeypatch.setattr(gateway.of(played), "dispute", foreign)
    assert await disputes.learn_dispute(played, "du_foreign") == "not one of ours"
    assert await value(played, "select kind from alert") == "dispute"


async def test_staff_decide_once(shop, played, dashboard):
    await confirmed(shop, played)
    dispute = await dashboard("disputes", charge=await charge_of(played))
    await dashboard("disputes", dispute=dispute["id"], won=False)
    await until_mail(played, "ticket_suspended")
    payment_id = await value(played, "select id from payment")

    async def decide(decision):
        async with played.db.transaction() as conn:
            (known,) = await disputes_of(conn, [payment_id])
            await disputes.decide(conn, known, decision, "vera")

    await decide(DisputeDecision.HONOURED)
    with pytest.raises(Conflict, match="already"):
        await decide(DisputeDecision.CANCELLED)


async def test_a_refund_of_somebody_elses_payment_is_an_alert(played, monkeypatch):
    async def foreign(_intent_id):
        return IntentState("pi_foreign", "succeeded", 500, "EUR", None)

    monkeypatch.setattr(gateway.of(played), "intent", foreign)
    state = RefundState("re_foreign", "succeeded", 500, "EUR", "pi_foreign", None)

    assert await refunds.settle_refund(played, state) == "not one of ours"
    assert await value(played, "select kind from alert") == "foreign_refund"
    assert await value(played, "select count(*) from refund") == 0


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"id": "pi_other", "payment_id": None}, "not one of ours"),
        ({"status": "processing", "error": None}, "intent is processing"),
        ({"status": "requires_payment_method", "error": "declined"}, "too late to matter"),
    ],
)
async def test_an_intent_that_settles_nothing(shop, played, monkeypatch, changed, outcome):
    await confirmed(shop, played)
    intent_id = await value(played, "select intent_id from payment")
    there = gateway.of(played)
    usual = await there.intent(intent_id)

    async def other(_intent_id):
        return msgspec.structs.replace(usual, **changed)

    monkeypatch.setattr(there, "intent", other)
    assert await checkouts.settle_intent(played, intent_id) == outcome
    assert await statuses(played, "payment") == ["succeeded"]


async def test_an_open_payment_is_asked_after_and_one_that_ended_is_not_closed_again(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with shop.session.get(booking["checkout_url"]) as page:
        assert page.status == 200
    await execute(played, "update payment set created_at = now() - interval '2 minutes'")

    assert await check_open_payments(played) == "1 asked after"
    await drained(played)
    assert await statuses(played, "payment") == ["open"]

    payment_id = await value(played, "select id from payment")
    assert await checkouts.close(played, payment_id) is PaymentStatus.CLOSED
    assert await checkouts.close(played, payment_id) is PaymentStatus.CLOSED


async def test_a_page_that_cannot_be_ended_and_was_not_paid_is_closed_here(
    shop, played, monkeypatch
):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with shop.session.get(booking["checkout_url"]) as page:
        assert page.status == 200

    async def gone(_session_id):
        raise StripeGone("Only Checkout Sessions with a status in [open] can be expired.")

    monkeypatch.setattr(gateway.of(played), "expire_session", gone)
    payment_id = await value(played, "select id from payment")
    assert await checkouts.close(played, payment_id) is PaymentStatus.CLOSED


async def test_a_refund_that_is_unknown_has_nothing_to_send(played):
    assert await refunds.send_refund(played, uuid4()) == "nothing to send"


async def test_a_refund_that_is_followed_before_its_payment_is_accepted_ends_the_booking(
    shop, played, dashboard, switch, monkeypatch
):
    """Both are heard of at once: what did not stand on the money then, looks at it again."""
    accept, follow, followed = confirmation.accept_payment, money.follow, asyncio.Event()

    async def follow_first(*args):
        said = await follow(*args)
        followed.set()
        return said

    async def accept_then(*args):
        await followed.wait()
        return await accept(*args)

    monkeypatch.setattr(money, "follow", follow_first)
    monkeypatch.setattr(confirmation, "accept_payment", accept_then)
    await switch(SILENT)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    session_id = await value(played, "select session_id from payment")
    intent_id = (await gateway.of(played).session(session_id)).intent_id or ""
    await dashboard("refunds", charge=(await gateway.of(played).intent(intent_id)).charge_id)

    await refunds.learn_refunds(played, intent_id)

    await until(shop, booking, "cancelled")
    await nothing_is_broken(played)


async def refunded_and_disputed(shop, played, dashboard, switch):
    """A payment with a refund on its way and a dispute, of whose ends no event tells.

    Returns the dispute.
    """
    await switch({"stripe": {"refunds": "pending", "refund_settles_seconds": 3600}})
    await confirmed(shop, played)
    await switch(SILENT)
    await dashboard("refunds", charge=await charge_of(played), amount=100)
    await refunds.learn_refunds(played, await value(played, "select intent_id from payment"))
    dispute = await dashboard("disputes", charge=await charge_of(played))
    await disputes.learn_dispute(played, dispute["id"])
    return dispute


async def confirmed(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def charge_of(played):
    intent_id = await value(played, "select intent_id from payment")
    return (await gateway.of(played).intent(intent_id)).charge_id


async def statuses(played, table):
    async with played.db.acquire() as conn:
        return [row["status"] for row in await conn.fetch(f"select status from {table}")]
