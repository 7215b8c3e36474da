"""A GTFS feed as it is understood here, and what an import reports.

Terms: gtfs.org/documentation/schedule/reference. Times are seconds after noon minus 12 h of the
service day.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs the boats."""

    id: str
    name: str
    timezone: str
    url: str
    phone: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Where boats stop; degrees; `timezone` empty means its agency's."""

    id: str
    name: str
    lat: float
    lon: float
    timezone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A GTFS route."""

    id: str
    agency_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of a trip, in its order."""

    stop_id: str
    arrives: int
    departs: int
    boards: bool
    alights: bool


@dataclass(frozen=True, slots=True)
class Frequency:
    """Departures from the first stop from `start` until before `end`;

    `exact` when they are scheduled so.
    """

    start: int
    end: int
    headway: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Trip:
    """One way along a line; `cars_allowed` None means that the feed does not say.

    `crossings` are the pairs of its calls (by number) between which it can be taken.
    """

    id: str
    line_id: str
    service_id: str
    calls: tuple[Call, ...]
    crossings: tuple[tuple[int, int], ...]
    frequencies: tuple[Frequency, ...]
    cars_allowed: bool | None


@dataclass(frozen=True, slots=True)
class Service:
    """The days on which trips run: weekdays (Monday is 0) within a span, days added and days taken
    away.
    """

    id: str
    weekdays: frozenset[int]
    first: date
    last: date
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()


@dataclass(slots=True)
class TableCount:
    """How the rows of one file ended: rows == kept + sum(left_out)."""

    rows: int = 0
    kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Feed:
    """Everything that is used of a feed, by id, and the account of its rows by file."""

    agencies: dict[str, Agency]
    stops: dict[str, Stop]
    lines: dict[str, Line]
    services: dict[str, Service]
    trips: tuple[Trip, ...]
    account: dict[str, TableCount]


@dataclass(frozen=True, slots=True)
class Run:
    """One sailing of a trip between two of its stops; instants in UTC, `key` unique in the feed."""

    id: UUID
    key: str
    line_id: str
    origin: str
    destination: str
    departs_at: datetime
    arrives_at: datetime
    headway_seconds: int | None
    cars_allowed: bool | None


@dataclass(slots=True)
class ImportReport:
    """What became of a feed: rows == kept + sum(left_out) over all files.

    `stored` and `unchanged` count what was written: operators, stops, routes and sailings;
    `removed` sailings that
    an earlier edition of the feed had. `departures` are the trips' runs in the days asked for;
    those past midnight
    that the next service day repeats (24:00 and 00:00) are written once.
    """

    rows: int = 0
    kept: int = 0
    stored: int = 0
    unchanged: int = 0
    removed: int = 0
    departures: int = 0
    repeated_departures: int = 0
    sailings: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
