"""A GTFS feed as it is understood here. Terms: gtfs.org/documentation/schedule/reference. Times are
seconds after noon minus 12 h of the service day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum


class Access(IntEnum):
    """Whether one may board or leave at a call: pickup_type and drop_off_type."""

    REGULAR = 0
    NONE = 1
    PHONE = 2
    CREW = 3


class TransferKind(IntEnum):
    """What a rule says about changing from one boat to another: transfer_type."""

    RECOMMENDED = 0
    TIMED = 1  # the second boat waits for the first
    MINIMUM = 2
    FORBIDDEN = 3
    IN_SEAT = 4  # the same ship sails on as another trip
    NOT_IN_SEAT = 5  # it does, but everybody leaves it first


class LocationKind(IntEnum):
    """What a row of stops.txt is: location_type."""

    PLATFORM = 0
    STATION = 1
    ENTRANCE = 2
    NODE = 3
    BOARDING_AREA = 4


class PathwayMode(IntEnum):
    """How one passes a pathway: pathway_mode."""

    WALKWAY = 1
    STAIRS = 2
    MOVING_WALKWAY = 3
    ESCALATOR = 4
    LIFT = 5
    FARE_GATE = 6
    EXIT_GATE = 7


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
    """Where boats stop, or a station of such places; degrees.

    `place_id` is the station it belongs to, or its own id; `platform` tells it from the other piers
    of that station. `timezone` empty means its agency's. `names` are translations by language.
    """

    id: str
    name: str
    lat: float
    lon: float
    timezone: str = ""
    place_id: str = ""
    platform: str = ""
    wheelchair: bool | None = None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A GTFS route; `colour` is six hexadecimal digits or empty."""

    id: str
    agency_id: str
    short_name: str
    long_name: str
    colour: str = ""

    @property
    def name(self) -> str:
        """Return the long name, else the short one, else the id."""
        return self.long_name or self.short_name or self.id


@dataclass(frozen=True, slots=True)
class BookingRule:
    """How a ride is arranged ahead (booking_rules.txt); texts may be empty. `notice` is how long
    ahead: what the feed has in those columns.
    """

    message: str
    phone: str
    url: str
    notice: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of a trip, in its order; `approximate` times were interpolated or are not exact."""

    stop_id: str
    arrives: int
    departs: int
    boarding: Access = Access.REGULAR
    alighting: Access = Access.REGULAR
    approximate: bool = False
    headsign: str = ""
    booking: BookingRule | None = None
    sequence: int | None = field(default=None, compare=False)  # the feed's name of it


@dataclass(frozen=True, slots=True)
class Frequency:
    """Departures from the first stop from `start` until before `end`, `headway` seconds apart.

    `exact` when they are scheduled so; else they run about so often.
    """

    start: int
    end: int
    headway: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Trip:
    """One way along a line with its calls; None where the feed does not say.

    `starts` are the departures from the first stop, each with the seconds between two of them
    where it runs about so often. Trips of one `block_id` are one ship's, `direction` is which way
    of the line they go. `shape_id` is its way on the map, which is checked and not shown.
    """

    id: str
    line_id: str
    service_id: str
    calls: tuple[Call, ...]
    starts: tuple[tuple[int, int | None], ...]
    headsign: str = ""
    short_name: str = ""
    cars: bool | None = None
    bicycles: bool | None = None
    wheelchair: bool | None = None
    block_id: str = ""
    shape_id: str = ""
    direction: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A rule of transfers.txt by the feed's own ids; an empty one stands for any.

    `min_seconds` is from arrival to departure, and is there where the rule is a minimum.
    """

    kind: TransferKind
    from_stop: str = ""
    to_stop: str = ""
    from_line: str = ""
    to_line: str = ""
    from_trip: str = ""
    to_trip: str = ""
    min_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A place of a terminal: which one it belongs to, its level and its name; empty: none is said.
    Its position is as the feed has it.
    """

    kind: LocationKind
    parent: str
    level: str
    name: str = ""
    position: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Level:
    """A floor of a terminal; 0 is the street's, as the feed has it."""

    id: str
    index: str
    name: str


@dataclass(frozen=True, slots=True)
class Pathway:
    """A way between two places of a terminal; metres, and `slope` as a ratio. None where the feed
    does not say. `sign_back` is what is written there for those who come the other way.
    """

    id: str
    from_stop: str
    to_stop: str
    mode: PathwayMode
    both_ways: bool
    seconds: int | None
    length: float | None
    stairs: int | None
    slope: float | None
    width: float | None
    sign: str
    sign_back: str


@dataclass(frozen=True, slots=True)
class TerminalWay:
    """The quickest way from pier to pier by their ids; an empty one is the street.

    `step_free`: there is a way that a wheelchair passes, which may be another one.
    """

    from_stop: str
    to_stop: str
    seconds: int
    step_free: bool
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terminals:
    """The insides of the terminals that boats call at."""

    locations: dict[str, Location] = field(default_factory=dict)
    pathways: tuple[Pathway, ...] = ()
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """The days on which trips run, as one bit a day from `first` on."""

    id: str
    first: date
    days: str

    @property
    def last(self) -> date:
        """Return the last day with a bit."""
        return self.first + timedelta(days=len(self.days) - 1)

    def runs_on(self, day: date) -> bool:
        """Return whether trips of the service leave on that service day."""
        number = (day - self.first).days
        return 0 <= number < len(self.days) and self.days[number] == "1"


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """Who publishes the feed, which edition it is, from when until when they answer for it
    (calendars may be longer), and whom to name as the source.
    """

    publisher: str = ""
    publisher_url: str = ""
    language: str = ""
    version: str = ""
    first_day: date | None = None
    last_day: date | None = None
    attributions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """Everything that is used of a feed, by id."""

    info: FeedInfo
    agencies: dict[str, Agency]
    stops: dict[str, Stop]
    lines: dict[str, Line]
    services: dict[str, Service]
    trips: tuple[Trip, ...] = field(repr=False)
    transfers: tuple[Transfer, ...] = field(default=(), repr=False)
    ways: tuple[TerminalWay, ...] = field(default=(), repr=False)
    terminals: Terminals = field(default_factory=Terminals, repr=False)

    @property
    def first_day(self) -> date:
        """Return the first service day."""
        return min(service.first for service in self.services.values())

    @property
    def last_day(self) -> date:
        """Return the last service day."""
        return max(service.last for service in self.services.values())
