"""Ferry lines as maps draw them: between two ports, along the way by sea. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal
from urllib.parse import urlencode

import msgspec

from maritime_app.ferries.model import Place
from maritime_app.names.port_names import port_name

LonLat = tuple[float, float]
_DIGITS = 4  # of a degree: 11 m


class End(msgspec.Struct, frozen=True):
    """A port at one end of a line, in degrees."""

    place: Place
    lat: float
    lon: float


class FerryLine(msgspec.Struct, frozen=True):
    """Something sails between these ports, one way or both; `sold` is false where only timetables
    know it. `way` are the places where the way by sea bends, both ends included; empty where none
    is known: then nothing can be drawn.
    """

    one: End
    other: End
    sold: bool
    operators: tuple[str, ...]
    way: tuple[LonLat, ...] = ()


class LineGeometry(msgspec.Struct, frozen=True):
    """A GeoJSON LineString; across 180 degrees its longitudes go on beyond 180, so that it is drawn
    as one line.
    """

    coordinates: tuple[LonLat, ...]
    type: Literal["LineString"] = "LineString"


class PointGeometry(msgspec.Struct, frozen=True):
    """A GeoJSON Point."""

    coordinates: LonLat
    type: Literal["Point"] = "Point"


class LineProperties(msgspec.Struct, frozen=True):
    """Whose boats sail between which ports, and the page that goes on: a search where it is sold
    here, else the departures of the first port.
    """

    ends: tuple[str, str]
    names: tuple[str, str]
    operators: tuple[str, ...]
    sold: bool
    href: str


class PortProperties(msgspec.Struct, frozen=True):
    """A port with departures: how many lines, whether one is sold here, and its departures."""

    code: str
    name: str
    lines: int
    sold: bool
    href: str


class LineFeature(msgspec.Struct, frozen=True):
    """One line."""

    geometry: LineGeometry
    properties: LineProperties
    type: Literal["Feature"] = "Feature"


class PortFeature(msgspec.Struct, frozen=True):
    """One port."""

    geometry: PointGeometry
    properties: PortProperties
    type: Literal["Feature"] = "Feature"


class LineFeatures(msgspec.Struct, frozen=True):
    """A GeoJSON FeatureCollection (RFC 7946)."""

    features: list[LineFeature]
    type: Literal["FeatureCollection"] = "FeatureCollection"


class PortFeatures(msgspec.Struct, frozen=True):
    """A GeoJSON FeatureCollection (RFC 7946), the ports with most lines first."""

    features: list[PortFeature]
    type: Literal["FeatureCollection"] = "FeatureCollection"


class FerryLinesResponse(msgspec.Struct, frozen=True):
    """Ferry lines and the ports at their ends, for maps, named in the reader's script."""

    lines: LineFeatures
    ports: PortFeatures


def unbroken(way: Sequence[LonLat]) -> tuple[LonLat, ...]:
    """Return the way with longitudes that never jump: beyond 180 degrees they go on."""
    if not way:
        return ()
    found = [(round(way[0][0], _DIGITS), round(way[0][1], _DIGITS))]
    turn = 0.0
    for (before, _), (lon, lat) in pairwise(way):
        turn += 360.0 * ((lon - before < -180) - (lon - before > 180))
        found.append((round(lon + turn, _DIGITS), round(lat, _DIGITS)))
    return tuple(found)


def response(lines: Sequence[FerryLine]) -> FerryLinesResponse:
    """Return the lines and their ports for a map, named in the reader's script."""
    ends = {end.place.code: end for line in lines for end in (line.one, line.other)}
    count = dict.fromkeys(ends, 0)
    sold = dict.fromkeys(ends, False)
    for line in lines:
        for end in (line.one, line.other):
            count[end.place.code] += 1
            sold[end.place.code] |= line.sold
    ports = [_port(end, count[code], sold=sold[code]) for code, end in ends.items()]
    ports.sort(key=lambda port: (-port.properties.lines, port.properties.code))
    drawn = [_feature(line) for line in lines if line.way]
    return FerryLinesResponse(LineFeatures(drawn), PortFeatures(ports))


def _port(end: End, lines: int, *, sold: bool) -> PortFeature:
    code = end.place.code
    known = PortProperties(code, port_name(end.place), lines, sold, _board(code))
    return PortFeature(PointGeometry((end.lon, end.lat)), known)


def _feature(line: FerryLine) -> LineFeature:
    one, other = line.one.place, line.other.place
    search = "/ferries?" + urlencode({"from": one.code, "to": other.code})
    return LineFeature(
        LineGeometry(line.way),
        LineProperties(
            ends=(one.code, other.code),
            names=(port_name(one), port_name(other)),
            operators=line.operators,
            sold=line.sold,
            href=search if line.sold else _board(one.code),
        ),
    )


def _board(code: str) -> str:
    return "/ferries/departures?" + urlencode({"port": code})
