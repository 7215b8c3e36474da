"""What a search asks and answers."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import msgspec

from maritime_app.ferries.extras import ExtraCode, ExtraUnit
from maritime_app.ferries.model import Operator, Place
from maritime_app.ferries.parties import PartyFields
from maritime_app.ferries.timetables.model import Listing
from maritime_app.money import Money

PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]


class WhyNot(StrEnum):
    """Why a sailing cannot be booked."""

    TIMETABLE_ONLY = "timetable_only"
    NOT_CARRIED = "not_carried"
    CANCELLED = "cancelled"
    DEPARTED = "departed"
    SALES_CLOSED = "sales_closed"
    FULL = "full"
    NO_ROOM_FOR_VEHICLE = "no_room_for_vehicle"
    NO_ROOM_FOR_PETS = "no_room_for_pets"
    NO_BERTHS = "no_berths"  # no cabins are left in which everybody has one


class OperatorStatus(StrEnum):
    """How an operator answered a search."""

    OK = "ok"
    SLOW = "slow"  # missed its deadline
    FAILED = "failed"
    PENDING = "pending"  # asked, and has not answered yet: only while a page fills
    PAUSED = "paused"  # its circuit breaker is open: it is not asked for now


class SearchQuery(PartyFields, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What a traveller looks for. `from`, `to` are UN/LOCODEs or stop ids; dates are local there.

    `vehicles` is a number of cars, a list such as "car,camper:720:320" (kind:length_cm:height_cm
    and, if known, :weight_kg), or in JSON a list of objects. `ages` are those of children who are
    not in `children` or `infants`, in years on the day of travel: "4,9", or in JSON a list; each
    sailing decides what they pay. With `berths` prices are those with the cheapest cabins in which
    everybody has a berth.
    """

    origin: PlaceCode
    destination: PlaceCode
    date: dt.date
    return_date: dt.date | None = None


class SearchRequest(SearchQuery, frozen=True, forbid_unknown_fields=True):
    """The same as a JSON body."""


class PlaceRequest(msgspec.Struct, frozen=True):
    """What a traveller has typed of a place."""

    q: Annotated[str, msgspec.Meta(max_length=80)]


class PlacesResponse(msgspec.Struct, frozen=True):
    """Places that may be meant, the likeliest first; at most eight."""

    places: tuple[Place, ...]


class CabinOffer(msgspec.Struct, frozen=True):
    """A cabin or seat type that may be added: price of one, berths in it, how many are left."""

    type: str
    price: Money
    berths: int
    left: int


class ExtraOffer(msgspec.Struct, frozen=True):
    """An extra that may be added: price of one, what one is for, how many are left (null: any)."""

    kind: ExtraCode
    unit: ExtraUnit
    price: Money
    left: int | None = None


class SailingOffer(msgspec.Struct, frozen=True):
    """One sailing for one party. No `price`: listed in the timetable, not sold here.

    `vehicle_fits` null means that the timetable does not say. `every_minutes` marks a departure
    that runs about so often rather than at a fixed time. `sales_close_at` is null where only its
    operator knows it. `berths_in` are the cabins in the price, how many by type, where berths were
    asked for; they are empty on a ship that sells none. `resident_discount` is what residents pay
    less, where they were asked for. `listing` is what a timetable says about the boat: line, stops
    on the way, how the ride is arranged.
    """

    sailing_id: str
    operator: Operator
    ferry: str | None
    departs_at: dt.datetime
    arrives_at: dt.datetime
    departs_local: str
    arrives_local: str
    duration_minutes: int
    price: Money | None
    bookable: bool
    places_left: int | None
    vehicle_fits: bool | None
    why_not: WhyNot | None = None
    every_minutes: int | None = None
    listing: Listing | None = None
    cabins: tuple[CabinOffer, ...] = ()
    sales_close_at: dt.datetime | None = None
    extras: tuple[ExtraOffer, ...] = ()
    berths_in: dict[str, int] | msgspec.UnsetType = msgspec.UNSET
    resident_discount: Money | msgspec.UnsetType = msgspec.UNSET


class OperatorState(msgspec.Struct, frozen=True):
    """Whether a remote operator answered."""

    code: str
    name: str
    status: OperatorStatus


class ConnectingOperator(msgspec.Struct, frozen=True):
    """A remote operator who sails part of a way with a change.

    `pending`: it is being asked, and its sailings will be part of the next answer. `as_of` is when
    it said what stands here, the oldest of several answers.
    """

    code: str
    name: str
    status: OperatorStatus
    as_of: dt.datetime | None = None


class JourneySale(StrEnum):
    """How a journey of several sailings is sold."""

    TOGETHER = "together"  # one booking at one price: all sailings are held, or none
    SEPARATELY = "separately"  # in several currencies: a booking for each sailing
    NOT_SOLD = "not_sold"  # a boat of it is only in a timetable


class ChangeKind(StrEnum):
    """How one gets from one sailing of a journey to the next."""

    ORDINARY = "ordinary"
    AWAITED = "awaited"  # its timetable promises that the second ship waits for the first
    SAME_SHIP = "same_ship"  # the ship itself sails on: one stays where one is
    OTHER_PORT = "other_port"  # one gets to another port by oneself, as its timetable says


class JourneyLeg(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """One sailing of a journey; `change_minutes` is the time in port before it and `change` how one
    gets on to it, both null at first.
    """

    origin: Place
    destination: Place
    sailing: SailingOffer
    change_minutes: int | None = None
    change: ChangeKind | None = None


class AccessLeg(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """The way to the port of the first sailing, or from that of the last one, by oneself: a
    timetable says that one may go on there.
    """

    origin: Place
    destination: Place
    minutes: int


class Journey(msgspec.Struct, frozen=True):
    """Sailings after one another with time to change, for one party; `access` and `egress` where it
    begins or ends at another port than the sailings, and then the times are those of the whole way.

    `price` is that of all legs, where they are sold together. The time to change is what the
    timetable of both ships says, else that of the port, and that one reaches until check-in of the
    next sailing closes. To stay on the same ship is no change.
    """

    legs: tuple[JourneyLeg, ...]
    departs_at: dt.datetime
    arrives_at: dt.datetime
    departs_local: str
    arrives_local: str
    duration_minutes: int
    changes: int
    sold: JourneySale
    price: Money | None
    access: AccessLeg | None = None
    egress: AccessLeg | None = None


class SearchResponse(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What sails. `partial` says that an operator is missing; `as_of` is when it was looked up.

    Connections are journeys with one or two changes, or from or to a port nearby, that no direct
    sailing makes needless. What
    remote operators sail of them is what they have said lately (`connecting_operators`).
    """

    origin: Place
    destination: Place
    date: dt.date
    return_date: dt.date | None
    outbound: tuple[SailingOffer, ...]
    inbound: tuple[SailingOffer, ...] | None
    operators: tuple[OperatorState, ...]
    partial: bool
    as_of: dt.datetime
    sandbox: bool
    outbound_connections: tuple[Journey, ...] = ()
    inbound_connections: tuple[Journey, ...] | None = None
    connecting_operators: tuple[ConnectingOperator, ...] = ()
