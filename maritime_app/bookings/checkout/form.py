"""What was entered in the booking form, as a booking."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.model import (
    BookingRequest,
    Contact,
    LegRequest,
    PassengerRequest,
    VehicleBooking,
)
from maritime_app.bookings.service import checked
from maritime_app.bookings.travellers.words import country_code
from maritime_app.errors import Invalid
from maritime_app.ferries.fares.rules import kind_of_age
from maritime_app.ferries.model import (
    REMOTE_SEPARATOR,
    AgeBands,
    Party,
    PassengerKind,
    VehicleKind,
    VehicleRequest,
)
from maritime_app.ferries.parties import PartyFields
from maritime_app.ferries.vehicle_models import service as vehicle_models
from maritime_app.ferries.vehicles import measured
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert, fields_of

CABIN_FIELD = "cabin_"  # and the type; the value is how many
EXTRA_FIELD = "extra_"  # and the kind; likewise
_MOST_ROWS = 20
_MEASURES = ("length_cm", "height_cm", "weight_kg")
_PATH = re.compile(r"(?P<group>\w+)(?:\[(?P<number>\d+)\])?(?:\.(?P<field>\w+))?")
_STAND_INS = {
    "given_name": "A",
    "family_name": "A",
    "email": "a@example.org",
    "sailing_id": "-",
}


class ChosenSailings(PartyFields, frozen=True):
    """The query string of an empty form: what was chosen in the search, for whom.

    `out` and `back` are each a sailing, or the ids of a journey's sailings with spaces between.
    """

    out: str = ""
    back: str = ""

    def query(self) -> str:
        """Return the query string of the form, the same for the same choice."""
        fields = {"out": self.out, "back": self.back} | msgspec.structs.asdict(self)
        fields["berths"] = int(self.berths)
        kept = {name: value for name, value in fields.items() if value}
        return urlencode(kept | ({} if self.adults else {"adults": 0}))


def empty(
    chosen: ChosenSailings, party: Party, language: str, most_passengers: int
) -> dict[str, Any]:
    """Return an empty form for the party of the search; raise Invalid for too large a party."""
    sailings = [*_sailing_ids(chosen.out), *_sailing_ids(chosen.back)]
    if not sailings:
        raise Invalid(_("Please choose a sailing first."), {"out": _("No sailing is chosen.")})
    if party.people > most_passengers:
        words = _("Please book larger groups by telephone.")
        raise Invalid(words, {"adults": words})
    return {
        "legs": [{"sailing_id": sailing} for sailing in sailings],
        "passengers": _people(party),
        "pets": str(party.pets or ""),
        "vehicles": [
            {
                "kind": v.kind.value,
                "length_cm": v.length_cm,
                "height_cm": v.height_cm,
                "weight_kg": v.weight_kg,
            }
            for v in party.vehicles
        ],
        "contact": {"language": language},
    }


def _people(party: Party) -> list[dict[str, str]]:
    """Return a row for each of them. Which class an age is in, each sailing says: the form has the
    usual one until it is priced.
    """
    kinds = (
        [PassengerKind.ADULT] * party.adults
        + [PassengerKind.CHILD] * party.children
        + [PassengerKind.INFANT] * party.infants
    )
    aged = [(kind_of_age(AgeBands(), age), str(age)) for age in party.ages]
    people = [{"kind": kind.value} for kind in kinds]
    return people + [{"kind": kind.value, "age": age} for kind, age in aged]


def _sailing_ids(text: str) -> list[str]:
    """Return the sailings of one way; an operator's own key is taken as it is, with its spaces."""
    if not text:
        return []
    return [text] if REMOTE_SEPARATOR in text else text.split()


def understood(entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form with the measures of the vehicle models that were chosen in it."""
    fitted = [_fitted(row) for row in rows(entered, "vehicles")]
    return {**entered, "vehicles": fitted} if fitted else dict(entered)


def _fitted(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the vehicle with the measures of its model, if another was chosen than they are of.

    What somebody has measured stays: a roof box is no part of a model.
    """
    name, before = str(row.get("model", "")), str(row.get("model_was", ""))
    given_kind = str(row.get("kind", ""))
    kind = VehicleKind(given_kind) if given_kind in list(VehicleKind) else VehicleKind.CAR
    fitted = {**row, "kind": kind.value, "model_was": name}
    model = vehicle_models.named(name) if name and name != before else None
    if model is not None:
        was = vehicle_models.named(before) or measured(VehicleRequest(kind))
        given = {field: str(row[field]) for field in _MEASURES if row.get(field)}
        if all(given[field] == str(getattr(was, field)) for field in given):
            fitted |= {field: str(getattr(model, field)) for field in _MEASURES}
            fitted["kind"] = model.kind.value
    return fitted


def booking_request(entered: Mapping[str, Any], languages: Sequence[str]) -> BookingRequest:
    """Return the form as a booking; raise Invalid with the fields' own names and all that is wrong
    at once: nobody corrects a form one error at a time.
    """
    people = [_with_country(person) for person in rows(entered, "passengers")]
    wanted, wrong = _wanted(entered, people), _wrong_answers(entered, people)
    request: BookingRequest | None = None
    try:
        request = convert(wanted, BookingRequest, strict=False)
    except Invalid as refusal:
        wrong = _in_form_words({**(refusal.fields or {"": refusal.message}), **wrong})
    readable = request or _readable(wanted, wrong)
    if readable is not None:
        try:
            checked(readable, languages)
        except Invalid as refusal:
            wrong = {**refusal.fields, **wrong}
    if wrong or request is None:
        raise Invalid(_("Please look at the marked fields."), wrong)
    return request


def _wanted(entered: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the form as the plain values of a booking."""
    wanted = {
        "pets": entered.get("pets") or 0,
        "contact": fields_of(_group(entered, "contact"), Contact),
        "legs": [leg_fields(row) for row in rows(entered, "legs")],
        "passengers": [fields_of(person, PassengerRequest) for person in people],
        "vehicles": [fields_of(row, VehicleBooking) for row in rows(entered, "vehicles")],
    }
    named = {"buyer": buyer_fields(entered), "promo_code": promo_code(entered)}
    return wanted | {name: given for name, given in named.items() if given}


def _wrong_answers(
    entered: Mapping[str, Any], people: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Return what the form asks for and a booking by a program does not."""
    wrong = {
        f"passengers[{number}].birth_date": _("This is required.")
        for number, person in enumerate(people)
        if not person.get("birth_date")
    }
    if entered.get("terms") != "yes":
        wrong["terms"] = _("Please accept the conditions.")
    return wrong


def _in_form_words(wrong: Mapping[str, str]) -> dict[str, str]:
    words = _("Please choose a country from the list.")
    return {path: words if path.endswith("].nationality") else what for path, what in wrong.items()}


def _readable(wanted: Mapping[str, Any], wrong: Iterable[str]) -> BookingRequest | None:
    """Return the booking with a stand-in for what cannot be read of it, so that the rest is looked
    at as well; None where that makes none.
    """
    rest: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(wanted))
    for group, number, field in map(_place, wrong):
        holder = rest.get(group) if number is None else rest.get(group, [])[int(number)]
        if field is None or not isinstance(holder, dict):
            rest.pop(group, None)
        elif field in _STAND_INS:
            holder[field] = _STAND_INS[field]
        else:
            holder.pop(field, None)
    try:
        return convert(rest, BookingRequest, strict=False)
    except Invalid:
        return None


def _place(path: str) -> tuple[str, str | None, str | None]:
    """Return group, number and field of a path such as "passengers[0].given_name"."""
    found = _PATH.match(path)
    return (found["group"], found["number"], found["field"]) if found else (path, None, None)


def leg_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the leg with how many cabins and extras of which kind; none of one is no choice."""
    cabins, extras = (_counts(row, start) for start in (CABIN_FIELD, EXTRA_FIELD))
    return {**fields_of(row, LegRequest), "cabins": cabins, "extras": extras}


def _counts(row: Mapping[str, Any], start: str) -> dict[str, Any]:
    return {
        name.removeprefix(start): count
        for name, count in row.items()
        if name.startswith(start) and count != "0"
    }


def buyer_fields(entered: Mapping[str, Any]) -> dict[str, str]:
    """Return what was entered of the buyer of the invoice; nothing where it was left empty."""
    given = fields_of(_group(entered, "buyer"), Buyer)
    return {name: str(value) for name, value in given.items() if str(value).strip()}


def promo_code(entered: Mapping[str, Any]) -> str:
    """Return the promo code that was entered; empty for none."""
    return str(entered.get("promo_code") or "").strip()


def _group(entered: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the fields of a group of the form; none where something else has its name."""
    given = entered.get(name)
    return given if isinstance(given, Mapping) else {}


def rows(entered: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a list of the form, as many as a form can have."""
    found = entered.get(name, [])
    if not isinstance(found, list):
        return []
    return [row for row in found if isinstance(row, Mapping)][:_MOST_ROWS]


def _with_country(person: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its nationality as a code, however it was written."""
    said = person.get("nationality")
    return {**person, "nationality": country_code(said)} if said else dict(person)
