"""Pure: what the desk's forms send. Amounts come in major units, as people write them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from maritime_app import money
from maritime_app.bookings.back_office.model import (
    GoodwillRequest,
    PayAgainRequest,
    StaffCancelRequest,
)
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert, convert_noted

_T = TypeVar("_T")


def request(fields: Mapping[str, str], kind: type[_T]) -> _T:
    """Return the fields as that request; what is empty counts as not given. Raise Invalid."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    asked: _T = convert(given, kind, strict=False)
    return asked


def goodwill(fields: Mapping[str, str], currency: str) -> GoodwillRequest:
    """Return what is to be given back; raise Invalid."""
    given, wrong = _in_minor(fields, "amount", currency)
    return _noted(given, GoodwillRequest, wrong)


def cancellation(fields: Mapping[str, str], currency: str) -> StaffCancelRequest:
    """Return a cancellation; without a fee of its own the quoted one holds. Raise Invalid."""
    given, wrong = _in_minor(fields, "fee", currency)
    quoted = given.pop("quoted_minor", "")
    given.setdefault("fee_minor", quoted)
    return _noted(given, StaffCancelRequest, wrong)


def payment(fields: Mapping[str, str], currency: str) -> PayAgainRequest:
    """Return how a failed refund is paid again; raise Invalid."""
    given, wrong = _in_minor(fields, "amount", currency)
    return _noted(given, PayAgainRequest, wrong)


def _noted(fields: Mapping[str, str], kind: type[_T], wrong: Mapping[str, str]) -> _T:
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    asked: _T = convert_noted(given, kind, wrong)
    return asked


def _in_minor(
    fields: Mapping[str, str], name: str, currency: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields with that amount in minor units, and what is wrong with it."""
    given = {key: value for key, value in fields.items() if key != name}
    text, field = fields.get(name, "").strip(), f"{name}_minor"
    if not text:
        return given, {}
    minor = money.minor_units(text, currency)
    if minor is not None:
        return {**given, field: str(minor)}, {}
    words = _("Please enter an amount like %(example)s.")
    return given, {field: words % {"example": money.example(currency)}}
