"""The journey of a booking as it is now: for its people, and for whoever may only look."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.compensation import service as compensation, views as owed
from maritime_app.bookings.compensation.views import RightsView
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.tickets import service as tickets, views as ticket_views
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.bookings.tickets.views import TicketView
from maritime_app.bookings.trips import arrival, phases, views
from maritime_app.bookings.trips.arrival import Estimate, EstimateSource
from maritime_app.bookings.trips.companion import CompanionView, companion_view
from maritime_app.bookings.trips.phases import Phase
from maritime_app.errors import NotFound
from maritime_app.ferries.forecasts import service as forecasts
from maritime_app.ferries.forecasts.model import ForecastBasis
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels
from maritime_app.vessels.api.schemas import VesselDetail

_SOURCES: Final = {
    ForecastBasis.POSITION: EstimateSource.PREDICTED,
    ForecastBasis.BERTH: EstimateSource.BERTH,
    ForecastBasis.TURN_ROUND: EstimateSource.TURN_ROUND,
}
_OWN_SAILING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def companion(res: Resources, booking: Booking) -> CompanionView:
    """Return the journey for its people: codes at the gate, rights after a late arrival."""
    now = clock.now()
    leg = phases.current_leg(booking, now)
    has_codes = phases.phase_of(booking, now) in (Phase.GATE, Phase.LATE)
    codes = await _codes(res, booking, leg) if has_codes else ()
    return await _companion(res, booking, codes, await _rights(res, booking, now))


async def shared(res: Resources, booking: Booking) -> CompanionView:
    """Return the journey for whoever may only look: no codes, nothing of money."""
    return await _companion(res, booking, (), ())


async def _companion(
    res: Resources,
    booking: Booking,
    codes: Sequence[TicketView],
    rights: Sequence[RightsView],
) -> CompanionView:
    now = clock.now()
    leg, ends = phases.current_leg(booking, now), await tickets.quays(res, booking)
    trip = await _trip(res, leg, ends, now)
    predicted = await _predicted(res, leg)
    expected = arrival.estimate(leg, ends[leg.number], trip.ship, predicted)
    phase = phases.phase_of(booking, now)
    return companion_view(phase, trip, ends[leg.number], expected, codes, rights)


async def _predicted(res: Resources, leg: Leg) -> Estimate | None:
    """Return what is predicted of the leg's sailing, or follows from the one before it."""
    if not _OWN_SAILING.fullmatch(leg.sailing_id):  # another operator's: not forecast
        return None
    sailing_id = UUID(leg.sailing_id)
    found = (await forecasts.forecasts(res, [sailing_id])).get(sailing_id)
    if found is None:
        return None
    return Estimate(found.arrives_at, _SOURCES[found.basis], found.low_at, found.high_at)


async def _trip(
    res: Resources, leg: Leg, ends: Mapping[int, Quays], now: datetime
) -> views.TripLeg:
    return views.trip_leg(leg, ends[leg.number], await _ship(res, leg.mmsi), now)


async def _codes(res: Resources, booking: Booking, leg: Leg) -> list[TicketView]:
    made = await tickets.tickets(res, booking)
    return [
        ticket_views.ticket_view(booking.reference, ticket)
        for ticket in made
        if ticket.leg.number == leg.number
    ]


async def _rights(res: Resources, booking: Booking, now: datetime) -> list[RightsView]:
    async with res.db.acquire() as conn:
        claims = {one.leg_number: one for one in await compensation.claims(conn, booking.id)}
    said = [
        owed.rights_view(
            leg,
            claims.get(leg.number),
            f"/bookings/{booking.reference}/evidence/{leg.number}",
            now,
        )
        for leg in booking.legs
    ]
    return [one for one in said if one is not None]


async def _ship(res: Resources, mmsi: int | None) -> VesselDetail | None:
    if mmsi is None:
        return None
    try:
        return await vessels.vessel(res, mmsi)
    except NotFound:
        return None
