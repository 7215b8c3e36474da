"""A gap, and from when on silence is one."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

# Global Fishing Watch takes 12 hours and more for AIS disabled far from shore ("AIS disabling
# events"); a third of it shows earlier, and says how much reception there was.
GAP_MS: Final = 4 * 3_600_000
UNDER_WAY_KNOTS: Final = 3.0  # who lies at a quay may switch its transmitter off
HEARD_SHARE: Final = 0.5  # of the hours, in which others were heard where it fell silent


class Gap(Struct, frozen=True):
    """A ship under way that was not heard: from its last report before to the next, UTC, degrees.

    `ended_at` and the place after are None while it goes on. `heard_share` is the share of its
    hours in which other ships were heard within a degree of where it fell silent: with less than a
    half nobody may have been listening.
    """

    id: UUID
    mmsi: int
    hypothesis: int
    source: int
    began_at: datetime
    lat: float
    lon: float
    knots: float
    heard_share: float
    ended_at: datetime | None = None
    end_lat: float | None = None
    end_lon: float | None = None


class ListedGap(Struct, frozen=True):
    """A gap with the name of its ship."""

    gap: Gap
    ship_name: str | None
