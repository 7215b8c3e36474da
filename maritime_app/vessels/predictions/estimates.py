"""How long a ship still needs: from earlier passages, a lane's length, the shortest way by sea or
over the globe, or its timetable. Pure.
"""

import math
from collections.abc import Mapping
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE, METRES_PER_NAUTICAL_MILE, distance_m
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.predictions.cells import cells_around
from maritime_app.vessels.predictions.model import (
    FEWEST,
    FEWEST_ON_A_LANE,
    Basis,
    Estimate,
    KnownVoyage,
    Usual,
    VoyageState,
)
from maritime_app.vessels.sea.lanes import SeaWay

ALL_GROUPS: Final = -1
_STRAIGHT: Final = 2  # places of a way: its ends
LEAST_KNOTS: Final = 3.0  # slower is drifting, or manoeuvring: no speed to go by
# How far a ship's present speed, and its habit, are trusted against what is usual: exponents of a
# pace that multiplies the usual time (test_predict_arrivals finds both better than none).
_PRESENT: Final = 0.45
_HABIT: Final = 0.45
_SLOWEST, _QUICKEST = 0.6, 1.6
# So many passages weigh as much as the timetable.
_TIMETABLE_WEIGHT: Final = 10.0


def estimate(
    state: VoyageState,
    port: Harbour,
    known: Mapping[tuple[int, int], Usual],
    habit: float = 1.0,
    voyage: KnownVoyage | None = None,
) -> Estimate:
    """Return the seconds that a ship needs from where it is, by the best basis there is.

    `known` is what is usual on the way to that port, by cell and group; `habit` is the ship's time
    for its earlier passages as a share of what is usual. Raise ValueError below three knots.
    """
    if state.knots < LEAST_KNOTS:
        raise ValueError("a ship that hardly moves has no speed to go by")
    passed = _by_passages(state, known, habit)
    if voyage is not None:
        return _by_timetable(state, port, voyage, passed)
    if passed is not None:
        return passed
    near = _near(state, known, ALL_GROUPS, FEWEST_ON_A_LANE)
    if near is not None:
        metres = max(0.0, near.metres - _ahead_m(state, near))
        return Estimate(Basis.LANE, metres / _metres_per_second(state.knots), near.passages)
    return Estimate(Basis.GREAT_CIRCLE, great_circle_seconds(state, port), 0)


def by_sea(state: VoyageState, shortest: Estimate, way: SeaWay | None) -> Estimate:
    """Return the time for the shortest way by sea where the great circle crosses land.

    Where it does not, and where no way by sea is known, the great circle's stays.
    """
    if way is None or len(way.places) == _STRAIGHT:
        return shortest
    return Estimate(Basis.SEA_LANE, way.metres / _metres_per_second(state.knots), 0)


def great_circle_seconds(state: VoyageState, port: Harbour) -> float:
    """Return the seconds for the shortest way over the sphere at present speed."""
    metres = distance_m(state.lat, state.lon, port.lat, port.lon)
    return metres / _metres_per_second(max(LEAST_KNOTS, state.knots))


def _by_passages(
    state: VoyageState, known: Mapping[tuple[int, int], Usual], habit: float
) -> Estimate | None:
    near = _near(state, known, state.group, FEWEST)
    if near is None:
        return None
    present = min(_QUICKEST, max(_SLOWEST, near.knots / state.knots))
    pace = present**_PRESENT * min(_QUICKEST, max(_SLOWEST, habit)) ** _HABIT
    ahead_seconds = _ahead_m(state, near) / _metres_per_second(max(LEAST_KNOTS, near.knots))
    seconds = max(0.0, near.seconds - ahead_seconds)
    return Estimate(Basis.PASSAGES, seconds * pace, near.passages)


def _by_timetable(
    state: VoyageState, port: Harbour, voyage: KnownVoyage, passed: Estimate | None
) -> Estimate:
    """Return the timetable's time for the share of the way that is left, which passages correct."""
    made = distance_m(voyage.origin_lat, voyage.origin_lon, state.lat, state.lon)
    left = distance_m(state.lat, state.lon, port.lat, port.lon)
    whole = (voyage.arrives_at - voyage.departs_at).total_seconds()
    seconds = whole * left / (made + left) if made + left else 0.0
    if passed is None:
        return Estimate(Basis.TIMETABLE, seconds, 0)
    weight = passed.passages / (passed.passages + _TIMETABLE_WEIGHT)
    seconds += weight * (passed.seconds - seconds)
    return Estimate(Basis.TIMETABLE, seconds, passed.passages)


def _near(
    state: VoyageState, known: Mapping[tuple[int, int], Usual], group: int, fewest: int
) -> Usual | None:
    """Return what is usual in the ship's cell, or in the most sailed one beside it."""
    middle, *around = cells_around(state.lat, state.lon)
    here = known.get((middle, group))
    if here is not None and here.passages >= fewest:
        return here
    found = [known[cell, group] for cell in around if (cell, group) in known]
    best = max(found, key=lambda each: each.passages, default=None)
    return best if best is not None and best.passages >= fewest else None


def _ahead_m(state: VoyageState, near: Usual) -> float:
    """Return how far along the usual course the ship is beyond the middle of the cell."""
    north = (state.lat - near.lat) * METRES_PER_DEGREE
    turn = (state.lon - near.lon + 540.0) % 360.0 - 180.0
    east = turn * METRES_PER_DEGREE * math.cos(math.radians(near.lat))
    course = math.radians(near.course_deg)
    return north * math.cos(course) + east * math.sin(course)


def _metres_per_second(knots: float) -> float:
    return knots * METRES_PER_NAUTICAL_MILE / 3600
