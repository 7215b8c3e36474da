"""Find, list and open bookings for staff."""

from maritime_app.bookings import money_back, service as bookings, store as rows
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.model import (
    BookingFile,
    BookingFilter,
    BookingLine,
    BookingPage,
)
from maritime_app.bookings.back_office.owed import owed_refunds
from maritime_app.bookings.back_office.search_terms.terms import terms
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.cancellations.model import CancellationQuote
from maritime_app.bookings.compensation import service as compensation
from maritime_app.bookings.invoices import buyers
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.words import tell
from maritime_app.emails.model import MailKind
from maritime_app.errors import Conflict, Forbidden, NotFound, Unavailable
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.paging import skipped
from maritime_app.resources import Resources

PER_PAGE = 50
MOST_EXPORTED = 10_000
_LONGEST_TIMELINE = 500


async def find(res: Resources, acting: ActingStaff, wanted: BookingFilter) -> BookingPage:
    """Return a page of the bookings that fit, newest first.

    What is typed into `q` is looked for as a reference, mail address, telephone number, surname,
    plate, card's last four digits and operator's reference; of those that fit, the newest page.
    """
    if wanted.q.strip():
        return await _search(res, acting, wanted.q)
    skip = skipped(wanted.page, PER_PAGE)
    async with res.db.acquire() as conn:
        found = await store.bookings(conn, wanted, acting.operator_id, skip, PER_PAGE + 1)
    return BookingPage(tuple(found[:PER_PAGE]), len(found) > PER_PAGE)


async def every(res: Resources, acting: ActingStaff, wanted: BookingFilter) -> list[BookingLine]:
    """Return the bookings that fit, for a file: the newest ten thousand."""
    if wanted.q.strip():
        return list((await _search(res, acting, wanted.q)).bookings)
    async with res.db.acquire() as conn:
        return await store.bookings(conn, wanted, acting.operator_id, 0, MOST_EXPORTED)


async def _search(res: Resources, acting: ActingStaff, text: str) -> BookingPage:
    wanted = terms(text)
    if not wanted.any:
        return BookingPage((), False)
    async with res.db.acquire() as conn:
        found = await store.search(conn, wanted, acting.operator_id, PER_PAGE + 1)
    return BookingPage(tuple(found[:PER_PAGE]), len(found) > PER_PAGE)


async def booking_for(res: Resources, acting: ActingStaff, reference: str) -> Booking:
    """Return the booking; raise NotFound, Forbidden where it sails with others only."""
    async with res.db.acquire() as conn:
        booking = await rows.booking_by_reference(conn, reference.upper())
        if booking is None:
            raise NotFound(_("There is no such booking."), code="booking")
        operators = await store.operators_aboard(conn, booking.id)
    if acting.operator_id is not None and acting.operator_id not in operators:
        raise Forbidden(_("This booking sails with another operator."), code="operator")
    return booking


async def check_all_legs(conn: Conn, acting: ActingStaff, booking: Booking) -> None:
    """Raise Forbidden unless every leg sails with the operator that this person acts for.

    Money and the whole journey are not one operator's to decide about.
    """
    if not await _is_yours(conn, acting, booking):
        words = _("A part of this journey sails with another operator.")
        raise Forbidden(words, code="operator")


async def booking_to_change(res: Resources, acting: ActingStaff, reference: str) -> Booking:
    """Return the booking for who may change the whole of it; raise NotFound, Forbidden."""
    booking = await booking_for(res, acting, reference)
    async with res.db.acquire() as conn:
        await check_all_legs(conn, acting, booking)
    return booking


async def open_file(res: Resources, acting: ActingStaff, reference: str) -> BookingFile:
    """Return everything that staff see of a booking; raise NotFound, Forbidden."""
    booking = await booking_for(res, acting, reference)
    quote = await _quote(res, booking)
    async with res.db.acquire() as conn:
        known = await stories.standing(conn, res, booking)
        received_minor = await money_back.received_minor(conn, booking)
        kept_minor = await money_back.kept_minor(conn, booking)
        kind = mail_kind(booking)
        return BookingFile(
            booking=booking,
            story=tell(known),
            payments=tuple(known.payments),
            refunds=tuple(known.refunds),
            disputes=tuple(known.disputes),
            timeline=tuple(await store.timeline(conn, booking.id, _LONGEST_TIMELINE)),
            quote=quote,
            refundable_minor=max(0, kept_minor),
            claimed_minor=received_minor - kept_minor,
            mails_written=await store.mails_written(conn, booking.id, kind.name) if kind else 0,
            yours=await _is_yours(conn, acting, booking),
            owed=tuple(owed_refunds(known.refunds, known.disputes)),
            claims=tuple(await compensation.claims(conn, booking.id)),
            buyer=None if booking.erased_at else await buyers.buyer(conn, booking),
            customer_url=f"/admin/bookings/{booking.reference}/customer-view",
        )


def mail_kind(booking: Booking) -> MailKind[BookingMail] | None:
    """Return the mail that says how a booking stands, or None where none does."""
    return {
        BookingStatus.PAID: mails.PAYMENT_SUCCESS,
        BookingStatus.CONFIRMING: mails.PAYMENT_SUCCESS,
        BookingStatus.CONFIRMED: mails.CONFIRMATION,
        BookingStatus.CANCELLED: mails.CANCELLATION,
    }.get(booking.status)


async def _quote(res: Resources, booking: Booking) -> CancellationQuote | None:
    try:
        return await cancellations.quote(res, booking)
    except (Conflict, Unavailable):
        return None  # it cannot be cancelled (any more), or its operator does not say for how much


async def _is_yours(conn: Conn, acting: ActingStaff, booking: Booking) -> bool:
    if acting.operator_id is None:
        return True
    return set(await store.operators_aboard(conn, booking.id)) == {acting.operator_id}


def customer_view(res: Resources, booking: Booking) -> str:
    """Return where staff see what the customer sees, for a short while."""
    token = bookings.token_of(res, booking.reference, Entry.STAFF)
    return f"/bookings/{booking.reference}?token={token}"
