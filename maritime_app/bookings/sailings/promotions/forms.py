"""Pure: what the page of promo codes sends; its times are UTC, its amount is as people write it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from maritime_app import money
from maritime_app.errors import Invalid
from maritime_app.ferries.extra_kinds.model import HouseOperator
from maritime_app.ferries.promotions.model import PromotionRequest
from maritime_app.i18n import translate as _
from maritime_app.web.forms.validation import convert_noted

_PLAIN = (
    "operator",
    "code",
    "percent",
    "travel_first",
    "travel_last",
    "origin",
    "destination",
    "most_uses",
    "most_per_person",
)
_INSTANTS = ("sold_from", "sold_until")


def promotion(fields: Mapping[str, str], operators: Iterable[HouseOperator]) -> PromotionRequest:
    """Return the code that was entered; an amount is in the currency of the operator where none is
    said. Raise Invalid by the form's own names.
    """
    given = {name: text.strip() for name, text in fields.items() if text.strip()}
    wrong: dict[str, str] = {}
    wanted: dict[str, Any] = {name: given[name] for name in _PLAIN if name in given}
    wanted |= {name: _instant(given, name, wrong) for name in _INSTANTS if name in given}
    wanted |= {name: given[name].upper() for name in ("origin", "destination") if name in given}
    wanted["with_residents"] = bool(given.get("with_residents"))
    if "amount" in given:
        own = {one.code: one.currency for one in operators}
        currency = given.get("currency", "").upper() or own.get(given.get("operator", "")) or "EUR"
        amount_minor = money.minor_units(given["amount"], currency)
        if amount_minor is None:
            words = _("Please enter an amount like %(example)s.")
            wrong["amount"] = words % {"example": money.example(currency)}
        wanted |= {"amount_minor": amount_minor, "currency": currency}
    try:
        return convert_noted(wanted, PromotionRequest, wrong)
    except Invalid as refusal:
        raise marked(refusal) from refusal


def marked(refusal: Invalid) -> Invalid:
    """Return the refusal with the fields as the form names them."""
    fields = {path.removesuffix("_minor"): words for path, words in refusal.fields.items()}
    return Invalid(refusal.message, fields, code=refusal.code)


def _instant(given: Mapping[str, str], name: str, wrong: dict[str, str]) -> str | None:
    try:
        instant = dt.datetime.fromisoformat(given[name])
    except ValueError:
        wrong[name] = _("This is no date and time.")
        return None
    return instant.replace(tzinfo=instant.tzinfo or dt.UTC).isoformat()
