"""Pure: what is wrong with the booking form, in the order of its fields, each with a link to it."""

import re
from collections.abc import Mapping

import msgspec

from maritime_app.i18n import translate as _

_PATH = re.compile(r"(?P<group>[a-z_]+)(?:\[(?P<number>\d+)\])?(?:\.(?P<field>\w+))?")
_GROUPS = ("legs", "passengers", "vehicles", "pets", "contact", "buyer", "promo_code", "terms")


class ErrorLink(msgspec.Struct, frozen=True):
    """One thing that is wrong: where, in words and as the id of the input, and what."""

    target: str
    where: str
    what: str


def links(fields: Mapping[str, str]) -> list[ErrorLink]:
    """Return them as the reader meets the fields, from top to bottom."""
    return [_link(path, what) for path, what in sorted(fields.items(), key=_place) if path]


def _place(item: tuple[str, str]) -> tuple[int, int, int]:
    found = _PATH.match(item[0])
    group = found["group"] if found else ""
    rank = _GROUPS.index(group) if group in _GROUPS else len(_GROUPS)
    order = list(_labels())
    field = (found["field"] if found else "") or ""
    return rank, int((found and found["number"]) or 0), order.index(field) if field in order else 99


def _link(path: str, what: str) -> ErrorLink:
    found = _PATH.match(path)
    group, number, field = found.groups() if found else (path, None, None)
    label = _labels().get(field or group, "")
    if number is not None and group in ("passengers", "vehicles"):
        words = _("Passenger %(number)s") if group == "passengers" else _("Vehicle %(number)s")
        label = ": ".join(filter(None, (words % {"number": int(number) + 1}, label)))
    target = "-".join(part for part in (group, number, field) if part is not None)
    return ErrorLink(f"f-{target}", label, what)


def _labels() -> dict[str, str]:
    """Return the fields' labels by their names, in the order of the form."""
    return {
        "given_name": _("First names"),
        "family_name": _("Surname"),
        "birth_date": _("Birth date"),
        "resident_of": _("Place of residence"),
        "gender": _("Gender"),
        "nationality": _("Nationality"),
        "assistance": _("Help on board"),
        "assistance_note": _("What should the crew know?"),
        "cabins": _("Cabins and seats"),
        "extras": _("Extras"),
        "pets": _("Pets"),
        "model": _("Make and model"),
        "length_cm": _("Length in cm"),
        "height_cm": _("Height in cm"),
        "weight_kg": _("Weight in kg"),
        "plate": _("Number plate"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "company": _("Company"),
        "address": _("Address"),
        "vat_id": _("VAT number"),
        "promo_code": _("Promo code"),
        "terms": _("Conditions"),
    }
