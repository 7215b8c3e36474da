"""Where the sky is jammed, as GeoJSON. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from maritime_app.vessels.api.views import instant
from maritime_app.vessels.interference import InterferenceArea

LonLat = tuple[float, float]


class SquareGeometry(Struct, frozen=True):
    """A GeoJSON Polygon of four corners."""

    coordinates: list[list[LonLat]]
    type: Literal["Polygon"] = "Polygon"


class InterferenceProperties(Struct, frozen=True):
    """Since when, when a position failed there last, and of how many ships."""

    since: datetime
    last_at: datetime
    ships: int


class InterferenceFeature(Struct, frozen=True):
    """One square in which satellite positions fail."""

    geometry: SquareGeometry
    properties: InterferenceProperties
    type: Literal["Feature"] = "Feature"


class Interference(Struct, frozen=True):
    """Where the positions of five or more ships failed within a quarter of an hour, as now known.

    A GeoJSON FeatureCollection (RFC 7946) of squares of half a degree.
    """

    as_of: datetime
    features: list[InterferenceFeature]
    type: Literal["FeatureCollection"] = "FeatureCollection"


def interference(areas: Sequence[InterferenceArea], now_ms: int) -> Interference:
    """Return the areas for maps and programs."""
    return Interference(instant(now_ms), [_feature(area) for area in areas])


def _feature(area: InterferenceArea) -> InterferenceFeature:
    south, west = area.lat_min, area.lon_min
    north, east = south + area.degrees, west + area.degrees
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return InterferenceFeature(
        SquareGeometry([ring]),
        InterferenceProperties(instant(area.since_ms), instant(area.last_ms), area.ships),
    )
