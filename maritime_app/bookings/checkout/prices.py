"""What the form costs as it stands, unfinished as it is, and why it could not be booked so."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from maritime_app.bookings.checkout.form import leg_fields, promo_code, rows
from maritime_app.bookings.pricing import rules, service as pricing
from maritime_app.bookings.pricing.model import LegWish, PricingRequest, Quote, Traveller
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries import vehicles
from maritime_app.ferries.extras import in_order
from maritime_app.ferries.model import PassengerKind, Vehicle, VehicleKind, VehicleRequest
from maritime_app.resources import Resources

_MOST = 20  # of a cabin type, an extra, and of pets: more is no party that a form could price
_LARGEST = {"length_cm": 2500, "height_cm": 500, "weight_kg": 60_000}


class FormPrice(Struct, frozen=True):
    """The price of a form. `refusal` says what of it cannot be carried; the price is then that of
    the sailings and people alone (of all but the promo code, where only that is refused).
    """

    quote: Quote
    refusal: Invalid | Conflict | None = None


async def price(res: Resources, entered: Mapping[str, Any]) -> FormPrice:
    """Return what is asked for all that was entered.

    Raise Invalid, Conflict, NotFound or Unavailable where not even the sailings have a price.
    """
    try:
        return FormPrice(await pricing.quote(res, pricing_request(entered)))
    except (Invalid, Conflict) as refusal:
        if isinstance(refusal, Invalid) and "promo_code" in refusal.fields:
            without = await price(res, {**entered, "promo_code": ""})
            return FormPrice(without.quote, without.refusal or refusal)
        plain = PricingRequest(
            legs=tuple(LegWish(str(leg.get("sailing_id", ""))) for leg in rows(entered, "legs")),
            travellers=tuple(
                Traveller(_kind(row), age=_age(row.get("age")))
                for row in rows(entered, "passengers")
            ),
        )
        return FormPrice(await pricing.quote(res, plain), refusal)


def too_few_berths(price: FormPrice, entered: Mapping[str, Any]) -> Invalid | None:
    """Return why the cabins that were chosen are refused: who has no berth has to be meant."""
    for leg, row in zip(price.quote.legs, rows(entered, "legs"), strict=True):
        wish = LegWish(leg.sailing.public_id, fewer_berths=bool(row.get("fewer_berths")))
        try:
            rules.check_berths(leg.demand, wish)
        except Invalid as refusal:
            return refusal
    return None


def pricing_request(entered: Mapping[str, Any]) -> PricingRequest:
    """Return what the price depends on; what cannot be understood is taken for the usual."""
    return PricingRequest(
        legs=tuple(_leg(leg) for leg in rows(entered, "legs")),
        travellers=tuple(
            Traveller(
                _kind(row),
                _date(row.get("birth_date")),
                _area(row.get("resident_of")),
                _age(row.get("age")),
            )
            for row in rows(entered, "passengers")
        ),
        vehicles=tuple(_vehicle(row) for row in rows(entered, "vehicles")),
        pets=_count(entered.get("pets")),
        promo_code=promo_code(entered),
    )


def _leg(row: Mapping[str, Any]) -> LegWish:
    """Return the leg with what is chosen on it; of how many have a berth the form speaks itself."""
    fields = leg_fields(row)
    chosen = {kind: _count(text) for kind, text in fields["cabins"].items()}
    if row.get("cabin"):
        chosen[str(row["cabin"])] = chosen.get(str(row["cabin"]), 0) + 1
    cabins = tuple(sorted((kind, count) for kind, count in chosen.items() if count))
    extras = tuple(
        (kind, count)
        for kind in in_order(fields["extras"])
        if (count := _count(fields["extras"][kind]))
    )
    return LegWish(str(row.get("sailing_id", "")), cabins, fewer_berths=True, extras=extras)


def _vehicle(row: Mapping[str, Any]) -> Vehicle:
    kind = row.get("kind")
    known = VehicleKind(kind) if kind in list(VehicleKind) else VehicleKind.CAR
    measures = {name: _count(row.get(name), most) for name, most in _LARGEST.items()}
    return vehicles.measured(VehicleRequest(known, **measures))


def _kind(row: Mapping[str, Any]) -> PassengerKind:
    kind = row.get("kind")
    return PassengerKind(kind) if kind in list(PassengerKind) else PassengerKind.ADULT


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def _age(text: object) -> int | None:
    """Return the age that was given at the search, until the birth date says it."""
    return _count(text) if str(text or "").strip() else None


def _area(text: object) -> str | None:
    return str(text) if text else None


def _count(text: object, most: int = _MOST) -> int:
    """Return a number as it was typed; 0 for what is none, the largest for what is more."""
    digits = str(text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return 0
    return min(int(digits[:9]), most)
