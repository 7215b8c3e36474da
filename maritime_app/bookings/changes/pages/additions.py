"""A crossing that may be added: where it goes, and who sells it on that day."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from maritime_app.bookings.changes.pages import alternatives
from maritime_app.bookings.model import Booking
from maritime_app.ferries.extras import position
from maritime_app.ferries.model import Place, local_day
from maritime_app.ferries.places import service as places
from maritime_app.ferries.search.model import CabinOffer, ExtraOffer, SailingOffer
from maritime_app.names.port_names import port_name
from maritime_app.resources import Resources

FIELDS = ("add_from", "add_to", "add_day")
_MOST_PLACES = 2000
_Offer = TypeVar("_Offer", CabinOffer, ExtraOffer)
_Key = TypeVar("_Key", str, tuple[int, str])


class AddedLeg(Struct, frozen=True):
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
        cabins=cheapest((one for offer in offers for one in offer.cabins), lambda one: one.type),
        extras=cheapest(
            (one for offer in offers for one in offer.extras), lambda one: position(one.kind)
        ),
        leaves_from=next((place for place in known if place.code == origin), None),
        ports=[{"code": p.code, "name": port_name(p), "country": p.country or ""} for p in known],
    )


def cheapest(offered: Iterable[_Offer], key: Callable[[_Offer], _Key]) -> list[_Offer]:
    """Return what any of the sailings sells, one for each key at its lowest price, in their
    order.
    """
    found: dict[_Key, _Offer] = {}
    for one in offered:
        known = found.get(key(one))
        if known is None or one.price.amount_minor < known.price.amount_minor:
            found[key(one)] = one
    return [found[kept] for kept in sorted(found)]
