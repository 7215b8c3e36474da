"""Pure: from a request and its quote to the row of a hold, and from there to the booking."""

from datetime import datetime
from uuid import UUID

from maritime_app import ids
from maritime_app.bookings.holds.model import (
    Held,
    HoldItem,
    HoldLeg,
    HoldReserved,
    HoldRow,
    HoldVehicle,
    NewPassenger,
)
from maritime_app.bookings.model import (
    BookedVehicle,
    Booking,
    BookingItem,
    BookingRequest,
    BookingStatus,
    Leg,
    Passenger,
)
from maritime_app.bookings.pricing.model import LegQuote, Quote, measured_vehicles
from maritime_app.money import Money

# An operator's hold must outlive ours by the time that a payment needs to reach it.
_OPERATOR_MARGIN_SECONDS = 10.0
_SHORTEST_SECONDS = 1.0


def hold_row(
    request: BookingRequest, quote: Quote, reference: str, hold_minutes: float, now: datetime
) -> HoldRow:
    """Return the booking as the hold statement wants it."""
    return HoldRow(
        id=ids.uuid7(),
        reference=reference,
        email=request.contact.email,
        phone=request.contact.phone,
        language=request.contact.language,
        currency=quote.total.currency,
        total_minor=quote.total.amount_minor,
        hold_seconds=_hold_seconds(quote, hold_minutes, now),
        payment_id=ids.uuid7(),
        legs=tuple(
            HoldLeg(leg.number, leg.sailing.id, leg.price.amount_minor, _fare_id(leg))
            for leg in quote.legs
        ),
        reserved=tuple(
            HoldReserved(leg.number, leg.sailing.id, resource, quantity)
            for leg in quote.legs
            for resource, quantity in leg.places.items()
        ),
        passengers=_passengers(request, quote),
        vehicles=_vehicles(request),
        items=_items(quote),
    )


def held_booking(row: HoldRow, quote: Quote, held: Held) -> Booking:
    """Return the booking that the hold statement wrote from this row.

    It is what the database would say, without asking it again.
    """
    currency = row.currency
    return Booking(
        id=row.id,
        reference=row.reference,
        status=BookingStatus.HELD,
        version=1,
        email=row.email,
        phone=row.phone,
        language=row.language,
        currency=currency,
        total_minor=row.total_minor,
        created_at=held.held_at,
        expires_at=held.expires_at,
        paid_at=None,
        cancel_fee_minor=None,
        erased_at=None,
        legs=tuple(_leg(leg) for leg in quote.legs),
        passengers=tuple(
            Passenger(p.number, p.kind, p.given_name, p.family_name, p.resident_of)
            for p in row.passengers
        ),
        vehicles=tuple(
            BookedVehicle(v.number, v.kind, v.length_cm, v.height_cm, v.plate, v.weight_kg)
            for v in row.vehicles
        ),
        items=tuple(
            BookingItem(i.leg, i.item, i.quantity, Money(i.amount_minor, currency), i.reason)
            for i in row.items
        ),
    )


def _hold_seconds(quote: Quote, hold_minutes: float, now: datetime) -> float:
    """Return how long the shortest hold of all legs lasts, less a margin for operators' own."""
    seconds = [hold_minutes * 60]
    for leg in quote.legs:
        if leg.expires_at is not None:
            left = (leg.expires_at - now).total_seconds() - _OPERATOR_MARGIN_SECONDS
            seconds.append(max(_SHORTEST_SECONDS, left))
    return min(seconds)


def _passengers(request: BookingRequest, quote: Quote) -> tuple[NewPassenger, ...]:
    people = zip(request.passengers, quote.kinds, strict=True)
    return tuple(
        NewPassenger(
            number,
            kind,
            person.given_name.strip(),
            person.family_name.strip(),
            person.birth_date,
            person.gender,
            person.nationality,
            person.assistance,
            (person.assistance_note or "").strip() or None if person.assistance else None,
            person.resident_of,
        )
        for number, (person, kind) in enumerate(people, start=1)
    )


def _vehicles(request: BookingRequest) -> tuple[HoldVehicle, ...]:
    measured = measured_vehicles(request)
    return tuple(
        HoldVehicle(number, v.kind, v.length_cm, v.height_cm, v.weight_kg, booked.plate)
        for number, (v, booked) in enumerate(zip(measured, request.vehicles, strict=True), start=1)
    )


def _items(quote: Quote) -> tuple[HoldItem, ...]:
    lines = [(leg.number, line) for leg in quote.legs for line in leg.lines]
    return tuple(
        HoldItem(number, leg, line.item, line.quantity, line.amount_minor, line.reason)
        for number, (leg, line) in enumerate(lines, start=1)
    )


def _leg(leg: LegQuote) -> Leg:
    sailing = leg.sailing
    return Leg(
        number=leg.number,
        sailing_id=sailing.public_id,
        origin=sailing.origin,
        destination=sailing.destination,
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
        operator=sailing.operator,
        ferry=sailing.ferry,
        mmsi=sailing.mmsi,
        operator_reference=None,
        price=leg.price,
        cabins=leg.cabins,
        resident_discounts=sailing.fare.resident_discounts if sailing.fare else (),
        extras=dict(leg.demand.party.extras),
        fare_extras=sailing.fare.extras if sailing.fare else (),
        fare_id=_fare_id(leg),
    )


def _fare_id(leg: LegQuote) -> UUID | None:
    return leg.sailing.fare.id if leg.sailing.fare else None
