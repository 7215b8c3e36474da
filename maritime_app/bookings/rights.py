"""Pure: what passengers are owed when a sailing is cancelled or late.

Regulation (EU) 1177/2010, https://eur-lex.europa.eu/eli/reg/2010/1177/oj: article 18 (another
sailing or the price back, from 90 minutes on), article 19 (compensation for a late arrival),
article 20 (none for weather that endangers the ship or extraordinary circumstances).
"""

from datetime import datetime, timedelta

from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.model import ChangeReason

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# Article 18 (1) and (2): "for more than 90 minutes beyond its scheduled time of departure".
_LONGEST_WAIT = 90 * _MINUTE
# Article 19 (1): a journey scheduled to take up to so long, and the delay in arrival from which a
# quarter of the price is due.
QUARTER_FROM = [(4 * _HOUR, 1 * _HOUR), (8 * _HOUR, 2 * _HOUR), (24 * _HOUR, 3 * _HOUR)]
QUARTER_FROM_LONGER = 6 * _HOUR
# The Union and the EEA (its joint committee's decision 90/2011), and the United Kingdom, whose law
# has kept the regulation.
_AREA = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip
_NOT_DUE = (ChangeReason.WEATHER, ChangeReason.EXTRAORDINARY)


def is_covered(leg: Leg) -> bool:
    """Return whether the regulation covers the leg: article 2 (1), from or to a port of its area.

    Who the carrier is, which counts for ways into the area, is not known here: it is taken for one
    of the area.
    """
    return bool({leg.origin.country, leg.destination.country} & _AREA)


def is_gone(leg: Leg, late_minutes: int) -> bool:
    """Return whether the leg does not sail as booked: cancelled, without a place
    for them, or so many minutes off time.
    """
    if leg.is_lost:
        return True
    return abs(leg.leaves_at - leg.departs_at) >= timedelta(minutes=late_minutes)


def is_made(leg: Leg, now: datetime) -> bool:
    """Return whether the leg has been sailed, or is being sailed."""
    if leg.is_lost:
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


def may_leave(late: timedelta) -> bool:
    """Return whether article 18 gives passengers the choice: rerouting, or the price back.

    `late` is how much later than scheduled it departs. We offer it one second earlier, from
    `sailings.choice_minutes` on (see `is_gone`).
    """
    return late > _LONGEST_WAIT


def quarter_from(scheduled: timedelta) -> timedelta:
    """Return the delay in arrival from which a journey of that length earns a quarter."""
    return next((late for upto, late in QUARTER_FROM if scheduled <= upto), QUARTER_FROM_LONGER)


def compensation_percent(
    scheduled: timedelta, late: timedelta, reason: ChangeReason | None
) -> int | None:
    """Return the share of the price that is due for a late arrival; None for nothing.

    `scheduled` is how long the passage was to take, `late` how much later it arrived. Half of the
    price is due where the delay "exceeds double the time": at exactly double it is a quarter.
    """
    if reason in _NOT_DUE:
        return None
    quarter = quarter_from(scheduled)
    if late > 2 * quarter:
        return 50
    return 25 if late >= quarter else None


def compensation_minor(price_minor: int, percent: int, journeys: int) -> int:
    """Return that share of the price of one of so many journeys, rounded up to the minor unit.

    It is a minimum (article 19 (1)): rounding down would pay less than is due.
    """
    return -(-price_minor * percent // (100 * journeys))


def price_of_journey(booking: Booking, leg: Leg) -> tuple[int, int]:
    """Return the price that compensation is a share of, in minor units, and for how many journeys.

    Article 19 (4): of a return journey with one carrier, half of the price of both ways; of
    anything else, what was paid for the leg.
    """
    legs = booking.legs
    if len(legs) == 2 and _is_return(legs[0], legs[1]):
        return sum(one.price.amount_minor for one in legs), 2
    return leg.price.amount_minor, 1


def _is_return(out: Leg, back: Leg) -> bool:
    ends = back.origin.code, back.destination.code
    return ends == (out.destination.code, out.origin.code) and out.operator == back.operator
