"""Writing to one party: what has happened, and what it may choose, with places held for it."""

from dataclasses import dataclass
from datetime import datetime

from maritime_app import clock
from maritime_app.bookings import service as bookings
from maritime_app.bookings.disruptions import offers, rules, store
from maritime_app.bookings.disruptions.model import Alternative, Disruption, SailingState
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import PartyKey
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail, SailingNews
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind, Leg
from maritime_app.emails.model import MailKind
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

_TRAVELS = (BookingStatus.HELD, BookingStatus.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Affected:
    """One party of a disruption: its booking, and the leg that does not sail as booked."""

    disruption: Disruption
    sailing: SailingState
    booking: Booking
    leg: Leg

    @property
    def key(self) -> PartyKey:
        """Return which row it is."""
        return PartyKey(self.disruption.id, self.booking.id)


def affected(disruption: Disruption, sailing: SailingState, booking: Booking) -> Affected | None:
    """Return the party; None for a booking that does not sail there (any more)."""
    legs = offers.legs_on(booking, disruption.sailing_id)
    if booking.status not in _TRAVELS or not legs:
        return None
    return Affected(disruption, sailing, booking, legs[0])


async def write_to(conn: Conn, res: Resources, party: Affected) -> None:
    """Tell one party, in the transaction that holds its booking's row."""
    has_choice = party.disruption.kind is not DisruptionKind.RETIMED
    if party.booking.status is BookingStatus.CONFIRMED and has_choice:
        await _offer(conn, res, party)
    elif await store.apply(conn, party.key, PartyEvent.INFORM):
        await _mail(conn, res, party, mails.DISRUPTION_NEWS)


async def remind(conn: Conn, res: Resources, party: Affected, deadline: datetime) -> None:
    """Remind a party that has not answered, once."""
    if await store.remind(conn, party.key):
        await _mail(conn, res, party, mails.DISRUPTION_REMINDER, None, deadline)


async def _offer(conn: Conn, res: Resources, party: Affected) -> None:
    """Hold places on the next sailing, where the party's own does not go, and say so."""
    held = None
    if party.disruption.kind is DisruptionKind.DELAYED:
        await offers.withdraw_open(conn, res, party.booking.id)
        deadline, reminder = party.sailing.leaves_at, None
    else:
        held = await offers.propose(conn, res, party.booking, party.leg)
        now, hours = clock.now(), res.settings.sailings.answer_hours
        deadline = held.change.expires_at if held else rules.answer_by(now, hours, None)
        reminder = rules.remind_at(now, deadline)
    change_id = held.change.id if held else None
    await store.set_offer(conn, party.key, change_id, reminder, deadline)
    if await store.apply(conn, party.key, PartyEvent.OFFER):
        other = held.sailing if held else None
        await _mail(conn, res, party, mails.DISRUPTION_OFFER, other, deadline)


async def _mail(
    conn: Conn,
    res: Resources,
    party: Affected,
    kind: MailKind[BookingMail],
    held: Alternative | None = None,
    deadline: datetime | None = None,
) -> None:
    key = f"{kind.name}:{party.disruption.id}:{party.booking.id}"
    told = _news(res, party, held, deadline)
    await mails.write(conn, res, party.booking, kind, key=key, news=told)


def _news(
    res: Resources, party: Affected, held: Alternative | None, deadline: datetime | None
) -> SailingNews:
    booking, leg = party.booking, party.leg
    token = bookings.token_of(res, booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    refund_minor = offers.refund_minor(booking, clock.now())
    return SailingNews(
        kind=party.disruption.kind,
        leg=mails.mail_leg(leg),
        late_minutes=party.disruption.late_minutes,
        reason=party.sailing.reason,
        note=party.sailing.note,
        choose_url=f"{base}/disruption?token={token}",
        expected_departs_at=leg.expected_departs_at,
        expected_arrives_at=leg.expected_arrives_at,
        held=mails.mail_leg(offers.leg_by(leg, held)) if held else None,
        answer_by=deadline,
        refund=Money(refund_minor, booking.currency),
    )
