"""Time zone and country by position.

Boundaries: timezone-boundary-builder (through tzfpy); countries of a zone: the IANA time zone
database's zone.tab. At sea there is a zone of the ocean, and no country.
"""

from functools import cache
from importlib import resources

import tzfpy

_NEAR_DEGREES = (0.02, 0.05, 0.1, 0.2)
_AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


def timezone(lat: float, lon: float) -> str:
    """Return the IANA time zone of a position; beside a coast that of the land, at sea UTC."""
    here: str = tzfpy.get_tz(lon, lat)
    if here and not here.startswith("Etc/"):
        return here
    for step in _NEAR_DEGREES:
        for north, east in _AROUND:
            near: str = tzfpy.get_tz(
                _wrapped(lon + east * step), max(-90, min(90, lat + north * step))
            )
            if near and not near.startswith("Etc/"):
                return near
    return "Etc/UTC"


def country(lat: float, lon: float) -> str | None:
    """Return ISO 3166-1 alpha-2 by the time zone of a position; None at sea."""
    return _countries().get(timezone(lat, lon))


def _wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180


@cache
def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}
