"""What a ship, its report and the feed are: plain frozen values, no I/O."""

from enum import IntEnum, StrEnum
from typing import Final

from msgspec import Struct


class Kind(IntEnum):
    """What sent the report. The numbers are stored and sent to browsers: never renumber."""

    CLASS_A = 0
    CLASS_B = 1
    AIRCRAFT = 2  # search and rescue
    BASE_STATION = 3
    AID = 4  # aid to navigation
    DISTRESS = 5  # AIS-SART, man overboard, EPIRB-AIS


class Flag:
    """Bits for implausible or special things in a report; a flagged value is null, not shown.

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
    """Where something is.

    Degrees, knots; `rot_deg_min` is degrees per minute, to starboard positive.
    """

    lat: float
    lon: float
    sog_knots: float | None = None
    cog_deg: float | None = None
    heading_deg: int | None = None
    status: int | None = None
    rot_deg_min: float | None = None
    altitude_m: int | None = None


class Particulars(Struct, frozen=True, gc=False, omit_defaults=True, array_like=True):
    """Static and voyage data.

    Metres; `eta_ms` is UTC epoch milliseconds, its year resolved at receipt.
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
        return _sum(self.to_bow_m, self.to_stern_m)

    @property
    def beam_m(self) -> int | None:
        return _sum(self.to_port_m, self.to_starboard_m)


class Report(Struct, frozen=True, gc=False):
    """One AIS message after normalisation.

    At least one of `motion` and `particulars` is present.
    """

    mmsi: int
    kind: Kind
    at_ms: int
    motion: Motion | None = None
    particulars: Particulars | None = None
    name: str | None = None  # the feed's own idea of the name, when the message carries none
    flags: int = 0


class LeftOut(StrEnum):
    """Why a frame is not stored. Every frame is stored or counted under one of these."""

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

    OFF = 0  # no process is following the feed
    CONNECTING = 1
    LIVE = 2
    SILENT = 3  # connected, but nothing arrives
    REFUSED = 4  # too many connections, or the server turns us away
    BAD_KEY = 5


class FeedHealth(Struct, frozen=True, omit_defaults=False):
    """What the consumer knows about its feed;

    `last_frame_ms` and `since_ms` are UTC epoch milliseconds.
    """

    state: FeedState = FeedState.OFF
    reason: str = ""
    source: str = ""
    since_ms: int = 0
    last_frame_ms: int | None = None
    frames: int = 0
    stored: int = 0
    left_out: dict[str, int] = {}
    ships: int = 0
    epoch: int = 0
    sandbox: bool = False

    def age_ms(self, now_ms: int) -> int | None:
        """Milliseconds since the last frame, None if there never was one."""
        return None if self.last_frame_ms is None else max(0, now_ms - self.last_frame_ms)


class Kept(Struct, frozen=True, gc=False):
    """One thinned point of a track, as stored in PostgreSQL."""

    mmsi: int
    at_ms: int
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: int | None


def _sum(a: int | None, b: int | None) -> int | None:
    return a + b if a is not None and b is not None and a + b > 0 else None
