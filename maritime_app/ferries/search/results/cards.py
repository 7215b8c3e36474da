"""One sailing, or one journey of several, as the results page shows it."""

from datetime import datetime

from msgspec import Struct

from maritime_app.ferries.model import Operator, OperatorKind, Place
from maritime_app.ferries.search.model import (
    AccessLeg,
    ChangeKind,
    Journey,
    JourneySale,
    SailingOffer,
    WhyNot,
)
from maritime_app.ferries.timetables.model import Listing
from maritime_app.money import Money

_STATES = {
    WhyNot.TIMETABLE_ONLY: "listed",
    WhyNot.NOT_CARRIED: "not_carried",
    WhyNot.NO_ROOM_FOR_VEHICLE: "no_vehicle",
    WhyNot.NO_ROOM_FOR_PETS: "no_pets",
    WhyNot.NO_BERTHS: "no_berths",
    WhyNot.FULL: "full",
    WhyNot.CANCELLED: "cancelled",
    WhyNot.DEPARTED: "departed",
    WhyNot.SALES_CLOSED: "closed",
}


class SailingCard(Struct, frozen=True):
    """One sailing on the page; `vehicles` is yes, no or unknown, `cabins` are in the price."""

    id: str
    state: str
    kind: OperatorKind
    operator: Operator
    ferry: str | None
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    headway_seconds: int | None
    price: Money | None
    places_left: int | None
    vehicles: str
    listing: Listing | None = None
    cabins: tuple[tuple[str, int], ...] = ()
    is_bedless: bool = False  # berths were asked for, and this ship sells none
    resident_discount: Money | None = None  # in the price, where residents were asked for


class ChangeCard(Struct, frozen=True):
    """Between two sailings of a journey: the time in port, and how one gets on to the next."""

    minutes: int
    kind: ChangeKind


class JourneyCard(Struct, frozen=True):
    """A journey on the page: `id` chooses all of its sailings at once.

    `changes` has what lies before each leg but the first, of which staying on the ship is none;
    `access` and `egress` are the ways to the first and from the last one, where those are at
    another port.
    """

    id: str
    sold: JourneySale
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    price: Money | None
    legs: list[SailingCard]
    changes: list[ChangeCard]
    access: AccessLeg | None = None
    egress: AccessLeg | None = None

    @property
    def has_change(self) -> bool:
        """Return whether one goes from one ship to another."""
        return any(change.kind != ChangeKind.SAME_SHIP for change in self.changes)


def sailing_card(offer: SailingOffer, origin: Place, destination: Place) -> SailingCard:
    """Return the sailing as its card shows it."""
    return SailingCard(
        id=offer.sailing_id,
        state=_STATES[offer.why_not] if offer.why_not else "offer",
        kind=offer.operator.kind,
        operator=offer.operator,
        ferry=offer.ferry,
        origin=origin,
        destination=destination,
        departs_at=offer.departs_at,
        arrives_at=offer.arrives_at,
        headway_seconds=offer.every_minutes * 60 if offer.every_minutes else None,
        price=offer.price,
        places_left=offer.places_left,
        vehicles={True: "yes", False: "no", None: "unknown"}[offer.vehicle_fits],
        listing=offer.listing,
        cabins=tuple(offer.berths_in.items()) if offer.berths_in else (),
        is_bedless=offer.berths_in == {},
        resident_discount=offer.resident_discount or None,
    )


def journey_card(journey: Journey) -> JourneyCard:
    """Return the journey as its card shows it."""
    return JourneyCard(
        id=" ".join(leg.sailing.sailing_id for leg in journey.legs),
        sold=journey.sold,
        origin=journey.access.origin if journey.access else journey.legs[0].origin,
        destination=journey.egress.destination if journey.egress else journey.legs[-1].destination,
        departs_at=journey.departs_at,
        arrives_at=journey.arrives_at,
        price=journey.price,
        legs=[sailing_card(leg.sailing, leg.origin, leg.destination) for leg in journey.legs],
        changes=[
            ChangeCard(leg.change_minutes or 0, leg.change or ChangeKind.ORDINARY)
            for leg in journey.legs[1:]
        ],
        access=journey.access,
        egress=journey.egress,
    )
