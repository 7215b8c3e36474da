"""A track as GeoJSON and CSV. Pure."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from maritime_app.vessels.tracks.geometry import FIELDS, LonLat, Piece, lines


class MultiLine(Struct, frozen=True):
    """A GeoJSON MultiLineString: longitude, latitude."""

    coordinates: list[list[LonLat]]
    type: Literal["MultiLineString"] = "MultiLineString"


class TrackProperties(Struct, frozen=True):
    """Whose track it is, and the times of each piece's points (ISO 8601)."""

    mmsi: int
    times: list[list[str]]


class TrackFeature(Struct, frozen=True):
    """A GeoJSON Feature (RFC 7946)."""

    id: int
    geometry: MultiLine
    properties: TrackProperties
    type: Literal["Feature"] = "Feature"


def track_feature(mmsi: int, pieces: Sequence[Piece]) -> TrackFeature:
    """Return the track as a Feature with one line per piece.

    Lines end at the antimeridian (RFC 7946, 3.1.9); a piece of one point has no line, its time is
    in the properties all the same.
    """
    all_lines = [line for piece in pieces for line in lines(piece)]
    times = [[point.at.isoformat() for point in piece] for piece in pieces]
    return TrackFeature(
        id=mmsi,
        geometry=MultiLine([line for line in all_lines if len(line) > 1]),
        properties=TrackProperties(mmsi, times),
    )


def track_csv(pieces: Sequence[Piece]) -> str:
    """Return the track as CSV: one line per point, with the number of its piece."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("piece", *FIELDS))
    for number, piece in enumerate(pieces, 1):
        for point in piece:
            values = [getattr(point, name) for name in FIELDS[1:]]
            writer.writerow((number, point.at.isoformat(), *values))
    return out.getvalue()
