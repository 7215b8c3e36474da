"""Tracks that ended in a port to the track graph: what was left to sail at each of its cells. Pure.

A node of the graph is an H3 cell, and holds what passages through it still had before them.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct

from maritime_app.geo import bearing_deg, distance_m
from maritime_app.vessels.predictions.cells import cell_of
from maritime_app.vessels.predictions.model import Usual

_STEP_M: Final = 1_000.0  # well below a cell's edge: a straight piece of track misses none
_KNOTS_PER_METRE_PER_SECOND: Final = 3600 / 1852
_LONGEST_HOP_M: Final = 60_000.0  # a longer piece without a report is a way that nobody saw


class Fix(Struct, frozen=True, gc=False):
    """Where a ship was: UTC epoch seconds, degrees."""

    at: float
    lat: float
    lon: float


class Passage(Struct, frozen=True):
    """One way to a port as it is stored: parallel lists by cell, in the order of sailing.

    Seconds and metres to the arrival from the middle of the cell, degrees of that point, knots and
    course there. `id` is the port call's in which it ended.
    """

    id: UUID
    port_id: UUID
    mmsi: int
    ship_group: int
    source: int
    arrived_at: datetime
    cells: list[int]
    seconds: list[int]
    metres: list[int]
    lats: list[float]
    lons: list[float]
    knots: list[float]
    courses: list[float]


class CellPass(NamedTuple):
    """What was left from the middle of one cell on."""

    cell: int
    seconds: float
    metres: float
    lat: float
    lon: float
    knots: float
    course_deg: float


def passes(fixes: Sequence[Fix], arrived: float) -> list[CellPass]:
    """Return the cells of a track that ended at `arrived` (epoch seconds), in order, each once.

    A track with a hole of 60 km or more counts from behind it.
    """
    seen = _without_holes(fixes)
    steps = _steps(seen)
    if len(steps) < 2:
        return []
    sailed = [0.0]
    for a, b in pairwise(steps):
        sailed.append(sailed[-1] + distance_m(a.lat, a.lon, b.lat, b.lon))
    spans: dict[int, list[int]] = {}
    for index, step in enumerate(steps):
        spans.setdefault(cell_of(step.lat, step.lon), []).append(index)
    found = (_pass(cell, span, steps, sailed, arrived) for cell, span in spans.items())
    return [each for each in found if each is not None]


def usual(passages: Iterable[Passage]) -> dict[tuple[int, int], Usual]:
    """Return the medians by cell and group of ships; group -1 is all ships together."""
    by_cell: dict[tuple[int, int], list[CellPass]] = defaultdict(list)
    for passage in passages:
        for each in _rows(passage):
            by_cell[each.cell, passage.ship_group].append(each)
            by_cell[each.cell, -1].append(each)
    return {key: _usual(rows) for key, rows in by_cell.items()}


def _usual(rows: Sequence[CellPass]) -> Usual:
    radians = [math.radians(row.course_deg) for row in rows]
    course = math.atan2(sum(map(math.sin, radians)), sum(map(math.cos, radians)))
    return Usual(
        passages=len(rows),
        seconds=median(row.seconds for row in rows),
        metres=median(row.metres for row in rows),
        lat=median(row.lat for row in rows),
        lon=median(row.lon for row in rows),
        knots=median(row.knots for row in rows),
        course_deg=math.degrees(course) % 360,
    )


def _rows(passage: Passage) -> Iterable[CellPass]:
    columns = (
        passage.cells,
        passage.seconds,
        passage.metres,
        passage.lats,
        passage.lons,
        passage.knots,
        passage.courses,
    )
    return (CellPass(*row) for row in zip(*columns, strict=True))


def _pass(
    cell: int, span: Sequence[int], steps: Sequence[Fix], sailed: Sequence[float], arrived: float
) -> CellPass | None:
    """Return what was left from the middle of the steps in a cell on; None for a standing ship."""
    first, last = span[0], span[-1]
    before, after = max(0, first - 1), min(len(steps) - 1, last + 1)
    seconds = steps[after].at - steps[before].at
    metres = sailed[after] - sailed[before]
    if seconds <= 0 or metres <= 0:
        return None
    here = steps[span[len(span) // 2]]
    a, b = steps[before], steps[after]
    return CellPass(
        cell=cell,
        seconds=arrived - here.at,
        metres=sailed[-1] - sailed[span[len(span) // 2]],
        lat=here.lat,
        lon=here.lon,
        knots=metres / seconds * _KNOTS_PER_METRE_PER_SECOND,
        course_deg=bearing_deg(a.lat, a.lon, b.lat, b.lon),
    )


def _without_holes(fixes: Sequence[Fix]) -> Sequence[Fix]:
    begin = 0
    for index, (a, b) in enumerate(pairwise(fixes), 1):
        if distance_m(a.lat, a.lon, b.lat, b.lon) > _LONGEST_HOP_M:
            begin = index
    return fixes[begin:]


def _steps(fixes: Sequence[Fix]) -> list[Fix]:
    """Return the track in steps of a kilometre at most: stored tracks are thinned."""
    steps = list(fixes[:1])
    for a, b in pairwise(fixes):
        pieces = max(1, math.ceil(distance_m(a.lat, a.lon, b.lat, b.lon) / _STEP_M))
        east = (b.lon - a.lon + 540.0) % 360.0 - 180.0
        for piece in range(1, pieces + 1):
            share = piece / pieces
            lon = (a.lon + east * share + 540.0) % 360.0 - 180.0
            steps.append(Fix(a.at + (b.at - a.at) * share, a.lat + (b.lat - a.lat) * share, lon))
    return steps
