"""Pure: what the page of a price list sends. Amounts come in major units, as people write them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from maritime_app import money
from maritime_app.errors import Invalid
from maritime_app.ferries.price_lists.model import (
    MOST_CANCEL_RULES,
    BlankList,
    NewListRequest,
    PriceList,
    PriceListRequest,
)
from maritime_app.i18n import translate as _
from maritime_app.web.forms import convert_entries

AGES = ("infant", "child")
FEES = ("harbour_tax", "change_fee", "name_change_fee")
_PLAIN = ("code", "first", "last", "revision")
_RULE = re.compile(r"rule-([0-9]{1,3})-(?:hours|percent)")
_List = TypeVar("_List", PriceListRequest, NewListRequest)
_BEFORE_ANY = "1000-01-01"  # a first day that is before any last
_LEAST_RULES, _EMPTY_RULES = 6, 2  # rows of the form for what cancelling costs


def price_list(
    fields: Mapping[str, str], known: PriceList, check: Callable[[PriceListRequest], None]
) -> PriceListRequest:
    """Return the list that was entered; raise Invalid, by the form's own names, naming also what
    `check` raises it for.

    `price-<item>` and `fee-<name>` are amounts, empty for not sold or not allowed; an extra is sold
    where its box `extra-<kind>` is set, with `-unit`, `-price` and `-per_sailing`; `route-N` are
    the routes that are chosen, `age-infant` and `age-child` ages, `rule-N-hours` and
    `rule-N-percent` what cancelling costs; a rule of which neither is entered is none.
    """
    wanted, wrong = _entered(fields, known, known.fare.currency)
    if not wanted["routes"]:
        wrong["routes"] = _("Please choose at least one route.")
    routes = [route.code for route in known.routes]
    usual = {"revision": 0, "code": "x", "first": _BEFORE_ANY, "routes": routes}
    return _checked(fields, wanted, wrong, PriceListRequest, usual, check)


def new_list(
    fields: Mapping[str, str], blank: BlankList, check: Callable[[NewListRequest], None]
) -> NewListRequest:
    """Return the list that is to be started, entered as the other; `currency` is chosen."""
    currency = fields.get("currency", "")
    known = currency if currency in money.currencies() else blank.currency
    wanted, wrong = _entered(fields, blank, known)
    wanted |= {"operator": blank.operator_code, "currency": currency}
    wanted.pop("revision", None)
    ages = {"infant_to": 0, "child_to": 25}
    usual = {"operator": blank.operator_code, "code": "x", "currency": known, "ages": ages}
    return _checked(fields, wanted, wrong, NewListRequest, usual, check)


def _entered(
    fields: Mapping[str, str], known: PriceList | BlankList, currency: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was entered, and what of its amounts is wrong by the form's names."""
    wrong: dict[str, str] = {}
    wanted: dict[str, Any] = {n: fields[n].strip() for n in _PLAIN if fields.get(n, "").strip()}
    wanted["routes"] = [
        route.code
        for place, route in enumerate(known.routes)
        if fields.get(f"route-{place}") == route.code
    ]
    prices = {item: _amount(fields, f"price-{item}", currency, wrong) for item in known.items}
    wanted["prices"] = {item: minor for item, minor in prices.items() if minor is not None}
    fees = {name: _amount(fields, f"fee-{name}", currency, wrong) for name in FEES}
    wanted |= {f"{name}_minor": minor for name, minor in fees.items() if minor is not None}
    wanted["extras"] = list(_extras(fields, known.extra_kinds, currency, wrong))
    wanted["ages"] = {f"{age}_to": fields.get(f"age-{age}", "").strip() for age in AGES}
    wanted["cancel_rules"] = [_rule(fields, row) for row in rules_of(fields)]
    return wanted, wrong


def _checked(
    fields: Mapping[str, str],
    wanted: dict[str, Any],
    wrong: dict[str, str],
    kind: type[_List],
    usual: Mapping[str, Any],
    check: Callable[[_List], None],
) -> _List:
    """Return the entries as that list; raise Invalid for all that is wrong. What cannot be read is
    as `usual` where the rest is looked at.
    """
    extras, rules = wanted["extras"], rules_of(fields)
    try:
        asked, unread = convert_entries(wanted, kind, usual)
    except Invalid as refusal:
        refused = marked(refusal, extras, rules)
        raise Invalid(refused.message, refused.fields | wrong, code=refused.code) from refusal
    if not (wrong or unread):
        return asked
    wrong = marked(Invalid("", unread), extras, rules).fields | wrong
    try:
        check(asked)
    except Invalid as refusal:
        wrong = marked(refusal, extras, rules).fields | wrong
    raise Invalid(_("Please look at the marked fields."), wrong)


def rules_of(fields: Mapping[str, str]) -> list[int]:
    """Return the rows of the form in which a rule of cancelling stands, however many it has."""
    found = {int(row[1]) for name in fields if (row := _RULE.fullmatch(name))}
    return [row for row in sorted(found) if _rule(fields, row)]


def rule_rows(entered: Mapping[str, str]) -> int:
    """Return how many rows the form has: all in which a rule stands and some empty ones, as far as
    a list may have more.
    """
    used = max(rules_of(entered), default=-1) + 1
    return max(used, min(max(_LEAST_RULES, used + _EMPTY_RULES), MOST_CANCEL_RULES))


def marked(refusal: Invalid, extras: list[dict[str, Any]], rules: list[int]) -> Invalid:
    """Return the refusal with the fields as the form names them; `rules` are the rows of rules."""
    fields = {_field(path, extras, rules): words for path, words in refusal.fields.items()}
    return Invalid(refusal.message, fields, code=refusal.code)


def _field(path: str, extras: list[dict[str, Any]], rules: list[int]) -> str:
    if path.startswith("ages."):
        return f"age-{path.removeprefix('ages.').removesuffix('_to')}"
    for place, row in enumerate(rules):
        if path.startswith(f"cancel_rules[{place}]."):
            part = "hours" if path.endswith("hours_before") else "percent"
            return f"rule-{row}-{part}"
    if path.startswith("prices."):
        return f"price-{path.removeprefix('prices.')}"
    for place, extra in enumerate(extras):
        start = f"extras[{place}]."
        if path.startswith(start):
            name = path.removeprefix(start).removesuffix("_minor")
            return f"extra-{extra['kind']}-{name}"
    if path.removesuffix("_minor") in FEES:
        return f"fee-{path.removesuffix('_minor')}"
    return path


def _rule(fields: Mapping[str, str], row: int) -> dict[str, str]:
    given = {
        "hours_before": fields.get(f"rule-{row}-hours", "").strip(),
        "fee_percent": fields.get(f"rule-{row}-percent", "").strip(),
    }
    return {name: text for name, text in given.items() if text}


def _extras(
    fields: Mapping[str, str], kinds: Iterable[str], currency: str, wrong: dict[str, str]
) -> Iterator[dict[str, Any]]:
    for kind in kinds:
        name = f"extra-{kind}"
        if not fields.get(name):
            continue
        amount = _amount(fields, f"{name}-price", currency, wrong)
        if amount is None:
            wrong.setdefault(f"{name}-price", _("This is required."))
        extra = {"kind": kind, "unit": fields.get(f"{name}-unit", ""), "price_minor": amount}
        most = fields.get(f"{name}-per_sailing", "").strip()
        yield extra | ({"per_sailing": most} if most else {})


def _amount(
    fields: Mapping[str, str], name: str, currency: str, wrong: dict[str, str]
) -> int | None:
    """Return the amount in minor units, None where nothing was entered; note what is wrong."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    minor = money.minor_units(text, currency)
    if minor is None:
        words = _("Please enter an amount like %(example)s.")
        wrong[name] = words % {"example": money.example(currency)}
    return minor
