"""The mails of a booking: what they say is worked out in the transaction that is the reason for
them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app import formatting, i18n
from maritime_app.bookings import link_tokens, store
from maritime_app.bookings.mailing.mail_content import (
    BookingMail,
    ChangeNews,
    CompensationNews,
    LeavingNews,
    MailLeg,
    MailOperator,
    MailPerson,
    MailPlace,
    MailVehicle,
    SailingNews,
)
from maritime_app.bookings.model import Booking, BookingStatus, Leg, Passenger
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.money_words import reason_words
from maritime_app.bookings.story.standing import Standing
from maritime_app.bookings.story.words import tell
from maritime_app.bookings.tickets import schema_org
from maritime_app.bookings.tickets.check_in_words import check_in_words
from maritime_app.bookings.tickets.quays import Quays, quays_of
from maritime_app.bookings.travellers.extras import extras_words
from maritime_app.bookings.travellers.words import residency_words
from maritime_app.emails import service as emails
from maritime_app.emails.model import Attachment, MailKind, NewMail
from maritime_app.ferries.model import help_line
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

_IN_PORT_FOR = timedelta(hours=6)  # longer ago nobody is told of a ship that has not left


def _kind(
    name: str,
    subject: Callable[[], str],
    ends_at: Callable[[BookingMail], datetime | None] | None = None,
) -> MailKind[BookingMail]:
    return MailKind(
        name,
        BookingMail,
        noun="booking",
        folder="bookings/mails",
        subject=lambda booking: subject() % {"reference": booking.reference},
        ends_at=ends_at,
    )


def _departure(booking: BookingMail, later: timedelta = timedelta(0)) -> datetime | None:
    return None if booking.leaving is None else booking.leaving.leaves_at + later


CONFIRMATION = _kind("booking_confirmation", lambda: _("Your ticket %(reference)s"))
CANCELLATION = _kind("cancellation", lambda: _("Booking %(reference)s is cancelled"))
PAYMENT_SUCCESS = _kind("payment_success", lambda: _("We received your payment for %(reference)s"))
PAYMENT_FAILED = _kind(
    "payment_failed",
    lambda: _("Your payment for %(reference)s did not go through"),
    lambda booking: booking.expires_at,  # what it says is until when places are held
)
REFUND = _kind("refund_confirmation", lambda: _("Your refund for %(reference)s is on its way"))
REFUND_FAILED = _kind("refund_failed", lambda: _("Your refund for %(reference)s could not be sent"))
SUSPENDED = _kind("ticket_suspended", lambda: _("Your ticket %(reference)s is not valid now"))
CHANGE_REFUSED = _kind(
    "change_refused", lambda: _("Your change of %(reference)s was not confirmed")
)
CHANGE_TO_PAY = _kind(
    "change_to_pay",
    lambda: _("Please pay for the change of %(reference)s"),
    lambda booking: booking.change.expires_at if booking.change else None,
)
CHANGED = _kind("booking_changed", lambda: _("Your booking %(reference)s has changed: new ticket"))
DISRUPTION_OFFER = _kind(
    "disruption_offer",
    lambda: _("Your ferry does not sail as booked: please choose (%(reference)s)"),
)
DISRUPTION_REMINDER = _kind(
    "disruption_reminder",
    lambda: _("Please choose: your ferry does not sail as booked (%(reference)s)"),
)
REMINDER = _kind("reminder", lambda: _("Your ferry leaves soon (%(reference)s)"), _departure)
IN_PORT = _kind(
    "in_port",
    lambda: _("Your ferry has not left yet (%(reference)s)"),
    lambda booking: _departure(booking, _IN_PORT_FOR),
)
COMPENSATION = _kind(
    "compensation", lambda: _("Your ferry arrived late: you are owed money (%(reference)s)")
)
DEVICE_CODE = _kind(
    "device_code",
    lambda: _("Your code for booking %(reference)s"),
    lambda booking: booking.code_until,
)
OTHER_SHIP = _kind("other_ship", lambda: _("Another ship sails (%(reference)s)"))
DISRUPTION_NEWS = _kind("disruption_news", lambda: _("News of your ferry (%(reference)s)"))
# What tells assistants of the reservation, or of its end.
_TELLING = (CONFIRMATION, CHANGED, CANCELLATION)
_ENDED = {BookingStatus.CANCELLED, BookingStatus.REFUSED, BookingStatus.EXPIRED}
MAILS = [
    CONFIRMATION,
    CANCELLATION,
    PAYMENT_SUCCESS,
    PAYMENT_FAILED,
    REFUND,
    REFUND_FAILED,
    SUSPENDED,
    CHANGED,
    CHANGE_REFUSED,
    CHANGE_TO_PAY,
    DISRUPTION_OFFER,
    DISRUPTION_REMINDER,
    DISRUPTION_NEWS,
    OTHER_SHIP,
    COMPENSATION,
    REMINDER,
    IN_PORT,
    DEVICE_CODE,
]


class KeyedNews(NamedTuple):
    """What one of many mails tells; no mail is written twice under its key."""

    key: str
    news: SailingNews


async def write(
    conn: Conn,
    res: Resources,
    booking: Booking,
    kind: MailKind[BookingMail],
    *,
    key: str,
    paid_minor: int | None = None,
    fee_minor: int | None = None,
    refund_minor: int | None = None,
    reason: str | None = None,
    news: SailingNews | None = None,
    compensation: CompensationNews | None = None,
    leaving: LeavingNews | None = None,
    change: ChangeNews | None = None,
    code: str = "",
    code_until: datetime | None = None,
    attachments: Sequence[Attachment] = (),
) -> bool:
    """Write one mail to the booking's contact; return False when this key was written before.

    What it says of the booking is what is true in this transaction.
    """
    told: dict[str, object] = {"news": news, "compensation": compensation, "leaving": leaving}
    told |= {"change": change, "code_until": code_until}
    now = await store.booking_by_id(conn, booking.id)
    known = await stories.standing(conn, res, now)
    quays = (await quays_of(conn, res.settings, [now]))[now.id]
    with i18n.using(booking.language):
        context = _context(res, known, quays, paid_minor, fee_minor, refund_minor, reason, code)
        if kind in _TELLING:
            json_ld = schema_org.json_ld(res.settings, now, quays)
            context = msgspec.structs.replace(context, json_ld=str(json_ld))
    return await emails.write(
        conn,
        kind,
        unique_key=key,
        recipient=booking.email,
        language=booking.language,
        context=msgspec.structs.replace(context, **told),
        subject=("bookings", str(booking.id)),
        attachments=attachments,
    )


async def write_news(
    conn: Conn, res: Resources, kind: MailKind[BookingMail], news: Mapping[UUID, KeyedNews]
) -> int:
    """Write a mail of that kind to the contact of each of these bookings, for all of them at once.

    Return how many had not been written before. What they say is what is true in this transaction.
    """
    bookings = await store.bookings_by_id(conn, list(news))
    quays = await quays_of(conn, res.settings, bookings)
    written = []
    for known in await stories.standings(conn, res, bookings):
        booking, one = known.booking, news[known.booking.id]
        with i18n.using(booking.language):
            context = _context(res, known, quays[booking.id], None, None, None, None, "")
        context = msgspec.structs.replace(context, news=one.news)
        subject = ("bookings", str(booking.id))
        written.append(NewMail(one.key, booking.email, booking.language, context, subject))
    return await emails.write_all(conn, kind, written)


def _context(
    res: Resources,
    known: Standing,
    quays: Mapping[int, Quays],
    paid: int | None,
    fee: int | None,
    refund: int | None,
    reason: str | None,
    code: str,
) -> BookingMail:
    booking = known.booking
    story = tell(known)
    token = link_tokens.token(res.settings, booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"

    def amount(minor: int | None) -> Money | None:
        return Money(minor, booking.currency) if minor is not None else None

    return BookingMail(
        reference=booking.reference,
        status=booking.status,
        legs=tuple(_leg(leg, quays[leg.number]) for leg in booking.legs),
        passengers=tuple(_person(person, booking.legs) for person in booking.passengers),
        vehicles=tuple(MailVehicle(v.kind, v.plate) for v in booking.vehicles),
        total=Money(booking.total_minor, booking.currency),
        booking_url=f"{base}?token={token}",
        ticket_url=f"{base}/ticket?token={token}",
        pay_url=f"{base}/pay?token={token}",
        paid=amount(paid),
        fee=amount(fee),
        refund=amount(refund),
        reason=reason,
        expires_at=booking.expires_at,
        headline=story.headline,
        sentence=story.sentence,
        money=tuple(line.sentence for line in story.money),
        why=reason_words(reason),
        ended=booking.status in _ENDED,
        code=code,
    )


def mail_leg(leg: Leg) -> MailLeg:
    """Return a leg as news of it name it."""
    return MailLeg(
        origin=MailPlace(leg.origin.code, leg.origin.name, leg.origin.timezone),
        destination=MailPlace(leg.destination.code, leg.destination.name, leg.destination.timezone),
        departs_at=leg.departs_at,
        arrives_at=leg.arrives_at,
        operator=MailOperator(leg.operator.name),
        ferry=leg.ferry,
    )


def _person(person: Passenger, legs: Iterable[Leg]) -> MailPerson:
    found = (leg.discount_of(person.resident_of) for leg in legs)
    proofs = dict.fromkeys(residency_words(discount) for discount in found if discount)
    return MailPerson(f"{person.given_name} {person.family_name}", person.kind, " ".join(proofs))


def _leg(leg: Leg, quays: Quays) -> MailLeg:
    return MailLeg(
        origin=MailPlace(leg.origin.code, leg.origin.name, leg.origin.timezone),
        destination=MailPlace(leg.destination.code, leg.destination.name, leg.destination.timezone),
        departs_at=leg.departs_at,
        arrives_at=leg.arrives_at,
        operator=MailOperator(leg.operator.name),
        ferry=leg.ferry,
        operator_reference=leg.operator_reference,
        cabins=tuple(
            formatting.counted_item(f"cabin:{cabin}", count)
            for cabin, count in sorted(leg.cabins.items())
        ),
        check_in=check_in_words(leg, quays),
        terminal=quays.check_in.terminal or "",
        help=help_line(leg.operator),
        extras=extras_words(leg.extras),
    )
