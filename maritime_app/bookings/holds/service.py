"""Places held, given back, and taken again: all legs of a booking, or none. The use of a promo
code goes with them.
"""

from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.holds import batch, rows, store
from maritime_app.bookings.holds.batch import HoldRequest
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.bookings.model import Booking, BookingRequest, Leg
from maritime_app.bookings.pricing.model import Quote
from maritime_app.bookings.promotions import service as promotions
from maritime_app.bookings.unpaid import service as unpaid
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import OperatorKind, Party, PassengerKind, Vehicle
from maritime_app.ferries.sailings import service as sailings
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources


async def hold(
    res: Resources, request: BookingRequest, quote: Quote, reference: str, minutes: float
) -> Booking:
    """Write the booking and take its places for so long; raise Conflict where some are gone."""
    row = rows.hold_row(request, quote, reference, minutes, clock.now())
    tags = tuple(
        tag
        for leg in quote.legs
        for tag in sailings.cache_tags(
            leg.sailing.id,
            leg.sailing.origin.code,
            leg.sailing.destination.code,
            leg.sailing.departs_at,
            leg.sailing.origin.timezone,
        )
    )
    held = await batch.of(res).hold(HoldRequest(row, tags))
    return rows.held_booking(row, quote, held)


async def release(conn: Conn, res: Resources, booking: Booking) -> None:
    """Give back what the booking holds, once, in the caller's transaction."""
    conn.after_commit.append(lambda: unpaid.give_back(res, booking.reference))
    reserved = await store.take_reserved(conn, booking.id)
    await capacity.release(conn, res.cache, reserved, cache_tags(booking))
    await promotions.give_back(conn, booking.id)


async def take_again(conn: Conn, res: Resources, booking: Booking) -> bool:
    """Take the same places as before in the caller's transaction.

    Return False, and take none, where some are gone. The caller holds the booking's row, and what
    it held was given back. A remote operator's are never taken again: it has been asked to cancel,
    and that question may be on its way while it confirms.
    """
    if any(leg.operator.kind is OperatorKind.REMOTE for leg in booking.legs):
        return False
    needed = [part for leg in booking.legs for part in places_of(booking, leg)]
    reserved = [Reserved(part.sailing_id, part.resource, part.quantity) for part in needed]
    if not await capacity.reserve(conn, res.cache, reserved, cache_tags(booking)):
        return False
    await store.add_reserved(conn, booking.id, needed)
    await promotions.take_again(conn, booking.id)
    return True


def cache_tags(booking: Booking) -> list[str]:
    """Return the tags of what is cached about the booking's sailings."""
    return [
        tag
        for leg in booking.legs
        for tag in sailings.cache_tags(
            leg.sailing_id,
            leg.origin.code,
            leg.destination.code,
            leg.departs_at,
            leg.origin.timezone,
        )
    ]


def places_of(booking: Booking, leg: Leg) -> list[HoldReserved]:
    """Return what a leg needs of our own inventory, worked out from what the booking says."""
    if leg.operator.kind is not OperatorKind.HOUSE:
        return []
    return [
        HoldReserved(leg.number, UUID(leg.sailing_id), resource, quantity)
        for resource, quantity in fare_rules.demand(party_of(booking, leg), leg.fare_extras).items()
    ]


def party_of(booking: Booking, leg: Leg) -> Party:
    """Return who and what travels on a leg, as it is booked."""
    kinds = [person.kind for person in booking.passengers]
    return Party(
        adults=kinds.count(PassengerKind.ADULT),
        children=kinds.count(PassengerKind.CHILD),
        infants=kinds.count(PassengerKind.INFANT),
        vehicles=tuple(
            Vehicle(v.kind, v.length_cm, v.height_cm, v.weight_kg or 0) for v in booking.vehicles
        ),
        cabins=tuple(sorted(leg.cabins.items())),
        pets=sum(i.quantity for i in booking.items if (i.leg, i.item) == (leg.number, "pet")),
        extras=tuple(sorted(leg.extras.items())),
    )
