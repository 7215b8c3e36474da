"""Pure: who travels, from a question to the party that one sailing carries.

A question may leave open what only the sailing decides: into which age class a child of an age
falls, and which cabins are the cheapest with a berth for everybody.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Annotated, Final, Protocol

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries import cabins, residents, vehicles
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.fares.rules import kind_of_age
from maritime_app.ferries.model import (
    AREA,
    AgeBands,
    Party,
    PassengerKind,
    Vehicle,
    VehicleKind,
    VehicleRequest,
)
from maritime_app.i18n import translate as _

_MOST_VEHICLES = 10
_MOST_AGES = 20
_GROWN_UP = 18
_SEPARATORS = re.compile(r"[\s,;،]+")
_REMEMBERED: Final = 1_024  # ways of writing vehicles: everybody asks for the same few

Count = Annotated[int, msgspec.Meta(ge=0, le=20)]
PetCount = Annotated[int, msgspec.Meta(ge=0, le=10)]
AreaOrNone = Annotated[str, msgspec.Meta(pattern=rf"^(?:{AREA})?(?![\s\S])", examples=["GR-M"])]


class PartyFields(msgspec.Struct, frozen=True, kw_only=True):
    """Who travels, as questions name it; one adult on foot where it is left out.

    `vehicles` is a number of cars, a list such as "car,camper:720:320" (kind:length_cm:height_cm
    and, if known, :weight_kg), or in JSON a list of objects. `ages` are those of children who are
    not in `children` or `infants`, in years on the day of travel: "4,9", or in JSON a list; each
    sailing decides what they pay. With `berths` prices are those with the cheapest cabins in which
    everybody has a berth. `residents` of them, adults first and 0 for all, live in `resident_of`
    (ISO 3166-2): they pay less on fares that have a discount for it.
    """

    adults: Count = 1
    children: Count = 0
    infants: Count = 0
    ages: str | list[int] = ""
    pets: PetCount = 0
    vehicles: int | str | list[VehicleRequest] = 0
    berths: bool = False
    resident_of: AreaOrNone = ""
    residents: Count = 0


class PartyRequest(Protocol):
    """A question that names a party as a search does."""

    @property
    def adults(self) -> int: ...
    @property
    def children(self) -> int: ...
    @property
    def infants(self) -> int: ...
    @property
    def ages(self) -> str | list[int]: ...
    @property
    def pets(self) -> int: ...
    @property
    def vehicles(self) -> int | str | list[VehicleRequest]: ...
    @property
    def berths(self) -> bool: ...
    @property
    def resident_of(self) -> str: ...
    @property
    def residents(self) -> int: ...


def party_of(request: PartyRequest) -> Party:
    """Return who travels; raise Invalid with all that is wrong when nobody does or a part cannot be
    understood.
    """
    try:
        lot = vehicles_of(request.vehicles)
        ages = ages_of(request.ages) if request.ages else ()
        _check_somebody(request)
        _check_residents(request)
    except Invalid as refusal:
        raise _all_refused(request, refusal) from None
    people = request.adults + request.children + request.infants + len(ages)
    return Party(
        request.adults,
        request.children,
        request.infants,
        lot,
        pets=request.pets,
        ages=ages,
        berths=request.berths,
        living_in=request.resident_of,
        living_there=request.residents if request.residents < people else 0,
    )


def _check_somebody(request: PartyRequest) -> None:
    if request.adults + request.children == 0 and not request.ages:
        words = _("At least one adult or child must travel.")
        raise Invalid(words, {"adults": words})


def _check_residents(request: PartyRequest) -> None:
    if request.residents and not request.resident_of:
        words = _("Please say where they live.")
        raise Invalid(words, {"resident_of": words})


def _all_refused(request: PartyRequest, first: Invalid) -> Invalid:
    """Return the refusal with everything that is wrong with the party."""
    wrong = dict(first.fields)
    for check in (
        lambda: vehicles_of(request.vehicles),
        lambda: ages_of(request.ages),
        lambda: _check_somebody(request),
        lambda: _check_residents(request),
    ):
        try:
            check()
        except Invalid as refusal:
            wrong |= refusal.fields
    return Invalid(first.message, wrong, code=first.code)


def ages_of(given: str | list[int]) -> tuple[int, ...]:
    """Return the ages of children in order; raise Invalid for what is none."""
    if isinstance(given, list):
        ages = given
    else:
        parts = [part for part in _SEPARATORS.split(given) if part]
        if not all(part.isdecimal() and len(part) <= 3 for part in parts):
            words = _("Whole years with commas between them, 0 for under one: 4, 9.")
            raise Invalid(words, {"ages": words})
        ages = [int(part) for part in parts]
    if any(age >= _GROWN_UP for age in ages):
        words = _("Who is 18 or older counts as an adult.")
        raise Invalid(words, {"ages": words})
    if len(ages) > _MOST_AGES or any(age < 0 for age in ages):
        words = _("Please book larger groups by telephone.")
        raise Invalid(words, {"ages": words})
    return tuple(sorted(ages))


def vehicles_of(text: int | str | list[VehicleRequest]) -> tuple[Vehicle, ...]:
    """Return the vehicles of a search, measured and in a fixed order; raise Invalid."""
    return _measured(text) if isinstance(text, list) else _written(str(text).strip())


def fields_of(party: Party) -> dict[str, int | str]:
    """Return the party as the fields of an address, the same for the same party; only the number of
    adults stands there when it is none.
    """
    fields: dict[str, int | str] = {
        "adults": party.adults,
        "children": party.children,
        "infants": party.infants,
        "ages": ",".join(map(str, party.ages)),
        "pets": party.pets,
        "vehicles": vehicles_text(party.vehicles),
        "berths": int(party.berths),
        "resident_of": party.living_in,
        "residents": party.living_there,
    }
    return {name: value for name, value in fields.items() if value or name == "adults"}


def vehicles_text(lot: Iterable[Vehicle]) -> str:
    """Return vehicles as an address names them."""
    return ",".join(_text(vehicle) for vehicle in lot)


def carried(party: Party, ages: AgeBands) -> Party | None:
    """Return the party as a sailing with these ages counts it; None for one too young to go."""
    return in_classes(party, ages) if is_accompanied(party, ages) else None


def in_classes(party: Party, ages: AgeBands) -> Party:
    """Return the party with every child in the age class of a sailing with these ages, and so with
    what each of its residents is.
    """
    if not (party.ages or party.living_in):
        return party
    kinds = Counter(kind_of_age(ages, age) for age in party.ages)
    return msgspec.structs.replace(
        party,
        adults=party.adults + kinds[PassengerKind.ADULT],
        children=party.children + kinds[PassengerKind.CHILD],
        infants=party.infants + kinds[PassengerKind.INFANT],
        ages=(),
        living_in="",
        living_there=0,
        residents=residents.claims(party, ages),
    )


def is_accompanied(party: Party, ages: AgeBands) -> bool:
    """Return whether nothing is known against so young a party travelling by itself."""
    if party.adults or party.children or not party.ages:
        return True
    return max(party.ages) >= ages.alone_from_age


def lodged(party: Party, stock: Sequence[CabinStock]) -> Party | None:
    """Return the party in the cheapest cabins with a bed for everybody, if it wants berths; without
    any on a ship that sells none: a day's crossing is a seat. None where its cabins do not suffice.
    """
    if not party.berths:
        return party
    if not sells_beds(stock):
        return msgspec.structs.replace(party, berths=False)
    found = cheapest_cabins(party, stock)
    return msgspec.structs.replace(party, cabins=found, berths=False) if found else None


def sells_beds(stock: Iterable[CabinStock]) -> bool:
    """Return whether there are cabins to lie in on that ship, be they sold out."""
    return any(one.has_beds for one in stock)


def cheapest_cabins(
    party: Party, stock: Sequence[CabinStock]
) -> tuple[tuple[str, int], ...] | None:
    """Return the cheapest cabins with a bed for everybody, how many by type; None without."""
    beds = [one for one in stock if one.has_beds]
    found = cabins.proposals(cabins.sleepers(party), beds, with_pets=bool(party.pets))
    return found[0].cabins if found else None


@lru_cache(_REMEMBERED)
def _written(text: str) -> tuple[Vehicle, ...]:
    return _measured(_parse(text))


def _measured(requests: list[VehicleRequest]) -> tuple[Vehicle, ...]:
    if len(requests) > _MOST_VEHICLES:
        words = _("Please book more than ten vehicles by telephone.")
        raise Invalid(words, {"vehicles": _("At most ten.")})
    measured = tuple(sorted(vehicles.measured(request) for request in requests))
    try:
        vehicles.check(measured)
    except Invalid as refusal:  # a search has one field for all of them
        raise Invalid(refusal.message, {"vehicles": refusal.message}, code=refusal.code) from None
    return measured


def _parse(text: str) -> list[VehicleRequest]:
    if text.isascii() and text.isdigit():
        return [VehicleRequest()] * min(int(text[:3]), _MOST_VEHICLES + 1)
    return [_vehicle(part) for part in text.split(",", _MOST_VEHICLES + 1) if part.strip()]


def _vehicle(text: str) -> VehicleRequest:
    kind, *sizes = text.strip().lower().split(":")
    if kind not in list(VehicleKind) or len(sizes) > 3 or not all(map(_is_size, sizes)):
        words = _(
            "Use a number of cars, or kinds like car, van, motorcycle, bicycle, camper:720:320."
        )
        raise Invalid(words, {"vehicles": words})
    length, height, weight = ([int(size) for size in sizes] + [0, 0, 0])[:3]
    return VehicleRequest(VehicleKind(kind), length, height, weight)


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


def _text(vehicle: Vehicle) -> str:
    """Return a vehicle as an address names it, without measures that are the usual ones."""
    usual = vehicles.CLASSES[vehicle.kind].usual
    sizes = (vehicle.length_cm, vehicle.height_cm, vehicle.weight_kg)
    measures = zip(sizes, usual, strict=True)
    told = max((n for n, (size, most) in enumerate(measures, 1) if size != most), default=0)
    return ":".join([vehicle.kind.value, *map(str, sizes[:told])])
