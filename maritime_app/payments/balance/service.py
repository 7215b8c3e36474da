"""Read what moved the balance at Stripe, and book it against what is behind it.

Most movements are in the ledger before they are read, from the event that told of them; reading
them proves it, finds what no event told, and adds what only the balance knows: fees and payouts.
"""

from datetime import datetime, timedelta
from uuid import UUID

from maritime_app import clock
from maritime_app.infra.db import Conn
from maritime_app.infra.upstreams.round import Round
from maritime_app.payments import gateway, ledger, store as payments
from maritime_app.payments.balance import store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.model import Movement, RefundStatus
from maritime_app.payments.refunds import service as refunds, store as refund_rows
from maritime_app.resources import Resources

# Movements of the second in which we read may be listed a moment later.
_OVERLAP = timedelta(minutes=5)
_STEP = timedelta(days=1)
_ASKING_SECONDS = 450.0  # of the task's ten minutes: one movement may need several calls
_TOLD_BY_EVENTS = ("charge", "refund", "refund_failure", "dispute", "dispute_reversal")
_FEES = ("fee", "network_cost", "tax", "issuing_transaction")
_PAYOUTS = ("payout", "payout_reversal", "payout_minimum_balance_hold")


async def read_balance(res: Resources) -> str:
    """Read the movements since the last time, a day at a time, oldest day first.

    Raise Unavailable where Stripe did not say what is behind some, or lists what cannot be read:
    the others are in the ledger, and the next run begins with the day of the first that is not.
    """
    now = clock.now()
    async with res.db.acquire() as conn:
        since = await store.read_until(conn) or await store.first_settled_at(conn)
    if since is None:
        return "no money has moved"
    new, since = 0, since - _OVERLAP
    asking = Round("Stripe", _ASKING_SECONDS)
    while since < now:
        until = min(since + _STEP, now + timedelta(seconds=1))
        new += await _read(res, asking, since, until)
        if not asking.left:
            async with res.db.transaction() as conn:
                await store.keep_read_until(conn, min(until, now))
        since = until
    return asking.outcome(f"{new} movements")


async def _read(res: Resources, asking: Round, since: datetime, until: datetime) -> int:
    new = 0
    async for page in gateway.of(res).movements(since, until):
        asking.leave(page.unreadable)
        async with res.db.acquire() as conn:
            known = await store.known(conn, [movement.id for movement in page.entries])
        unheard = []
        for movement in page.entries:
            if movement.id in known:
                continue
            if await _is_heard_of(res, movement):
                await _record(res, movement)
                new += 1
            else:
                unheard.append(movement)
        new += await asking.over(unheard, lambda movement: _learn(res, movement))
    return new


async def _record(res: Resources, movement: Movement) -> None:
    async with res.db.transaction() as conn:
        transaction_id = await _behind(conn, movement)
        if not await store.add(conn, movement, transaction_id):
            return
        if transaction_id is None:
            await _against(conn, movement, ledger.UNEXPLAINED)
        elif movement.category in _PAYOUTS:
            await _against(conn, movement, ledger.BANK)
        elif movement.category in _FEES:
            await _against(conn, movement, ledger.FEES)
        else:
            await _exchange(conn, movement, transaction_id)
        await _fee(conn, movement)


async def _learn(res: Resources, movement: Movement) -> None:
    """Hear of what is behind a movement, where no event told of it, and record it."""
    if await _is_heard_of(res, movement):
        pass  # by what was asked for another one: a dispute has two
    elif movement.category == "charge" and movement.intent_id:
        await settle_intent(res, movement.intent_id)
    elif movement.category in ("refund", "refund_failure") and movement.source_id:
        state = await gateway.of(res).refund_state(movement.source_id)
        await refunds.settle_refund(res, state)
    elif movement.category in ("dispute", "dispute_reversal") and movement.source_id:
        await disputes.learn_dispute(res, movement.source_id)
    await _record(res, movement)


async def _is_heard_of(res: Resources, movement: Movement) -> bool:
    """Return whether what is behind a movement is in the ledger, or only the balance knows it."""
    if movement.category not in _TOLD_BY_EVENTS:
        return True
    async with res.db.acquire() as conn:
        transaction_id = await _behind(conn, movement)
        return transaction_id is not None and bool(await store.stripe_line(conn, transaction_id))


async def _behind(conn: Conn, movement: Movement) -> UUID | None:
    """Return the ledger's transaction for what moved the balance; None for nothing of ours."""
    if movement.category == "charge":
        return await payments.payment_id_by_intent(conn, movement.intent_id or "")
    if movement.category in ("refund", "refund_failure"):
        refund_id = await refund_rows.refund_id_by_stripe_id(conn, movement.source_id or "")
        if refund_id is None or movement.category == "refund":
            return refund_id
        failed = await refund_rows.refund(conn, refund_id)
        is_failed = failed is not None and failed.status is RefundStatus.FAILED
        return ledger.reversal_id(refund_id) if is_failed else None
    transaction_id = ledger.transaction_id(movement.id)
    if movement.category in ("dispute", "dispute_reversal"):
        return transaction_id if await store.stripe_line(conn, transaction_id) else None
    return transaction_id if movement.category in (*_FEES, *_PAYOUTS) else None


async def _against(conn: Conn, movement: Movement, account: str) -> None:
    """Book the whole movement against an account that only the balance knows of."""
    await ledger.move(
        conn,
        ledger.transaction_id(movement.id),
        account,
        ledger.STRIPE,
        movement.amount_minor,
        movement.currency,
        movement.category,
    )


async def _fee(conn: Conn, movement: Movement) -> None:
    if movement.fee_minor:
        await ledger.move(
            conn,
            ledger.transaction_id(f"{movement.id}:fee"),
            ledger.STRIPE,
            ledger.FEES,
            movement.fee_minor,
            movement.currency,
            "fee",
        )


async def _exchange(conn: Conn, movement: Movement, transaction_id: UUID) -> None:
    """Turn what was booked in the customer's currency into the currency of the balance."""
    line = await store.stripe_line(conn, transaction_id)
    if line is None or line.currency == movement.currency:
        return
    sold, bought = (ledger.transaction_id(f"{movement.id}:{side}") for side in ("sold", "bought"))
    await ledger.move(
        conn, sold, ledger.STRIPE, ledger.EXCHANGE, line.amount_minor, line.currency, "exchange"
    )
    amount_minor, currency = movement.amount_minor, movement.currency
    await ledger.move(
        conn, bought, ledger.EXCHANGE, ledger.STRIPE, amount_minor, currency, "exchange"
    )
