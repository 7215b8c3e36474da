"""Pure: which phase of its journey a booking is in, by what is known of its legs and the clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries.model import SailingStatus

GATE_OPENS = timedelta(hours=3)  # before departure: people are on the way to the quay
LATE_FROM = timedelta(minutes=15)  # less than that is how ferries sail
# How long after its expected arrival a ship whose arrival nobody knows is taken to have arrived: a
# while where nothing is known of it, half a day where it is known to have left.
_UNHEARD, _UNDER_WAY = timedelta(hours=1), timedelta(hours=12)


class Phase(StrEnum):
    """What the page of a booking is for just now."""

    BEFORE = "before"
    GATE = "gate"
    LATE = "late"  # it has not left, and will not leave when it was to
    AT_SEA = "at_sea"
    AFTER = "after"
    CANCELLED = "cancelled"  # it does not sail
    NO_PLACE = "no_place"  # it sails with another ship, which has no place for them


def current_leg(booking: Booking, now: datetime) -> Leg:
    """Return the leg that is ahead or under way, or the last one when all are over."""
    legs = [leg for leg in booking.legs if not leg.is_lost]
    ahead = (leg for leg in legs if not is_over(leg, now))
    return next(ahead, (legs or booking.legs)[-1])


def phase_of(booking: Booking, now: datetime) -> Phase:
    """Return the phase of the current leg."""
    leg = current_leg(booking, now)
    if leg.status is SailingStatus.CANCELLED:
        return Phase.CANCELLED
    if leg.place_lost:
        return Phase.NO_PLACE
    if is_over(leg, now):
        return Phase.AFTER
    if has_left(leg, now):
        return Phase.AT_SEA
    if leg.leaves_at - leg.departs_at >= LATE_FROM:
        return Phase.LATE
    return Phase.GATE if now >= leg.leaves_at - GATE_OPENS else Phase.BEFORE


def has_left(leg: Leg, now: datetime) -> bool:
    """Return whether the ship has left: as measured, else by its expected time."""
    return now >= (leg.departed_at or leg.leaves_at)


def is_over(leg: Leg, now: datetime) -> bool:
    """Return whether the leg has arrived: as measured, else a while after its expected time."""
    if leg.arrived_at is not None:
        return now >= leg.arrived_at
    patience = _UNHEARD if leg.departed_at is None else _UNDER_WAY
    return now > leg.lands_at + patience
