"""Pure: what passengers are owed when a sailing is cancelled or late.

Regulation (EU) 1177/2010, https://eur-lex.europa.eu/eli/reg/2010/1177/oj: article 18 (another
sailing or the price back, from 90 minutes on), article 19 (compensation for a late arrival),
article 20 (none for weather that endangers the ship or extraordinary circumstances).
"""

from datetime import datetime, timedelta

from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.model import ChangeReason

# Article 19 (1) and (2): for a journey scheduled to take up to so long, the delays in arrival from
# which a quarter and a half of the price are due.
_HOUR = timedelta(hours=1)
_COMPENSATION = [
    (4 * _HOUR, 1 * _HOUR, 2 * _HOUR),
    (8 * _HOUR, 2 * _HOUR, 4 * _HOUR),
    (24 * _HOUR, 3 * _HOUR, 6 * _HOUR),
]
_LONGER = (6 * _HOUR, 12 * _HOUR)
_NOT_DUE = (ChangeReason.WEATHER, ChangeReason.EXTRAORDINARY)


def is_gone(leg: Leg, late_minutes: int) -> bool:
    """Return whether the leg does not sail as booked: cancelled, or so many minutes off time."""
    if leg.status is SailingStatus.CANCELLED:
        return True
    return abs(leg.leaves_at - leg.departs_at) >= timedelta(minutes=late_minutes)


def is_made(leg: Leg, now: datetime) -> bool:
    """Return whether the leg has been sailed, or is being sailed."""
    if leg.status is SailingStatus.CANCELLED:
        return False
    return leg.status is SailingStatus.DEPARTED or leg.leaves_at <= now


def unmade(booking: Booking, now: datetime) -> list[Leg]:
    """Return the legs that are still to be sailed: when one of them is gone, all lose their sense.

    Article 18 (1) (b): the price of the parts that were not made.
    """
    return [leg for leg in booking.legs if not is_made(leg, now)]


def free_to_leave(booking: Booking, late_minutes: int, now: datetime) -> bool:
    """Return whether the passengers may leave for nothing: a leg that is still ahead is gone."""
    if booking.asked is not None and booking.asked.may_choose:
        return True
    return any(is_gone(leg, late_minutes) for leg in unmade(booking, now))


def compensation_percent(
    scheduled: timedelta, late: timedelta, reason: ChangeReason | None
) -> int | None:
    """Return the share of the price that is due for a late arrival; None for nothing.

    `scheduled` is how long the passage was to take, `late` how much later it arrived.
    """
    if reason in _NOT_DUE:
        return None
    quarter_from, half_from = next(
        ((first, second) for longest, first, second in _COMPENSATION if scheduled <= longest),
        _LONGER,
    )
    if late >= half_from:
        return 50
    return 25 if late >= quarter_from else None
