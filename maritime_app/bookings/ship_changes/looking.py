"""What a change of ship means now: who keeps a place, in which cabins, and who has none."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from maritime_app import clock
from maritime_app.bookings import store as bookings
from maritime_app.bookings.disruptions import store as disruptions
from maritime_app.bookings.disruptions.candidates import need_of
from maritime_app.bookings.disruptions.model import Candidate
from maritime_app.bookings.disruptions.offers import legs_on
from maritime_app.bookings.holds.model import HoldVehicle
from maritime_app.bookings.model import BookedVehicle, Booking, BookingStatus, Leg
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.ship_changes import seating, store
from maritime_app.bookings.ship_changes.model import (
    LosingParty,
    RelodgedParty,
    ResourceChange,
    ShipPreview,
)
from maritime_app.bookings.ship_changes.seating import Claim, HeldClaim, Seating
from maritime_app.bookings.ship_changes.store import HeldPlaces
from maritime_app.ferries.capacity.model import Carried
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.operations.model import ManagedSailing, Ship
from maritime_app.ferries.planning.service import ship_carries
from maritime_app.infra.db import Conn

_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Plan(Struct, frozen=True):
    """Everybody who has something of the sailing, and what becomes of them on the ship.

    `firm` is whether every change that an operator is being asked for fits: it cannot be ended.
    """

    ship: Ship
    carried: Carried
    bookings: Sequence[Booking]
    legs: dict[UUID, Leg]
    seating: Seating
    left: dict[str, int]
    firm: bool

    def of(self, booking_ids: Iterable[UUID]) -> list[Booking]:
        """Return these bookings, the first that booked first."""
        wanted = set(booking_ids)
        return [one for one in self.bookings if one.id in wanted]

    @property
    def relodged(self) -> list[Booking]:
        """Return who keeps a place and sleeps in other cabins."""
        kept = self.seating.kept
        return [
            one
            for one in self.of(kept)
            if kept[one.id] != tuple(sorted(self.legs[one.id].cabins.items()))
        ]


async def plan(conn: Conn, sailing: ManagedSailing, ship: Ship) -> Plan:
    """Return what the ship means for whoever has something of the sailing now.

    Raise Invalid where it is not known what the ship carries.
    """
    carried = ship_carries(ship)
    found = await bookings.bookings_by_id(conn, await store.bookings_on(conn, sailing.id))
    legs = {one.id: leg for one in found for leg in legs_on(one, sailing.id) if not leg.place_lost}
    held = await store.held_by_changes(conn, sailing.id)
    accepted = [one for one in held if one.status is ChangeStatus.ACCEPTED]
    left = _left(carried, accepted)
    berths, now = await disruptions.berths_on(conn, sailing.id), clock.now()
    claims = [
        Claim(
            one.id,
            need_of(one, legs[one.id], berths, now)._replace(after=_EVER[0], before=_EVER[1]),
            one.status is not BookingStatus.HELD,
        )
        for one in found
        if one.id in legs
    ]
    by_id = {one.id: one for one in found}
    there = _as_candidate(sailing, ship, carried, left)
    # What an operator is asked for of a booking that has ended meanwhile will be refused.
    asked = [_held_claim(one, by_id[one.booking_id]) for one in accepted if one.booking_id in by_id]
    firm = min(left.values(), default=0) >= 0 and all(
        seating.takes_vehicles(there, one) for one in asked
    )
    waiting = [_held_claim(one, by_id[one.booking_id]) for one in held if one not in accepted]
    seated = seating.seat(there, claims, waiting)
    return Plan(ship, carried, found, legs, seated, left, firm)


def _left(carried: Carried, accepted: Iterable[HeldPlaces]) -> dict[str, int]:
    """Return what the ship has beside what changes hold that cannot be ended."""
    left = dict(carried.totals)
    for one in accepted:
        for resource, quantity in one.places.items():
            if not resource.startswith(EXTRA):
                left[resource] = left.get(resource, 0) - quantity
    return left


def preview(sailing: ManagedSailing, planned: Plan) -> ShipPreview:
    """Return the plan as it is shown, without where else the ship is to sail."""
    seated, legs = planned.seating, planned.legs
    return ShipPreview(
        version=sailing.version,
        ship=planned.ship.code,
        name=planned.ship.name,
        name_before=sailing.ferry,
        resources=_resources(sailing, planned),
        max_height_cm=planned.carried.max_height_cm,
        max_height_cm_before=sailing.max_height_cm,
        max_vehicle_kg=planned.carried.max_vehicle_kg,
        max_vehicle_kg_before=sailing.max_vehicle_kg,
        keeping=len(seated.kept),
        losing=tuple(
            LosingParty(
                one.reference,
                len(one.passengers),
                len(one.vehicles),
                one.status is BookingStatus.HELD,
                seated.lost[one.id],
            )
            for one in planned.of(seated.lost)
        ),
        relodged=tuple(
            RelodgedParty(one.reference, legs[one.id].cabins, dict(seated.kept[one.id]))
            for one in planned.relodged
        ),
        ended=len(seated.ended),
        elsewhere=(),
    )


def _as_candidate(
    sailing: ManagedSailing, ship: Ship, carried: Carried, left: dict[str, int]
) -> Candidate:
    return Candidate(
        sailing_id=sailing.id,
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
        sales_close_at=sailing.sales_close_at,
        ferry=ship.name,
        max_height_cm=carried.max_height_cm,
        max_vehicle_kg=carried.max_vehicle_kg,
        available=left,
        berths=ship.berths,
    )


def _held_claim(held: HeldPlaces, booking: Booking) -> HeldClaim:
    """Return the claim of a change; the vehicles are those that there would be after it."""
    content = held.content
    gone = {*content.dropped_vehicles, *(new.number for new in content.vehicles)}
    vehicles: list[BookedVehicle | HoldVehicle] = [
        *(one for one in booking.vehicles if one.number not in gone),
        *content.vehicles,
    ]
    return HeldClaim(
        held.id,
        held.places,
        max((one.height_cm for one in vehicles), default=0),
        max((one.weight_kg or 0 for one in vehicles), default=0),
    )


def _resources(sailing: ManagedSailing, planned: Plan) -> tuple[ResourceChange, ...]:
    before = {
        part.resource: part.total
        for part in sailing.occupancy
        if not part.resource.startswith(EXTRA)
    }
    after = planned.carried.totals
    return tuple(
        ResourceChange(
            name,
            before.get(name, 0),
            after.get(name, 0),
            after.get(name, 0) - planned.left.get(name, 0),
        )
        for name in sorted(before.keys() | after.keys())
    )
