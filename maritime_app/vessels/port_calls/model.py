"""A port call, its states, and how long its parts took."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct

# Global Fishing Watch's port visits (globalfishingwatch.org, "Anchorages, ports and voyages"): in
# within 3 km, out beyond 4 km, stopped below 0.2 knots, under way above 0.5, a gap from 4 hours.
ENTER_M: Final = 3_000.0
LEAVE_M: Final = 4_000.0
STOPPED_KNOTS: Final = 0.2
UNDER_WAY_KNOTS: Final = 0.5
GAP_MS: Final = 4 * 3_600_000


class PortCallState(StrEnum):
    """Where a call stands. Stored."""

    APPROACHING = "approaching"  # within the port, seen coming, has not stopped yet
    UNDER_WAY = "under_way"  # within the port, moving after a stop
    ANCHORED = "anchored"
    MOORED = "moored"
    LEFT = "left"


class Harbour(NamedTuple):
    """A harbour that ships may call at: degrees."""

    id: UUID
    code: str
    lat: float
    lon: float


class Sought(NamedTuple):
    """Which calls: of a port, of a ship (None: of all), not over at `since`, begun before `until`,
    in one of the states.
    """

    port_code: str | None
    mmsi: int | None
    since: datetime
    until: datetime
    states: list[str]


class CallTimes(Struct, frozen=True):
    """What a port is measured by: where one ship's call stands, and its times. Seconds, UTC.
    Without a `stopped_at` it is approaching: a call once it has stopped, and forgotten where it
    only passes by.

    `waiting_seconds` is the time at anchor before the first berth, None while it never berthed.
    `left_unseen`: it was not heard when it left, `left_at` is the last time it was heard in port.
    """

    source: int
    state: PortCallState
    entered_at: datetime
    last_at: datetime
    stopped_at: datetime | None
    moored_at: datetime | None
    left_at: datetime | None
    berth_seconds: int
    waiting_seconds: int | None
    left_unseen: bool


class MeasuredCall(CallTimes, frozen=True, array_like=True):
    """The times of a call and its ship's AIS type, as they are read by the thousand."""

    ship_type: int | None


class PortCall(CallTimes, frozen=True):
    """One ship at one port, as it is stored."""

    id: UUID
    mmsi: int
    hypothesis: int
    port_id: UUID
    anchored_seconds: int


class PassedCall(Struct, frozen=True):
    """When a ship arrived at a port (its first stop), and left its berth there, if it has.

    A ship that was at more than one berth left the last one later than `unberthed_at` says.
    """

    mmsi: int
    port_code: str
    stopped_at: datetime
    unberthed_at: datetime | None


class ListedCall(Struct, frozen=True):
    """A call with the names of its port and ship, and where the port is, degrees."""

    call: PortCall
    port_code: str
    port_name: str
    port_timezone: str
    ship_name: str | None
    ship_type: int | None
    port_lat: float
    port_lon: float
