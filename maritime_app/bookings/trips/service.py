"""The crossing while it happens: each leg with its ship's own report."""

from maritime_app import clock
from maritime_app.bookings.model import Booking
from maritime_app.bookings.trips import views
from maritime_app.bookings.trips.views import TripLeg
from maritime_app.errors import NotFound
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.schemas import VesselDetail


async def legs(res: Resources, booking: Booking) -> list[TripLeg]:
    """Return each leg with where its ship is by its own report."""
    codes = {code for leg in booking.legs for code in (leg.origin.code, leg.destination.code)}
    ends = await ports.positions(res, codes)
    now = clock.now()
    return [views.trip_leg(leg, await _ship(res, leg.mmsi), ends, now) for leg in booking.legs]


async def _ship(res: Resources, mmsi: int | None) -> VesselDetail | None:
    if mmsi is None:
        return None
    try:
        return await vessels.vessel(res, mmsi)
    except NotFound:
        return None
