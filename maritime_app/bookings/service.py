"""Book, look up, prove: what every road through a booking shares."""

import asyncio
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from uuid import UUID

from maritime_app import ids
from maritime_app.bookings import contacts, store
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.holds.model import ReferenceTaken
from maritime_app.bookings.invoices import store as invoices
from maritime_app.bookings.invoices.buyer_rules import checked_request
from maritime_app.bookings.invoices.model import Invoice
from maritime_app.bookings.link_tokens import PROVES, Entry, entry_of, opens, token
from maritime_app.bookings.model import (
    Booking,
    BookingRequest,
    Proof,
)
from maritime_app.bookings.pricing import service as pricing
from maritime_app.bookings.pricing.model import PricingRequest, Quote
from maritime_app.bookings.printing.latin_names import latin_name
from maritime_app.bookings.printing.printable import check_printable
from maritime_app.bookings.promotions import service as promotions
from maritime_app.bookings.promotions.service import Offer
from maritime_app.bookings.responses import BookingResponse, ChangeView, InvoiceView, RefundView
from maritime_app.bookings.states import BookingEvent
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.model import TICKETED, Step, Story
from maritime_app.bookings.story.words import tell, tell_of_hold
from maritime_app.bookings.unpaid import service as unpaid
from maritime_app.bookings.unpaid.model import Holder
from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.infra.processes import waiting
from maritime_app.money import Money
from maritime_app.payments import service as payments
from maritime_app.payments.model import Payment
from maritime_app.resources import Resources

# Longer than looking a booking up takes, also on a busy machine: which part of it took how long
# then cannot be told from outside.
_REFUSED_AFTER_SECONDS = 0.1
_REFERENCES_TRIED = 3  # of which another booking may have one


async def book(res: Resources, request: BookingRequest, holder: Holder) -> BookingResponse:
    """Hold every leg and say how to pay.

    Raise Conflict when something is sold out or the price has changed, Invalid for who or what may
    not travel or stand on a ticket, TooMany when the holder has too much that is not paid,
    Unavailable when an operator does not answer.
    """
    request = checked(request, res.settings.web.languages)
    for _more in range(_REFERENCES_TRIED - 1):
        with suppress(ReferenceTaken):
            return await _book(res, request, holder, ids.reference())
    return await _book(res, request, holder, ids.reference())


async def _book(
    res: Resources, request: BookingRequest, holder: Holder, reference: str
) -> BookingResponse:
    await unpaid.take(res, request, holder, reference)
    try:
        booking = await hold(res, request, reference, res.settings.bookings.hold_minutes)
    except BaseException:
        await unpaid.give_back(res, reference)
        raise
    secret = token_of(res, booking.reference, Entry.PROGRAM)
    return response(res, booking, tell_of_hold(booking), (), (), Entry.LINK, booking_token=secret)


def checked(request: BookingRequest, languages: Sequence[str]) -> BookingRequest:
    """Return the request with contact, language and buyer as we write them; raise Invalid with all
    that is wrong by field: who cannot be reached, and what no ticket or invoice can show.
    """
    refused: list[Invalid] = []
    for check in (partial(contacts.checked, languages=languages), _printed, checked_request):
        try:
            request = check(request)
        except Invalid as refusal:
            refused.append(refusal)
    if refused:
        wrong = {field: words for one in refused for field, words in one.fields.items()}
        raise Invalid(refused[0].message, wrong, code=refused[0].code)
    return request


def _printed(request: BookingRequest) -> BookingRequest:
    check_printable(request)
    return request


async def hold(res: Resources, request: BookingRequest, reference: str, minutes: float) -> Booking:
    """Hold every leg under that reference, for so long; raise as `book`."""
    quote = await pricing.hold(res, PricingRequest.of(request), reference)
    try:
        held = await holds.hold(res, request, quote, reference, minutes)
    except BaseException:
        await pricing.release(res, quote, reference)
        raise
    if quote.promotion is not None:
        await _use(res, held, quote, quote.promotion)
    if request.buyer is not None:
        # Nobody knows of the hold before this is written: it cannot be paid without.
        async with res.db.acquire() as conn:
            await invoices.put_buyer(conn, held.id, request.buyer)
    return held


async def _use(res: Resources, held: Booking, quote: Quote, used: Offer) -> None:
    """Count the use of the promo code; a hold without it is ended before anybody knows of it."""
    try:
        async with res.db.transaction() as conn:
            await promotions.take(conn, res.settings, held.id, used, held.email)
    except BaseException:
        await asyncio.shield(_let_go(res, held, quote))
        raise


async def _let_go(res: Resources, held: Booking, quote: Quote) -> None:
    async with res.db.transaction() as conn:
        if await store.apply(conn, held.id, BookingEvent.EXPIRE):
            await holds.release(conn, res, held)
    await pricing.release(res, quote, held.reference)


async def by_reference(res: Resources, reference: str, proof: Proof) -> Booking:
    """Return the booking for whoever proves to know it.

    Raise NotFound, with the same words for an unknown booking and a wrong proof, and as late:
    neither says which references there are.
    """
    began = asyncio.get_running_loop().time()
    booking = await _by_reference(res, reference)
    if booking is None or not _is_proved(res, booking, proof):
        await waiting.until_past(began, _REFUSED_AFTER_SECONDS)
        raise NotFound(_("There is no booking with that reference and surname."), code="booking")
    return contacts.not_erased(booking)


async def by_link(res: Resources, reference: str, link_token: str) -> tuple[Booking, Entry]:
    """Return the booking that a link opens, and which way in it is; raise NotFound as late as
    `by_reference`.
    """
    began = asyncio.get_running_loop().time()
    booking = await _by_reference(res, reference)
    entry = None
    if booking is not None:
        entry = entry_of(res.settings, booking.reference, booking.links_from, link_token)
    if booking is None or entry is None:
        await waiting.until_past(began, _REFUSED_AFTER_SECONDS)
        raise NotFound(_("This link does not open the booking (any more)."), code="booking")
    return contacts.not_erased(booking), entry


def canonical(reference: str) -> str:
    """Return a reference as we write it: "7wn6 n3e3" is dictated."""
    return "".join(char for char in reference.upper() if char.isalnum())


async def by_id(res: Resources, booking_id: UUID) -> Booking:
    """Return the booking; raise NotFound."""
    async with res.db.acquire() as conn:
        return await store.booking_by_id(conn, booking_id)


def entry_of_proof(res: Resources, booking: Booking, proof: Proof) -> Entry:
    """Return which way in a proof is that opened the booking."""
    ways = PROVES if proof.token else ()
    return next(
        (
            way
            for way in ways
            if opens(res.settings, booking.reference, booking.links_from, proof.token, way)
        ),
        Entry.SURNAME,
    )


async def answer(res: Resources, booking: Booking, entry: Entry) -> BookingResponse:
    """Return what the holder of the proof may see; its links are worth as much as the proof."""
    async with res.db.acquire() as conn:
        known = await stories.standing(conn, res, booking)
        issued = await invoices.invoices_of(conn, booking.id)
    given_back = tuple(
        RefundView(Money(refund.amount_minor, refund.currency), refund.status, refund.created_at)
        for refund in known.refunds
    )
    way = Entry.SURNAME if entry is Entry.SURNAME else Entry.LINK
    return response(res, booking, tell(known), given_back, issued, way)


async def payments_of(conn: Conn, booking: Booking) -> list[Payment]:
    """Return every payment of a booking, oldest first."""
    return await payments.payments_of(conn, "bookings", booking.id)


def token_of(res: Resources, reference: str, entry: Entry = Entry.LINK) -> str:
    """Return the proof that stands in a link: of our mails, or of another way in."""
    return token(res.settings, reference, entry)


def response(
    res: Resources,
    booking: Booking,
    story: Story,
    given_back: tuple[RefundView, ...],
    issued: Sequence[Invoice],
    entry: Entry,
    *,
    booking_token: str | None = None,
) -> BookingResponse:
    """Return the booking as programs and pages get it, with links of that way in."""
    proof = token_of(res, booking.reference, entry)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    payable = Step.PAY in story.next_steps
    ticketed = story.situation in TICKETED
    fee = booking.cancel_fee_minor
    return BookingResponse(
        reference=booking.reference,
        status=booking.status,
        created_at=booking.created_at,
        expires_at=booking.expires_at,
        total=booking.total,
        checkout_url=f"{base}/pay?token={proof}" if payable else None,
        booking_url=f"{base}?token={proof}",
        ticket_url=f"{base}/ticket?token={proof}" if ticketed else None,
        token=proof,
        legs=booking.legs,
        passengers=booking.passengers,
        vehicles=booking.vehicles,
        items=booking.items,
        story=story,
        refunds=given_back,
        cancel_fee=Money(fee, booking.currency) if fee is not None else None,
        change=_change_view(booking, f"{base}/change/pay?token={proof}", story),
        invoices=tuple(_invoice_view(one, base, proof) for one in issued),
        booking_token=booking_token,
    )


async def _by_reference(res: Resources, reference: str) -> Booking | None:
    text = canonical(reference)
    if len(text) != ids.REFERENCE_LENGTH:
        return None
    async with res.db.acquire() as conn:
        return await store.booking_by_reference(conn, text)


def _invoice_view(invoice: Invoice, base: str, proof: str) -> InvoiceView:
    url = f"{base}/invoices/{invoice.name}.pdf?token={proof}"
    return InvoiceView(invoice.name, invoice.kind, invoice.total, invoice.issued_at, url)


def _change_view(booking: Booking, pay_url: str, story: Story) -> ChangeView | None:
    change = booking.change
    if change is None:
        return None
    return ChangeView(
        change.status,
        Money(change.due_minor, booking.currency),
        change.expires_at,
        pay_url if Step.PAY_CHANGE in story.next_steps else None,
    )


def _is_proved(res: Resources, booking: Booking, proof: Proof) -> bool:
    if proof.token:
        return any(
            opens(res.settings, booking.reference, booking.links_from, proof.token, way)
            for way in PROVES
        )
    wanted = _spellings(proof.surname)
    return any(wanted & _spellings(person.family_name) for person in booking.passengers)


def _spellings(name: str) -> set[str]:
    """Return the ways in which a surname is compared: without case, accents, spaces and hyphens.

    In its own script and in the letters of a passport. Documents without a surname have a dash.
    """
    if name.strip() == contacts.NO_SURNAME:
        return {contacts.NO_SURNAME}
    return {_folded(name), _folded(latin_name(name))} - {""}


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if char.isalnum())
