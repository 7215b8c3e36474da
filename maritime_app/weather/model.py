"""A cell of the grid, what is known of the weather in it, and how it is asked for.

Metres, seconds, degrees (where waves and wind come from, where a current sets to), knots, UTC.
"""

import math
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from maritime_app.errors import Invalid
from maritime_app.outside_data.model import Source

CELL_DEGREES: Final = 0.1
CELLS_PER_PULL: Final = 50
SOURCE: Final = Source(
    name="marine_weather",
    title="The weather service",
    task="weather.fetch_marine_weather",
    max_age=timedelta(seconds=600),
    min_pause=timedelta(seconds=60),
    wait_seconds=2.0,
    cache_seconds=60,
    key_name="cell",
)
# Copies of the sandbox are kept apart: with a real service, none of them is ever shown again.
SANDBOX_SOURCE: Final = replace(SOURCE, name="sandbox_weather")


class Waves(Struct, frozen=True):
    """The sea as a wave model has it at the nearest sea cell; all null over land.

    `lat`, `lon` and `distance_km` say where that cell is.
    """

    source: str
    lat: float
    lon: float
    distance_km: float
    at: datetime | None = None
    wave_height_m: float | None = None
    wave_direction_deg: float | None = None
    wave_period_s: float | None = None
    swell_height_m: float | None = None
    swell_direction_deg: float | None = None
    swell_period_s: float | None = None
    sea_temperature_c: float | None = None
    current_knots: float | None = None
    current_direction_deg: float | None = None


class Wind(Struct, frozen=True):
    """Wind at 10 m and visibility; `at` is when it was measured or modelled for."""

    source: str
    at: datetime | None = None
    speed_knots: float | None = None
    direction_deg: float | None = None
    gust_knots: float | None = None
    visibility_m: float | None = None
    temperature_c: float | None = None


class Hour(Struct, frozen=True):
    """The forecast for one hour."""

    at: datetime
    wave_height_m: float | None
    wave_direction_deg: float | None
    wind_knots: float | None
    wind_direction_deg: float | None


class MarineWeather(Struct, frozen=True):
    """The weather in one cell, as it was pulled; a part is null when its service gave none."""

    waves: Waves | None
    wind: Wind | None
    hours: list[Hour] = []
    invented: bool = False


def cell_of(lat: float, lon: float) -> str:
    """Return the key of the cell of 0.1 degrees around a place, e.g. "37.9,23.6"."""
    cell_lat = round(lat / CELL_DEGREES) * CELL_DEGREES
    cell_lon = round(lon / CELL_DEGREES) * CELL_DEGREES
    # No "-0.0", and one key for the antimeridian.
    return f"{cell_lat + 0.0:.1f},{(-180.0 if cell_lon >= 180 else cell_lon) + 0.0:.1f}".replace(
        "-0.0", "0.0"
    )


def place_of(cell: str) -> tuple[float, float]:
    """Return latitude and longitude of a cell's middle; raise Invalid for what is no cell's key."""
    try:
        lat, lon = (float(part) for part in cell.split(","))
    except ValueError:
        lat = lon = math.nan
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and cell_of(lat, lon) == cell):
        raise Invalid("There is no such cell.", {"cell": 'must be like "37.9,23.6"'})
    return lat, lon
