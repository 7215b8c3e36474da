"""Pure: from the legs of a change and their prices to the booking as it will be."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings.changes.model import ChangedLeg, Content, Draft, GivenUp
from maritime_app.bookings.changes.pricing import differences
from maritime_app.bookings.changes.pricing.quoting import LegDraft
from maritime_app.bookings.changes.pricing.requests import ChangeQuote, QuotedLeg
from maritime_app.bookings.changes.pricing.wishes import Wanted
from maritime_app.bookings.holds.model import HoldItem, HoldPassenger
from maritime_app.bookings.model import Booking, BookingItem
from maritime_app.bookings.pricing.house_inventory import own_reference
from maritime_app.ferries.model import OperatorKind, PassengerKind
from maritime_app.money import Money


def quote(booking: Booking, legs: Sequence[LegDraft]) -> ChangeQuote:
    """Return what the change costs."""
    currency = booking.currency
    total_minor = sum(leg.price.total_minor for leg in legs)
    return ChangeQuote(
        total_before=booking.total,
        total=Money(total_minor, currency),
        difference=Money(differences.due_minor(booking, total_minor), currency),
        goodwill=Money(booking.goodwill_minor, currency),
        fees=Money(sum(leg.price.fees_minor for leg in legs), currency),
        legs=tuple(_quoted_leg(leg) for leg in legs),
        items=tuple(
            BookingItem(i.leg, i.item, i.quantity, Money(i.amount_minor, currency), i.reason)
            for i in _items(legs)
        ),
    )


def _quoted_leg(leg: LegDraft) -> QuotedLeg:
    sailing, booked = leg.sailing, leg.wanted.booked
    return QuotedLeg(
        leg.wanted.number,
        sailing.public_id,
        sailing.origin,
        sailing.destination,
        sailing.departs_at,
        sailing.arrives_at,
        sailing.operator,
        sailing.ferry,
        is_new=booked is None or booked.sailing_id != sailing.public_id,
    )


def draft(
    booking: Booking,
    now: Content,
    people: Sequence[HoldPassenger],
    wanted: Wanted,
    legs: Sequence[LegDraft],
    keys: Mapping[int, str],
) -> Draft:
    """Return the change; `now` is the booking as it is, `keys` our names for new remote legs."""
    before = {person.number: person for person in people}
    kinds = legs[0].demand.kinds if legs[0].demand else None
    travellers = [
        person if kinds is None else _of_kind(person, kinds[place])
        for place, person in enumerate(wanted.passengers)
    ]
    content = Content(
        legs=tuple(_leg(booking, now, leg, keys) for leg in legs),
        items=_items(legs),
        passengers=tuple(p for p in travellers if before.get(p.number) != p),
        dropped_passengers=wanted.dropped_passengers,
        vehicles=wanted.vehicles,
        dropped_vehicles=wanted.dropped_vehicles,
        given_up=tuple(_given_up(booking, wanted, legs)),
        dropped_legs=wanted.dropped_legs,
    )
    total_minor = sum(leg.price.total_minor for leg in legs)
    return Draft(content, total_minor, differences.due_minor(booking, total_minor))


def _leg(booking: Booking, now: Content, leg: LegDraft, keys: Mapping[int, str]) -> ChangedLeg:
    known = next((one for one in now.legs if one.number == leg.wanted.number), None)
    price_minor = leg.price.total_minor
    if leg.demand is None and known is not None:
        return msgspec.structs.replace(known, price_minor=price_minor)
    key = keys.get(leg.wanted.number)
    return ChangedLeg(
        number=leg.wanted.number,
        sailing_id=leg.sailing.id,
        public_id=leg.sailing.public_id,
        price_minor=price_minor,
        places=dict(leg.places or {}),
        operator_key=key,
        operator_reference=None if key else _own_reference(booking, leg),
        least_fee_percent=leg.least_fee_percent,
        new=True,
        fare_id=_fare_id(leg),
    )


def _fare_id(leg: LegDraft) -> UUID | None:
    """Return the fare whose terms hold: on its sailing a leg keeps those it was sold by."""
    booked = leg.wanted.booked
    if booked and booked.sailing_id == leg.sailing.public_id:
        return booked.fare_id
    return leg.sailing.fare.id if leg.sailing.fare else None


def _own_reference(booking: Booking, leg: LegDraft) -> str:
    """Return the reference of a leg of our own, as it is made when a booking is confirmed."""
    key = booking.operator_key(leg.wanted.number)
    return own_reference(leg.sailing.operator.code, key)


def _given_up(booking: Booking, wanted: Wanted, legs: Sequence[LegDraft]) -> Iterator[GivenUp]:
    """Yield what remote operators have under our keys and what is not wanted any more."""
    replaced = {leg.wanted.number for leg in legs if leg.demand is not None}
    dropped = {leg.number for leg in wanted.dropped_legs}
    for leg in booking.legs:
        if leg.operator.kind is OperatorKind.REMOTE and leg.number in replaced | dropped:
            yield GivenUp(leg.operator.code, booking.operator_key(leg.number))


def _items(legs: Sequence[LegDraft]) -> tuple[HoldItem, ...]:
    lines = [(leg.wanted.number, line) for leg in legs for line in leg.price.lines]
    return tuple(
        HoldItem(number, leg, line.item, line.quantity, line.amount_minor, line.reason)
        for number, (leg, line) in enumerate(lines, start=1)
    )


def _of_kind(person: HoldPassenger, kind: PassengerKind) -> HoldPassenger:
    return msgspec.structs.replace(person, kind=kind)
