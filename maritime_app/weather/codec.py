"""Open-Meteo's answers to weather. Pure.

Source: the documentation of its Marine and Forecast APIs. Over land and in many harbours the wave
model has nulls.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from maritime_app.geo import distance_m
from maritime_app.weather.model import Hour, Waves, Wind

OPEN_METEO: Final = "Open-Meteo"
_KNOTS_PER_KM_H: Final = 1 / 1.852
_FORECAST_HOURS: Final = 48
MARINE_CURRENT: Final = (
    "wave_height",
    "wave_direction",
    "wave_period",
    "swell_wave_height",
    "swell_wave_direction",
    "swell_wave_period",
    "sea_surface_temperature",
    "ocean_current_velocity",
    "ocean_current_direction",
)
MARINE_HOURLY: Final = ("wave_height", "wave_direction")
WIND_CURRENT: Final = (
    "wind_speed_10m",
    "wind_direction_10m",
    "wind_gusts_10m",
    "visibility",
    "temperature_2m",
)
WIND_HOURLY: Final = ("wind_speed_10m", "wind_direction_10m")


def answers(body: Any, count: int) -> list[dict[str, Any]]:
    """Return one answer per place; for a single place the service does not send a list.

    Raise ValueError when their number is another.
    """
    by_place = body if isinstance(body, list) else [body]
    if len(by_place) != count or not all(isinstance(answer, dict) for answer in by_place):
        raise ValueError("not one answer for each place")
    return by_place


def waves(answer: dict[str, Any], lat: float, lon: float) -> Waves:
    """Return the sea of one answer, for that place."""
    now = answer.get("current") or {}
    cell_lat, cell_lon = number(answer.get("latitude")), number(answer.get("longitude"))
    cell_lat, cell_lon = (
        lat if cell_lat is None else cell_lat,
        lon if cell_lon is None else cell_lon,
    )
    current = number(now.get("ocean_current_velocity"))
    return Waves(
        source=OPEN_METEO,
        lat=round(cell_lat, 4),
        lon=round(cell_lon, 4),
        distance_km=round(distance_m(lat, lon, cell_lat, cell_lon) / 1000, 1),
        at=instant(now.get("time")),
        wave_height_m=number(now.get("wave_height")),
        wave_direction_deg=number(now.get("wave_direction")),
        wave_period_s=number(now.get("wave_period")),
        swell_height_m=number(now.get("swell_wave_height")),
        swell_direction_deg=number(now.get("swell_wave_direction")),
        swell_period_s=number(now.get("swell_wave_period")),
        sea_temperature_c=number(now.get("sea_surface_temperature")),
        current_knots=None if current is None else round(current * _KNOTS_PER_KM_H, 1),
        current_direction_deg=number(now.get("ocean_current_direction")),
    )


def wind(answer: dict[str, Any]) -> Wind:
    """Return the wind of one answer of Open-Meteo, which was asked for knots."""
    now = answer.get("current") or {}
    return Wind(
        source=OPEN_METEO,
        at=instant(now.get("time")),
        speed_knots=number(now.get("wind_speed_10m")),
        direction_deg=number(now.get("wind_direction_10m")),
        gust_knots=number(now.get("wind_gusts_10m")),
        visibility_m=number(now.get("visibility")),
        temperature_c=number(now.get("temperature_2m")),
    )


def hours(marine: dict[str, Any] | None, air: dict[str, Any] | None) -> list[Hour]:
    """Return the forecast of both services hour by hour, as far as either goes."""
    sea, sky = _series(marine, MARINE_HOURLY), _series(air, WIND_HOURLY)
    return [
        Hour(at, *sea.get(at, (None, None)), *sky.get(at, (None, None)))
        for at in sorted({*sea, *sky})[:_FORECAST_HOURS]
    ]


def _series(
    answer: dict[str, Any] | None, names: Sequence[str]
) -> dict[datetime, tuple[float | None, float | None]]:
    hourly = (answer or {}).get("hourly") or {}
    columns = [hourly.get("time") or [], *(hourly.get(name) or [] for name in names)]
    by_hour: dict[datetime, tuple[float | None, float | None]] = {}
    for time, first, second in zip(*columns, strict=False):
        at = instant(time)
        if at is not None:
            by_hour[at] = (number(first), number(second))
    return by_hour


def number(value: Any) -> float | None:
    """Return a number of an answer; None for null and whatever else is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


def instant(seconds: Any) -> datetime | None:
    """Return the instant of an answer's Unix time, None where there is none."""
    value = number(seconds)
    return None if value is None else datetime.fromtimestamp(value, UTC)
