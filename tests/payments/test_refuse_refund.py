"""Refunds that Stripe refuses or takes back, and money that went back without us: what is owed."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
import stripe

from maritime_app import clock, domains
from maritime_app.errors import Invalid, NotFound
from maritime_app.ops import invariants
from maritime_app.payments import codec, gateway, ledger, service as payments
from maritime_app.payments.balance import service as balance
from maritime_app.payments.model import Movement, RefundMethod
from maritime_app.payments.refunds import covering, repayment, service as refunds, store
from maritime_app.payments.stripe_calls import Page, StripeGone
from tests.booked import cancel, drained, quoted, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import execute, value


async def test_it_works(shop, played, monkeypatch):
    """Nobody has the money, so it is owed, an alert says so, and nothing more is sent."""
    await cancelled_and_refused(shop, played, monkeypatch)

    refund_id = await value(played, "select id from refund")
    assert await value(played, "select status from refund") == "failed"
    assert await refunds.send_refund(played, refund_id) == "nothing to send"
    assert await value(played, "select kind from alert") == "refund_failed"
    await until_mail(played, "refund_failed")


async def test_paying_again_takes_a_sane_amount_and_a_note(shop, played, monkeypatch):
    owed = await cancelled_and_refused(shop, played, monkeypatch)
    claim_id = await value(played, "select id from refund")
    for amount, method, note, field in (
        (0, RefundMethod.STRIPE, None, "amount_minor"),
        (-1, RefundMethod.STRIPE, None, "amount_minor"),
        (owed + 1, RefundMethod.STRIPE, None, "amount_minor"),
        (owed, RefundMethod.ELSEWHERE, " ", "note"),
        (owed, RefundMethod.ELSEWHERE, None, "note"),
    ):
        with pytest.raises(Invalid) as refused:
            await again(played, claim_id, amount, method, note, owed)
        assert list(refused.value.fields) == [field]

    await again(played, claim_id, 1, RefundMethod.ELSEWHERE, "a coin at the quay", owed)
    assert not await value(played, "select resolved_at is not null from alert")
    rest = owed - 1
    await again(played, claim_id, rest, RefundMethod.ELSEWHERE, "cash at the quay", rest)
    assert await value(played, "select resolved_at is not null from alert")


async def test_who_was_paid_again_before_it_could_be_written_lacks_no_mail(
    shop, played, monkeypatch
):
    """Whoever still misses a part of it does."""
    owed = await cancelled_and_refused(shop, played, monkeypatch)
    await drained(played)
    claim_id = await value(played, "select id from refund")
    await execute(played, f"delete from mail_key where unique_key = 'refund:{claim_id}:failed'")
    mails = [one for one in domains.INVARIANTS if one.name == "missing_mails"]

    lacking = []
    for seen, amount in ((owed, 1), (owed - 1, owed - 1)):
        await again(played, claim_id, amount, RefundMethod.ELSEWHERE, "at the quay", seen)
        await drained(played)
        lacking += [len(await invariants.broken(played, mails))]

    assert lacking == [1, 0]


@pytest.mark.parametrize("held", ["all", "a part"])
async def test_what_the_bank_holds_covers_a_claim_before_anything_is_paid(
    shop, played, monkeypatch, held
):
    """Nobody is called any more only where nothing is left of it."""
    owed = await cancelled_and_refused(shop, played, monkeypatch)
    claim_id = await value(played, "select id from refund")
    withdrawn = owed if held == "all" else owed - 1
    async with played.db.acquire() as conn:
        await conn.execute(
            "insert into dispute (id, payment_id, amount_minor, currency, reason, status,"
            " withdrawn_minor, opened_at)"
            " select 'dp_1', id, $1::bigint, currency, 'fraudulent', 'lost', $1, now()"
            " from payment",
            withdrawn,
        )

    await again(played, claim_id, owed, RefundMethod.STRIPE, None, owed)

    assert await covered(played) == [withdrawn]
    is_settled = "select resolved_at is not null from alert where kind = 'refund_failed'"
    assert await value(played, is_settled) is (held == "all")
    async with played.db.transaction() as conn:
        payment_id = await conn.fetchval("select id from payment")
        await covering.uncover_payment(conn, payment_id, "nothing came back")
    assert await value(played, "select count(*) from refund") == 2


async def test_what_is_unknown_is_paid_by_nobody(played):
    with pytest.raises(NotFound):
        await again(played, uuid4(), 1, RefundMethod.STRIPE, None, 1)


async def test_a_payment_that_was_never_settled_gives_nothing_back(shop, played, monkeypatch):
    await cancelled_and_refused(shop, played, monkeypatch)
    async with played.db.acquire() as conn:
        owed = await store.refund(conn, await value(played, "select id from refund"))
    assert owed is not None
    with pytest.raises(StripeGone, match="never settled"):
        await gateway.of(played).refund(msgspec.structs.replace(owed, intent_id=None))


async def test_half_of_what_covered_a_claim_comes_back_to_us(shop, played, dashboard):
    """Two refunds of the dashboard count for a cancellation; one fails, and that much is owed."""
    booking = await confirmed(shop, played)
    intent_id = await value(played, "select intent_id from payment")
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    first = await dashboard("refunds", charge=charge, amount=1000)
    await dashboard("refunds", charge=charge, amount=1000)
    await refunds.learn_refunds(played, intent_id)
    await cancel(shop, booking, (await quoted(shop, booking))["fee"]["amount_minor"])
    await drained(played)
    assert await covered(played) == [2000]

    state = await gateway.of(played).refund_state(first["id"])
    failed = msgspec.structs.replace(state, status="failed", failure="lost_or_stolen_card")
    assert await refunds.settle_refund(played, failed) == "the refund failed"

    assert await covered(played) == [1000]
    owed = "select amount_minor from refund where unique_key like 'uncovered:%'"
    assert await value(played, owed) == 1000


async def test_all_that_covered_a_claim_comes_back_to_us(shop, played, dashboard):
    booking = await confirmed(shop, played)
    intent_id = await value(played, "select intent_id from payment")
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    only = await dashboard("refunds", charge=charge, amount=1000)
    await refunds.learn_refunds(played, intent_id)
    await cancel(shop, booking, (await quoted(shop, booking))["fee"]["amount_minor"])
    await drained(played)

    state = await gateway.of(played).refund_state(only["id"])
    await refunds.settle_refund(played, msgspec.structs.replace(state, status="failed"))

    assert await covered(played) == []
    again_owed = "select amount_minor from refund where unique_key like 'again:%'"
    assert await value(played, again_owed) == 1000


async def test_money_is_owed_once_under_one_name(shop, played):
    await confirmed(shop, played)
    payment = await payments.payment(played, await value(played, "select id from payment"))
    owed = []
    for _twice in range(2):
        async with played.db.transaction() as conn:
            owed.append(await refunds.request_refund(conn, payment, 700, "goodwill", "once"))

    assert owed == [700, 0]
    with pytest.raises(NotFound):
        await payments.payment(played, uuid4())


async def test_what_came_back_meanwhile_owes_nothing_more_under_that_name(shop, played, dashboard):
    """A gift in the dashboard is not counted towards what was asked for before, a second time."""
    await confirmed(shop, played)
    payment = await payments.payment(played, await value(played, "select id from payment"))
    async with played.db.transaction() as conn:
        await refunds.request_refund(conn, payment, 700, "goodwill", "once")
    await drained(played)
    intent_id = await value(played, "select intent_id from payment")
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    given = await dashboard("refunds", charge=charge, amount=300)
    state = await gateway.of(played).refund_state(given["id"])
    assert await refunds.settle_refund(played, state) in ("refunded", "refund is succeeded")

    async with played.db.transaction() as conn:
        assert await refunds.request_refund(conn, payment, 700, "goodwill", "once") == 0
        claims = await refunds.claims_of(conn, payment.id)

    assert (claims.claimed_minor, claims.uncovered_minor) == (700, 300)


def test_what_others_wrote_on_their_payments_names_none_of_ours():
    intent = stripe.PaymentIntent.construct_from(
        {
            "id": "pi_1",
            "status": "succeeded",
            "amount_received": 500,
            "currency": "eur",
            "last_payment_error": None,
            "metadata": {"payment_id": "order 17"},
        },
        "key",
    )
    assert codec.intent_state(intent).payment_id is None


async def test_a_ledger_transaction_adds_up(played):
    async with played.db.transaction() as conn:
        with pytest.raises(ValueError, match="add up to zero"):
            await ledger.post(conn, uuid4(), [("stripe", 5), ("bank", -4)], "EUR", "wrong")


async def test_movements_of_the_balance_are_booked_against_what_is_behind_them(
    shop, played, monkeypatch
):
    """A fee, money of others, and a charge that was exchanged into the balance's currency."""
    booking = await confirmed(shop, played)
    total = booking["total"]["amount_minor"]
    intent_id = await value(played, "select intent_id from payment")
    now = clock.now() - timedelta(seconds=5)

    def movement(name, category, amount, currency="EUR", intent=None):
        return Movement(name, category, amount, 7, currency, None, intent, now, now)

    async def movements(since, until):
        if since <= now < until:
            yield Page(
                [
                    movement("txn_1", "fee", -120),
                    movement("txn_2", "anything_new", 900),
                    movement("txn_3", "charge", 2 * total, "SEK", intent_id),
                ]
            )

    monkeypatch.setattr(gateway.of(played), "movements", movements)
    assert await balance.read_balance(played) == "3 movements"
    assert await balance.read_balance(played) == "0 movements"

    # Seven of each movement is Stripe's fee.
    assert await booked(played, "stripe_fees", "EUR") == 120 + 7 + 7
    assert await booked(played, "unexplained", "EUR") == -900
    assert await booked(played, "exchange", "EUR") == total
    assert await booked(played, "exchange", "SEK") == -2 * total
    assert await booked(played, "stripe", "SEK") == 2 * total - 7


async def cancelled_and_refused(shop, played, monkeypatch):
    """A booking that was cancelled, and whose refund Stripe refuses; what is owed of it."""
    booking = await confirmed(shop, played)

    async def gone(_refund):
        raise StripeGone("This payment method does not take refunds any more.")

    monkeypatch.setattr(gateway.of(played), "refund", gone)
    quote = await quoted(shop, booking)
    await cancel(shop, booking, quote["fee"]["amount_minor"])
    await drained(played)
    monkeypatch.undo()
    return quote["refund"]["amount_minor"]


async def confirmed(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def again(played, claim_id, amount, method, note, seen):
    async with played.db.transaction() as conn:
        await repayment.pay_again(conn, claim_id, amount, method, note, seen)


async def covered(played):
    async with played.db.acquire() as conn:
        rows = await conn.fetch("select amount_minor from refund where status = 'covered'")
    return [row["amount_minor"] for row in rows]


async def booked(played, account, currency):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select sum(amount_minor)::bigint from ledger where account = $1 and currency = $2",
            account,
            currency,
        )
