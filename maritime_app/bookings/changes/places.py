"""Pure: what a change takes beyond what its booking has, and what it leaves over."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from maritime_app.bookings.changes.model import Content
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.ferries.capacity.model import Reserved

Places = Counter[tuple[UUID, str]]


def needed(content: Content) -> Places:
    """Return what the booking will need, by sailing and resource."""
    total: Places = Counter()
    for leg in content.legs:
        for resource, quantity in leg.places.items():
            total[leg.sailing_id, resource] += quantity
    return total


def held(reserved: Iterable[Reserved | HoldReserved]) -> Places:
    """Return what somebody has, by sailing and resource."""
    total: Places = Counter()
    for part in reserved:
        total[part.sailing_id, part.resource] += part.quantity
    return total


def selling(content: Content, reserved: Iterable[HoldReserved]) -> list[UUID]:
    """Return the sailings of which the change sells more than its booking has, and of new legs."""
    more = {part.sailing_id for part in beyond(needed(content), held(reserved))}
    return sorted(more | {leg.sailing_id for leg in content.legs if leg.new})


def beyond(first: Places, second: Places) -> list[Reserved]:
    """Return what the first has more than the second, in a fixed order."""
    return [
        Reserved(sailing_id, resource, quantity)
        for (sailing_id, resource), quantity in sorted((first - second).items())
    ]
