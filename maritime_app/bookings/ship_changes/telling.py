"""What passengers hear when another ship sails and nothing is asked of them."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app.bookings import service as bookings
from maritime_app.bookings.disruptions.model import SailingState
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail, SailingNews
from maritime_app.bookings.mailing.mails import KeyedNews
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind
from maritime_app.bookings.push import service as push
from maritime_app.bookings.push.service import News
from maritime_app.bookings.ship_changes.looking import Plan
from maritime_app.emails.model import MailKind
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_WRITTEN_AT_ONCE = 100  # a process serves others between them


class _Said(NamedTuple):
    """What is the same for all of a group of readers; their other cabins, by booking."""

    kind: str
    ship_before: str | None
    note: str | None
    cabins: Mapping[UUID, dict[str, int]] = {}


async def tell(
    conn: Conn,
    res: Resources,
    before: ManagedSailing,
    state: SailingState,
    planned: Plan,
    note: str,
) -> None:
    """Write to whoever keeps a place, and to whoever's hold has ended, once of this version.

    Who has paid and has no place hears of it with what they may choose.
    """
    kept, lost = planned.of(planned.seating.kept), planned.of(planned.seating.lost)
    cabins = {one.id: dict(planned.seating.kept[one.id]) for one in planned.relodged}
    ship, words = before.ferry, note or None
    groups: list[tuple[MailKind[BookingMail], list[Booking], _Said]] = [
        (
            mails.OTHER_SHIP,
            [one for one in kept if one.status is not BookingStatus.HELD],
            _Said("other_ship", ship, words, cabins),
        ),
        (
            mails.DISRUPTION_NEWS,
            [one for one in lost if one.status is BookingStatus.HELD],
            _Said(DisruptionKind.NO_PLACE, ship, words),
        ),
    ]
    for kind, readers, said in groups:
        key = f"{kind.name}:{state.id}:{state.version}"
        news = {
            one.id: KeyedNews(f"{key}:{one.id}", _news(res, planned, one, said)) for one in readers
        }
        if not news:
            continue
        ids = list(news)
        for first in range(0, len(ids), _WRITTEN_AT_ONCE):
            some = ids[first : first + _WRITTEN_AT_ONCE]
            await mails.write_news(conn, res, kind, {one: news[one] for one in some})
        if kind is mails.OTHER_SHIP:  # who has not paid has no ticket, and asked for no news
            versions = {booking_id: one.key for booking_id, one in news.items()}
            await push.tell(conn, News.OTHER_SHIP, versions)


def _news(res: Resources, planned: Plan, booking: Booking, said: _Said) -> SailingNews:
    leg = msgspec.structs.replace(planned.legs[booking.id], ferry=planned.ship.name)
    token = bookings.token_of(res, booking.reference)
    return SailingNews(
        kind=said.kind,
        leg=mails.mail_leg(leg),
        late_minutes=0,
        reason=None,
        note=said.note,
        choose_url=f"{res.settings.public_url}/bookings/{booking.reference}?token={token}",
        cabins=said.cabins.get(booking.id, {}),
        ship=planned.ship.name,
        ship_before=said.ship_before,
    )
