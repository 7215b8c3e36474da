"""How a change is asked for, and what it costs, as programs and forms say it."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from maritime_app.bookings.model import BookingItem, CabinType, SailingId
from maritime_app.bookings.travellers.model import (
    AssistanceKind,
    CountryCode,
    Gender,
    Name,
    Plate,
)
from maritime_app.ferries.extras import ExtraCode
from maritime_app.ferries.model import Operator, PassengerKind, Place, VehicleKind
from maritime_app.ferries.parties import AreaOrNone
from maritime_app.money import Money

Number = Annotated[int, msgspec.Meta(ge=0, le=99)]

_Count = Annotated[int, msgspec.Meta(ge=0, le=20)]
_Cabins = dict[CabinType, _Count]
_Extras = dict[ExtraCode, _Count]


class LegChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leg as it is to be. `number` is that of a booked leg, 0 adds one at the end.

    What is null stays as it is booked. `fewer_berths`: some go without one.
    """

    number: Number = 0
    sailing_id: SailingId | None = None
    cabins: _Cabins | None = None
    fewer_berths: bool = False
    extras: _Extras | None = None


class PassengerChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A traveller as they are to be. `number` is that of a booked one, 0 adds somebody.

    What is null stays as it is booked; an empty `resident_of` gives the residents' discount up.
    Somebody new without a birth date is of that `kind`.
    """

    given_name: Name
    family_name: Name
    number: Number = 0
    birth_date: date | None = None
    kind: PassengerKind = PassengerKind.ADULT
    gender: Gender | None = None
    nationality: CountryCode | None = None
    assistance: AssistanceKind | None = None
    assistance_note: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    resident_of: AreaOrNone | None = None


class VehicleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vehicle as it is to be. `number` is that of a booked one, 0 adds one.

    A measure left at 0 stays as it is booked, or is the usual one of its kind.
    """

    kind: VehicleKind = VehicleKind.CAR
    number: Number = 0
    length_cm: Annotated[int, msgspec.Meta(ge=0, le=2500)] = 0
    height_cm: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    weight_kg: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 0
    plate: Plate | None = None


class ChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The booking as it is to be. A null list stays as it is; who is not in a list is dropped."""

    legs: Annotated[list[LegChange], msgspec.Meta(min_length=1, max_length=6)] | None = None
    passengers: (
        Annotated[list[PassengerChange], msgspec.Meta(min_length=1, max_length=20)] | None
    ) = None
    vehicles: Annotated[list[VehicleChange], msgspec.Meta(max_length=4)] | None = None
    pets: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = None


class ChangeQuoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change that is to be priced, and the guest's proof."""

    change: ChangeRequest
    surname: str = ""
    token: str = ""


class ChangeOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change for exactly the difference that was quoted, and the guest's proof."""

    change: ChangeRequest
    difference_minor: Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
    surname: str = ""
    token: str = ""


class QuotedLeg(msgspec.Struct, frozen=True):
    """A leg as it will be; `is_new` says that it goes by another sailing than now, or is added."""

    number: int
    sailing_id: str
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    operator: Operator
    ferry: str | None
    is_new: bool


class ChangeQuote(msgspec.Struct, frozen=True):
    """What a change costs now. An order must repeat `difference.amount_minor`.

    `difference` is to be paid, or (negative) goes back; `goodwill` was given back of the price
    before and does not go back again; `fees` is what of the new total is fees of this change.
    `legs` and `items` are what is booked and its price lines as they will be.
    """

    total_before: Money
    total: Money
    difference: Money
    fees: Money
    goodwill: Money
    legs: tuple[QuotedLeg, ...]
    items: tuple[BookingItem, ...]
