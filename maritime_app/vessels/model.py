"""A ship's report, its particulars and the feed's health: plain frozen values, no I/O."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from msgspec import Struct

from maritime_app.vessels.interference import InterferenceArea


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


class Source(CodedIntEnum):
    """Where a record comes from. The numbers are stored: never renumber.

    Ordered by trust: of two that tell of the same moment the lower number wins.
    """

    NMEA = 1  # receivers whose sentences come straight to us
    AISSTREAM = 2
    MIRROR = 3  # another server that speaks AISStream's protocol
    AISHUB = 4
    RECORDED = 5
    SIMULATED = 8
    SANDBOX = 9

    @property
    def invented(self) -> bool:
        """Whether its ships exist nowhere but in a program."""
        return self >= Source.SIMULATED


class Motion(Struct, frozen=True, gc=False):
    """Position and movement: degrees, knots, degrees per minute (positive to starboard)."""

    lat: float
    lon: float
    sog_knots: float | None = None
    cog_deg: float | None = None
    heading_deg: int | None = None
    status: int | None = None  # a ship_types.NavigationStatus
    rot_deg_min: float | None = None
    altitude_m: int | None = None


class EtaPrecision(CodedIntEnum):
    """How much of its arrival a ship has told. Stored: never renumber."""

    MINUTE = 0
    HOUR = 1
    DAY = 2


class StaticPart(IntEnum):
    """Which of the particulars a message carries, and so replaces; the others stay."""

    WHOLE = 0  # message 5
    EXTENDED_B = 1  # message 19: name, type, dimensions
    PART_A = 2  # message 24A: name
    PART_B = 3  # message 24B: call sign, type, dimensions
    AID = 4  # message 21: name, dimensions
    NAME = 5  # what the feed calls the ship


class Particulars(Struct, frozen=True, gc=False, omit_defaults=True, array_like=True):
    """Static and voyage data, dimensions in metres from the antenna.

    `eta_ms` is UTC epoch milliseconds, the beginning of the minute, hour or day that was told; AIS
    sends no year, it is resolved at receipt. `mothership` is the MMSI of an auxiliary craft's.
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
    eta_precision: EtaPrecision = EtaPrecision.MINUTE
    mothership: int | None = None

    @property
    def length_m(self) -> int | None:
        """Length over all, None when not reported."""
        return _sum(self.to_bow_m, self.to_stern_m)

    @property
    def beam_m(self) -> int | None:
        """Breadth, None when not reported."""
        return _sum(self.to_port_m, self.to_starboard_m)


NO_PARTICULARS: Final = Particulars()


class Known(Struct, frozen=True, gc=False, array_like=True):
    """What a source knows of a station beside its motion, and since when (UTC epoch ms).

    `static_ms` is the time of the newest message with any of the particulars, `voyage_ms` that of
    the newest with destination, arrival and draught (0: there was none).
    """

    particulars: Particulars
    source: Source
    static_ms: int
    voyage_ms: int = 0


class Report(Struct, frozen=True, gc=False):
    """One AIS message after normalisation; `motion`, `particulars` or both are present.

    `at_ms` is when it was received (UTC epoch ms), `name` what the feed calls the ship, padded,
    `part` which particulars it carries. `kind_certain` is false when it does not say what sent it
    (messages 11 and 27), `place_only` when it takes nothing but the position away (message 11).
    """

    mmsi: int
    kind: StationKind
    at_ms: int
    motion: Motion | None = None
    particulars: Particulars | None = None
    name: str | None = None
    flags: int = 0
    part: StaticPart = StaticPart.WHOLE
    kind_certain: bool = True
    place_only: bool = False


class SafetyText(Struct, frozen=True, gc=False):
    """A safety-related text (messages 12 and 14) as it was sent; `to_mmsi` None: for all ships."""

    mmsi: int
    at_ms: int
    text: str
    to_mmsi: int | None = None


class Rejection(StrEnum):
    """Why a frame changes no ship. Every frame is stored or counted under one of these."""

    MALFORMED = "malformed"  # not JSON, or a field of the wrong type
    UNKNOWN_TYPE = "unknown_type"
    CONFIRMATION = "subscription_confirmation"
    FEED_ERROR = "feed_error"  # {"error": ...}
    NO_STATE = "no_vessel_state"  # binary, interrogation ... messages
    INVALID = "marked_invalid"  # Valid: false
    BAD_MMSI = "bad_mmsi"
    BAD_TIME = "bad_time"
    NO_POSITION = "no_position"  # 91 / 181
    ZERO_POSITION = "zero_position"  # 0 / 0, or within 50 m of it
    OFF_EARTH = "position_off_earth"
    EMPTY_STATIC = "empty_static"
    OLDER = "older_than_known"
    OUTRUN = "known_from_a_better_source"
    COARSER = "coarser_than_known"
    JUMP = "implausible_jump"  # held back until a second report comes from there
    FULL = "too_many_ships"
    FAULT = "our_fault"  # reading it failed here: it costs itself, and nothing beside it


class FeedState(IntEnum):
    """Health of the position feed. The numbers are part of the map protocol: never renumber."""

    OFF = 0  # no process follows the feed
    CONNECTING = 1
    LIVE = 2
    SILENT = 3  # connected, but nothing arrives
    REFUSED = 4  # too many connections, or the server turns us away
    BAD_KEY = 5
    UNUSABLE = 6  # messages arrive, but none of them has a position that can be used
    RECORDED = 7  # a recording is played

    @property
    def code(self) -> str:
        """The name as JSON carries it, e.g. "bad_key"."""
        return self.name.lower()


class SourceHealth(Struct, frozen=True, omit_defaults=False):
    """What the consumer knows of one of its sources; times are UTC epoch milliseconds.

    `frames` == `stored` + sum of `rejected` (by Rejection); `last_frame_ms` is that of anything.
    """

    name: str
    source: Source
    state: FeedState = FeedState.OFF
    reason: str = ""
    since_ms: int = 0
    last_frame_ms: int | None = None
    last_position_ms: int | None = None
    frames: int = 0
    stored: int = 0
    rejected: dict[str, int] = {}


class FeedHealth(Struct, frozen=True, omit_defaults=False):
    """What the consumer knows of its feed, by its best source, and of each of its sources."""

    state: FeedState = FeedState.OFF
    reason: str = ""
    source: str = ""
    since_ms: int = 0
    last_frame_ms: int | None = None
    last_position_ms: int | None = None
    frames: int = 0
    stored: int = 0
    rejected: dict[str, int] = {}
    ships: int = 0
    epoch: int = 0
    sandbox: bool = False
    sources: list[SourceHealth] = []
    interference: list[InterferenceArea] = []

    def age_ms(self, now_ms: int) -> int | None:
        """Return the milliseconds since the last usable position, None if there never was one."""
        last_ms = self.last_position_ms
        return None if last_ms is None else max(0, now_ms - last_ms)


class TrackPoint(Struct, frozen=True, gc=False):
    """One thinned point of a ship's track: degrees, knots, UTC.

    `hypothesis` tells apart stations of one number; nothing is derived from `distrusted` points.
    """

    mmsi: int
    at: datetime
    lat: float
    lon: float
    sog_knots: float | None
    cog_deg: float | None
    heading_deg: int | None
    status: int | None
    source: Source = Source.AISSTREAM
    hypothesis: int = 0
    distrusted: bool = False


class Vessel(Struct, frozen=True):
    """A ship as PostgreSQL knows it by one source: what it sent of itself, and when.

    `voyage_at` is when destination, arrival and draught were told, None if they never were.
    """

    mmsi: int
    kind: StationKind
    particulars: Particulars
    seen_at: datetime
    source: Source
    static_at: datetime
    voyage_at: datetime | None = None


class HeardText(Struct, frozen=True):
    """A safety-related text as PostgreSQL has it; `to_mmsi` is None for all ships."""

    mmsi: int
    at: datetime
    to_mmsi: int | None
    body: str
    source: Source


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
