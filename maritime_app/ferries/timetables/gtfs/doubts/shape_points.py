"""The ways of trips on the map (shapes.txt): whole, in order, and there."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables
from maritime_app.geo import distance_m

SHAPES: Final = "shapes.txt"
_SAME_PLACE_M = 1.11  # as the validator has it: a hundred-thousandth of a degree


class Point(NamedTuple):
    """A point of a way in its order; `travelled` is in the feed's own unit, None where blank."""

    order: int
    lat: float
    lon: float
    travelled: float | None


def check(tables: Tables, wanted: Collection[str]) -> None:
    """Note what is odd of the ways of the trips that are shown."""
    if not wanted:
        return
    ways = _ways(tables, wanted)
    if any(code not in ways for code in wanted):
        tables.notices.note(f"trips name ways that are not in {SHAPES}", "foreign_key_violation")
    for way in ways.values():
        _check_way(tables, sorted(way))


def _ways(tables: Tables, wanted: Collection[str]) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = defaultdict(list)
    columns = ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    for row in tables.rows(SHAPES, *columns, only=wanted, shown=False):
        point = _point(tables, row)
        if point is not None:
            found[row["shape_id"]].append(point)
    return found


def _point(tables: Tables, row: Row) -> Point | None:
    order = fields.order(row["shape_pt_sequence"])
    lat, lon = fields.degrees(row["shape_pt_lat"], 90), fields.degrees(row["shape_pt_lon"], 180)
    text = row.get("shape_dist_traveled", "")
    travelled = fields.number(text)
    if order is None:
        tables.notices.note(f"{SHAPES} has points without a readable order", "invalid_integer")
    if lat is None or lon is None:
        tables.notices.note(f"{SHAPES} has points that are nowhere", "number_out_of_range")
    if text and (travelled is None or travelled < 0):
        tables.notices.note(f"{SHAPES} has unreadable distances", "invalid_float")
    if order is None or lat is None or lon is None:
        return None
    return Point(order, lat, lon, travelled)


def _check_way(tables: Tables, way: Sequence[Point]) -> None:
    if len(way) == 1:
        tables.notices.note(f"{SHAPES} has ways of one point", "single_shape_point")
    for one, other in pairwise(way):
        if one.travelled is None or other.travelled is None:
            continue
        if other.travelled < one.travelled:
            words = f"{SHAPES} has ways on which the distance shrinks"
            tables.notices.note(words, "decreasing_shape_distance")
        elif other.travelled == one.travelled and _are_apart(one, other):
            words = f"{SHAPES} has points apart at one distance"
            tables.notices.note(words, "equal_shape_distance_diff_coordinates")


def _are_apart(one: Point, other: Point) -> bool:
    return distance_m(one.lat, one.lon, other.lat, other.lon) > _SAME_PLACE_M
