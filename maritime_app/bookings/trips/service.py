"""The crossing while it happens: each leg with its ship's own report."""

from typing import Any

from maritime_app.bookings import views as shown
from maritime_app.bookings.model import Booking
from maritime_app.errors import NotFound
from maritime_app.ferries import service as ferries
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.schemas import VesselDetail


async def legs(res: Resources, booking: Booking) -> list[dict[str, Any]]:
    """templates/bookings/trip.html's `legs`."""
    codes = {code for leg in booking.legs for code in (leg.origin.code, leg.destination.code)}
    ends = await ferries.positions(res, codes)
    return [shown.trip_leg(leg, await _ship(res, leg.mmsi), ends) for leg in booking.legs]


async def _ship(res: Resources, mmsi: int | None) -> VesselDetail | None:
    if mmsi is None:
        return None
    try:
        return await vessels.vessel(res, mmsi)
    except NotFound:
        return None
