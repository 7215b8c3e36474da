"""How long a ship turns round, and how much it recovers, when it is late. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from maritime_app.ferries.forecasts.model import Habits, PassedSailing, ShipSailing
from maritime_app.vessels.port_calls.model import PassedCall

_LATE: Final = timedelta(minutes=5)
_SAME_SAILING: Final = timedelta(hours=3)
_LONGEST_TURN_ROUND: Final = timedelta(hours=12)  # longer is the end of the day
_FEWEST: Final = 5  # late turn-rounds, or crossings, below which the timetable speaks
_MOST_RECOVERED: Final = 0.15  # of a crossing's time: no ship sails a sixth faster than planned


def passed(sailings: Iterable[ShipSailing], calls: Sequence[PassedCall]) -> list[PassedSailing]:
    """Return the sailings of one ship that are over, with when they left and arrived.

    What staff wrote down counts; otherwise the ship's own port calls within three hours of the
    timetable. A sailing of which one end is not known is left out.
    """
    found = []
    for sailing in sailings:
        departed = sailing.departed_at or _nearest(
            (call.unberthed_at for call in calls if call.port_code == sailing.origin_code),
            sailing.departs_at,
        )
        arrived = sailing.arrived_at or _nearest(
            (call.stopped_at for call in calls if call.port_code == sailing.destination_code),
            sailing.arrives_at,
        )
        if departed is not None and arrived is not None and departed < arrived:
            found.append(PassedSailing(sailing, departed, arrived))
    return sorted(found, key=lambda each: each.departed_at)


def habits(past: Sequence[PassedSailing], planned: Sequence[ShipSailing]) -> Habits:
    """Return what a ship does when it is late, out of what it did.

    A turn-round tells how short it can be only where the ship left late. Where fewer than five
    tell, the shortest one that its timetable plans there counts; and nothing is recovered.
    """
    turn_rounds = _planned_turn_rounds(planned)
    for port, seconds in _late_turn_rounds(past).items():
        if len(seconds) >= _FEWEST:
            turn_rounds[port] = median(seconds)
    saved = [_saved(each) for each in past if each.departed_at - each.sailing.departs_at > _LATE]
    recovery = median(saved) if len(saved) >= _FEWEST else 0.0
    late = tuple((each.departed_at - each.sailing.departs_at).total_seconds() for each in past)
    return Habits(turn_rounds, min(_MOST_RECOVERED, max(0.0, recovery)), len(saved), late)


def _nearest(times: Iterable[datetime | None], planned: datetime) -> datetime | None:
    """Return the time next to the planned one, None when none is within three hours."""
    near = [at for at in times if at is not None and abs(at - planned) < _SAME_SAILING]
    return min(near, key=lambda at: abs(at - planned), default=None)


def _late_turn_rounds(past: Sequence[PassedSailing]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for before, after in pairwise(past):
        stayed = after.departed_at - before.arrived_at
        is_late = after.departed_at - after.sailing.departs_at > _LATE
        same_port = before.sailing.destination_code == after.sailing.origin_code
        if is_late and same_port and timedelta(0) < stayed < _LONGEST_TURN_ROUND:
            found[after.sailing.origin_code].append(stayed.total_seconds())
    return found


def _planned_turn_rounds(planned: Sequence[ShipSailing]) -> dict[str, float]:
    found: dict[str, float] = {}
    ordered = sorted(planned, key=lambda each: each.departs_at)
    for before, after in pairwise(ordered):
        seconds = (after.departs_at - before.arrives_at).total_seconds()
        if before.destination_code == after.origin_code and seconds > 0:
            port = after.origin_code
            found[port] = min(seconds, found.get(port, seconds))
    return found


def _saved(each: PassedSailing) -> float:
    """Return the share of its planned time by which a crossing was quicker."""
    planned = (each.sailing.arrives_at - each.sailing.departs_at).total_seconds()
    return 1.0 - (each.arrived_at - each.departed_at).total_seconds() / planned
