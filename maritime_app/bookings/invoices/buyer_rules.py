"""Pure: what may stand on an invoice as its buyer.

The shapes of VAT numbers are those of VIES (European Commission, VIES FAQ, question 11); whether a
number is given to somebody only VIES knows, and nobody here asks it.
"""

import re
from collections.abc import Iterator

import msgspec

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.model import (
    BookingRequest,
)
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.text.drawn_letters import unprintable

_MOST_ADDRESS_LINES = 6
_VAT_SHAPES = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"[A-Z0-9+*]{12}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"(\d{9}|\d{12}|(GD|HA)\d{3})",
}
_ELSEWHERE = re.compile(r"[A-Z]{2,3}[A-Z0-9]{4,15}")


def checked_request(request: BookingRequest) -> BookingRequest:
    """Return the request with its buyer as it is written; raise Invalid, by field.

    An address without a name or company is the first passenger's.
    """
    asked = request.buyer
    if asked is None:
        return request
    if not asked.name.strip() and not asked.company.strip():
        first = request.passengers[0]
        asked = msgspec.structs.replace(asked, name=f"{first.given_name} {first.family_name}")
    return msgspec.structs.replace(request, buyer=checked(asked, within="buyer."))


def checked(asked: Buyer, *, within: str = "") -> Buyer:
    """Return the buyer as it is written on documents; raise Invalid with a message per field."""
    lines = [line.strip() for line in asked.address.splitlines() if line.strip()]
    made = Buyer(
        " ".join(asked.name.split()),
        " ".join(asked.company.split()),
        "\n".join(" ".join(line.split()) for line in lines),
        vat_id(asked.vat_id),
    )
    problems = {within + field: words for field, words in _problems(made)}
    if problems:
        raise Invalid(next(iter(problems.values())), problems, code="buyer")
    return made


def vat_id(text: str) -> str:
    """Return a VAT number as VIES writes it: "GR 123 456 789" is EL123456789."""
    plain = re.sub(r"[\s.\-/]", "", text).upper()
    return f"EL{plain[2:]}" if plain.startswith("GR") else plain


def _problems(made: Buyer) -> Iterator[tuple[str, str]]:
    if not made.name and not made.company:
        yield "name", _("Please enter a name or a company.")
    if (made.company or made.vat_id) and not made.address:
        yield "address", _("An invoice to a company needs its address.")
    if len(made.address.splitlines()) > _MOST_ADDRESS_LINES:
        yield "address", _("Please write the address in six lines at most.")
    if made.vat_id and not _is_vat_id(made.vat_id):
        yield "vat_id", _("A VAT number looks like DE123456789: the country first.")
    for field, text in msgspec.structs.asdict(made).items():
        letters = unprintable(text.replace("\n", " "))
        if letters:
            words = _("An invoice cannot show “%(letters)s”.")
            yield field, words % {"letters": letters}


def _is_vat_id(text: str) -> bool:
    shape = _VAT_SHAPES.get(text[:2])
    if shape is not None:
        return re.fullmatch(shape, text[2:]) is not None
    return _ELSEWHERE.fullmatch(text) is not None
