"""Who is to be written to before departure, and writing.

What is due follows from the sailing's time and from what was sent, both in PostgreSQL: a worker
that was stopped writes what it missed as long as it still helps, and never twice.
"""

from collections.abc import Sequence
from datetime import datetime

from maritime_app import clock
from maritime_app.bookings import store as bookings
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import LeavingNews
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.push import service as push
from maritime_app.bookings.push.service import News
from maritime_app.bookings.reminders import rules, store
from maritime_app.bookings.reminders.model import Due, ReminderKind, Waiting
from maritime_app.infra.alerts import raise_alert
from maritime_app.resources import Resources
from maritime_app.vessels.port_calls import service as port_calls

_MOST_AT_ONCE = 200
_MOST_SHIPS = 50
_HOURS = ((ReminderKind.HOURS, 2), (ReminderKind.DAY, 24))


async def remind(res: Resources) -> int:
    """Write to everybody whose ferry leaves within a day, or within two hours; return how many."""
    written = 0
    for kind, hours in _HOURS:
        async with res.db.acquire() as conn:
            found = await store.due(conn, kind, hours, _MOST_AT_ONCE)
        written += await _write_to(res, kind, found)
    return written


async def tell_in_port(res: Resources) -> int:
    """Write to everybody whose ship lies at its berth after its time, by its own reports.

    They hear it from us before anybody has said that it is late; staff are alerted.
    """
    now, written = clock.now(), 0
    async with res.db.acquire() as conn:
        found = await store.waiting(conn, _MOST_SHIPS)
    for waiting in found:
        kind = rules.in_port_kind(waiting, now)
        calls = await port_calls.calls_of_ship(res, waiting.mmsi) if kind else []
        seen_at = rules.seen_in_port_at(waiting, calls, now)
        if kind and seen_at:
            written += await _tell(res, waiting, kind, seen_at)
    return written


async def _tell(res: Resources, waiting: Waiting, kind: ReminderKind, seen_at: datetime) -> int:
    async with res.db.transaction() as conn:
        due = await store.due_on(conn, waiting.sailing_id, kind, _MOST_AT_ONCE)
        if due:
            await raise_alert(
                conn,
                "not_departed",
                "A ship lies at its berth after its time: say when it is expected to leave.",
                subject=("sailing", str(waiting.sailing_id)),
            )
    return await _write_to(res, kind, due, seen_at)


async def _write_to(
    res: Resources, kind: ReminderKind, found: Sequence[Due], seen_at: datetime | None = None
) -> int:
    written = 0
    for due in found:
        written += await _write(res, kind, due, seen_at)
    return written


async def _write(res: Resources, kind: ReminderKind, due: Due, seen_at: datetime | None) -> bool:
    """Write one mail, in the transaction that writes down that it was sent."""
    async with res.db.transaction() as conn:
        booking = await bookings.locked_booking(conn, due.booking_id)
        if booking.status is not BookingStatus.CONFIRMED:
            return False
        leg = next((one for one in booking.legs if one.number == due.leg_number), None)
        if leg is None or not rules.is_due(leg, due):
            return False  # retimed, cancelled or changed meanwhile: it is due anew, or not at all
        if not await store.claim(conn, due, kind):
            return False
        news = LeavingNews(mails.mail_leg(leg), kind, leg.leaves_at, seen_at)
        key = f"reminder:{kind}:{booking.id}:{leg.number}:{leg.leaves_at.isoformat()}"
        mail = mails.REMINDER if seen_at is None else mails.IN_PORT
        if seen_at is not None:
            await push.tell(conn, News.IN_PORT, {booking.id: key})
        return await mails.write(conn, res, booking, mail, key=key, leaving=news)
