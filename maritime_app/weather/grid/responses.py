"""The weather on a grid as programs get it, and what may be asked."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from maritime_app.errors import Invalid
from maritime_app.geo import Box

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class WeatherGridRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box in degrees; it crosses the antimeridian where `lng_min` is above `lng_max`."""

    lat_min: Latitude
    lat_max: Latitude
    lng_min: Longitude
    lng_max: Longitude

    def box(self) -> Box:
        """Return the box; raise Invalid for one whose south is north of its north."""
        if self.lat_min > self.lat_max:
            words = "The box is not possible."
            raise Invalid(words, {"lat_min": "This must not be north of lat_max."})
        return Box(self.lat_min, self.lat_max, self.lng_min, self.lng_max)


class GridPointGeometry(Struct, frozen=True):
    """A GeoJSON Point, longitude first."""

    coordinates: tuple[float, float]
    type: Literal["Point"] = "Point"


class GridPointWeather(Struct, frozen=True):
    """Waves and wind at a point, null for what is not known there. Metres, knots, degrees.

    `wave_direction_deg` and `wind_direction_deg` are where they come from.
    """

    wave_height_m: float | None
    wave_direction_deg: float | None
    wind_knots: float | None
    wind_direction_deg: float | None
    retrieved_at: datetime


class GridPoint(Struct, frozen=True):
    """One point at sea as a GeoJSON Feature."""

    geometry: GridPointGeometry
    properties: GridPointWeather
    type: Literal["Feature"] = "Feature"


class WeatherGridResponse(Struct, frozen=True):
    """Points at sea with the weather there, as a GeoJSON FeatureCollection (RFC 7946).

    A point on land, or of which nothing is known, is left out. `pending` points are being pulled:
    ask again after `retry_after_seconds`. `oldest_at` is when the oldest figure was retrieved, null
    without any. `invented` by the sandbox.
    """

    as_of: datetime
    features: list[GridPoint]
    sources: list[str]
    oldest_at: datetime | None
    pending: int
    retry_after_seconds: int | None
    invented: bool
    type: Literal["FeatureCollection"] = "FeatureCollection"
