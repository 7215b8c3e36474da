"""What the page of a crossing shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from maritime_app.bookings.model import Leg
from maritime_app.geo import distance_m
from maritime_app.vessels.schemas import VesselDetail

_BOARDING = timedelta(minutes=45)
_SURELY_ARRIVED = timedelta(hours=1)


class TripState(StrEnum):
    """How far a crossing is, by the timetable and the ship's report."""

    BEFORE = "before"
    BOARDING = "boarding"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class ShipView:
    """The ship's last report: degrees, knots."""

    name: str
    mmsi: int
    lat: float
    lon: float
    speed_knots: float | None
    course_deg: float | None
    received_at: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class TripLeg:
    """One crossing; `percent` of the way made is None where no position tells."""

    leg: Leg
    state: TripState
    percent: int | None
    ship: ShipView | None
    map_url: str


class _Point(Protocol):
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


def trip_leg(
    leg: Leg, vessel: VesselDetail | None, ends: Mapping[str, tuple[float, float]], now: datetime
) -> TripLeg:
    """Return a crossing as it goes; `ends` are latitude and longitude by place code."""
    ship = _ship(leg, vessel)
    state = _state(leg, now, reported=ship is not None and not ship.stale)
    by_state = {TripState.BEFORE: 0, TripState.BOARDING: 0, TripState.ARRIVED: 100}
    percent = by_state.get(state, _percent(leg, ship, ends) if ship else None)
    map_url = f"/vessels?mmsi={leg.mmsi}" if leg.mmsi else "/vessels"
    return TripLeg(leg, state, percent, ship, map_url)


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
    )


def _state(leg: Leg, now: datetime, *, reported: bool) -> TripState:
    if now < leg.departs_at - _BOARDING:
        return TripState.BEFORE
    if now < leg.departs_at:
        return TripState.BOARDING
    if now > leg.arrives_at + _SURELY_ARRIVED:
        return TripState.ARRIVED
    return TripState.UNDER_WAY if reported else TripState.UNKNOWN


def _percent(leg: Leg, at: _Point, ends: Mapping[str, tuple[float, float]]) -> int | None:
    """Return the share of the way made, by the distances to both ends."""
    if leg.origin.code not in ends or leg.destination.code not in ends:
        return None
    made = distance_m(*ends[leg.origin.code], at.lat, at.lon)
    ahead = distance_m(at.lat, at.lon, *ends[leg.destination.code])
    return round(100 * made / (made + ahead)) if made + ahead else None
