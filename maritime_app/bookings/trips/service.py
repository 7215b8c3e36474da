"""The crossing while it happens: each leg with its ship's own report."""

from maritime_app import clock
from maritime_app.bookings.model import Booking
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.trips import views
from maritime_app.bookings.trips.views import TripLeg
from maritime_app.errors import NotFound
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.schemas import VesselDetail


async def legs(res: Resources, booking: Booking) -> list[TripLeg]:
    """Return each leg with where its ship is by its own report."""
    quays = await tickets.quays(res, booking)
    now = clock.now()
    return [
        views.trip_leg(leg, quays[leg.number], await _ship(res, leg.mmsi), now)
        for leg in booking.legs
    ]


async def _ship(res: Resources, mmsi: int | None) -> VesselDetail | None:
    if mmsi is None:
        return None
    try:
        return await vessels.vessel(res, mmsi)
    except NotFound:
        return None
