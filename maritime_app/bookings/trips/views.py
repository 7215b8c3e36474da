"""What the page of a crossing shows."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlencode

from msgspec import Struct

from maritime_app import formatting
from maritime_app.bookings.model import Leg
from maritime_app.bookings.tickets.check_in_words import check_in_words
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.trips import phases
from maritime_app.geo import distance_m
from maritime_app.vessels.api.schemas import VesselDetail

_BOARDING = timedelta(minutes=45)


class TripState(StrEnum):
    """How far a crossing is, by the timetable and the ship's report."""

    BEFORE = "before"
    BOARDING = "boarding"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"
    ARRIVED = "arrived"


class ShipView(Struct, frozen=True):
    """The ship's last report: degrees, knots; nothing is derived from one that is not trusted."""

    name: str
    mmsi: int
    lat: float
    lon: float
    speed_knots: float | None
    course_deg: float | None
    received_at: datetime
    stale: bool
    trusted: bool = True


class TripLeg(Struct, frozen=True):
    """One crossing; `percent` of the way made is None where no position tells.

    `ship` is there from boarding on: what it does before belongs to the voyages of others.
    """

    leg: Leg
    state: TripState
    percent: int | None
    ship: ShipView | None
    map_url: str
    terminal: str | None
    check_in: str
    next_day: bool
    weather_url: str | None


class _Point(Protocol):
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


def trip_leg(leg: Leg, quays: Quays, vessel: VesselDetail | None, now: datetime) -> TripLeg:
    """Return a crossing as it goes, in the current language."""
    ship = _ship(leg, vessel)
    state = _state(leg, now, reported=ship is not None and not ship.stale)
    if state in (TripState.BEFORE, TripState.ARRIVED):
        ship = None
    by_state = {TripState.BOARDING: 0, TripState.ARRIVED: 100}
    percent = by_state.get(state, _percent(quays, ship) if ship else None)
    departs, arrives = (
        formatting.localdate(leg.departs_at, leg.origin.timezone),
        formatting.localdate(leg.arrives_at, leg.destination.timezone),
    )
    return TripLeg(
        leg=leg,
        state=state,
        percent=percent,
        ship=ship,
        map_url=f"/vessels?mmsi={leg.mmsi}" if leg.mmsi else "/vessels",
        terminal=quays.check_in.terminal,
        check_in=check_in_words(leg, quays),
        next_day=departs != arrives,
        weather_url=None if state is TripState.ARRIVED else _weather_url(leg, quays),
    )


def _weather_url(leg: Leg, quays: Quays) -> str:
    """Return where the weather of this crossing is."""
    (from_lat, from_lng), (to_lat, to_lng) = quays.origin, quays.destination
    query = {
        "from_lat": round(from_lat, 4),
        "from_lng": round(from_lng, 4),
        "to_lat": round(to_lat, 4),
        "to_lng": round(to_lng, 4),
        "departs": leg.departs_at.isoformat(),
        "arrives": leg.arrives_at.isoformat(),
    }
    return f"/weather/crossing?{urlencode(query)}"


def _ship(leg: Leg, vessel: VesselDetail | None) -> ShipView | None:
    if vessel is None or vessel.position is None:
        return None
    position = vessel.position
    return ShipView(
        name=vessel.name or leg.ferry or str(vessel.mmsi),
        mmsi=vessel.mmsi,
        lat=position.lat,
        lon=position.lon,
        speed_knots=position.sog_knots,
        course_deg=position.cog_deg,
        received_at=position.reported_at,
        stale=position.stale,
        trusted=position.integrity == "plausible",
    )


def _state(leg: Leg, now: datetime, *, reported: bool) -> TripState:
    if phases.is_over(leg, now):
        return TripState.ARRIVED
    if now < leg.leaves_at - _BOARDING and not phases.has_left(leg, now):
        return TripState.BEFORE
    if not phases.has_left(leg, now):
        return TripState.BOARDING
    return TripState.UNDER_WAY if reported else TripState.UNKNOWN


def _percent(quays: Quays, at: _Point) -> int | None:
    """Return the share of the way made, by the distances to both ends."""
    made = distance_m(*quays.origin, at.lat, at.lon)
    ahead = distance_m(at.lat, at.lon, *quays.destination)
    return round(100 * made / (made + ahead)) if made + ahead else None
