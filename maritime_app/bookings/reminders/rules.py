"""Pure: what is still worth a reminder, and whether a ship lies in port that should have left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from maritime_app.bookings.model import Leg
from maritime_app.bookings.reminders.model import Due, ReminderKind, Waiting
from maritime_app.vessels.port_calls.model import ListedCall, PortCallState

_HEARD_WITHIN = timedelta(minutes=10)  # an older report says nothing of now
_LATE, _VERY_LATE = timedelta(minutes=15), timedelta(minutes=90)


def is_due(leg: Leg, due: Due) -> bool:
    """Return whether a leg still leaves at the time that its passengers are to be told."""
    is_ahead = leg.departed_at is None and not leg.is_lost
    return is_ahead and leg.leaves_at == due.leaves_at


def in_port_kind(waiting: Waiting, now: datetime) -> ReminderKind | None:
    """Return what passengers hear of a ship that has not left by now; None for nothing yet."""
    late = now - waiting.leaves_at
    if late > _VERY_LATE:
        return ReminderKind.IN_PORT_LONG
    return ReminderKind.IN_PORT if late >= _LATE else None


def seen_in_port_at(
    waiting: Waiting, calls: Sequence[ListedCall], now: datetime
) -> datetime | None:
    """Return when the ship's own report put it at its berth; None where it did not lately."""
    for one in calls:
        at_berth = one.call.left_at is None and one.call.state is PortCallState.MOORED
        is_there = one.port_code == waiting.origin_code and one.call.entered_at < waiting.leaves_at
        if at_berth and is_there and now - one.call.last_at <= _HEARD_WITHIN:
            return one.call.last_at
    return None
