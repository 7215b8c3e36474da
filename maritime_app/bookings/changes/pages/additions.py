"""A crossing that may be added: where it goes, and who sells it on that day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maritime_app.bookings.changes.pages import alternatives
from maritime_app.bookings.model import Booking
from maritime_app.ferries.extras import ExtraKind
from maritime_app.ferries.model import Place, local_day
from maritime_app.ferries.places import service as places
from maritime_app.ferries.search.model import CabinOffer, ExtraOffer, SailingOffer
from maritime_app.port_names import port_name
from maritime_app.resources import Resources

FIELDS = ("add_from", "add_to", "add_day")
_MOST_PLACES = 2000


@dataclass(frozen=True, slots=True)
class AddedLeg:
    """A crossing that may be added: `number` is what it will have in the booking.

    `looked` says that its sailings were asked for; `offers` are those that take the party on that
    day, `cabins` and `extras` what any of them sells.
    """

    number: int
    origin: str
    destination: str
    day: str
    looked: bool
    offers: Sequence[SailingOffer]
    cabins: Sequence[CabinOffer]
    extras: Sequence[ExtraOffer]
    leaves_from: Place | None
    ports: Sequence[Mapping[str, str]]


async def added_leg(res: Resources, booking: Booking, entered: Mapping[str, str]) -> AddedLeg:
    """Return the crossing that was looked for: without a word of it, the way back a day later."""
    last = booking.legs[-1]
    after = local_day(last.arrives_at, last.destination.timezone) + dt.timedelta(days=1)
    origin = entered.get("add_from") or last.destination.code
    destination = entered.get("add_to") or last.origin.code
    day = alternatives.day_of(entered.get("add_day", "")) or after
    looked = bool(entered.get("add_from"))
    offers: list[SailingOffer] = []
    if looked:
        party = alternatives.party_of(booking, last)
        offers = await alternatives.sailings_of(res, origin, destination, day, party)
    known = await places.places(res, limit=_MOST_PLACES)
    return AddedLeg(
        number=max(leg.number for leg in booking.legs) + 1,
        origin=origin,
        destination=destination,
        day=day.isoformat(),
        looked=looked,
        offers=offers,
        cabins=_cabins(offers),
        extras=_extras(offers),
        leaves_from=next((place for place in known if place.code == origin), None),
        ports=[{"code": p.code, "name": port_name(p), "country": p.country or ""} for p in known],
    )


def _cabins(offers: Sequence[SailingOffer]) -> list[CabinOffer]:
    """Return what any of the sailings sells, each type at its lowest price."""
    found: dict[str, CabinOffer] = {}
    for cabin in (cabin for offer in offers for cabin in offer.cabins):
        known = found.get(cabin.type)
        if known is None or cabin.price.amount_minor < known.price.amount_minor:
            found[cabin.type] = cabin
    return [found[name] for name in sorted(found)]


def _extras(offers: Sequence[SailingOffer]) -> list[ExtraOffer]:
    """Return what any of the sailings sells beside places, each kind at its lowest price."""
    found: dict[ExtraKind, ExtraOffer] = {}
    for extra in (extra for offer in offers for extra in offer.extras):
        known = found.get(extra.kind)
        if known is None or extra.price.amount_minor < known.price.amount_minor:
            found[extra.kind] = extra
    return [found[kind] for kind in ExtraKind if kind in found]
