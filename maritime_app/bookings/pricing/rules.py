"""Pure: who may travel with whom and what, on which sailing. Every rule stands once, here.

The rules of a request run before any sailing is looked up, those of a leg before its price is
asked for, whoever sails it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from maritime_app import formatting
from maritime_app.bookings.pricing.model import LegDemand, LegWish, PricingRequest, Traveller
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries import cabins, vehicles
from maritime_app.ferries.fares.rules import EXTRA, kind_of_age
from maritime_app.ferries.model import (
    AgeBands,
    OperatorKind,
    Party,
    PassengerKind,
    Sailing,
)
from maritime_app.ferries.sailings import sales
from maritime_app.i18n import translate as _
from maritime_app.settings.model import Bookings

_OLDEST_YEARS = 125
# One person can look after so many who cannot walk or swim; life jackets for infants are put on
# by somebody else.
_INFANTS_PER_COMPANION = 3


def check_request(request: PricingRequest, limits: Bookings, today: date) -> None:
    """Raise Invalid for what no sailing anywhere could carry."""
    _check_size(request, limits)
    problems = {
        f"passengers[{number}].birth_date": _("That birth date cannot be right.")
        for number, traveller in enumerate(request.travellers)
        if traveller.birth_date and not _is_sane(traveller.birth_date, today)
    }
    if problems:
        raise Invalid(next(iter(problems.values())), problems, code="birth_date")
    vehicles.check(request.vehicles)
    for number, leg in enumerate(request.legs):
        if sum(count for _type, count in leg.cabins) > len(request.travellers):
            words = _("More cabins than people.")
            raise Invalid(words, {f"legs[{number}].cabins": words}, code="cabins")


def demand(number: int, wish: LegWish, request: PricingRequest, sailing: Sailing) -> LegDemand:
    """Return the party of a leg by the ages of its own day; raise Invalid for who may not go."""
    day = sailing.day
    ages = [_age(traveller, day) for traveller in request.travellers]
    kinds = _kinds(request.travellers, ages, sailing.ages)
    _check_company(kinds, ages, sailing.ages)
    party = Party(
        adults=kinds.count(PassengerKind.ADULT),
        children=kinds.count(PassengerKind.CHILD),
        infants=kinds.count(PassengerKind.INFANT),
        vehicles=tuple(sorted(request.vehicles)),
        cabins=wish.cabins,
        pets=request.pets,
        residents=_residents(request.travellers, kinds, sailing),
        extras=wish.extras,
    )
    return LegDemand(number, sailing, party, kinds)


def check_sailing(sailing: Sailing, now: datetime) -> None:
    """Raise Conflict for a sailing that is not sold (any more)."""
    if sailing.operator.kind is OperatorKind.LISTED or (
        sailing.operator.kind is OperatorKind.HOUSE and sailing.fare is None
    ):
        words = _("This sailing is listed in the timetable but not sold here.")
        raise Conflict(words, code="timetable_only")
    ended = sales.sale_end(sailing.status, sailing.leaves_at, sailing.sales_close_at, now)
    if ended:
        raise sales.refusal(ended)


def check_order(sailings: Sequence[Sailing]) -> None:
    """Raise Invalid for a leg that leaves before the one before it has arrived."""
    for before, after in pairwise(sailings):
        if after.departs_at < before.arrives_at:
            words = _("One sailing leaves before the other arrives.")
            raise Invalid(words, {"legs": _("They overlap.")}, code="order")


def check_residents(travellers: Sequence[Traveller], sailings: Sequence[Sailing]) -> None:
    """Raise Invalid for who claims to live where none of these fares has a discount for it."""
    if not any(traveller.resident_of for traveller in travellers):
        return
    known = {area for sailing in sailings for area in _areas(sailing)}
    words = _("No fare of these crossings has a discount for residents of that area.")
    problems = {
        f"passengers[{number}].resident_of": words
        for number, traveller in enumerate(travellers)
        if traveller.resident_of and traveller.resident_of not in known
    }
    if problems:
        raise Invalid(words, problems, code="resident_of")


def check_vehicles(leg: LegDemand) -> None:
    """Raise Conflict for a vehicle that this sailing does not carry."""
    vehicles.check_aboard(leg.sailing, leg.party.vehicles)


def check_berths(leg: LegDemand, wish: LegWish) -> None:
    """Raise Invalid for cabins with fewer berths than people, unless they have said that they know.

    Nobody finds out on board that three were sold a cabin for two.
    """
    if wish.fewer_berths:
        return
    people = cabins.sleepers(leg.party)
    short = cabins.without_berth(people, leg.party.cabins, leg.sailing.berths)
    if short:
        words = _("The cabins have %(berths)s berths for %(people)s people.")
        words %= {"berths": people - short, "people": people}
        raise Invalid(words, {f"legs[{leg.number - 1}].cabins": words}, code="berths")


def check_extras(leg: LegDemand) -> None:
    """Raise Invalid, by name, for extras that this sailing does not sell, or not so many of."""
    sold = {extra.kind: extra for extra in leg.sailing.fare.extras} if leg.sailing.fare else {}
    party = leg.party
    for kind, count in party.extras:
        if kind not in sold:
            raise _wrong_extras(leg, _not_sold(leg.sailing, kind, sold), "extra_not_sold")
        most = sold[kind].most(party.people, len(party.vehicles))
        if count > most:
            words = _("%(extra)s: at most %(most)s for your party.")
            words %= {"extra": _extra_name(kind), "most": most}
            raise _wrong_extras(leg, words, "extra_quantity")


def _not_sold(sailing: Sailing, kind: str, sold: Iterable[str]) -> str:
    if sailing.operator.kind is OperatorKind.REMOTE:
        words = _("%(operator)s sells its extras on board only, not here.")
        return words % {"operator": sailing.operator.name}
    others = formatting.listed(map(_extra_name, sold))
    if not others:
        return _("This sailing sells no extras.")
    words = _("%(extra)s is not sold on this sailing. It sells: %(others)s.")
    return words % {"extra": _extra_name(kind), "others": others}


def _extra_name(kind: str) -> str:
    return formatting.item_name(f"{EXTRA}{kind}")


def _wrong_extras(leg: LegDemand, words: str, code: str) -> Invalid:
    return Invalid(words, {f"legs[{leg.number - 1}].extras": words}, code=code)


def _check_size(request: PricingRequest, limits: Bookings) -> None:
    fields = {}
    if not request.travellers:
        fields["passengers"] = _("Nobody travels.")
    if len(request.travellers) > limits.max_passengers:
        fields["passengers"] = _("Please book larger groups by telephone.")
    if len(request.vehicles) > limits.max_vehicles:
        fields["vehicles"] = _("That is too many vehicles.")
    if len(request.legs) > limits.max_legs:
        fields["legs"] = _("That is too many legs.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields, code="size")


def _is_sane(birth_date: date, today: date) -> bool:
    """Return whether somebody born then may live; a day ahead of UTC it may be tomorrow."""
    return today.year - birth_date.year <= _OLDEST_YEARS and birth_date.year <= today.year + 1


def _residents(
    travellers: Sequence[Traveller], kinds: Sequence[PassengerKind], sailing: Sailing
) -> tuple[tuple[str, PassengerKind], ...]:
    """Return who of them lives where the fare of the sailing has a discount for it."""
    claims = [
        (one.resident_of, kind)
        for one, kind in zip(travellers, kinds, strict=True)
        if one.resident_of
    ]
    known = _areas(sailing) if claims else set()
    return tuple(sorted((area, kind) for area, kind in claims if area in known))


def _areas(sailing: Sailing) -> set[str]:
    return {one.area for one in sailing.fare.resident_discounts} if sailing.fare else set()


def _age(traveller: Traveller, day: date) -> int | None:
    if traveller.birth_date and traveller.birth_date > day:
        words = _("That birth date cannot be right.")
        raise Invalid(words, {"passengers": _("Please check the birth date.")}, code="birth_date")
    return traveller.age_on(day)


def _kinds(
    travellers: Sequence[Traveller], ages: Sequence[int | None], bands: AgeBands
) -> tuple[PassengerKind, ...]:
    return tuple(
        [
            traveller.kind if age is None else kind_of_age(bands, age)
            for traveller, age in zip(travellers, ages, strict=True)
        ]
    )


def _check_company(
    kinds: Sequence[PassengerKind], ages: Sequence[int | None], bands: AgeBands
) -> None:
    companions = sum(
        [
            kind is PassengerKind.ADULT if age is None else age >= bands.alone_from_age
            for kind, age in zip(kinds, ages, strict=True)
        ]
    )
    infants = kinds.count(PassengerKind.INFANT)
    if companions == 0:
        if infants == len(kinds):
            words = _("An infant cannot travel alone.")
            raise Invalid(words, {"passengers": _("Nobody accompanies the infant.")}, code="alone")
        words = _("Somebody of at least %(age)s years must travel along.")
        words %= {"age": bands.alone_from_age}
        raise Invalid(words, {"passengers": words}, code="alone")
    if infants > companions * _INFANTS_PER_COMPANION:
        words = _("There are too many infants for those who can look after them.")
        raise Invalid(words, {"passengers": words}, code="alone")
