"""Pure: what the desk's forms send. Amounts come in major units, as people write them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from maritime_app import money
from maritime_app.bookings.back_office.model import (
    GoodwillRequest,
    PayAgainRequest,
    StaffCancelRequest,
)
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert

_T = TypeVar("_T")


def request(fields: Mapping[str, str], kind: type[_T]) -> _T:
    """Return the fields as that request; what is empty counts as not given. Raise Invalid."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    asked: _T = convert(given, kind, strict=False)
    return asked


def goodwill(fields: Mapping[str, str], currency: str) -> GoodwillRequest:
    """Return what is to be given back; raise Invalid."""
    return request(_in_minor(fields, "amount", currency), GoodwillRequest)


def cancellation(fields: Mapping[str, str], currency: str) -> StaffCancelRequest:
    """Return a cancellation; without a fee of its own the quoted one holds. Raise Invalid."""
    given = _in_minor(fields, "fee", currency)
    quoted = given.pop("quoted_minor", "")
    given.setdefault("fee_minor", quoted)
    return request(given, StaffCancelRequest)


def payment(fields: Mapping[str, str], currency: str) -> PayAgainRequest:
    """Return how a failed refund is paid again; raise Invalid."""
    return request(_in_minor(fields, "amount", currency), PayAgainRequest)


def _in_minor(fields: Mapping[str, str], name: str, currency: str) -> dict[str, Any]:
    given = {key: value for key, value in fields.items() if key != name}
    text = fields.get(name, "").strip()
    if text:
        given[f"{name}_minor"] = str(_minor(text, currency, f"{name}_minor"))
    return given


def _minor(text: str, currency: str, field: str) -> int:
    minor = money.minor_units(text, currency)
    if minor is None:
        words = _("Please enter an amount like %(example)s.")
        words %= {"example": money.example(currency)}
        raise Invalid(words, {field: words})
    return minor
