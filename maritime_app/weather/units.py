"""Figures in the units that an answer of Open-Meteo's names, to those that were asked for. Pure.

Source: the documentation of its APIs (`current_units`, `hourly_units`). A service behind a proxy or
a copy of one's own may leave out what it does not know of a question, the unit of wind among it.
"""

from collections.abc import Mapping
from typing import Any, Final

_Unit = tuple[float, float]  # times the one, plus the other
_AS_ASKED: Final[_Unit] = (1.0, 0.0)
_METRES: Final = {"m": _AS_ASKED, "km": (1000.0, 0.0), "ft": (0.3048, 0.0)}
_KM_H: Final = {
    "km/h": _AS_ASKED,
    "kmh": _AS_ASKED,
    "kn": (1.852, 0.0),
    "m/s": (3.6, 0.0),
    "ms": (3.6, 0.0),
    "mp/h": (1.609344, 0.0),
    "mph": (1.609344, 0.0),
}
_KNOTS: Final = {unit: (factor / 1.852, 0.0) for unit, (factor, _) in _KM_H.items()}
_KNOTS["kn"] = _AS_ASKED
_CELSIUS: Final = {"°C": _AS_ASKED, "°F": (5 / 9, -160 / 9), "K": (1.0, -273.15)}
_DEGREES: Final = {"°": _AS_ASKED}
_SECONDS: Final = {"s": _AS_ASKED}
_KNOWN: Final[Mapping[str, Mapping[str, _Unit]]] = {
    "wave_height": _METRES,
    "swell_wave_height": _METRES,
    "visibility": _METRES,
    "wave_direction": _DEGREES,
    "swell_wave_direction": _DEGREES,
    "ocean_current_direction": _DEGREES,
    "wind_direction_10m": _DEGREES,
    "wave_period": _SECONDS,
    "swell_wave_period": _SECONDS,
    "ocean_current_velocity": _KM_H,
    "wind_speed_10m": _KNOTS,
    "wind_gusts_10m": _KNOTS,
    "temperature_2m": _CELSIUS,
    "sea_surface_temperature": _CELSIUS,
}


def as_asked(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with its figures in the units asked for: those of a unit that is not known
    are None, those without one stay as they are.
    """
    told = dict(answer)
    for name in ("current", "hourly"):
        figures, units = answer.get(name), answer.get(f"{name}_units")
        if isinstance(figures, dict) and isinstance(units, dict):
            told[name] = {key: _figure(key, value, units) for key, value in figures.items()}
    return told


def _figure(name: str, value: Any, units: dict[str, Any]) -> Any:
    said, known = units.get(name), _KNOWN.get(name)
    if known is None or not said:
        return value
    unit = known.get(said) if isinstance(said, str) else None
    if unit == _AS_ASKED:
        return value
    if isinstance(value, list):
        return [_converted(each, unit) for each in value]
    return _converted(value, unit)


def _converted(value: Any, unit: _Unit | None) -> float | None:
    if unit is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return round(value * unit[0] + unit[1], 2)
    except OverflowError:  # an integer of hundreds of digits
        return None
