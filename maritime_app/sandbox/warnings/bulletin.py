"""What the publisher warns of on a day, as GeoJSON. Pure.

Each warning stands for three days, so a third of the list is another one from day to day.
"""

import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

_DAYS: Final = 3
_NOBODY_SAID: Final = "Invented by the sandbox: no authority has said this."
_CORNERS: Final = 12
_KM_PER_DEGREE: Final = 111.2


class _Sea(NamedTuple):
    name: str
    lat: float
    lon: float


class _Subject(NamedTuple):
    """What a warning is about; with `radius_km` it holds in an area, else at a place."""

    kind: str
    severity: str
    title: str
    text: str
    radius_km: float = 0.0


_SEAS: Final = (
    _Sea("Kattegat", 57.0, 11.4),
    _Sea("Baltic, off Gotland", 58.0, 19.6),
    _Sea("North Sea, Dogger", 54.7, 2.6),
    _Sea("Irish Sea", 53.7, -4.9),
    _Sea("Celtic Sea", 50.6, -7.4),
    _Sea("Bay of Biscay", 45.6, -4.4),
    _Sea("Balearic Sea", 40.3, 2.3),
    _Sea("Tyrrhenian Sea", 40.4, 12.3),
    _Sea("Adriatic", 43.0, 15.3),
    _Sea("Ionian Sea", 38.0, 19.4),
    _Sea("Aegean, Cyclades", 37.1, 24.3),
    _Sea("Cretan Sea", 35.9, 24.6),
)
_SUBJECTS: Final = (
    _Subject("navigation", "minor", "Light unlit", "The light of the buoy is reported unlit."),
    _Subject("navigation", "moderate", "Container adrift", "A container is adrift, half awash."),
    _Subject(
        "navigation", "minor", "Cable works", "A cable ship works here. Keep a mile away.", 4.0
    ),
    _Subject("danger-area", "severe", "Firing exercise", "Firing in daylight. Keep clear.", 12.0),
    _Subject("weather", "moderate", "Gale warning", "Gale force 8 expected for a time.", 60.0),
    _Subject("weather", "severe", "Storm warning", "Storm force 10 expected.", 70.0),
    _Subject("piracy", "moderate", "Suspicious approach", "Two skiffs came within a cable."),
)


def bulletin(seed: int, today: date) -> dict[str, Any]:
    """Return the warnings in force on a day as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(_features(seed, today))}


def _features(seed: int, today: date) -> Iterator[dict[str, Any]]:
    for number, sea in enumerate(_SEAS):
        # The day on which the present warning of this sea was given: another one for each third.
        age = (today.toordinal() + number) % _DAYS
        yield _feature(seed, number, sea, today - timedelta(days=age))


def _feature(seed: int, number: int, sea: _Sea, given: date) -> dict[str, Any]:
    dice = random.Random(f"{seed}:{number}:{given}")
    subject = dice.choice(_SUBJECTS)
    lat, lon = sea.lat + dice.uniform(-0.3, 0.3), sea.lon + dice.uniform(-0.4, 0.4)
    # In the evening before: it is in force on the whole of its first day.
    begins = datetime.combine(given, time(), UTC) - timedelta(hours=dice.randrange(5))
    return {
        "type": "Feature",
        "id": f"SBX {given:%j/%y}-{number + 1}",
        "geometry": _geometry(lat, lon, subject.radius_km),
        "properties": {
            "kind": subject.kind,
            "severity": subject.severity,
            "title": f"{sea.name}: {subject.title}",
            "text": f"{subject.text}\n{_NOBODY_SAID}",
            "issued_at": begins.isoformat(),
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(days=_DAYS + 1)).isoformat(),
            "language": "en",
            "invented": True,
        },
    }


def _geometry(lat: float, lon: float, radius_km: float) -> dict[str, Any]:
    if not radius_km:
        return {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]}
    north = radius_km / _KM_PER_DEGREE
    east = north / math.cos(math.radians(lat))
    turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
    ring = [
        [round(lon + east * math.cos(turn), 4), round(lat + north * math.sin(turn), 4)]
        for turn in turns
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
