"""A mandate is asked for, its card saved, its key shown once; it is looked at and revoked."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from maritime_app import clock, i18n
from maritime_app.bookings.mandates import mails, rules, store
from maritime_app.bookings.mandates.model import (
    Mandate,
    MandateRequest,
    MandateStatus,
    NewMandate,
)
from maritime_app.bookings.mandates.states import MandateEvent
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.money import Money, example, minor_units
from maritime_app.payments import service as payments
from maritime_app.payments.saved_card import CardPage
from maritime_app.payments.saved_cards import service as saved_cards
from maritime_app.resources import Resources
from maritime_app.text.email_address import is_email_address

_MOST_OF_AN_ADDRESS = 10
_MOST_AT_ONCE = 500
_UNSAVED_DAYS = 7
_KEY_BYTES = 32
_MOST_MINOR = 10**9


async def ask(res: Resources, asked: MandateRequest) -> None:
    """Write a mandate down and mail its address the link on which a card is saved.

    Raise Invalid as `checked` does, Conflict where the address has too many.
    """
    limit = await checked(res, asked)
    async with res.db.transaction() as conn:
        new = NewMandate(
            id=uuid7(),
            email=asked.email,
            language=i18n.current(),
            limit=limit,
            origin=await _port(conn, asked.origin),
            destination=await _port(conn, asked.destination),
            most_bookings=asked.bookings,
            valid_until=clock.now() + timedelta(days=asked.days),
        )
        if not await store.add(conn, new, _MOST_OF_AN_ADDRESS):
            words = _("This address has too many mandates. Please revoke one.")
            raise Conflict(words, code="mandates")
        await mails.write(conn, res, await store.lock(conn, new.id), mails.ASKED)


async def checked(res: Resources, asked: MandateRequest) -> Money:
    """Return the most that may be paid; raise Invalid for an amount, currency, port or address
    that is none, naming all of them.
    """
    wrong = {}
    minor = minor_units(asked.limit, asked.currency)
    least = payments.least_charge_minor(asked.currency)
    if minor is None or not max(1, least) <= minor <= _MOST_MINOR:
        words = _("Please enter an amount like %(example)s.")
        wrong["limit"] = words % {"example": example(asked.currency)}
    async with res.db.acquire() as conn:
        currencies = await store.currencies(conn)
        unknown = [
            name
            for name, code in (("from", asked.origin), ("to", asked.destination))
            if code is not None and await places.by_code(conn, code) is None
        ]
    if asked.currency not in currencies:
        wrong["currency"] = _("Nothing is sold in this currency.")
    if not is_email_address(asked.email):
        wrong["email"] = _("No mail reaches this address.")
    wrong |= dict.fromkeys(unknown, _("We do not know that place."))
    if asked.origin is not None and asked.origin == asked.destination:
        wrong["to"] = _("Please choose two different ports.")
    if minor is None or wrong:
        raise Invalid(next(iter(wrong.values())), wrong)
    return Money(minor, asked.currency)


async def _port(conn: Conn, code: str | None) -> str | None:
    """Return the code under which we know the port; None for anywhere, and nothing else is that."""
    found = None if code is None else await places.by_code(conn, code)
    return found.code if found else code


async def opened(res: Resources, mandate_id: UUID) -> Mandate:
    """Return a mandate; raise NotFound."""
    async with res.db.acquire() as conn:
        found = await store.mandate(conn, mandate_id)
    if found is None:
        raise unknown()
    return found


async def card_page(res: Resources, mandate_id: UUID) -> str | None:
    """Return where its card is saved; None where that is done, or over.

    A page that is open already is returned again: one card is saved, whoever clicks twice. Raise
    Unavailable when nobody answers.
    """
    mandate = await learn_card(res, mandate_id)
    if mandate.status is not MandateStatus.ASKED:
        return None
    if mandate.session_id:
        page = await saved_cards.page_state(res, mandate.session_id)
        if page is not None and page.url:
            return page.url
    here = f"{res.settings.public_url}/mandates/{mandate_id}"
    asked = CardPage(
        mandate_id=mandate_id,
        email=mandate.email,
        currency=mandate.currency,
        success_url=f"{here}/saved",
        cancel_url=here,
        follows=mandate.session_id or "",
    )
    made = await saved_cards.open_page(res, asked)
    async with res.db.transaction() as conn:
        is_known = await store.set_session(conn, mandate_id, made.id)
    if is_known:
        return made.url
    await saved_cards.end_page(res, made.id)  # it ended meanwhile, and knows of no page
    return None


async def learn_card(res: Resources, mandate_id: UUID) -> Mandate:
    """Ask the provider whether a card was saved and grant the mandate then; return it as it is.

    A card that was saved for a mandate that is over meanwhile is given up.
    """
    mandate = await opened(res, mandate_id)
    if mandate.status is not MandateStatus.ASKED or not mandate.session_id:
        return mandate
    page = await saved_cards.page_state(res, mandate.session_id)
    if page is None or page.card is None:
        return mandate
    async with res.db.transaction() as conn:
        locked = await store.lock(conn, mandate_id)
        granted = await store.grant(conn, mandate_id, page.card)
        after = await store.lock(conn, mandate_id)
        if granted:
            await mails.write(conn, res, after, mails.GRANTED)
    if not granted and locked.card is None:
        await saved_cards.give_up(res, page.card.method_id)
    return after


async def make_key(res: Resources, mandate_id: UUID) -> str:
    """Return the key with which a program pays. Only its hash is stored, so this is the one time to
    read it. Raise Conflict where there is one already, or nothing to pay with.
    """
    key = "fm_" + secrets.token_urlsafe(_KEY_BYTES)
    async with res.db.transaction() as conn:
        if not await store.set_key(conn, mandate_id, hash_of(key)):
            words = _("The key was shown before, or this mandate is over.")
            raise Conflict(words, code="mandate_key")
    return key


async def revoke(res: Resources, mandate_id: UUID) -> None:
    """End a mandate: the next payment with it is refused. Once more changes nothing."""
    async with res.db.transaction() as conn:
        await _end(conn, mandate_id, MandateEvent.REVOKE)


async def expire(res: Resources) -> int:
    """End mandates whose time is over, or that got no card; return how many."""
    async with res.db.transaction() as conn:
        overdue = await store.overdue(conn, _UNSAVED_DAYS, _MOST_AT_ONCE)
        for mandate_id in overdue:
            await _end(conn, mandate_id, MandateEvent.EXPIRE)
    return len(overdue)


async def _end(conn: Conn, mandate_id: UUID, event: MandateEvent) -> None:
    if await store.end(conn, mandate_id, event):
        await enqueue(
            conn,
            "bookings.give_up_card",
            {"mandate_id": str(mandate_id)},
            subject=(mails.PURPOSE, str(mandate_id)),
            unique_key=f"give_up_card:{mandate_id}",
        )


async def give_up_card(res: Resources, mandate_id: UUID) -> str:
    """Let the card of a mandate that is over be charged never again."""
    mandate = await opened(res, mandate_id)
    card = mandate.card
    if card is None and mandate.session_id:
        card = await saved_cards.end_page(res, mandate.session_id)
    if card is None:
        return "no card was saved"
    await saved_cards.give_up(res, card.method_id)
    return "given up"


async def by_key(res: Resources, key: str) -> Mandate:
    """Return the mandate of a key; raise NotFound."""
    async with res.db.acquire() as conn:
        mandate_id = await store.by_key(conn, hash_of(key))
    if mandate_id is None:
        raise unknown()
    return await opened(res, mandate_id)


def hash_of(key: str) -> bytes:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode()).digest()


def unknown() -> NotFound:
    """Return the refusal of a link or key that is none of ours."""
    return NotFound(_("There is no such mandate."), code="mandate")


def covers_nothing(why: rules.Uncovered) -> Conflict:
    """Return the refusal of a payment that a mandate does not cover."""
    words = {
        rules.Uncovered.OVER: _("This mandate is over."),
        rules.Uncovered.ROUTE: _("This mandate is for another route."),
        rules.Uncovered.CURRENCY: _("This mandate is in another currency."),
        rules.Uncovered.BOOKINGS: _("This mandate has paid as many bookings as it may."),
        rules.Uncovered.AMOUNT: _("This is more than the mandate has left."),
    }[why]
    onward = _("A person can pay this booking at its payment link.")
    return Conflict(f"{words} {onward}", code=why)
