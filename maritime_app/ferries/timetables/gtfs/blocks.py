"""Trips that one ship sails after one another: who travels on stays on board (block_id).

Source: gtfs.org/documentation/schedule/reference, trips.txt, "block_id" and "Example: Blocks and
service day".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from maritime_app.ferries.timetables.gtfs.model import (
    Service,
    Stop,
    Transfer,
    TransferKind,
    Trip,
)

Days = set[date]
_FURTHEST = 100  # trips of a block are one ship's day, of several calendars at most


def stays_on_board(
    trips: Iterable[Trip],
    services: Mapping[str, Service],
    stops: Mapping[str, Stop],
    said: Iterable[Transfer],
) -> tuple[Transfer, ...]:
    """Return that one may stay on the ship from each trip to the next one of its block, which
    leaves where the first one ends, no earlier, on the same service day.

    What the feed says itself of two trips (`said`) holds. Trips that run about so often have no
    next one.
    """
    known = {(each.from_trip, each.to_trip) for each in said if each.from_trip and each.to_trip}
    days = {code: _days(service) for code, service in services.items()}
    return tuple(
        Transfer(TransferKind.IN_SEAT, from_trip=one.id, to_trip=other.id)
        for block in _blocks(trips)
        for number, one in enumerate(block)
        for other in _next(one, block[number + 1 : number + _FURTHEST], days, stops)
        if (one.id, other.id) not in known
    )


def overlapping(trips: Iterable[Trip], services: Mapping[str, Service]) -> tuple[Trip, Trip] | None:
    """Return two trips of one block that are under way at once on one of their days, or None."""
    days = {code: _days(service) for code, service in services.items()}
    for block in _blocks(trips):
        for number, one in enumerate(block):
            for other in block[number + 1 : number + _FURTHEST]:
                if other.calls[0].departs >= one.calls[-1].arrives:
                    break
                if days[one.service_id] & days[other.service_id]:
                    return one, other
    return None


def _blocks(trips: Iterable[Trip]) -> list[list[Trip]]:
    """Return the trips of each block by departure."""
    found: dict[str, list[Trip]] = defaultdict(list)
    for trip in trips:
        if trip.block_id and trip.starts == ((trip.calls[0].departs, None),):
            found[trip.block_id].append(trip)
    return [sorted(block, key=lambda trip: trip.calls[0].departs) for block in found.values()]


def _next(
    trip: Trip, later: Sequence[Trip], days: Mapping[str, Days], stops: Mapping[str, Stop]
) -> Iterator[Trip]:
    """Yield what comes next on any of the trip's days, until every day has its own."""
    end, left = trip.calls[-1], set(days[trip.service_id])
    for other in later:
        running = left & days[other.service_id]
        if not running or other.calls[0].departs < end.arrives:
            continue
        left -= running
        if stops[other.calls[0].stop_id].place_id == stops[end.stop_id].place_id:
            yield other
        if not left:
            return


def _days(service: Service) -> Days:
    bits = enumerate(service.days)
    return {service.first + timedelta(days=number) for number, bit in bits if bit == "1"}
