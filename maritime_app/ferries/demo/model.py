"""What the demo world is made of, and what follows from it: departures and track points."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from maritime_app.ferries.extras import ExtraKind, ExtraUnit
from maritime_app.ferries.model import ResidencyProof

OperatorKind = Literal["house", "remote"]
LatLon = tuple[float, float]


class DemoOperator(Struct, frozen=True, forbid_unknown_fields=True):
    """A fictional ferry company;

    `house` sells from our own inventory, `remote` through its own server.
    """

    code: str
    name: str
    kind: OperatorKind
    currency: str
    country: str
    website: str
    support_email: str
    phone: str | None = None  # of a range that the country keeps free for fiction


class DemoCheckIn(Struct, frozen=True, forbid_unknown_fields=True):
    """When an operator's check-in closes, in minutes before departure; no port: at all others."""

    operator: str
    port: str | None = None
    foot_minutes: int | None = None
    vehicle_minutes: int | None = None
    terminal: str | None = None


class DemoChange(Struct, frozen=True, forbid_unknown_fields=True):
    """How many minutes it takes at a port from one ship to the check-in of the next."""

    port: str
    foot_minutes: int
    vehicle_minutes: int


class DemoPort(Struct, frozen=True, forbid_unknown_fields=True):
    """A real harbour by UN/LOCODE; lat and lon are a ferry berth, in degrees."""

    code: str
    name: str
    country: str
    lat: float
    lon: float
    timezone: str


class DemoDeck(Struct, frozen=True, forbid_unknown_fields=True):
    """A car deck: its lane length, its free height, and the heaviest single vehicle it bears."""

    name: str
    lane_cm: int
    height_cm: int
    max_kg: int


class DemoCabin(Struct, frozen=True, forbid_unknown_fields=True):
    """`count` cabins of one type with `berths` each ("reclining" is a seat: one berth)."""

    type: str
    count: int
    berths: int


class DemoFerry(Struct, frozen=True, forbid_unknown_fields=True):
    """A fictional ship;

    IMO with a valid check digit, MMSI with its flag's MID and ...9xx at the end.
    """

    code: str
    operator: str
    name: str
    imo: int
    mmsi: int
    length_m: float
    beam_m: float
    speed_knots: float
    passengers: int
    decks: tuple[DemoDeck, ...] = ()
    cabins: tuple[DemoCabin, ...] = ()
    pets: int = 0


class DemoResidents(Struct, frozen=True, forbid_unknown_fields=True):
    """Who lives in the area (ISO 3166-2) pays so much less and shows one of the proofs."""

    area: str
    percent: int
    proofs: tuple[ResidencyProof, ...]


class DemoExtra(Struct, frozen=True, forbid_unknown_fields=True):
    """An extra at the price of one, in minor units of the fare; `per_sailing`: so many at most."""

    kind: ExtraKind
    unit: ExtraUnit
    price_minor: int
    per_sailing: int | None = None


class DemoFare(Struct, frozen=True, forbid_unknown_fields=True):
    """Prices in minor units of `currency`; tax is per passenger and included in none of the prices.

    `infant_to_age` and `child_to_age` are the last years of age at which that price holds.
    `cancel_rules` are (hours before departure, fee in percent), largest hours first: the first rule
    whose
    hours are still left applies; after the last one the fee is 100 %.
    """

    code: str
    currency: str
    prices: dict[str, int]
    child_to_age: int
    infant_to_age: int
    harbour_tax_minor: int
    cancel_rules: tuple[tuple[int, int], ...]
    residents: tuple[DemoResidents, ...] = ()
    extras: tuple[DemoExtra, ...] = ()


class DemoRoute(Struct, frozen=True, forbid_unknown_fields=True):
    """One direction between two ports.

    `days` are ISO weekdays ("1" is Monday), `departures` local times of the origin. Ferries that
    share a
    route take turns, departure by departure. `lane` holds the waypoints from berth to berth.
    """

    code: str
    operator: str
    origin: str
    destination: str
    ferries: tuple[str, ...]
    days: str
    departures: tuple[str, ...]
    duration_minutes: int
    fare: str
    lane: tuple[LatLon, ...] = ()


class Lane(Struct, frozen=True):
    """A sea lane in short pieces, and the metres sailed from the berth up to each of its points."""

    points: tuple[LatLon, ...]
    sailed_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        """Whole length in metres."""
        return self.sailed_m[-1]


class World(Struct, frozen=True):
    """The whole demo world; look one thing up by its code with the methods (KeyError when there is
    none).
    """

    operators: tuple[DemoOperator, ...]
    ports: tuple[DemoPort, ...]
    ferries: tuple[DemoFerry, ...]
    routes: tuple[DemoRoute, ...]
    fares: tuple[DemoFare, ...]
    operators_by_code: Mapping[str, DemoOperator]
    ports_by_code: Mapping[str, DemoPort]
    ferries_by_code: Mapping[str, DemoFerry]
    routes_by_code: Mapping[str, DemoRoute]
    fares_by_code: Mapping[str, DemoFare]
    lanes_by_route: Mapping[str, Lane]
    check_ins: tuple[DemoCheckIn, ...] = ()
    changes: tuple[DemoChange, ...] = ()

    def operator(self, code: str) -> DemoOperator:
        """The operator with that code."""
        return self.operators_by_code[code]

    def port(self, code: str) -> DemoPort:
        """The port with that UN/LOCODE."""
        return self.ports_by_code[code]

    def ferry(self, code: str) -> DemoFerry:
        """The ferry with that code."""
        return self.ferries_by_code[code]

    def route(self, code: str) -> DemoRoute:
        """The route with that code."""
        return self.routes_by_code[code]

    def fare(self, code: str) -> DemoFare:
        """The fare with that code."""
        return self.fares_by_code[code]

    def lane(self, route_code: str) -> Lane:
        """The sea lane of that route, in its direction."""
        return self.lanes_by_route[route_code]


class Departure(Struct, frozen=True):
    """One sailing of the timetable; instants in UTC;

    `code` is unique and the same on every call.
    """

    route_code: str
    ferry_code: str
    departs_at: datetime
    arrives_at: datetime
    code: str


class TrackPoint(Struct, frozen=True):
    """Where a ferry is: degrees, speed over ground in knots, course over ground in degrees from
    north.
    """

    lat: float
    lon: float
    sog_knots: float
    cog_deg: float
