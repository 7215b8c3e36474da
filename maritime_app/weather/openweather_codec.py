"""OpenWeather's answers to weather. Pure.

Source: the documentation of its current weather (2.5).
"""

from typing import Any, Final

from maritime_app.weather.codec import (
    CELSIUS,
    DEGREES,
    VISIBILITY_M,
    WIND_KNOTS,
    instant,
    number,
    part,
)
from maritime_app.weather.model import Wind

OPEN_WEATHER: Final = "OpenWeather"
_KNOTS_PER_M_S: Final = 3600 / 1852
_KELVIN: Final = 273.15
_KELVINS: Final = (CELSIUS[0] + _KELVIN, CELSIUS[1] + _KELVIN)
_METRES_PER_SECOND: Final = (WIND_KNOTS[0] / _KNOTS_PER_M_S, WIND_KNOTS[1] / _KNOTS_PER_M_S)


def wind(answer: dict[str, Any]) -> Wind:
    """Return the wind of OpenWeather's current weather in its standard units (m/s, kelvin)."""
    measured, air = part(answer, "wind"), part(answer, "main")
    kelvin = number(air.get("temp"), _KELVINS)
    return Wind(
        source=OPEN_WEATHER,
        at=instant(answer.get("dt")),
        speed_knots=_knots(measured.get("speed")),
        direction_deg=number(measured.get("deg"), DEGREES),
        gust_knots=_knots(measured.get("gust")),
        visibility_m=number(answer.get("visibility"), VISIBILITY_M),
        temperature_c=None if kelvin is None else round(kelvin - _KELVIN, 1),
    )


def _knots(metres_per_second: Any) -> float | None:
    value = number(metres_per_second, _METRES_PER_SECOND)
    return None if value is None else round(value * _KNOTS_PER_M_S, 1)
