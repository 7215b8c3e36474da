"""The invented sea and sky at a place and time: smooth, the same for the same question."""

import math
from typing import Final

# Land of the invented world, as boxes (south, west, north, east) well inside the real coasts of
# Europe and around it: the wave model has nulls there.
_LAND: Final = (
    (46.5, 8.0, 52.5, 20.0),  # the Alps to Poland
    (47.0, 0.5, 49.0, 8.0),  # France
    (44.5, 1.0, 47.0, 8.0),
    (38.5, -8.0, 42.5, -2.0),  # Spain
    (51.8, -2.5, 53.0, -0.5),  # England
    (46.5, 22.0, 56.0, 28.0),  # Poland to Belarus
    (42.0, 19.8, 46.5, 27.5),  # Serbia, Bulgaria, Romania
    (48.0, 31.0, 63.0, 60.0),  # Ukraine, Russia
    (59.0, 13.0, 62.0, 16.5),  # Sweden
    (61.5, 23.5, 63.5, 30.0),  # Finland
    (36.0, 30.5, 41.0, 40.0),  # Turkey
    (16.0, -5.0, 30.0, 31.0),  # the Sahara
)
_GRID_DEGREES: Final = 0.25


def is_land(lat: float, lon: float) -> bool:
    """Whether the wave model has no sea near this place."""
    return any(s < lat < n and w < lon < e for s, w, n, e in _LAND)


def sea_cell(lat: float, lon: float) -> tuple[float, float]:
    """Return the middle of the model's cell of a quarter of a degree that the place is in."""
    return (
        round(round(lat / _GRID_DEGREES) * _GRID_DEGREES, 4),
        round(round(lon / _GRID_DEGREES) * _GRID_DEGREES, 4),
    )


def wave_height_m(lat: float, lon: float, at: float) -> float:
    """Return 0.2 to 3.4 m, over places and hours."""
    return round(1.8 + 1.6 * math.sin(lat / 3 + lon / 5 + at / 21_600), 2)


def wind_knots(lat: float, lon: float, at: float) -> float:
    """Return 2 to 26 knots, over places and hours."""
    return round(14 + 12 * math.sin(lat / 3 + lon / 5 + at / 21_600 + 0.4), 1)


def direction_deg(lat: float, lon: float, at: float) -> float:
    """Return a direction that turns round in two days."""
    return round((lat * 7 + lon * 3 + at / 480) % 360)
