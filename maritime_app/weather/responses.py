"""Weather as programs get it."""

from datetime import datetime

from msgspec import Struct

from maritime_app.weather.model import Hour, Waves, Wind


class WeatherResponse(Struct, frozen=True):
    """The weather in the cell of 0.1 degrees around a place.

    `waves` are those of the nearest sea cell, `distance_km` away; null where no model knows any.
    `forecast` is for the hour that was asked for. `stale` when older than ten minutes: then it is
    being renewed. `invented` by the sandbox.
    """

    lat: float
    lng: float
    cell: str
    cell_lat: float
    cell_lng: float
    waves: Waves | None
    wind: Wind | None
    beaufort: int | None
    forecast: Hour | None
    sources: list[str]
    retrieved_at: datetime
    age_seconds: float
    stale: bool
    invented: bool


class WaypointResponse(Struct, frozen=True):
    """A place of a crossing, when the ship is there, and the forecast for that hour.

    `forecast` is null beyond the two days that are forecast.
    """

    lat: float
    lng: float
    at: datetime | None
    forecast: Hour | None
    beaufort: int | None


class CrossingWeatherResponse(Struct, frozen=True):
    """The weather on the way; `retrieved_at` is that of the oldest figure in it.

    `is_forecast` is false for a crossing that is beyond every forecast.
    """

    waypoints: list[WaypointResponse]
    is_forecast: bool
    sources: list[str]
    retrieved_at: datetime
    age_seconds: float
    stale: bool
    invented: bool
