"""Open a payment page, close it, ask Stripe how a payment stands.

Stripe is asked before anything changes, and outside every transaction.
"""

from contextlib import suppress
from uuid import UUID

from maritime_app.errors import Conflict, NotFound, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.infra.db import CommitUnknown
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.settlement import note_failure, settle
from maritime_app.payments.model import Checkout, IntentState, Payment, PaymentStatus
from maritime_app.payments.stripe_calls import StripeGone, waited_for
from maritime_app.resources import Resources


async def checkout_url(res: Resources, payment_id: UUID, checkout: Checkout) -> str:
    """Return where the customer pays; raise Conflict when there is nothing to pay any more."""
    owed = await _payment(res, payment_id)
    if owed.status is not PaymentStatus.OPEN:
        raise _nothing_to_pay(owed.status)
    if owed.checkout_url:
        return owed.checkout_url
    with waited_for(res.settings.stripe.waited_seconds):
        return await _opened(res, owed, checkout)


async def _opened(res: Resources, owed: Payment, checkout: Checkout) -> str:
    try:
        session = await gateway.of(res).create_session(owed, checkout)
    except StripeGone as error:
        words = _("This can no longer be paid. Please book again.")
        raise Conflict(words, code="payment_closed") from error
    except Unavailable as away:  # a page that nobody was sent to is paid by nobody
        words = _("Our payment provider does not answer. Nothing was charged.")
        raise Unavailable(words, retry_after_seconds=away.retry_after_seconds) from away
    if session.url is None:
        raise _nothing_to_pay(PaymentStatus.CLOSED)
    async with res.db.transaction() as conn:
        await store.set_session(conn, owed.id, session.id, session.url)
    await _expire_if_ended(res, owed.id, session.id)
    return session.url


async def _expire_if_ended(res: Resources, payment_id: UUID, session_id: str) -> None:
    """Let nobody pay what was cancelled while Stripe made the page; raise Conflict then."""
    owed = await _payment(res, payment_id)
    if owed.status is PaymentStatus.OPEN:
        return
    if owed.status is PaymentStatus.CLOSED:
        try:
            await gateway.of(res).expire_session(session_id)
        except StripeGone:  # the row of a closed payment has no session
            await _settle_session(res, payment_id, session_id)
    raise _nothing_to_pay(owed.status)


async def close(res: Resources, payment_id: UUID) -> PaymentStatus:
    """End an open payment so that nobody can pay it any more; return its status afterwards.

    Stripe is asked first: an expiry that it refuses means that somebody may have paid.
    """
    owed = await _payment(res, payment_id)
    if owed.status is not PaymentStatus.OPEN:
        return owed.status
    if owed.session_id:
        with waited_for(res.settings.stripe.waited_seconds):
            try:
                await gateway.of(res).expire_session(owed.session_id)
            except StripeGone:
                if await reconcile(res, payment_id) is PaymentStatus.SUCCEEDED:
                    return PaymentStatus.SUCCEEDED
    with suppress(CommitUnknown):  # the row says how it ended
        async with res.db.transaction() as conn:
            await store.close_payment(conn, payment_id)
    return (await _payment(res, payment_id)).status


async def reconcile(res: Resources, payment_id: UUID) -> PaymentStatus:
    """Ask Stripe how a payment stands, settle that, and return its status afterwards."""
    owed = await _payment(res, payment_id)
    if owed.status is not PaymentStatus.SUCCEEDED and owed.session_id:
        await _settle_session(res, payment_id, owed.session_id)
    return (await _payment(res, payment_id)).status


async def _settle_session(res: Resources, payment_id: UUID, session_id: str) -> None:
    session = await gateway.of(res).session(session_id)
    if session.intent_id:
        await settle_intent(res, session.intent_id, payment_id)


async def settle_session(res: Resources, session_id: str | None, intent_id: str) -> str:
    """Settle what an event tells of a session, by its intent."""
    async with res.db.acquire() as conn:
        payment_id = await store.payment_id_by_session(conn, session_id or "")
    return await settle_intent(res, intent_id, payment_id)


async def settle_intent(res: Resources, intent_id: str, page_of: UUID | None = None) -> str:
    """Ask Stripe how an intent stands and settle that; what was settled before stays as it is.

    `page_of` is the payment on whose page it was made, where that is known.
    """
    intent = await gateway.of(res).intent(intent_id)
    payment_id = await _whose(res, intent, page_of)
    if payment_id is None:
        return "not one of ours"
    if intent.status == "succeeded":
        return await settle(res, payment_id, intent)
    if intent.error:
        return await note_failure(res, payment_id, intent)
    return f"intent is {intent.status}"


async def _whose(res: Resources, intent: IntentState, page_of: UUID | None) -> UUID | None:
    """Return the payment that an intent is for: anybody with the dashboard may change, or take
    away, what it says of itself.
    """
    async with res.db.acquire() as conn:
        if settled := await store.payment_id_by_intent(conn, intent.id):
            return settled
        named = intent.payment_id
        if page_of and (named is None or await store.payment_by_id(conn, named) is None):
            return page_of
    return named


async def payments_to_check(
    res: Resources, older_than_seconds: float, limit: int = 50
) -> list[UUID]:
    """Return open payments that nobody has asked after for a while."""
    async with res.db.transaction() as conn:
        return await store.payments_to_check(conn, older_than_seconds, limit)


async def _payment(res: Resources, payment_id: UUID) -> Payment:
    async with res.db.acquire() as conn:
        found = await store.payment_by_id(conn, payment_id)
    if found is None:
        raise NotFound(_("There is no such payment."))
    return found


def _nothing_to_pay(status: PaymentStatus) -> Conflict:
    return Conflict(_("There is nothing to pay any more."), code=f"payment_{status}")
