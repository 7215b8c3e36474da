"""An encounter, and from when on two ships have met."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

# Global Fishing Watch's encounters (globalfishingwatch.org, "What is a vessel encounter?"): within
# 500 m for 2 hours at a median speed below 2 knots, 10 km or more from an anchorage. We know
# harbours, not anchorages.
NEAR_M: Final = 500.0
LEAST_MS: Final = 2 * 3_600_000
SLOW_KNOTS: Final = 2.0
FROM_HARBOUR_M: Final = 10_000.0
APART_MS: Final = 20 * 60_000  # not seen close together for so long, and it is over


class Encounter(Struct, frozen=True):
    """Two ships close together: degrees, knots, metres, UTC; `mmsi` is the smaller number.

    `ended_at` is None while it goes on, `last_at` when they were last seen so. `median_knots` is
    that of both, `closest_m` the least distance of two positions brought to one time.
    """

    id: UUID
    mmsi: int
    hypothesis: int
    other_mmsi: int
    other_hypothesis: int
    source: int
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None
    lat: float
    lon: float
    median_knots: float
    closest_m: float


class ListedEncounter(Struct, frozen=True):
    """An encounter with the names of its ships."""

    encounter: Encounter
    ship_name: str | None
    other_name: str | None
