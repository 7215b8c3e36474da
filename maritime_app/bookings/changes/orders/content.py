"""Pure: a booking as it is and as it will be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings.changes.model import ChangedLeg, Content, Draft, GivenUp
from maritime_app.bookings.changes.pricing import differences
from maritime_app.bookings.holds.model import HoldItem, HoldReserved
from maritime_app.bookings.model import Booking
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.ferries.model import OperatorKind, PriceReason


def as_it_is(booking: Booking, reserved: Iterable[HoldReserved]) -> Content:
    """Return the booking unchanged; `reserved` is what it has of capacity, leg by leg."""
    places: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for part in reserved:
        places[part.leg][part.resource] = part.quantity
    legs = tuple(
        ChangedLeg(
            number=leg.number,
            sailing_id=booking.leg_rows[leg.number].sailing_id,
            public_id=leg.sailing_id,
            price_minor=leg.price.amount_minor,
            places=places[leg.number],
            operator_key=booking.leg_rows[leg.number].operator_key,
            operator_reference=leg.operator_reference,
            least_fee_percent=booking.leg_rows[leg.number].least_fee_percent,
            fare_id=leg.fare_id,
        )
        for leg in booking.legs
    )
    items = tuple(
        HoldItem(number, line.leg, line.item, line.quantity, line.amount.amount_minor, line.reason)
        for number, line in enumerate(booking.items, start=1)
    )
    return Content(legs, items)


def moved(content: Content, number: int, sailing_id: UUID, places: dict[str, int]) -> Content:
    """Return the content with one leg on another sailing of ours, at the same price."""
    legs = tuple(
        msgspec.structs.replace(
            leg, sailing_id=sailing_id, public_id=str(sailing_id), places=places, new=True
        )
        if leg.number == number
        else leg
        for leg in content.legs
    )
    return msgspec.structs.replace(content, legs=legs)


def cabins_of(content: Content, number: int) -> tuple[tuple[str, int], ...]:
    """Return the cabins of a leg: how many of which type."""
    lines = (item for item in content.items if item.leg == number and item.item.startswith(CABIN))
    return tuple(sorted((line.item.removeprefix(CABIN), line.quantity) for line in lines))


def relodged(content: Content, number: int, cabins: Sequence[tuple[str, int]]) -> Content:
    """Return the content with other cabins on a leg, at what its cabins cost before."""
    lines = [i for i in content.items if i.leg == number and i.item.startswith(CABIN)]
    paid_minor, count = sum(line.amount_minor for line in lines), sum(n for _kind, n in cabins)
    made, left_minor, left = list[HoldItem](), paid_minor, count
    for kind, many in cabins:
        share_minor = left_minor * many // left
        left_minor, left = left_minor - share_minor, left - many
        made.append(HoldItem(0, number, CABIN + kind, many, share_minor, lines[0].reason))
    place = content.items.index(lines[0])
    others = [item for item in content.items if item not in lines]
    items = [*others[:place], *made, *others[place:]]
    numbered = tuple(msgspec.structs.replace(item, number=n) for n, item in enumerate(items, 1))
    return msgspec.structs.replace(content, items=numbered)


def replaced(content: Content, leg: ChangedLeg) -> Content:
    """Return the content with another leg of the same number."""
    legs = tuple(leg if one.number == leg.number else one for one in content.legs)
    return msgspec.structs.replace(content, legs=legs)


def without_legs(booking: Booking, content: Content, numbers: Iterable[int]) -> Draft:
    """Return the booking without these legs; the whole price of them goes back."""
    dropped = set(numbers)
    legs = tuple(leg for leg in content.legs if leg.number not in dropped)
    kept = [item for item in content.items if item.leg not in dropped]
    items = tuple(
        msgspec.structs.replace(item, number=number) for number, item in enumerate(kept, start=1)
    )
    given_up = tuple(
        GivenUp(leg.operator.code, booking.operator_key(leg.number))
        for leg in booking.legs
        if leg.number in dropped and leg.operator.kind is OperatorKind.REMOTE
    )
    total_minor = sum(leg.price_minor for leg in legs)
    left = tuple(leg for leg in booking.legs if leg.number in dropped)
    after = msgspec.structs.replace(
        content, legs=legs, items=items, given_up=given_up, dropped_legs=left
    )
    return Draft(after, total_minor, differences.due_minor(booking, total_minor))


def fees_minor(content: Content, number: int) -> int:
    """Return what of a leg's price is a fee: it was kept, and is not given back."""
    return sum(
        item.amount_minor
        for item in content.items
        if item.leg == number and item.reason is PriceReason.FEE
    )
