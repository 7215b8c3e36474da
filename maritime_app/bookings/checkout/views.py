"""What the booking form shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from maritime_app.bookings.model import BookingItem
from maritime_app.bookings.pricing.model import LegQuote, Quote
from maritime_app.bookings.travellers.words import assistance_words, country_names, gender_words
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.ferries.model import (
    CancelRule,
    Operator,
    PassengerKind,
    Place,
    Sailing,
)
from maritime_app.i18n import translate as _
from maritime_app.money import Money

_PERSON = {
    "kind": "adult",
    "given_name": "",
    "family_name": "",
    "birth_date": "",
    "gender": "",
    "nationality": "",
    "assistance": "",
    "assistance_note": "",
}
_VEHICLE = {"kind": "car", "length_cm": "", "height_cm": "", "plate": ""}
_CONTACT = {"email": "", "phone": "", "language": ""}


@dataclass(frozen=True, slots=True)
class CabinChoice:
    """A cabin or seat type that may be added."""

    type: str
    price: Money
    available: int


@dataclass(frozen=True, slots=True)
class FormLeg:
    """One chosen sailing."""

    id: str
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    operator: Operator
    ferry: str | None
    cabins: list[CabinChoice]
    cancel_rules: tuple[CancelRule, ...]


@dataclass(frozen=True, slots=True)
class PriceView:
    """The price summary."""

    lines: list[BookingItem]
    total: Money


def form_page(
    quote: Quote,
    available: Sequence[Mapping[str, int]],
    entered: Mapping[str, Any],
    hold_minutes: float,
) -> dict[str, Any]:
    """Return what templates/bookings/new.html shows; `available` is by leg and resource."""
    first = quote.legs[0].sailing
    day = first.day.isoformat()
    adults = quote.kinds.count(PassengerKind.ADULT)
    there = _destination([leg.sailing for leg in quote.legs])
    back = {"from": first.origin.code, "to": there.code, "date": day, "adults": adults}
    return {
        "legs": [_leg(leg, left) for leg, left in zip(quote.legs, available, strict=True)],
        "passengers": [{**_PERSON, **person} for person in entered.get("passengers", [])],
        "gender_options": [("", _("Not said")), *gender_words().items()],
        "assistance_options": [("", _("No help needed")), *assistance_words().items()],
        "country_names": country_names(),
        "vehicles": [{**_VEHICLE, **vehicle} for vehicle in entered.get("vehicles", [])],
        "contact": {**_CONTACT, **entered.get("contact", {})},
        "cabins_chosen": [leg.get("cabin", "") for leg in entered.get("legs", [])],
        "quote": PriceView(price_lines(quote), quote.total),
        "hold_minutes": round(hold_minutes),
        "action": "/bookings",
        "sailing_date": day,
        "back_url": "/ferries?" + urlencode(back),
    }


def _destination(sailings: Sequence[Sailing]) -> Place:
    """Return where the way out ends: at the longest stay of a journey that comes back."""
    last = len(sailings) - 1
    if last and sailings[-1].destination == sailings[0].origin:
        stays = [after.departs_at - before.arrives_at for before, after in pairwise(sailings)]
        last = stays.index(max(stays))
    return sailings[last].destination


def waiting_url(quote: Quote, available: Sequence[Mapping[str, int]]) -> str | None:
    """Return where to wait for places; None where there is room, or no list.

    A list is kept of single crossings of our own: only there we know what becomes free.
    """
    if len(quote.legs) != 1 or not available[0]:
        return None
    wanted, left = quote.legs[0].places, available[0]
    is_short = any(left.get(resource, 0) < count for resource, count in wanted.items())
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


def _leg(leg: LegQuote, available: Mapping[str, int]) -> FormLeg:
    sailing = leg.sailing
    return FormLeg(
        id=sailing.public_id,
        origin=sailing.origin,
        destination=sailing.destination,
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
        operator=sailing.operator,
        ferry=sailing.ferry,
        cabins=_cabins(leg, available),
        cancel_rules=sailing.fare.cancel_rules if sailing.fare else (),
    )


def _cabins(leg: LegQuote, available: Mapping[str, int]) -> list[CabinChoice]:
    """Return the cabins that may be added on a leg of our own."""
    fare = leg.sailing.fare
    if fare is None:
        return []
    return [
        CabinChoice(item.removeprefix(CABIN), Money(minor, fare.currency), available[item])
        for item, minor in sorted(fare.prices.items())
        if item.startswith(CABIN) and item in available
    ]
