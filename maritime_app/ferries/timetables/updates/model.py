"""An update of a trip, the trip as it is planned, how it goes, and what was read of a feed."""

from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.model import Cause, Effect, Period, Severity, Wording

LONGEST_DELAY_SECONDS = 24 * 3600  # a ship waits for weather; of more than a day it is another one
LONGEST_LEAD_SECONDS = 3600  # nobody sails an hour before the time that was published


class TripState(IntEnum):
    """What an update says of a trip, as GTFS-Realtime numbers it (schedule_relationship)."""

    SCHEDULED = 0
    ADDED = 1
    UNSCHEDULED = 2
    CANCELED = 3
    REPLACEMENT = 5
    DUPLICATED = 6
    DELETED = 7
    NEW = 8


class StopState(IntEnum):
    """The same of a call."""

    SCHEDULED = 0
    SKIPPED = 1
    NO_DATA = 2
    UNSCHEDULED = 3


class Event(msgspec.Struct, frozen=True):
    """An arrival or departure: seconds late, or when it is (seconds since 1970)."""

    delay: int | None
    time: int | None


class StopUpdate(msgspec.Struct, frozen=True):
    """What is said of a call, by its order in the feed or by its stop."""

    sequence: int | None
    stop_id: str
    state: StopState
    arrival: Event | None
    departure: Event | None


class TripUpdate(msgspec.Struct, frozen=True):
    """What is said of a trip; `start` is its first departure in seconds of its service day.

    `delay` holds for calls of which nothing else is said.
    """

    trip: str
    day: date | None
    start: int | None
    state: TripState
    stops: tuple[StopUpdate, ...]
    delay: int | None


class Selector(msgspec.Struct, frozen=True):
    """Of what an alert speaks, by the feed's own ids: all that is named must fit. One that names
    nothing speaks of the whole feed. `start` is a run's first departure in seconds of its service
    day.
    """

    agency: str = ""
    line: str = ""
    route_type: int | None = None
    trip: str = ""
    day: date | None = None
    stop: str = ""
    direction: int | None = None
    start: int | None = None


class AlertMessage(msgspec.Struct, frozen=True):
    """An alert as its publisher sends it; see timetables.model.Alert."""

    id: str
    effect: Effect
    cause: Cause
    severity: Severity
    header: tuple[Wording, ...]
    description: tuple[Wording, ...]
    url: tuple[Wording, ...]
    periods: tuple[Period, ...]
    selectors: tuple[Selector, ...]


class Message(msgspec.Struct, frozen=True):
    """A whole feed: when its publisher made it, and how many entities nothing can be made of."""

    said_at: datetime
    updates: tuple[TripUpdate, ...]
    left_out: int
    alerts: tuple[AlertMessage, ...] = ()
    alerts_left_out: int = 0


class PlannedCall(msgspec.Struct, frozen=True):
    """A call of a trip; seconds from the departure from the first one."""

    sequence: int | None
    stop_id: str
    arrives: int
    departs: int


class PlannedTrip(msgspec.Struct, frozen=True):
    """A trip of a timetable: its first departures, the service days of these weeks, its calls, and
    about every how many seconds it leaves at each of them (None: as scheduled).
    """

    code: str
    timezone: str
    starts: list[int]
    days: list[date]
    calls: list[PlannedCall]
    headways: list[int | None]


class RunningCall(msgspec.Struct, frozen=True, array_like=True):
    """When a boat is at a stop by its timetable, and when it is expected; null: nothing is said."""

    stop_id: str
    arrives_at: datetime
    departs_at: datetime
    expected_arrives_at: datetime | None
    expected_departs_at: datetime | None
    skipped: bool


class RunningTrip(msgspec.Struct, frozen=True, array_like=True):
    """How a trip of one service day goes; `start` tells those of frequencies apart."""

    start: int
    cancelled: bool
    calls: tuple[RunningCall, ...]


class Said(msgspec.Struct, frozen=True):
    """What a publisher said last. `trips` are lists of RunningTrip by `trip_key`, unread."""

    said_at: datetime
    read_at: datetime
    trips: dict[str, msgspec.Raw]


class StoredSaid(msgspec.Struct, frozen=True):
    """The same as it is stored."""

    feed: str
    said_at: datetime
    read_at: datetime
    trips: bytes


class Followed(msgspec.Struct, frozen=True):
    """A feed whose updates are read, and how that went.

    `read_at` is when it was read last, `said_at` when its publisher made what is shown. Trips of
    the newest copy: in the timetable, not in it, beside it (added), and what nothing can be made
    of. `error` is why it was not read the last time, `failures` how often in a row.
    """

    feed_id: UUID
    feed: str
    publisher: str
    address: str
    etag: str
    modified: str
    read_at: datetime | None
    said_at: datetime | None
    matched: int
    unknown: int
    added: int
    left_out: int
    error: str
    failures: int
    rest_until: datetime | None


class UpdatesRefused(Invalid):
    """What a publisher sends cannot be shown; what was there before stays."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="updates_refused")


def trip_key(trip: str, day: date) -> str:
    """Return under what the running trips of a trip stand."""
    return f"{day} {trip}"
