"""Open-Meteo's answers to weather. Pure.

Source: the documentation of its Marine and Forecast APIs. Over land and in many harbours the wave
model has nulls.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Final

from maritime_app.geo import distance_m
from maritime_app.weather import units
from maritime_app.weather.model import Hour, Waves, Wind

Bounds = tuple[float, float]
OPEN_METEO: Final = "Open-Meteo"
# What there is on earth, with room: a figure beyond is a fault of its service.
WAVE_M: Final = (0.0, 40.0)
PERIOD_S: Final = (0.0, 60.0)
DEGREES: Final = (0.0, 360.0)
CELSIUS: Final = (-90.0, 60.0)
CURRENT_KM_H: Final = (0.0, 50.0)
WIND_KNOTS: Final = (0.0, 250.0)
VISIBILITY_M: Final = (0.0, 1_000_000.0)
_INSTANTS: Final = (0.0, 4_102_444_800.0)  # 1970 to 2100
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
    """Return one answer per place, in the units asked for; for a single place the service does not
    send a list.

    Raise ValueError when their number is another, or one says nothing of the present: over land
    the figures of "current" are null, and it is there.
    """
    by_place = body if isinstance(body, list) else [body]
    if len(by_place) != count or not all(map(_is_answer, by_place)):
        raise ValueError("not one answer for each place")
    return [units.as_asked(answer) for answer in by_place]


def _is_answer(answer: Any) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("current"), dict)


def waves(answer: dict[str, Any], lat: float, lon: float) -> Waves:
    """Return the sea of one answer, for that place."""
    now = part(answer, "current")
    cell_lat = number(answer.get("latitude"), (-90, 90))
    cell_lon = number(answer.get("longitude"), (-180, 180))
    cell_lat, cell_lon = (
        lat if cell_lat is None else cell_lat,
        lon if cell_lon is None else cell_lon,
    )
    current = number(now.get("ocean_current_velocity"), CURRENT_KM_H)
    return Waves(
        source=OPEN_METEO,
        lat=round(cell_lat, 4),
        lon=round(cell_lon, 4),
        distance_km=round(distance_m(lat, lon, cell_lat, cell_lon) / 1000, 1),
        at=instant(now.get("time")),
        wave_height_m=number(now.get("wave_height"), WAVE_M),
        wave_direction_deg=number(now.get("wave_direction"), DEGREES),
        wave_period_s=number(now.get("wave_period"), PERIOD_S),
        swell_height_m=number(now.get("swell_wave_height"), WAVE_M),
        swell_direction_deg=number(now.get("swell_wave_direction"), DEGREES),
        swell_period_s=number(now.get("swell_wave_period"), PERIOD_S),
        sea_temperature_c=number(now.get("sea_surface_temperature"), CELSIUS),
        current_knots=None if current is None else round(current * _KNOTS_PER_KM_H, 1),
        current_direction_deg=number(now.get("ocean_current_direction"), DEGREES),
    )


def wind(answer: dict[str, Any]) -> Wind:
    """Return the wind of one answer of Open-Meteo, which was asked for knots."""
    now = part(answer, "current")
    return Wind(
        source=OPEN_METEO,
        at=instant(now.get("time")),
        speed_knots=number(now.get("wind_speed_10m"), WIND_KNOTS),
        direction_deg=number(now.get("wind_direction_10m"), DEGREES),
        gust_knots=number(now.get("wind_gusts_10m"), WIND_KNOTS),
        visibility_m=number(now.get("visibility"), VISIBILITY_M),
        temperature_c=number(now.get("temperature_2m"), CELSIUS),
    )


def hours(marine: dict[str, Any] | None, air: dict[str, Any] | None) -> list[Hour]:
    """Return the forecast of both services hour by hour, as far as either goes."""
    sea = _series(marine, MARINE_HOURLY, (WAVE_M, DEGREES))
    sky = _series(air, WIND_HOURLY, (WIND_KNOTS, DEGREES))
    return [
        Hour(at, *sea.get(at, (None, None)), *sky.get(at, (None, None)))
        for at in sorted({*sea, *sky})[:_FORECAST_HOURS]
    ]


def _series(
    answer: dict[str, Any] | None, names: Sequence[str], bounds: tuple[Bounds, Bounds]
) -> dict[datetime, tuple[float | None, float | None]]:
    hourly = part(answer or {}, "hourly")
    found = [hourly.get(name) for name in ("time", *names)]
    columns = [column if isinstance(column, list) else [] for column in found]
    by_hour: dict[datetime, tuple[float | None, float | None]] = {}
    for time, first, second in zip_longest(*columns):  # one that is missing costs no other
        at = instant(time)
        if at is not None:
            by_hour[at] = (number(first, bounds[0]), number(second, bounds[1]))
    return by_hour


def part(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a part of an answer, empty where it is none."""
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def number(value: Any, bounds: Bounds) -> float | None:
    """Return a number of an answer; None for null, whatever else is none, and what cannot be."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and bounds[0] <= value <= bounds[1] else None


def instant(seconds: Any) -> datetime | None:
    """Return the instant of an answer's Unix time, None where there is none."""
    value = number(seconds, _INSTANTS)
    return None if value is None else datetime.fromtimestamp(value, UTC)
