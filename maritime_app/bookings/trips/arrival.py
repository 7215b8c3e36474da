"""Pure: when a ship is expected to arrive, and who says so."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from maritime_app.bookings.model import Leg
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.trips.views import ShipView
from maritime_app.geo import METRES_PER_NAUTICAL_MILE, distance_m

_SLOWEST_KNOTS = 3.0  # below it a ship is not on its way
# A ship's way round capes and islands, over the straight line, on 33 ferry routes of the demo
# world: 1.0 to 1.25.
_LONGEST_WAY = 1.25
_PLAUSIBLE = timedelta(hours=12)  # of the timetable


class EstimateSource(StrEnum):
    """Who says when the ship arrives."""

    MEASURED = "measured"  # it has arrived
    PREDICTED = "predicted"  # by the ways and speeds of ships before it
    BERTH = "berth"  # the ship still lies in port after its departure time
    TURN_ROUND = "turn_round"  # it follows from the ship's sailing before
    SHIP = "ship"  # its own place and speed
    OPERATOR = "operator"
    TIMETABLE = "timetable"


class Estimate(Struct, frozen=True):
    """An arrival: the likely instant, and from when to when it may be, where that is known."""

    at: datetime
    source: EstimateSource
    earliest: datetime | None = None
    latest: datetime | None = None


def estimate(
    leg: Leg, quays: Quays, ship: ShipView | None, predicted: Estimate | None = None
) -> Estimate:
    """Return the best that is known: measured, predicted, the ship's own, operator's, timetable's.

    `ship` is there only while it sails for these passengers.
    """
    if leg.arrived_at is not None:
        return Estimate(leg.arrived_at, EstimateSource.MEASURED)
    found = predicted or (_by_ship(quays, ship) if ship else None)
    if found is not None and abs(found.at - leg.lands_at) <= _PLAUSIBLE:
        return found
    if leg.expected_arrives_at is not None:
        return Estimate(leg.expected_arrives_at, EstimateSource.OPERATOR)
    return Estimate(leg.arrives_at, EstimateSource.TIMETABLE)


def _by_ship(quays: Quays, ship: ShipView) -> Estimate | None:
    """Return the arrival at the ship's present speed: straight ahead at the earliest."""
    if ship.stale or not ship.trusted:
        return None
    if (ship.speed_knots or 0.0) < _SLOWEST_KNOTS:
        return None
    metres = distance_m(ship.lat, ship.lon, *quays.destination)
    hours = metres / METRES_PER_NAUTICAL_MILE / (ship.speed_knots or 1.0)
    straight = timedelta(hours=hours)
    earliest, latest = ship.received_at + straight, ship.received_at + straight * _LONGEST_WAY
    return Estimate(earliest + (latest - earliest) / 2, EstimateSource.SHIP, earliest, latest)
