"""What the booking form shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Any
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from maritime_app.bookings.checkout.cabin_views import CabinsView, cabins_view, cheapest_act
from maritime_app.bookings.checkout.extra_views import ExtraChoice, extra_choices
from maritime_app.bookings.checkout.form import buyer_fields, promo_code, rows
from maritime_app.bookings.checkout.prices import FormPrice
from maritime_app.bookings.model import BookingItem
from maritime_app.bookings.pricing.model import LegQuote, Quote
from maritime_app.bookings.travellers.residents import residents_question
from maritime_app.bookings.travellers.words import assistance_words, country_names, gender_words
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.model import (
    CancelRule,
    Operator,
    OperatorKind,
    PassengerKind,
    Place,
    ResidentDiscount,
    Sailing,
    VehicleKind,
)
from maritime_app.ferries.vehicle_models import service as vehicle_models
from maritime_app.i18n import translate as _
from maritime_app.money import Money

_PERSON = {
    "kind": "adult",
    "age": "",
    "given_name": "",
    "family_name": "",
    "birth_date": "",
    "gender": "",
    "nationality": "",
    "assistance": "",
    "assistance_note": "",
    "resident_of": "",
}
_VEHICLE = {
    "kind": "car",
    "model": "",
    "model_was": "",
    "length_cm": "",
    "height_cm": "",
    "weight_kg": "",
    "plate": "",
}
_CONTACT = {"email": "", "phone": "", "language": ""}
_BUYER = {"company": "", "address": "", "vat_id": ""}


class FormLeg(Struct, frozen=True):
    """One chosen sailing, by its number in the price."""

    number: int
    id: str
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    operator: Operator
    ferry: str | None
    cabins: CabinsView
    extras: list[ExtraChoice]
    cancel_rules: tuple[CancelRule, ...]


class PriceView(Struct, frozen=True):
    """The price summary; `refusal` says why it could not be booked so."""

    lines: list[BookingItem]
    total: Money
    refusal: str = ""


def form_page(
    price: FormPrice, available: Sequence[Mapping[str, int]], entered: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what templates/bookings/new.html shows of who travels and what it costs; `available`
    is by leg and resource.
    """
    quote = price.quote
    day = quote.legs[0].sailing.day.isoformat()
    return {
        **price_parts(price, available, entered),
        "passengers": [
            _person(row, kind)
            for row, kind in zip_longest(rows(entered, "passengers"), quote.kinds, fillvalue=None)
            if row is not None
        ],
        "gender_options": [("", _("Not said")), *gender_words().items()],
        "assistance_options": [("", _("No help needed")), *assistance_words().items()],
        "residents": residents_question(_discounts(quote)),
        "country_names": country_names(),
        "vehicles": [{**_VEHICLE, **vehicle} for vehicle in rows(entered, "vehicles")],
        "vehicle_options": vehicle_options(),
        "vehicle_models": vehicle_models.models(),
        "sells_vehicles": all(map(_may_carry_vehicles, quote.legs)),
        "sells_pets": all(_sells(leg, "pet") for leg in quote.legs),
        "pets": entered.get("pets", ""),
        "contact": {**_CONTACT, **entered.get("contact", {})},
        "buyer": {**_BUYER, **buyer_fields(entered)},
        "promo_code": promo_code(entered),
        "action": "/bookings",
        "sailing_date": day,
        "back_url": _back_url(quote, entered),
    }


def _person(row: Mapping[str, Any], priced: PassengerKind | None) -> dict[str, Any]:
    """Return a person as entered; one of a known age in the class that it is priced in."""
    by_age = {"kind": priced.value} if priced and row.get("age") else {}
    return {**_PERSON, **row, **by_age}


def resident_areas(price: FormPrice) -> set[str]:
    """Return where people live for whom one of these fares has a discount."""
    return {discount.area for discount in _discounts(price.quote)}


def cheapest_cabins(price: FormPrice, available: Sequence[Mapping[str, int]]) -> Iterator[str]:
    """Yield what the button of the cheapest cabins with a bed for everybody does, leg by leg."""
    for leg, left in zip(price.quote.legs, available, strict=True):
        if act := cheapest_act(leg, left):
            yield act


def price_parts(
    price: FormPrice, available: Sequence[Mapping[str, int]], entered: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what of the form changes with every step: its price, and the cabins that fit."""
    legs = zip(price.quote.legs, available, rows(entered, "legs"), strict=True)
    vehicles = len(rows(entered, "vehicles"))
    return {
        "legs": [_leg(leg, vehicles, left, chosen) for leg, left, chosen in legs],
        "wants_berths": bool(dict(parse_qsl(str(entered.get("chosen", "")))).get("berths")),
        "quote": PriceView(
            price_lines(price.quote),
            price.quote.total,
            price.refusal.message if price.refusal else "",
        ),
    }


def _discounts(quote: Quote) -> Iterator[ResidentDiscount]:
    for leg in quote.legs:
        if leg.sailing.fare:
            yield from leg.sailing.fare.resident_discounts


def vehicle_options() -> list[tuple[str, str]]:
    """Return the kinds of vehicles as choices."""
    return [
        (VehicleKind.CAR.value, _("Car")),
        (VehicleKind.MOTORCYCLE.value, _("Motorcycle")),
        (VehicleKind.BICYCLE.value, _("Bicycle")),
        (VehicleKind.VAN.value, _("Van")),
        (VehicleKind.CAMPER.value, _("Camper")),
        (VehicleKind.TRAILER.value, _("Trailer or caravan")),
    ]


def _back_url(quote: Quote, entered: Mapping[str, Any]) -> str:
    """Return the search as it was, for the party as it is."""
    sailings = [leg.sailing for leg in quote.legs]
    last_out = _last_outward(sailings)
    is_return = last_out < len(sailings) - 1
    chosen = dict(parse_qsl(str(entered.get("chosen", ""))))
    ages = [str(row.get("age") or "") for row in rows(entered, "passengers")]
    kinds = [kind for kind, age in zip_longest(quote.kinds, ages) if kind and not age]
    fields = {
        "from": sailings[0].origin.code,
        "to": sailings[last_out].destination.code,
        "date": sailings[0].day,
        "return_date": sailings[last_out + 1].day if is_return else None,
        "adults": kinds.count(PassengerKind.ADULT),
        "children": kinds.count(PassengerKind.CHILD),
        "infants": kinds.count(PassengerKind.INFANT),
        "ages": ",".join(filter(None, ages)),
        "pets": entered.get("pets"),
        "vehicles": chosen.get("vehicles"),
        "berths": chosen.get("berths"),
        **_residents(entered, chosen),
    }
    kept = {name: value for name, value in fields.items() if value or name == "adults"}
    return "/ferries?" + urlencode(kept)


def _residents(entered: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """Return where people live as a search asks it: of a family in two places, of the first; of
    one whom no fare of these crossings asks, as it was.
    """
    people = rows(entered, "passengers")
    areas = [str(row["resident_of"]) for row in people if row.get("resident_of")]
    if not areas:
        return {name: chosen.get(name) for name in ("resident_of", "residents")}
    count = areas.count(areas[0])
    return {"resident_of": areas[0], "residents": count if count < len(people) else None}


def _last_outward(sailings: Sequence[Sailing]) -> int:
    """Return which sailing ends the way out: before the longest stay of a journey that returns."""
    last = len(sailings) - 1
    if last and sailings[-1].destination == sailings[0].origin:
        stays = [after.departs_at - before.arrives_at for before, after in pairwise(sailings)]
        return stays.index(max(stays))
    return last


def waiting_url(quote: Quote, available: Sequence[Mapping[str, int]]) -> str | None:
    """Return where to wait for places; None where there is room, or no list.

    A list is kept of single crossings of our own: only there we know what becomes free.
    """
    if len(quote.legs) != 1 or not available[0]:
        return None
    wanted, left = quote.legs[0].places, available[0]
    is_short = any(
        left.get(resource, 0) < count
        for resource, count in wanted.items()
        if not resource.startswith(EXTRA)  # one can sail without it
    )
    return "/bookings/waiting" if is_short else None


def price_lines(quote: Quote) -> list[BookingItem]:
    """Return the price line by line."""
    currency = quote.total.currency
    return [
        BookingItem(
            leg.number, line.item, line.quantity, Money(line.amount_minor, currency), line.reason
        )
        for leg in quote.legs
        for line in leg.lines
    ]


def _leg(
    leg: LegQuote, vehicles: int, available: Mapping[str, int], chosen: Mapping[str, Any]
) -> FormLeg:
    sailing = leg.sailing
    return FormLeg(
        number=leg.number,
        id=sailing.public_id,
        origin=sailing.origin,
        destination=sailing.destination,
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
        operator=sailing.operator,
        ferry=sailing.ferry,
        cabins=cabins_view(leg, available, chosen),
        extras=extra_choices(leg, vehicles, available, chosen),
        cancel_rules=sailing.fare.cancel_rules if sailing.fare else (),
    )


def _sells(leg: LegQuote, item: str) -> bool:
    fare = leg.sailing.fare
    return fare is not None and item in fare.prices


def _may_carry_vehicles(leg: LegQuote) -> bool:
    """Return whether the sailing may take a vehicle: of others' ships only they know."""
    if leg.sailing.operator.kind is OperatorKind.REMOTE:
        return leg.sailing.cars_allowed is not False
    return any(_sells(leg, kind) for kind in VehicleKind)
