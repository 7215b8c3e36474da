"""An update and the trip that it is about to when the boat is where. Pure.

Source: gtfs.org, "GTFS Realtime Reference", StopTimeUpdate: what is said of a call holds for the
calls behind it, until something else is said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.ferries.timetables.updates.model import (
    LONGEST_DELAY_SECONDS,
    LONGEST_LEAD_SECONDS,
    Event,
    PlannedCall,
    PlannedTrip,
    RunningCall,
    RunningTrip,
    StopState,
    StopUpdate,
    TripState,
    TripUpdate,
)
from maritime_app.ferries.timetables.updates.runs import start_meant

_NOON: Final = 12 * 3600
_GONE: Final = (TripState.CANCELED, TripState.DELETED)


def run_of(update: TripUpdate, planned: PlannedTrip, now: datetime) -> tuple[date, int] | None:
    """Return the service day and first departure of the run that is meant; None: there is none.

    Without a day it is the run that is nearest to now. Of several runs a day the time must say.
    """
    start = start_meant(planned.starts, planned.headways, update.start)
    if start is None:
        return None
    days = [day for day in planned.days if update.day in (None, day)]
    if not days:
        return None
    return min(days, key=lambda day: _away(planned, day, start, now)), start


def running(update: TripUpdate, planned: PlannedTrip, day: date, start: int) -> RunningTrip:
    """Return how the trip goes; raise ValueError where it would be earlier or later than any ship
    is.
    """
    first = _first_instant(planned, day, start)
    calls = tuple(_running_calls(update, planned.calls, first))
    return RunningTrip(start, update.state in _GONE, calls)


def _running_calls(
    update: TripUpdate, calls: Sequence[PlannedCall], first: datetime
) -> Iterator[RunningCall]:
    replaced = update.state is TripState.REPLACEMENT
    said = _Said(_of_stops(update.stops) if replaced else update.stops)
    carried = update.delay
    for call in calls:
        arrives_at = first + timedelta(seconds=call.arrives)
        departs_at = first + timedelta(seconds=call.departs)
        found = said.of(call)
        arrival = departure = carried
        skipped = replaced if found is None else found.state is StopState.SKIPPED
        if found is not None and found.state is StopState.NO_DATA:
            arrival = departure = carried = None
        elif found is not None and not skipped:
            arrival = _delay(found.arrival, arrives_at, carried)
            departure = carried = _delay(found.departure, departs_at, arrival)
        yield RunningCall(
            call.stop_id,
            arrives_at,
            departs_at,
            None if skipped else _late(arrives_at, arrival),
            None if skipped else _late(departs_at, departure),
            skipped,
        )


def _of_stops(stops: Sequence[StopUpdate]) -> list[StopUpdate]:
    """Return the calls of a trip that replaces one: all that it has, in an order of its own."""
    return [msgspec.structs.replace(one, sequence=None) if one.stop_id else one for one in stops]


class _Said:
    """What is said of calls: by their order where that is known, else by their stop, in turn."""

    def __init__(self, stops: Sequence[StopUpdate]) -> None:
        self._by_sequence = {one.sequence: one for one in stops if one.sequence is not None}
        self._by_stop: dict[str, list[StopUpdate]] = defaultdict(list)
        self._only_by_stop: dict[str, list[StopUpdate]] = defaultdict(list)
        for one in stops:
            self._by_stop[one.stop_id].append(one)
            if one.sequence is None:
                self._only_by_stop[one.stop_id].append(one)

    def of(self, call: PlannedCall) -> StopUpdate | None:
        found = None if call.sequence is None else self._by_sequence.get(call.sequence)
        if found is not None:
            return found
        others = self._by_stop if call.sequence is None else self._only_by_stop
        waiting = others.get(call.stop_id)
        return waiting.pop(0) if waiting else None


def _delay(event: Event | None, planned: datetime, carried: int | None) -> int | None:
    """Return how late it is in seconds: as it is said, else as before."""
    if event is None:
        return carried
    if event.time is None:
        return event.delay
    late = event.time - int(planned.timestamp())
    if not -LONGEST_LEAD_SECONDS <= late <= LONGEST_DELAY_SECONDS:
        raise ValueError("a time at which no ship of this trip is there")
    return late


def _late(planned: datetime, delay: int | None) -> datetime | None:
    return None if delay is None else planned + timedelta(seconds=delay)


def _away(planned: PlannedTrip, day: date, start: int, now: datetime) -> timedelta:
    """Return how long ago the run ended, or until it begins; nothing while it is under way."""
    first = _first_instant(planned, day, start)
    last = first + timedelta(seconds=planned.calls[-1].arrives)
    return max(first - now, now - last, timedelta())


def _first_instant(planned: PlannedTrip, day: date, start: int) -> datetime:
    """Return when the run leaves: seconds are counted from noon minus 12 h, as GTFS has it."""
    noon = datetime.combine(day, time(12), clock.zone(planned.timezone))
    return noon.astimezone(UTC) + timedelta(seconds=start - _NOON)
