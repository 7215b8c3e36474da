"""The figures of the weather services by their names, each invented from place and time."""

from collections.abc import Callable
from typing import Final

from maritime_app.sandbox.weather import sea

Figure = Callable[[float, float, float], float]
MARINE: Final[dict[str, Figure]] = {
    "wave_height": sea.wave_height_m,
    "wave_direction": sea.direction_deg,
    "wave_period": lambda lat, lon, at: round(4 + sea.wave_height_m(lat, lon, at), 2),
    "swell_wave_height": lambda lat, lon, at: round(sea.wave_height_m(lat, lon, at) * 0.6, 2),
    "swell_wave_direction": sea.direction_deg,
    "swell_wave_period": lambda lat, lon, at: round(7 + sea.wave_height_m(lat, lon, at), 2),
    "sea_surface_temperature": lambda lat, lon, at: round(28 - abs(lat) / 3, 1),  # noqa: ARG005
    "ocean_current_velocity": lambda lat, lon, at: round(0.5 + abs(lat) % 2, 1),  # noqa: ARG005
    "ocean_current_direction": sea.direction_deg,
}
WIND: Final[dict[str, Figure]] = {
    "wind_speed_10m": sea.wind_knots,
    "wind_direction_10m": sea.direction_deg,
    "wind_gusts_10m": lambda lat, lon, at: round(sea.wind_knots(lat, lon, at) * 1.4, 1),
    "visibility": lambda lat, lon, at: 24_140.0,  # noqa: ARG005
    "temperature_2m": lambda lat, lon, at: round(27 - abs(lat) / 3, 1),  # noqa: ARG005
}
