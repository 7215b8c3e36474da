"""Pure: what was entered in the booking form, as a booking and as something to be priced."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from maritime_app.bookings.model import BookingRequest
from maritime_app.bookings.pricing.model import LegWish, PricingRequest, Traveller
from maritime_app.bookings.travellers.words import country_code
from maritime_app.errors import Invalid
from maritime_app.ferries import vehicles
from maritime_app.ferries.model import (
    REMOTE_SEPARATOR,
    PassengerKind,
    Vehicle,
    VehicleKind,
    VehicleRequest,
)
from maritime_app.ferries.search.model import Count
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert

_MOST_ROWS = 20


class ChosenSailings(msgspec.Struct, frozen=True):
    """The query string of an empty form: what was chosen in the search, for whom.

    `out` and `back` are each a sailing, or the ids of a journey's sailings with spaces between.
    """

    out: str = ""
    back: str = ""
    adults: Count = 1
    children: Count = 0
    infants: Count = 0
    vehicles: str = ""


def empty(
    chosen: ChosenSailings, lot: Sequence[Vehicle], language: str, most_passengers: int
) -> dict[str, Any]:
    """Return an empty form for the party of the search; raise Invalid for too large a party."""
    sailings = [*_sailing_ids(chosen.out), *_sailing_ids(chosen.back)]
    if not sailings:
        raise Invalid(_("Please choose a sailing first."), {"out": _("No sailing is chosen.")})
    people = (
        [PassengerKind.ADULT] * chosen.adults
        + [PassengerKind.CHILD] * chosen.children
        + [PassengerKind.INFANT] * chosen.infants
    )
    if not 1 <= len(people) <= most_passengers:
        words = _("Please book larger groups by telephone.") if people else _("Nobody travels.")
        raise Invalid(words, {"adults": words})
    return {
        "legs": [{"sailing_id": sailing} for sailing in sailings],
        "passengers": [{"kind": kind.value} for kind in people],
        "vehicles": [
            {"kind": v.kind.value, "length_cm": v.length_cm, "height_cm": v.height_cm} for v in lot
        ],
        "contact": {"language": language},
    }


def _sailing_ids(text: str) -> list[str]:
    """Return the sailings of one way; an operator's own key is taken as it is, with its spaces."""
    if not text:
        return []
    return [text] if REMOTE_SEPARATOR in text else text.split()


def booking_request(entered: Mapping[str, Any]) -> BookingRequest:
    """Return the form as a booking; raise Invalid with the fields' own names and all that is wrong
    at once: nobody corrects a form one error at a time.
    """
    names = ("legs", "passengers", "vehicles", "contact")
    wanted = {name: entered[name] for name in names if name in entered}
    people = wanted["passengers"] = [
        _with_country(person) for person in _rows(entered, "passengers")
    ]
    wrong: dict[str, str] = {}
    request: BookingRequest | None = None
    try:
        request = convert(wanted, BookingRequest, strict=False)
    except Invalid as refusal:
        wrong |= refusal.fields or {"": refusal.message}
    for number, person in enumerate(people):
        if f"passengers[{number}].nationality" in wrong:
            words = _("Please choose a country from the list.")
            wrong[f"passengers[{number}].nationality"] = words
        if not person.get("birth_date"):
            wrong[f"passengers[{number}].birth_date"] = _("This is required.")
    if entered.get("terms") != "yes":
        wrong["terms"] = _("Please accept the conditions.")
    if wrong or request is None:
        raise Invalid(_("Please look at the marked fields."), wrong)
    return request


def pricing_request(entered: Mapping[str, Any]) -> PricingRequest:
    """Return what the price depends on, so that it can be shown beside unfinished entries.

    Cabins are left out: the form adds them to the price that it shows. What cannot be understood
    is taken for the usual.
    """
    return PricingRequest(
        legs=tuple(LegWish(str(leg.get("sailing_id", ""))) for leg in _rows(entered, "legs")),
        travellers=tuple(
            Traveller(_choice(PassengerKind, person.get("kind"), PassengerKind.ADULT))
            for person in _rows(entered, "passengers")
        ),
        vehicles=tuple(
            vehicles.measured(
                VehicleRequest(_choice(VehicleKind, vehicle.get("kind"), VehicleKind.CAR))
            )
            for vehicle in _rows(entered, "vehicles")
        ),
    )


def _with_country(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its nationality as a code, however it was written."""
    said = person.get("nationality")
    return {**person, "nationality": country_code(said)} if said else dict(person)


def _rows(entered: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = entered.get(name, [])
    return [row for row in rows if isinstance(row, Mapping)][:_MOST_ROWS] if rows else []


def _choice(kind: Any, value: Any, usual: Any) -> Any:
    return kind(value) if value in list(kind) else usual
