"""Ships that exist nowhere, for showing and trying: each sails round a point of open sea. Pure.

Their numbers are of digits that no administration has, their names say what they are, and their
source is Source.SIMULATED wherever they are shown.
"""

from collections.abc import Iterator
from typing import Final

from maritime_app.geo import destination
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.model import (
    Motion,
    Particulars,
    Report,
    StaticPart,
    StationKind,
)

_FIRST_MMSI: Final = 289_000_000
_SHIP_TYPES: Final = (70, 80, 60, 30)
_KNOTS: Final = (13.0, 11.0, 20.0, 6.0)
_METRES_PER_SECOND: Final = 1852 / 3600
# Open sea: latitude, longitude, radius of the round in metres.
_ROUNDS: Final = (
    (56.2, 3.4, 60_000),
    (45.6, -5.2, 60_000),
    (35.1, 17.8, 60_000),
    (57.4, 19.2, 30_000),
    (43.1, 15.1, 25_000),
    (38.3, 25.0, 15_000),
)


def reports(at_ms: int) -> Iterator[Report]:
    """Yield a report of each simulated ship at that instant (UTC epoch ms)."""
    for number in range(len(_ROUNDS) * len(_SHIP_TYPES)):
        lat, lon, radius_m = _ROUNDS[number % len(_ROUNDS)]
        kind = number // len(_ROUNDS)
        knots = _KNOTS[kind]
        turned = knots * _METRES_PER_SECOND * (at_ms / 1000) / radius_m  # radians
        bearing = (turned * 57.29578 + number * 47.0) % 360
        here = destination(lat, lon, bearing, radius_m)
        course = round((bearing + 90) % 360, 1)
        yield Report(
            mmsi=_FIRST_MMSI + number,
            kind=StationKind.CLASS_A,
            at_ms=at_ms,
            motion=Motion(
                here.lat, here.lon, knots, course, round(course) % 360, NavigationStatus.UNDER_WAY
            ),
            particulars=Particulars(
                name=f"SIMULATED {number + 1}", callsign="SIM", ship_type=_SHIP_TYPES[kind]
            ),
            part=StaticPart.WHOLE,
        )
