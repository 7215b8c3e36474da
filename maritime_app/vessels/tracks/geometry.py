"""Stored points to a track: broken at gaps, simplified, split at the antimeridian. Pure."""

from collections.abc import Iterable
from itertools import pairwise
from math import cos, radians
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE, distance_m
from maritime_app.vessels.api.schemas import VesselTrackPoint

_GAP_SECONDS = 1_800.0
_STAYED_M = 300.0
# Clocks of two receivers differ by seconds: a hop this short says nothing about speed.
_HOP_M = 2_000.0
_MAX_M_PER_S = 120 * 1852 / 3600
FIELDS: Final = VesselTrackPoint.__struct_fields__

Piece = list[VesselTrackPoint]
LonLat = tuple[float, float]


def break_at_gaps(points: Iterable[VesselTrackPoint]) -> list[Piece]:
    """Return the points in pieces.

    A new piece begins after 30 minutes of silence, unless the ship stayed where it was, and where
    the ship would have needed more than 120 knots.
    """
    pieces: list[Piece] = []
    for point in points:
        if pieces and not _is_gap(pieces[-1][-1], point):
            pieces[-1].append(point)
        else:
            pieces.append([point])
    return pieces


def simplify(piece: Piece, tolerance_m: float) -> Piece:
    """Return the piece without points that lie within `tolerance_m` metres of the line drawn.

    Douglas and Peucker, "Algorithms for the reduction of the number of points required to
    represent a digitized line or its caricature" (Cartographica, 1973).
    """
    if tolerance_m <= 0 or len(piece) < 3:
        return piece
    needed = {0, len(piece) - 1}
    spans = [(0, len(piece) - 1)]
    while spans:
        first, last = spans.pop()
        furthest, furthest_m = 0, 0.0
        for index in range(first + 1, last):
            distance = _distance_to_line_m(piece[index], piece[first], piece[last])
            if distance > furthest_m:
                furthest, furthest_m = index, distance
        if furthest_m > tolerance_m:
            needed.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [piece[index] for index in sorted(needed)]


def lines(piece: Piece) -> list[list[LonLat]]:
    """Return the piece as lines of (longitude, latitude) that end at the antimeridian."""
    pieces = [[(piece[0].lon, piece[0].lat)]]
    for a, b in pairwise(piece):
        if abs(b.lon - a.lon) > 180:
            edge = 180.0 if a.lon > 0 else -180.0
            span = _shortest_turn(b.lon - a.lon)
            lat = a.lat + (b.lat - a.lat) * ((edge - a.lon) / span if span else 0.5)
            pieces[-1].append((edge, lat))
            pieces.append([(-edge, lat)])
        pieces[-1].append((b.lon, b.lat))
    return pieces


def _is_gap(a: VesselTrackPoint, b: VesselTrackPoint) -> bool:
    seconds = (b.at - a.at).total_seconds()
    metres = distance_m(a.lat, a.lon, b.lat, b.lon)
    if metres <= _STAYED_M:
        return False
    return seconds > _GAP_SECONDS or (metres > _HOP_M and metres > _MAX_M_PER_S * seconds)


def _distance_to_line_m(point: VesselTrackPoint, a: VesselTrackPoint, b: VesselTrackPoint) -> float:
    """Return the metres to the straight line from a to b, on a plane that touches the earth at a.

    The error is far below any tolerance over the length of a piece's span.
    """
    scale = METRES_PER_DEGREE * cos(radians(a.lat))
    bx, by = _shortest_turn(b.lon - a.lon) * scale, (b.lat - a.lat) * METRES_PER_DEGREE
    px, py = _shortest_turn(point.lon - a.lon) * scale, (point.lat - a.lat) * METRES_PER_DEGREE
    length = bx * bx + by * by
    along = 0.0 if length == 0 else max(0.0, min(1.0, (px * bx + py * by) / length))
    dx, dy = px - along * bx, py - along * by
    return float((dx * dx + dy * dy) ** 0.5)


def _shortest_turn(degrees: float) -> float:
    return (degrees + 540.0) % 360.0 - 180.0
