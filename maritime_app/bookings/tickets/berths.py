"""Pure: who sleeps where.

People take berths in the order in which they were booked, cabin after cabin; an infant shares the
bed of whoever looks after it and takes none.
"""

from collections.abc import Iterator, Mapping, Sequence

from maritime_app.bookings.model import Leg, Passenger
from maritime_app.bookings.tickets.model import Berth, full_name
from maritime_app.ferries.model import PassengerKind

_USUAL_BERTHS = 2


def berths_of(
    leg: Leg, passengers: Sequence[Passenger], berths: Mapping[str, int]
) -> dict[int, Berth]:
    """Return the berths of one leg by passenger number; `berths` is how many a type has."""
    cabins = list(_cabins(leg, berths))
    sleepers = [p for p in passengers if p.kind is not PassengerKind.INFANT]
    given: dict[int, Berth] = {}
    for cabin_type, number, size in cabins:
        inside, sleepers = sleepers[:size], sleepers[size:]
        for person in inside:
            others = tuple(full_name(other) for other in inside if other is not person)
            total = leg.cabins[cabin_type]
            given[person.number] = Berth(cabin_type, number, total, others)
    return given


def _cabins(leg: Leg, berths: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield type, number and berths of every cabin of the leg, the largest first."""
    sizes = {cabin: berths.get(cabin) or _size_by_name(cabin) for cabin in leg.cabins}
    for cabin in sorted(leg.cabins, key=lambda cabin: (-sizes[cabin], cabin)):
        for number in range(1, leg.cabins[cabin] + 1):
            yield cabin, number, sizes[cabin]


def _size_by_name(cabin_type: str) -> int:
    """Return the berths of a ship that is not ours: "inside4" says four."""
    digits = cabin_type[len(cabin_type.rstrip("0123456789")) :]
    return int(digits) if digits else _USUAL_BERTHS
