"""A boat of a timetable as travellers see it, and the boards of a port."""

import datetime as dt
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from maritime_app.ferries.model import NearPlace, Operator, Place, SailingStatus
from maritime_app.paging import PageNumber

TIMETABLES_TAG = "timetables"  # of every cached answer in which a timetable stands

# GTFS route_type of what goes by water: basic type 4, extended types 1000 to 1021 and 1200.
WATER_ROUTE_TYPES = frozenset({4, *range(1000, 1022), 1200})


class Access(IntEnum):
    """Whether one may board or leave at a stop, as GTFS numbers it."""

    REGULAR = 0
    NONE = 1
    PHONE = 2
    CREW = 3


class Arrangement(msgspec.Struct, frozen=True):
    """How a ride is arranged ahead; texts may be empty."""

    message: str = ""
    phone: str = ""
    url: str = ""


class Via(msgspec.Struct, frozen=True):
    """A stop on the way; `timezone` is its IANA time zone. The boat does not call at one that is
    `skipped`, as its publisher says now.
    """

    code: str
    name: str
    timezone: str
    platform: str
    arrives_at: dt.datetime
    departs_at: dt.datetime
    skipped: bool = False


class LiveState(msgspec.Struct, frozen=True):
    """How a boat goes between two of its stops, as the publisher of its timetable said at `said_at`
    (GTFS-Realtime). A time is null where nothing is said, or nothing that still holds.

    `departure_skipped` and `arrival_skipped`: it sails, but does not call there.
    """

    cancelled: bool
    departure_skipped: bool
    arrival_skipped: bool
    expected_departs_at: dt.datetime | None
    expected_arrives_at: dt.datetime | None
    said_at: dt.datetime

    @property
    def is_off(self) -> bool:
        """Return whether nobody gets from the one stop to the other by it."""
        return self.cancelled or self.departure_skipped or self.arrival_skipped


class Effect(StrEnum):
    """What an alert means for travellers, as GTFS-Realtime names it."""

    NO_SERVICE = "no_service"
    REDUCED_SERVICE = "reduced_service"
    SIGNIFICANT_DELAYS = "significant_delays"
    DETOUR = "detour"
    ADDITIONAL_SERVICE = "additional_service"
    MODIFIED_SERVICE = "modified_service"
    OTHER_EFFECT = "other_effect"
    UNKNOWN_EFFECT = "unknown_effect"
    STOP_MOVED = "stop_moved"
    NO_EFFECT = "no_effect"
    ACCESSIBILITY_ISSUE = "accessibility_issue"


class Cause(StrEnum):
    """Why, as GTFS-Realtime names it."""

    UNKNOWN_CAUSE = "unknown_cause"
    OTHER_CAUSE = "other_cause"
    TECHNICAL_PROBLEM = "technical_problem"
    STRIKE = "strike"
    DEMONSTRATION = "demonstration"
    ACCIDENT = "accident"
    HOLIDAY = "holiday"
    WEATHER = "weather"
    MAINTENANCE = "maintenance"
    CONSTRUCTION = "construction"
    POLICE_ACTIVITY = "police_activity"
    MEDICAL_EMERGENCY = "medical_emergency"


class Severity(StrEnum):
    """How bad it is, as GTFS-Realtime names it."""

    UNKNOWN_SEVERITY = "unknown_severity"
    INFO = "info"
    WARNING = "warning"
    SEVERE = "severe"


class Wording(msgspec.Struct, frozen=True):
    """A text in one language (BCP 47); the language is empty where its publisher names none."""

    language: str
    text: str


class Period(msgspec.Struct, frozen=True):
    """From when until when; null: without a beginning, without an end."""

    from_at: dt.datetime | None
    until: dt.datetime | None


class Alert(msgspec.Struct, frozen=True):
    """What a publisher tells travellers (GTFS-Realtime), in the languages that it writes.

    `periods` are when it holds; none: for as long as it is said. `until` is when the last of them
    ends, null where nothing is said of that. `said_at` is when the publisher said so, `read_at`
    when it was read last.
    """

    id: str
    feed: str
    publisher: str
    effect: Effect
    cause: Cause
    severity: Severity
    header: tuple[Wording, ...]
    description: tuple[Wording, ...]
    url: tuple[Wording, ...]
    periods: tuple[Period, ...]
    until: dt.datetime | None
    said_at: dt.datetime
    read_at: dt.datetime

    def in_language(self, language: str) -> tuple[Wording | None, Wording | None, Wording | None]:
        """Return header, description and url for a reader of that language; None for what is not
        there.
        """
        return (
            in_language(self.header, language),
            in_language(self.description, language),
            in_language(self.url, language),
        )


def in_language(wordings: tuple[Wording, ...], language: str) -> Wording | None:
    """Return a text in that language, else one of no named language, in English, or any; None
    without one.
    """
    primary = language.split("-", maxsplit=1)[0]
    for wanted in (primary, "", "en"):
        for each in wordings:
            if each.language.replace("_", "-").lower().split("-")[0] == wanted:
                return each
    return wordings[0] if wordings else None


class Listing(msgspec.Struct, frozen=True):
    """What a timetable says about a boat between two of its stops; None where it says nothing.

    `moved_weeks` is by how many weeks a timetable that has ended was moved to be shown: the boat
    is not one of this day then. The ids of trip, line and stops are the feed's own. `step_free_*`
    is whether a way without steps leads from the street to the boat, and from it to the street;
    `signs` are what is written on the way to it. `live` is null where the publisher says nothing
    of how it goes; `alerts` are what it tells those who travel with it.
    `direction` is which way of its line it goes (GTFS direction_id, 0 or 1). `run_start` is when
    the boat leaves its first stop, in seconds after noon minus 12 h of its service day: it tells
    the runs of a trip apart that leaves several times a day.
    """

    feed: str
    publisher: str
    attributions: tuple[str, ...]
    moved_weeks: int
    trip: str
    service_day: dt.date
    line: str
    line_number: str
    colour: str
    headsign: str
    trip_number: str
    platform: str
    arrival_platform: str
    boarding: Access
    alighting: Access
    approximate_departure: bool
    approximate_arrival: bool
    booking: Arrangement | None
    phone: str | None
    bicycles: bool | None
    cars: bool | None
    wheelchair: bool | None
    via: tuple[Via, ...]
    line_id: str = ""
    stop_id: str = ""
    arrival_stop_id: str = ""
    step_free_boarding: bool | None = None
    step_free_leaving: bool | None = None
    signs: tuple[str, ...] = ()
    live: LiveState | None = None
    alerts: tuple[Alert, ...] = ()
    direction: int | None = None
    run_start: int | None = None

    @property
    def arranged_ahead(self) -> bool:
        """Return whether the ride must be arranged by telephone or with the crew."""
        return bool({self.boarding, self.alighting} & {Access.PHONE, Access.CREW})


class BoardLine(msgspec.Struct, frozen=True):
    """A boat on a board: when it leaves here (or arrives), and when it is at its other end.

    `expected_at` is there where another time holds by now.
    """

    id: UUID
    at: dt.datetime
    other_at: dt.datetime
    expected_at: dt.datetime | None
    status: SailingStatus
    sold_here: bool
    headway_seconds: int | None
    ferry: str | None
    mmsi: int | None
    listing: Listing | None
    operator: Operator
    other: Place


class BoardRequest(msgspec.Struct, frozen=True):
    """What a board is asked for: a local day of the port (None: from now on), and a page from 1."""

    date: dt.date | None = None
    page: PageNumber = 1


class BoardPageRequest(BoardRequest, frozen=True):
    """The same of a page, whose address has the port as a field; empty where none is chosen."""

    port: str = ""


class Board(msgspec.Struct, frozen=True):
    """The departures (or arrivals) of a port from `first_at` on: one line for each boat.

    `elsewhere` names operators whose boats only a search can tell. `alerts` are what publishers of
    timetables tell of this port, its lines or all of their boats; what they tell of a single trip
    stands with its boat. `near` are places near by that boats leave, where none leaves here.
    """

    port: Place
    date: dt.date
    arrivals: bool
    first_at: dt.datetime
    boats: tuple[BoardLine, ...]
    total: int
    page: int
    pages: int
    elsewhere: tuple[str, ...]
    as_of: dt.datetime
    alerts: tuple[Alert, ...] = ()
    near: tuple[NearPlace, ...] = ()
