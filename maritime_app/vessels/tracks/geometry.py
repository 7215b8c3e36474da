"""Tracks from kept points: broken at gaps, simplified, split at the antimeridian, written out."""

import csv
import io
from collections.abc import Iterable
from itertools import pairwise
from math import cos, radians

from maritime_app.geo import distance_m
from maritime_app.vessels.schemas import VesselTrackPoint
from maritime_app.vessels.tracks.thinning import METRES_PER_DEGREE

_GAP_SECONDS = 1_800.0
_STAYED_M = 300.0
_MAX_M_PER_S = 120 * 1852 / 3600
FIELDS = ("at", "lat", "lon", "sog_knots", "cog_deg", "heading_deg", "status")

Piece = list[VesselTrackPoint]


def broken(points: Iterable[VesselTrackPoint]) -> list[Piece]:
    """Pieces: a new one after 30 minutes of silence (unless the ship stayed) or an impossible
    speed.
    """
    pieces: list[Piece] = []
    for point in points:
        if pieces and not _breaks(pieces[-1][-1], point):
            pieces[-1].append(point)
        else:
            pieces.append([point])
    return pieces


def simplified(piece: Piece, tolerance_m: float) -> Piece:
    """Douglas and Peucker (1973): no point left out is further than the tolerance from the line
    drawn.
    """
    if tolerance_m <= 0 or len(piece) < 3:
        return piece
    keep = {0, len(piece) - 1}
    spans = [(0, len(piece) - 1)]
    while spans:
        first, last = spans.pop()
        furthest, off_m = 0, 0.0
        for index in range(first + 1, last):
            distance = _off_line_m(piece[index], piece[first], piece[last])
            if distance > off_m:
                furthest, off_m = index, distance
        if off_m > tolerance_m:
            keep.add(furthest)
            spans += [(first, furthest), (furthest, last)]
    return [piece[index] for index in sorted(keep)]


def geojson(mmsi: int, pieces: list[Piece]) -> dict[str, object]:
    """A Feature with one line per piece (GeoJSON, RFC 7946: lon, lat; lines end at the
    antimeridian).
    """
    lines = [line for piece in pieces for line in _lines(piece)]
    times = [[point.at.isoformat() for point in piece] for piece in pieces]
    return {
        "type": "Feature",
        "id": mmsi,
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [line for line in lines if len(line) > 1],
        },
        "properties": {"mmsi": mmsi, "times": times},
    }


def as_csv(pieces: list[Piece]) -> str:
    """One line per point, with the number of its piece."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("piece", *FIELDS))
    for number, piece in enumerate(pieces, 1):
        for point in piece:
            row = [getattr(point, name) for name in FIELDS]
            writer.writerow((number, point.at.isoformat(), *row[1:]))
    return out.getvalue()


def _breaks(a: VesselTrackPoint, b: VesselTrackPoint) -> bool:
    seconds = (b.at - a.at).total_seconds()
    metres = distance_m(a.lat, a.lon, b.lat, b.lon)
    if metres <= _STAYED_M:
        return False
    return seconds > _GAP_SECONDS or (metres > 2_000 and metres > _MAX_M_PER_S * seconds)


def _off_line_m(point: VesselTrackPoint, a: VesselTrackPoint, b: VesselTrackPoint) -> float:
    """Distance from the straight line between two points; the earth is flat enough for a piece of
    track.
    """
    scale = METRES_PER_DEGREE * cos(radians(a.lat))
    bx, by = _turn(b.lon - a.lon) * scale, (b.lat - a.lat) * METRES_PER_DEGREE
    px, py = _turn(point.lon - a.lon) * scale, (point.lat - a.lat) * METRES_PER_DEGREE
    length = bx * bx + by * by
    along = 0.0 if length == 0 else max(0.0, min(1.0, (px * bx + py * by) / length))
    dx, dy = px - along * bx, py - along * by
    return float((dx * dx + dy * dy) ** 0.5)


def _lines(piece: Piece) -> list[list[tuple[float, float]]]:
    lines = [[(piece[0].lon, piece[0].lat)]]
    for a, b in pairwise(piece):
        if abs(b.lon - a.lon) > 180:
            edge = 180.0 if a.lon > 0 else -180.0
            span = _turn(b.lon - a.lon)
            lat = a.lat + (b.lat - a.lat) * ((edge - a.lon) / span if span else 0.5)
            lines[-1].append((edge, lat))
            lines.append([(-edge, lat)])
        lines[-1].append((b.lon, b.lat))
    return lines


def _turn(degrees: float) -> float:
    return (degrees + 540.0) % 360.0 - 180.0
