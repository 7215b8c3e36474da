"""A track as GeoJSON, CSV and GPX. Pure."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from maritime_app.formats import csv_cells
from maritime_app.vessels.api.schemas import VesselTrackPoint
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

    Lines end at the antimeridian (RFC 7946, 3.1.9); a piece of one point is a line from there to
    there, so that it is drawn and has its place beside its time.
    """
    times = [[point.at.isoformat() for point in piece] for piece in pieces]
    return TrackFeature(
        id=mmsi,
        geometry=MultiLine(track_lines(pieces)),
        properties=TrackProperties(mmsi, times),
    )


def track_lines(pieces: Sequence[Piece]) -> list[list[LonLat]]:
    """Return the lines of all pieces; one of a single point begins and ends there."""
    found = [line for piece in pieces for line in lines(piece)]
    return [line if len(line) > 1 else line * 2 for line in found]


def track_gpx(mmsi: int, pieces: Sequence[Piece]) -> str:
    """Return the track as GPX 1.1, one segment per piece."""
    segments = "".join(
        "<trkseg>" + "".join(_gpx_point(point) for point in piece) + "</trkseg>\n"
        for piece in pieces
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Fairway" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<trk><name>{mmsi}</name>\n{segments}</trk></gpx>\n"
    )


def track_csv(pieces: Sequence[Piece]) -> bytes:
    """Return the track as CSV: one line per point, with the number of its piece."""
    rows = (
        (number, point.at, *(getattr(point, name) for name in FIELDS[1:]))
        for number, piece in enumerate(pieces, 1)
        for point in piece
    )
    return csv_cells.table(("piece", *FIELDS), rows)


def _gpx_point(point: VesselTrackPoint) -> str:
    at = point.at.isoformat().replace("+00:00", "Z")
    return f'<trkpt lat="{point.lat}" lon="{point.lon}"><time>{at}</time></trkpt>'
