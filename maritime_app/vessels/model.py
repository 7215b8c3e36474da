"""A ship's report, its particulars and the feed's health: plain frozen values, no I/O."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from msgspec import Struct


class CodedIntEnum(IntEnum):
    """A number that is stored and sent in binary, with a name for JSON."""

    @property
    def code(self) -> str:
        """The name as JSON and queries carry it, e.g. "high-speed"."""
        return self.name.lower().replace("_", "-")


class StationKind(CodedIntEnum):
    """What sent a report. The numbers are stored and sent to browsers: never renumber."""

    CLASS_A = 0
    CLASS_B = 1
    AIRCRAFT = 2  # search and rescue
    BASE_STATION = 3
    AID = 4  # aid to navigation
    DISTRESS = 5  # AIS-SART, man overboard, EPIRB-AIS


class Flag:
    """Bits for implausible or special values of a report; the flagged value itself is null.

    Plain integers: IntFlag's operators are Python code and cost more than decoding the message.
    """

    BAD_HEADING: Final = 1
    BAD_SPEED: Final = 2
    BAD_COURSE: Final = 4
    BAD_CLOCK: Final = 8  # the time lay in the future, or a base station sent month 15
    COARSE: Final = 16  # long range report on a 0.1 minute grid
    RELOCATED: Final = 32  # accepted after an implausible jump that a second report confirmed
    BAD_STATIC: Final = 64  # a number or date in the static data was impossible


class Motion(Struct, frozen=True, gc=False):
    """Position and movement: degrees and knots.

    `rot_deg_min` is the rate of turn in degrees per minute, positive to starboard.
    """

    lat: float
    lon: float
    sog_knots: float | None = None
    cog_deg: float | None = None
    heading_deg: int | None = None
    status: int | None = None  # a ship_types.NavigationStatus
    rot_deg_min: float | None = None
    altitude_m: int | None = None


class Particulars(Struct, frozen=True, gc=False, omit_defaults=True, array_like=True):
    """Static and voyage data, dimensions in metres from the antenna.

    `eta_ms` is UTC epoch milliseconds; AIS sends no year, it is resolved at receipt.
    """

    name: str | None = None
    callsign: str | None = None
    imo: int | None = None
    ship_type: int | None = None
    to_bow_m: int | None = None
    to_stern_m: int | None = None
    to_port_m: int | None = None
    to_starboard_m: int | None = None
    draught_m: float | None = None
    destination: str | None = None
    eta_ms: int | None = None

    @property
    def length_m(self) -> int | None:
        """Length over all, None when not reported."""
        return _sum(self.to_bow_m, self.to_stern_m)

    @property
    def beam_m(self) -> int | None:
        """Breadth, None when not reported."""
        return _sum(self.to_port_m, self.to_starboard_m)


NO_PARTICULARS: Final = Particulars()


class Report(Struct, frozen=True, gc=False):
    """One AIS message after normalisation; `motion`, `particulars` or both are present.

    `at_ms` is the receipt time in UTC epoch milliseconds. `name` is what the feed calls the ship.
    """

    mmsi: int
    kind: StationKind
    at_ms: int
    motion: Motion | None = None
    particulars: Particulars | None = None
    name: str | None = None
    flags: int = 0


class Rejection(StrEnum):
    """Why a frame changes no ship. Every frame is stored or counted under one of these."""

    MALFORMED = "malformed"  # not JSON, or a field of the wrong type
    UNKNOWN_TYPE = "unknown_type"
    CONFIRMATION = "subscription_confirmation"
    FEED_ERROR = "feed_error"  # {"error": ...}
    NO_STATE = "no_vessel_state"  # binary, safety, interrogation ... messages
    INVALID = "marked_invalid"  # Valid: false
    BAD_MMSI = "bad_mmsi"
    BAD_TIME = "bad_time"
    NO_POSITION = "no_position"  # 91 / 181
    ZERO_POSITION = "zero_position"  # exactly 0 / 0
    OFF_EARTH = "position_off_earth"
    EMPTY_STATIC = "empty_static"
    OLDER = "older_than_known"
    JUMP = "implausible_jump"
    FULL = "too_many_ships"


class FeedState(IntEnum):
    """Health of the position feed. The numbers are part of the map protocol: never renumber."""

    OFF = 0  # no process follows the feed
    CONNECTING = 1
    LIVE = 2
    SILENT = 3  # connected, but nothing arrives
    REFUSED = 4  # too many connections, or the server turns us away
    BAD_KEY = 5

    @property
    def code(self) -> str:
        """The name as JSON carries it, e.g. "bad_key"."""
        return self.name.lower()


class FeedHealth(Struct, frozen=True, omit_defaults=False):
    """What the consumer knows of its feed; `since_ms` and `last_frame_ms` are UTC epoch ms.

    `frames` == `stored` + sum of `rejected`, which is counted by Rejection.
    """

    state: FeedState = FeedState.OFF
    reason: str = ""
    source: str = ""
    since_ms: int = 0
    last_frame_ms: int | None = None
    frames: int = 0
    stored: int = 0
    rejected: dict[str, int] = {}
    ships: int = 0
    epoch: int = 0
    sandbox: bool = False

    def age_ms(self, now_ms: int) -> int | None:
        """Return the milliseconds since the last frame, None if there never was one."""
        return None if self.last_frame_ms is None else max(0, now_ms - self.last_frame_ms)


class TrackPoint(Struct, frozen=True, gc=False):
    """One thinned point of a ship's track: degrees, knots, UTC."""

    mmsi: int
    at: datetime
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: int | None


class Vessel(Struct, frozen=True):
    """A ship as PostgreSQL knows it: what it sent of itself, and when it was last heard."""

    mmsi: int
    kind: StationKind
    particulars: Particulars
    seen_at: datetime


class VesselMatch(Struct, frozen=True):
    """One ship found by a search."""

    mmsi: int
    name: str | None
    imo: int | None
    ship_type: int | None
    kind: StationKind
    seen_at: datetime


def _sum(a: int | None, b: int | None) -> int | None:
    return a + b if a is not None and b is not None and a + b > 0 else None
