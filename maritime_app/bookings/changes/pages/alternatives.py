"""The sailings that a leg may go by instead, as a search finds them, and its cabins."""

from collections.abc import Mapping
from datetime import date

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights
from maritime_app.bookings.changes.pages.views import LegForm, cabins_of, extras_of
from maritime_app.bookings.holds.service import party_of
from maritime_app.bookings.model import Booking, Leg
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.model import OperatorKind, Party, VehicleRequest, local_day
from maritime_app.ferries.sailings import service as sailings
from maritime_app.ferries.search import service as search
from maritime_app.ferries.search.model import SailingOffer, SearchQuery, SearchResponse
from maritime_app.resources import Resources

__all__ = ["day_of", "legs", "party_of", "sailings_of"]


async def legs(res: Resources, booking: Booking, days: Mapping[int, date]) -> list[LegForm]:
    """Return each leg with the sailings of the day that is looked at, by the leg's number."""
    return [await _leg(res, booking, leg, days.get(leg.number)) for leg in booking.legs]


async def _leg(res: Resources, booking: Booking, leg: Leg, day: date | None) -> LegForm:
    day = day or local_day(leg.departs_at, leg.origin.timezone)
    may_change = not rights.is_made(leg, clock.now())
    offers = await _offers(res, booking, leg, day) if may_change else []
    sailing, available = None, {}
    if leg.operator.kind is OperatorKind.HOUSE:
        row_id = booking.leg_rows[leg.number].sailing_id
        sailing = await sailings.sailing(res, row_id)
        available = await capacity.available_lately(res, row_id)
    cabins = cabins_of(leg, sailing, available)
    return LegForm(leg, day, offers, cabins, extras_of(leg, sailing), may_change)


async def _offers(res: Resources, booking: Booking, leg: Leg, day: date) -> list[SailingOffer]:
    """Return what else the leg's operator sells on that day; nothing for a day that has passed."""
    ends = leg.origin.code, leg.destination.code
    return [
        offer
        for offer in await sailings_of(res, *ends, day, party_of(booking, leg))
        if offer.operator.code == leg.operator.code and offer.sailing_id != leg.sailing_id
    ]


async def sailings_of(
    res: Resources, origin: str, destination: str, day: date, party: Party
) -> list[SailingOffer]:
    """Return what takes the party on that day; nothing for what no search understands."""
    try:
        asked = msgspec.convert(
            {
                "from": origin,
                "to": destination,
                "date": day,
                "adults": party.adults,
                "children": party.children,
                "infants": party.infants,
                "pets": party.pets,
                "vehicles": [
                    VehicleRequest(v.kind, v.length_cm, v.height_cm, v.weight_kg)
                    for v in party.vehicles
                ],
            },
            SearchQuery,
        )
        found = await search.search(res, search.question(asked))
    except (Invalid, NotFound, msgspec.ValidationError):
        return []
    answer = msgspec.json.decode(found.body, type=SearchResponse)
    return [offer for offer in answer.outbound if offer.bookable]


def day_of(text: str) -> date | None:
    """Return the day that was entered; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
