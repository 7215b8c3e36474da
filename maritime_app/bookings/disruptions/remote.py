"""Other sailings of a remote operator: asked for on the page, held when somebody chooses."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from maritime_app import clock, ids
from maritime_app.bookings.changes.model import ChangedLeg, GivenUp
from maritime_app.bookings.disruptions.model import AlternativeView
from maritime_app.bookings.holds.service import party_of
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.pricing.model import LegDemand, LegQuote
from maritime_app.bookings.pricing.sources import source_of
from maritime_app.errors import Conflict
from maritime_app.ferries.model import REMOTE_SEPARATOR, local_day
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import (
    OperatorOffer,
    OperatorRefused,
    OperatorUnavailable,
    Party,
)
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_DAYS = 3  # each is a question to the operator
_PATIENCE_SECONDS = 4.0  # somebody looks at the page meanwhile
_KEY_LETTERS = 4


async def alternatives(res: Resources, booking: Booking, leg: Leg) -> list[AlternativeView] | None:
    """Return what the operator still has on that day and the next ones, in order; None when it
    does not answer.
    """
    party = operators.wire_party(party_of(booking, leg))
    first = local_day(max(leg.departs_at, clock.now()), leg.origin.timezone)
    days = [(first + timedelta(days=number)).isoformat() for number in range(_DAYS)]
    try:
        found = await asyncio.gather(*(_offers(res, leg, day, party) for day in days))
    except OperatorUnavailable:
        return None
    return [view for offers in found for view in _views(leg, offers)]


async def _offers(res: Resources, leg: Leg, day: str, party: Party) -> Sequence[OperatorOffer]:
    gateway = operators.of(res).gateway(leg.operator.code)
    try:
        return await gateway.offers(
            leg.origin.code, leg.destination.code, day, party, within_seconds=_PATIENCE_SECONDS
        )
    except OperatorRefused:
        return []


async def hold(res: Resources, booking: Booking, leg: Leg, sailing_id: str) -> ChangedLeg:
    """Hold the leg on another sailing of its operator under a new key, at the price that was paid.

    Raise Conflict where that is not possible, Unavailable when the operator does not answer.
    """
    code, _key = operators.split_id(sailing_id)
    if code != leg.operator.code or sailing_id == leg.sailing_id:
        raise Conflict(_("There is no such sailing to choose."), code="not_offered")
    source = source_of(res, sailing_id)
    sailing = await source.sailing(sailing_id)
    if (sailing.origin.code, sailing.destination.code) != (leg.origin.code, leg.destination.code):
        raise Conflict(_("There is no such sailing to choose."), code="not_offered")
    kinds = tuple(person.kind for person in booking.passengers)
    demand = LegDemand(leg.number, sailing, party_of(booking, leg), kinds)
    key = f"{booking.reference}-{leg.number}.{ids.reference()[:_KEY_LETTERS]}"
    quote: LegQuote = await source.hold(demand, key)
    return ChangedLeg(
        number=leg.number,
        sailing_id=quote.sailing.id,
        public_id=quote.sailing.public_id,
        price_minor=leg.price.amount_minor,
        places={},
        operator_key=key,
        new=True,
    )


async def release(res: Resources, held: ChangedLeg) -> None:
    """Give a hold back that is not needed."""
    await source_of(res, held.public_id).release(held.operator_key or "")


def given_up(booking: Booking, leg: Leg) -> GivenUp:
    """Return what the operator has under the leg's present key."""
    return GivenUp(leg.operator.code, booking.operator_key(leg.number))


def _views(leg: Leg, offers: Iterable[OperatorOffer]) -> list[AlternativeView]:
    code = leg.operator.code
    return [
        AlternativeView(
            f"{code}{REMOTE_SEPARATOR}{offer.sailing.code}",
            offer.sailing.depart_at,
            offer.sailing.arrive_at,
            leg.operator.name,
            offer.sailing.ship_name,
        )
        for offer in offers
        if offer.is_available and f"{code}{REMOTE_SEPARATOR}{offer.sailing.code}" != leg.sailing_id
    ]
