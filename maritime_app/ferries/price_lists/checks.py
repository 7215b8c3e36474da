"""Pure: what cannot be a price list."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from maritime_app.errors import Invalid
from maritime_app.ferries.fares.rules import CABIN, EXTRA
from maritime_app.ferries.model import (
    CancelRule,
    Fare,
    PassengerKind,
    VehicleKind,
    local_day,
)
from maritime_app.ferries.price_lists.model import (
    AgeLimits,
    FareRoute,
    NewListRequest,
    PriceList,
    PriceListRequest,
)
from maritime_app.i18n import translate as _

_ITEMS = (
    *PassengerKind,
    *(kind for kind in VehicleKind if kind is not VehicleKind.TRAILER),
    "extra_metre",
    "trailer_metre",
    "pet",
)


def items(cabins: Iterable[str], fare: Fare | None = None) -> tuple[str, ...]:
    """Return what a list can have a price for: people, vehicles, pets, these types of cabins, and
    whatever it sells already.
    """
    sold = {*fare.prices} if fare else set()
    types = sorted({f"{CABIN}{cabin}" for cabin in cabins} | sold - {*_ITEMS})
    return (*_ITEMS, *types)


def check(known: PriceList, asked: PriceListRequest, now: dt.datetime) -> None:
    """Raise Invalid, by field, for what cannot follow that list."""
    wrong = dict(_wrong(known, asked, now))
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code="price_list")
    if not difference(known.fare, asked):
        words = _("Nothing of it is different: there is nothing to write.")
        raise Invalid(words, {}, code="price_list")


def check_new(
    asked: NewListRequest,
    items: Collection[str],
    extra_kinds: Collection[str],
    unsold: Sequence[FareRoute],
    now: dt.datetime,
) -> None:
    """Raise Invalid, by field, for what cannot be a list of an operator who may sell these items
    and extras, and has sailings that are not sold on these routes.
    """
    wrong = dict(_wrong_prices(asked, items, extra_kinds))
    wrong |= _wrong_terms(asked.ages, asked.cancel_rules)
    zones = {route.code: route.timezone for route in unsold}
    words = _("Every coming sailing of this route has a price list: %(route)s.")
    wrong |= _wrong_days(zones, asked, now, words)
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code="price_list")


def _wrong(
    known: PriceList, asked: PriceListRequest, now: dt.datetime
) -> Iterator[tuple[str, str]]:
    yield from _wrong_prices(asked, known.items, known.extra_kinds)
    zones = {route.code: route.timezone for route in known.routes}
    words = _("No coming sailing of this route is sold by this price list: %(route)s.")
    yield from _wrong_days(zones, asked, now, words)
    yield from _wrong_terms(asked.ages, asked.cancel_rules)


def _wrong_prices(
    asked: PriceListRequest | NewListRequest, items: Collection[str], extra_kinds: Collection[str]
) -> Iterator[tuple[str, str]]:
    if PassengerKind.ADULT not in asked.prices:
        yield "prices.adult", _("Every price list has a price for an adult.")
    nowhere = _("Nothing of that name is sold on these ships.")
    for item in asked.prices:
        if item not in items:
            yield f"prices.{item}", nowhere
    kinds = [extra.kind for extra in asked.extras]
    for kind in sorted({*kinds}):
        if kind not in extra_kinds:
            yield f"extras.{kind}", nowhere
        elif kinds.count(kind) > 1:
            yield f"extras.{kind}", _("Each extra has one price.")


def _wrong_days(
    zones: Mapping[str, str],
    asked: PriceListRequest | NewListRequest,
    now: dt.datetime,
    unknown_route: str,
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with routes, of these zones, and with days of their ports; a route that
    is none of them is refused in those words.
    """
    routes, first, last = asked.routes, asked.first, asked.last
    unknown = [code for code in routes if code not in zones]
    if unknown:
        yield "routes", unknown_route % {"route": unknown[0]}
        return
    today = min((local_day(now, zones[code]) for code in routes), default=now.date())
    if first is not None and first < today:
        yield "first", _("This day has passed.")
    if first is not None and last is not None and last < first:
        yield "last", _("The last day is before the first.")
    elif last is not None and last < today:
        yield "last", _("This day has passed.")


def _wrong_terms(
    ages: AgeLimits | None, rules: Sequence[CancelRule] | None
) -> Iterator[tuple[str, str]]:
    if ages is not None and ages.infant_to > ages.child_to:
        yield "ages.infant_to", _("Infants are not older than children.")
    rules = rules or []
    hours = [rule.hours_before for rule in rules]
    for place, rule in enumerate(rules):
        if rule.hours_before in hours[:place]:
            yield f"cancel_rules[{place}].hours_before", _("Each number of hours stands once.")
        earlier = [one.fee_percent for one in rules if one.hours_before > rule.hours_before]
        if any(percent > rule.fee_percent for percent in earlier):
            words = _("Cancelling later never costs less than earlier.")
            yield f"cancel_rules[{place}].fee_percent", words


def difference(before: Fare, asked: PriceListRequest) -> dict[str, Any]:
    """Return what of the list is different: [before, after] by item, fee, extra and term; None: not
    sold. Ages and rules of cancelling that are not asked for stay.

    An extra reads "unit price per_sailing", the last one - where there is any number.
    """
    rules: Iterable[CancelRule] = before.cancel_rules
    ages = AgeLimits(before.infant_to_age, before.child_to_age)
    was = _sold(before) | _terms(ages, rules)
    if asked.cancel_rules is not None:
        rules = asked.cancel_rules
    becomes = _sold(asked) | _terms(asked.ages or ages, rules)
    return {
        name: [was.get(name), becomes.get(name)]
        for name in sorted(was.keys() | becomes.keys())
        if was.get(name) != becomes.get(name)
    }


def content(asked: NewListRequest) -> dict[str, Any]:
    """Return what a list says, by item, fee, extra and term, written as a difference is."""
    return _sold(asked) | _terms(asked.ages, asked.cancel_rules)


def _sold(of: Fare | PriceListRequest | NewListRequest) -> dict[str, Any]:
    fees = {
        "harbour_tax": of.harbour_tax_minor,
        "change_fee": of.change_fee_minor,
        "name_change_fee": of.name_change_fee_minor,
    }
    extras = {
        f"{EXTRA}{one.kind}": f"{one.unit} {one.price_minor} {one.per_sailing or '-'}"
        for one in of.extras
    }
    return of.prices | fees | extras


def _terms(ages: AgeLimits, rules: Iterable[CancelRule]) -> dict[str, str]:
    """Return ages and rules of cancelling as words."""
    stages = sorted((-rule.hours_before, rule.fee_percent) for rule in rules)
    told = {f"cancel:{-hours}": f"{percent} %" for hours, percent in stages}
    return {"ages": f"{ages.infant_to} {ages.child_to}"} | told
