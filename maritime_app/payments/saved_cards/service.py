"""Open the page on which a card is saved, charge a saved card, give it up."""

from contextlib import suppress

from maritime_app.errors import NotFound, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.settlement import settle
from maritime_app.payments.model import IntentState, Payment
from maritime_app.payments.saved_card import CardCharge, CardPage, CardSession, SavedCard
from maritime_app.payments.stripe_calls import CardRefused, StripeGone, waited_for
from maritime_app.resources import Resources

CARD_GONE = "card_gone"  # Stripe keeps it no longer
_ENDED = ("requires_payment_method", "canceled")


async def open_page(res: Resources, page: CardPage) -> CardSession:
    """Return the page on which the card of a mandate is saved; asked twice, the same one."""
    with waited_for(res.settings.stripe.waited_seconds):
        return await gateway.of(res).create_card_session(page)


async def page_state(res: Resources, session_id: str) -> CardSession | None:
    """Return that page as it is now; None where Stripe knows of none."""
    with waited_for(res.settings.stripe.waited_seconds):
        try:
            return await gateway.of(res).card_session(session_id)
        except StripeGone:
            return None


async def end_page(res: Resources, session_id: str) -> SavedCard | None:
    """Let no card be saved on that page any more; return the one that was."""
    with waited_for(res.settings.stripe.waited_seconds), suppress(StripeGone):
        await gateway.of(res).expire_session(session_id)
    page = await page_state(res, session_id)
    return page.card if page else None


async def charge(res: Resources, asked: CardCharge) -> str | None:
    """Charge the card for an open payment and settle that; return why it was refused, or None.

    Asking again asks for the same charge: Stripe answers for a day what it answered first. Raise
    Unavailable while nobody can tell whether it was charged.
    """
    owed = await _payment(res, asked)
    try:
        intent = await gateway.of(res).charge_card(owed, asked)
    except CardRefused as refused:
        return refused.code
    except StripeGone:
        return CARD_GONE
    await _settled(res, owed, intent)
    return None


async def find_charge(res: Resources, asked: CardCharge, *, may_be_on_its_way: bool) -> str | None:
    """Return why a charge was refused, or None for one that succeeded, which is settled now.

    Nothing is charged. One that Stripe has not heard of counts as refused; where it may be on its
    way still, nobody can tell: Unavailable.
    """
    owed = await _payment(res, asked)
    intent = await gateway.of(res).charge_of_card(asked)
    if intent is None and may_be_on_its_way:
        raise Unavailable("Our payment provider does not answer.", retry_after_seconds=10)
    if intent is None or intent.status in _ENDED:
        return intent.error_code if intent and intent.error_code else CARD_GONE
    await _settled(res, owed, intent)
    return None


async def give_up(res: Resources, method_id: str) -> None:
    """Let the card be charged never again; once more changes nothing."""
    with suppress(StripeGone):
        await gateway.of(res).detach_card(method_id)


async def _settled(res: Resources, owed: Payment, intent: IntentState) -> None:
    if intent.status != "succeeded":
        raise Unavailable("Our payment provider does not answer.", retry_after_seconds=10)
    await settle(res, owed.id, intent)
    if owed.session_id:  # nobody pays on the page what is paid now
        with suppress(StripeGone, Unavailable):
            await gateway.of(res).expire_session(owed.session_id)


async def _payment(res: Resources, asked: CardCharge) -> Payment:
    async with res.db.acquire() as conn:
        found = await store.payment_by_id(conn, asked.payment_id)
    if found is None:
        raise NotFound(_("There is no such payment."))
    return found
