"""What passengers hear when another ship sails and nothing is asked of them.

The change itself only writes down who is to hear of it: others wait for its rows, so the mails are
worked out after its commit, by tasks that may be repeated.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings import service as bookings, store
from maritime_app.bookings.disruptions.offers import legs_on
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import BookingMail, SailingNews
from maritime_app.bookings.mailing.mails import KeyedNews
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind, Leg
from maritime_app.bookings.push import service as push
from maritime_app.bookings.push.service import News
from maritime_app.bookings.ship_changes.looking import Plan
from maritime_app.bookings.ship_changes.model import ShipNews
from maritime_app.emails.model import MailKind
from maritime_app.ferries.operations.model import ManagedSailing
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import JobRequest, enqueue_all
from maritime_app.resources import Resources

_OF_ONE_TASK = 100  # a process serves others between them
_TRAVELS = (BookingStatus.PAID, BookingStatus.CONFIRMING, BookingStatus.CONFIRMED)


async def enqueue_news(
    conn: Conn, before: ManagedSailing, version: int, planned: Plan, note: str
) -> None:
    """Have told who keeps a place, and whose hold has ended, once of this version of the sailing.

    Who has paid and has no place hears of it with what they may choose.
    """
    kept, lost = planned.of(planned.seating.kept), planned.of(planned.seating.lost)
    travelling = [one for one in kept if one.status is not BookingStatus.HELD]
    ended = [one for one in lost if one.status is BookingStatus.HELD]
    cabins = {one.id: dict(planned.seating.kept[one.id]) for one in planned.relodged}
    requests = []
    for keeps, readers in ((True, travelling), (False, ended)):
        for first in range(0, len(readers), _OF_ONE_TASK):
            some = [one.id for one in readers[first : first + _OF_ONE_TASK]]
            news = ShipNews(
                before.id,
                version,
                keeps,
                tuple(some),
                planned.ship.name,
                before.ferry,
                note or None,
                {one: cabins[one] for one in some if one in cabins},
            )
            requests.append(
                JobRequest(
                    {"news": msgspec.to_builtins(news)},
                    ("sailing", str(before.id)),
                    f"tell_of_ship:{before.id}:{version}:{keeps}:{first}",
                )
            )
    await enqueue_all(conn, "bookings.tell_of_ship", requests)


async def tell(res: Resources, news: ShipNews) -> str:
    """Write to those of them of whom it is still true: who has cancelled meanwhile, or is on a
    third ship by now, hears of that instead.
    """
    kind = mails.OTHER_SHIP if news.keeps else mails.DISRUPTION_NEWS
    async with res.db.transaction() as conn:
        written = {
            booking.id: KeyedNews(
                f"{kind.name}:{news.sailing_id}:{news.version}:{booking.id}",
                _said(res, news, booking, leg),
            )
            for booking in await store.bookings_by_id(conn, news.booking_ids)
            for leg in _still(news, booking)
        }
        await _write(conn, res, kind, written)
        if news.keeps:  # who has not paid has no ticket, and asked for no news
            versions = {booking_id: one.key for booking_id, one in written.items()}
            await push.tell(conn, News.OTHER_SHIP, versions)
    return f"{len(written)} told"


async def _write(
    conn: Conn, res: Resources, kind: MailKind[BookingMail], news: dict[UUID, KeyedNews]
) -> None:
    if news:
        await mails.write_news(conn, res, kind, news)


def _still(news: ShipNews, booking: Booking) -> Sequence[Leg]:
    """Return the leg of which the news is true now; none where there is no such leg any more."""
    legs = legs_on(booking, news.sailing_id)[:1]
    if not news.keeps:
        return legs if booking.status is BookingStatus.EXPIRED else ()
    if booking.status not in _TRAVELS:
        return ()
    return [leg for leg in legs if not leg.place_lost and leg.ferry == news.ship]


def _said(res: Resources, news: ShipNews, booking: Booking, leg: Leg) -> SailingNews:
    token = bookings.token_of(res, booking.reference)
    return SailingNews(
        kind="other_ship" if news.keeps else DisruptionKind.NO_PLACE,
        leg=mails.mail_leg(leg),
        late_minutes=0,
        reason=None,
        note=news.note,
        choose_url=f"{res.settings.public_url}/bookings/{booking.reference}?token={token}",
        cabins=news.cabins.get(booking.id, {}),
        ship=news.ship,
        ship_before=news.ship_before,
    )
