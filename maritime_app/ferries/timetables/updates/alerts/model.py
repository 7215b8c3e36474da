"""An alert with what of a timetable it concerns, and what was read of a feed."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from maritime_app.ferries.timetables.model import Cause, Effect, Period, Severity, Wording


class Concern(msgspec.Struct, frozen=True, array_like=True):
    """A part of a timetable: what is named must all fit, null is any. `day` is a service day,
    `start` the first departure of a run in seconds of it.
    """

    trip: str | None
    day: date | None
    lines: tuple[str, ...] | None
    stops: tuple[str, ...] | None
    direction: int | None = None
    start: int | None = None


class KeptAlert(msgspec.Struct, frozen=True):
    """An alert as it is stored; `ports` are the codes of those on whose departures it stands,
    `arrival_ports` of those on whose arrivals; null: on the same.
    """

    id: str
    effect: Effect
    cause: Cause
    severity: Severity
    header: tuple[Wording, ...]
    description: tuple[Wording, ...]
    url: tuple[Wording, ...]
    periods: tuple[Period, ...]
    concerns: tuple[Concern, ...]
    ports: tuple[str, ...]
    arrival_ports: tuple[str, ...] | None = None


class AlertsSaid(msgspec.Struct, frozen=True):
    """What a publisher tells now."""

    publisher: str
    said_at: datetime
    read_at: datetime
    alerts: tuple[KeptAlert, ...]


class StoredAlerts(msgspec.Struct, frozen=True):
    """The same as it is stored."""

    feed: str
    publisher: str
    said_at: datetime
    read_at: datetime
    alerts: bytes


class FollowedAlerts(msgspec.Struct, frozen=True):
    """A feed whose alerts are read, and how that went.

    `with_trips`: they come with what is read of its trips, and are not asked for by themselves.
    Alerts of the newest copy: shown, about nothing in the timetable (elsewhere), and what nothing
    can be made of. `error` is why they were not read the last time, `failures` how often in a row.
    """

    feed_id: UUID
    feed: str
    publisher: str
    address: str
    with_trips: bool
    etag: str
    modified: str
    read_at: datetime | None
    said_at: datetime | None
    kept: int
    elsewhere: int
    left_out: int
    error: str
    failures: int
    rest_until: datetime | None


class LinePorts(msgspec.Struct, frozen=True):
    """A direction of a line with its agency, by the feed's ids, and the ports at which one boards
    and leaves its boats. `direction` is None where the timetable does not say.
    """

    line: str
    agency: str
    direction: int | None
    boards: list[str]
    leaves: list[str]


class StopPort(msgspec.Struct, frozen=True):
    """A stop or station by the feed's id: where boats call under it, and of which port it is."""

    stop: str
    stops: list[str]
    port: str


class TripRuns(msgspec.Struct, frozen=True):
    """A trip by the feed's id: when it leaves its first stop, in seconds of its service day, and
    about how often (None: as scheduled).
    """

    code: str
    starts: list[int]
    headways: list[int | None]


class Network(msgspec.Struct, frozen=True):
    """What of a timetable alerts may speak of."""

    lines: tuple[LinePorts, ...]
    stops: tuple[StopPort, ...]
    trips: dict[str, TripRuns]
