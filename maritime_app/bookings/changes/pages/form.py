"""Pure: what was entered on the page, as a change."""

from collections.abc import Mapping
from typing import Any

from maritime_app.bookings.changes.pricing.requests import (
    ChangeRequest,
    LegChange,
    PassengerChange,
    VehicleChange,
)
from maritime_app.bookings.travellers.residents import NOWHERE
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert_noted, fields_of

CABIN_FIELD = "cabin_"  # and the type; the value is how many
EXTRA_FIELD = "extra_"  # and the kind; likewise


def change_request(entered: Mapping[str, Any]) -> ChangeRequest:
    """Return the form as a change; raise Invalid with the fields' own names.

    Rows that are marked to be dropped are left out; a new vehicle without a kind is none, and so is
    a new leg without a sailing.
    """
    legs = [_leg(row) for row in _rows(entered, "legs") if _is_wanted(row)]
    people = [_person(row) for row in _rows(entered, "passengers") if not row.get("drop")]
    lot = [row for row in _rows(entered, "vehicles") if row.get("kind") and not row.get("drop")]
    if not legs or not people:
        words = _("Then nothing is left: please cancel the booking instead.")
        raise Invalid(words, {"legs" if not legs else "passengers": words}, code="nothing_left")
    missing = {
        f"passengers[{place}].birth_date": _("This is required.")
        for place, row in enumerate(people)
        if not row.get("number") and not row.get("birth_date")
    }
    wanted = {
        "legs": legs,
        "passengers": [fields_of(row, PassengerChange) for row in people],
        "vehicles": [fields_of(row, VehicleChange) for row in lot],
        "pets": entered.get("pets", 0),
    }
    made: ChangeRequest = convert_noted(wanted, ChangeRequest, missing)
    return made


def _is_wanted(row: Mapping[str, str]) -> bool:
    return not row.get("drop") and bool(row.get("number") or row.get("sailing_id"))


def _leg(row: Mapping[str, str]) -> dict[str, Any]:
    plain = fields_of({name: value for name, value in row.items() if value}, LegChange)
    if row.get("stays"):  # it is not asked about: everything on it stays as it is booked
        return plain
    return {**plain, "cabins": _counts(row, CABIN_FIELD), "extras": _counts(row, EXTRA_FIELD)}


def _counts(row: Mapping[str, str], start: str) -> dict[str, str]:
    return {
        name.removeprefix(start): count
        for name, count in row.items()
        if name.startswith(start) and count
    }


def _person(row: Mapping[str, str]) -> dict[str, str]:
    """Return the row; who is said to live nowhere that a fare knows gives a discount up."""
    return {**row, "resident_of": ""} if row.get("resident_of") == NOWHERE else dict(row)


def _rows(entered: Mapping[str, Any], name: str) -> list[Mapping[str, str]]:
    rows = entered.get(name, [])
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
