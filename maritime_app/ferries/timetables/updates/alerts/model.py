"""An alert with what of a timetable it concerns, and what was read of a feed."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from maritime_app.ferries.timetables.model import Cause, Effect, Period, Severity, Wording


class Concern(msgspec.Struct, frozen=True, array_like=True):
    """A part of a timetable: what is named must all fit, null is any. `day` is a service day."""

    trip: str | None
    day: date | None
    lines: tuple[str, ...] | None
    stops: tuple[str, ...] | None


class KeptAlert(msgspec.Struct, frozen=True):
    """An alert as it is stored; `ports` are the codes of those on whose boards it stands."""

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
    """A line of a feed with its agency, both by the feed's ids, and the ports that it serves."""

    line: str
    agency: str
    ports: list[str]


class StopPort(msgspec.Struct, frozen=True):
    """A stop or station by the feed's id: where boats call under it, and of which port it is."""

    stop: str
    stops: list[str]
    port: str


class Network(msgspec.Struct, frozen=True):
    """What of a timetable alerts may speak of."""

    lines: tuple[LinePorts, ...]
    stops: tuple[StopPort, ...]
    trips: frozenset[str]
