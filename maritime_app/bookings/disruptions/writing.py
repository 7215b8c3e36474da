"""Writing to parties: what has happened, and what they may choose, with places held for them."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from maritime_app import clock
from maritime_app.bookings import service as bookings
from maritime_app.bookings.disruptions import offers, rules, store
from maritime_app.bookings.disruptions.model import Disruption, SailingState
from maritime_app.bookings.disruptions.offers import Proposal, Wish
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import Offer, PartyKey
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail, SailingNews
from maritime_app.bookings.mailing.mails import KeyedNews
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind, Leg
from maritime_app.bookings.push import service as push
from maritime_app.bookings.push.service import News
from maritime_app.emails.model import MailKind
from maritime_app.ferries.model import OperatorKind
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

_TRAVELS = (BookingStatus.HELD, BookingStatus.CONFIRMED)


class Affected(Struct, frozen=True):
    """One party of a disruption: its booking, and the leg that does not sail as booked.

    `lost_change_id` is the change that held another sailing for it, which was cancelled, too.
    """

    disruption: Disruption
    sailing: SailingState
    booking: Booking
    leg: Leg
    lost_change_id: UUID | None = None

    @property
    def key(self) -> PartyKey:
        """Return which row it is."""
        return PartyKey(self.disruption.id, self.booking.id)

    @property
    def is_ours(self) -> bool:
        """Return whether we know what else sails; a remote operator is asked by a look."""
        return self.leg.operator.kind is OperatorKind.HOUSE


def affected(
    disruption: Disruption,
    sailing: SailingState,
    booking: Booking,
    lost_change_id: UUID | None = None,
) -> Affected | None:
    """Return the party; None for a booking that does not sail there (any more)."""
    legs = offers.legs_on(booking, disruption.sailing_id)
    if booking.status not in _TRAVELS or not legs:
        return None
    return Affected(disruption, sailing, booking, legs[0], lost_change_id)


async def write_to(
    conn: Conn, res: Resources, disruption: Disruption, parties: Sequence[Affected]
) -> None:
    """Tell parties of one disruption, in the transaction that holds their bookings' rows."""
    has_choice = disruption.kind is not DisruptionKind.RETIMED
    asked, others = list[Affected](), list[Affected]()
    for party in parties:
        is_asked = party.booking.status is BookingStatus.CONFIRMED and has_choice
        (asked if is_asked else others).append(party)
    if asked:
        await _offer(conn, res, disruption, asked)
    if others:
        ids = [party.booking.id for party in others]
        told = await store.apply_all(conn, disruption.id, ids, PartyEvent.INFORM)
        kind = mails.DISRUPTION_NEWS
        news = {
            party.booking.id: KeyedNews(
                _key(party, kind, party.lost_change_id), _news(res, party, None, None)
            )
            for party in others
        }
        await _mail(conn, res, kind, news, told)


async def remind(
    conn: Conn, res: Resources, party: Affected, change_id: UUID | None, deadline: datetime
) -> None:
    """Remind a party that has not answered, once of each offer; the change holds places for it."""
    if await store.remind(conn, party.key):
        kind, booking_id = mails.DISRUPTION_REMINDER, party.booking.id
        found = change_id or await offers.alternatives(conn, res, party.booking, party.leg)
        until = deadline if change_id else None  # what is not held does not run out
        said = _news(res, party, None, until, none_suits=party.is_ours and not found)
        news = {booking_id: KeyedNews(_key(party, kind, change_id), said)}
        await mails.write_news(conn, res, kind, news)


async def _offer(
    conn: Conn, res: Resources, disruption: Disruption, parties: Sequence[Affected]
) -> None:
    """Hold places on the next sailings, where the parties' own does not go, and say so."""
    await offers.withdraw_open(conn, res, *(party.booking.id for party in parties))
    held: Mapping[UUID, Proposal] = {}
    wishes = [Wish(party.booking, party.leg) for party in parties]
    if disruption.kind is DisruptionKind.DELAYED:
        suited = await offers.suiting(conn, res, disruption.sailing_id, wishes)
    else:
        held = await offers.propose(conn, res, disruption.sailing_id, wishes)
        suited = set(held)
    made = {party.booking.id: _made(res, party, held.get(party.booking.id)) for party in parties}
    await store.set_offers(conn, disruption.id, list(made.values()))
    told = await store.apply_all(conn, disruption.id, list(made), PartyEvent.OFFER)
    kind, news = mails.DISRUPTION_OFFER, {}
    for party in parties:
        booking_id = party.booking.id
        deadline = made[booking_id].answer_by
        none_suits = party.is_ours and booking_id not in suited
        news[booking_id] = KeyedNews(
            _key(party, kind, party.lost_change_id),
            _news(res, party, held.get(booking_id), deadline, none_suits=none_suits),
        )
    await _mail(conn, res, kind, news, told)


def _made(res: Resources, party: Affected, held: Proposal | None) -> Offer:
    """Return what is written down of a party's offer, and until when it may answer."""
    booking_id = party.booking.id
    if party.disruption.kind is DisruptionKind.DELAYED:
        return Offer(booking_id, None, None, party.sailing.leaves_at)
    now, hours = clock.now(), res.settings.sailings.answer_hours
    deadline = held.expires_at if held else rules.answer_by(now, hours, None)
    change_id = held.change_id if held else None
    return Offer(booking_id, change_id, rules.remind_at(now, deadline), deadline)


async def _mail(
    conn: Conn,
    res: Resources,
    kind: MailKind[BookingMail],
    news: Mapping[UUID, KeyedNews],
    told: Container[UUID],
) -> None:
    """Write to those of them that are told."""
    written = {booking_id: one for booking_id, one in news.items() if booking_id in told}
    if not written:
        return
    await mails.write_news(conn, res, kind, written)
    versions = {booking_id: one.key for booking_id, one in written.items()}
    await push.tell(conn, _push_news(next(iter(written.values())).news), versions)


def _push_news(said: SailingNews) -> News:
    """Return the same as the mails say: they are of one disruption."""
    if said.kind is DisruptionKind.CANCELLED:
        return News.CANCELLED
    if said.kind is DisruptionKind.NO_PLACE:
        return News.NO_PLACE
    return News.LATE if said.late_minutes > 0 else News.RETIMED


def _key(party: Affected, kind: MailKind[BookingMail], change_id: UUID | None) -> str:
    # By version and by what was lost: who is asked again has answered another question, which
    # changed the booking, or was held on a sailing that was cancelled, too.
    key = f"{kind.name}:{party.disruption.id}:{party.booking.id}:{party.booking.version}"
    return f"{key}:{change_id}" if change_id else key


def _news(
    res: Resources,
    party: Affected,
    proposal: Proposal | None,
    deadline: datetime | None,
    *,
    none_suits: bool = False,
) -> SailingNews:
    booking, leg, held = party.booking, party.leg, proposal.sailing if proposal else None
    token = bookings.token_of(res, booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    refund_minor = offers.refund_minor(booking, clock.now())
    return SailingNews(
        kind=party.disruption.kind,
        leg=mails.mail_leg(leg),
        late_minutes=party.disruption.late_minutes,
        # Why it is late is not why another ship sails.
        reason=None if party.disruption.kind is DisruptionKind.NO_PLACE else party.sailing.reason,
        note=party.sailing.note,
        choose_url=f"{base}/disruption?token={token}",
        expected_departs_at=leg.expected_departs_at,
        expected_arrives_at=leg.expected_arrives_at,
        held=mails.mail_leg(offers.leg_by(leg, held)) if held else None,
        cabins=offers.other_cabins(leg, held) if held else {},
        without_berth=held.without_berth if held else 0,
        answer_by=deadline,
        refund=Money(refund_minor, booking.currency),
        held_cancelled=party.lost_change_id is not None,
        none_suits=none_suits,
    )
