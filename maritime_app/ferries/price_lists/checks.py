"""Pure: what cannot be a price list."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from maritime_app.errors import Invalid
from maritime_app.ferries.extras import FareExtra
from maritime_app.ferries.fares.rules import CABIN, EXTRA
from maritime_app.ferries.model import (
    CancelRule,
    Fare,
    PassengerKind,
    VehicleKind,
    local_day,
)
from maritime_app.ferries.price_lists.model import PriceList, PriceListRequest
from maritime_app.i18n import translate as _

_ITEMS = (
    *PassengerKind,
    *(kind for kind in VehicleKind if kind is not VehicleKind.TRAILER),
    "extra_metre",
    "trailer_metre",
    "pet",
)


def items(fare: Fare, cabins: list[str]) -> tuple[str, ...]:
    """Return what a list can have a price for: people, vehicles, pets, these types of cabins, and
    whatever it sells already.
    """
    types = sorted({f"{CABIN}{cabin}" for cabin in cabins} | {*fare.prices} - {*_ITEMS})
    return (*_ITEMS, *types)


def check(known: PriceList, asked: PriceListRequest, now: dt.datetime) -> None:
    """Raise Invalid, by field, for what cannot follow that list."""
    wrong = dict(_wrong(known, asked, now))
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code="price_list")
    if not difference(known.fare, asked):
        words = _("Nothing of it is different: there is nothing to write.")
        raise Invalid(words, {}, code="price_list")


def _wrong(
    known: PriceList, asked: PriceListRequest, now: dt.datetime
) -> Iterator[tuple[str, str]]:
    if PassengerKind.ADULT not in asked.prices:
        yield "prices.adult", _("Every price list has a price for an adult.")
    for item in asked.prices:
        if item not in known.items:
            yield f"prices.{item}", _("Nothing of that name is sold on these ships.")
    kinds = [extra.kind for extra in asked.extras]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield f"extras.{kind}", _("Each extra has one price.")
    routes = {route.code: route for route in known.routes}
    unknown = [code for code in asked.routes if code not in routes]
    if unknown:
        words = _("No coming sailing of this route is sold by this price list: %(route)s.")
        yield "routes", words % {"route": unknown[0]}
        return
    yield from _wrong_terms(asked)
    today = min(local_day(now, routes[code].timezone) for code in asked.routes)
    if asked.first < today:
        yield "first", _("This day has passed.")
    if asked.last is not None and asked.last < asked.first:
        yield "last", _("The last day is before the first.")


def _wrong_terms(asked: PriceListRequest) -> Iterator[tuple[str, str]]:
    if asked.ages is not None and asked.ages.infant_to > asked.ages.child_to:
        yield "ages.infant_to", _("Infants are not older than children.")
    rules = asked.cancel_rules or []
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
    sold.

    An extra reads "unit price per_sailing", the last one - where there is any number.
    """
    was = before.prices | _fees(before) | _extras(before.extras) | _terms(before, None)
    becomes = asked.prices | _fees(asked) | _extras(asked.extras) | _terms(before, asked)
    return {
        name: [was.get(name), becomes.get(name)]
        for name in sorted(was.keys() | becomes.keys())
        if was.get(name) != becomes.get(name)
    }


def _fees(of: Fare | PriceListRequest) -> dict[str, int | None]:
    return {
        "harbour_tax": of.harbour_tax_minor,
        "change_fee": of.change_fee_minor,
        "name_change_fee": of.name_change_fee_minor,
    }


def _terms(before: Fare, asked: PriceListRequest | None) -> dict[str, str]:
    """Return ages and rules of cancelling as words; those that are not asked for stay."""
    infants, children = before.infant_to_age, before.child_to_age
    rules: Iterable[CancelRule] = before.cancel_rules
    if asked is not None and asked.ages is not None:
        infants, children = asked.ages.infant_to, asked.ages.child_to
    if asked is not None and asked.cancel_rules is not None:
        rules = asked.cancel_rules
    stages = sorted((-rule.hours_before, rule.fee_percent) for rule in rules)
    told = {f"cancel:{-hours}": f"{percent} %" for hours, percent in stages}
    return {"ages": f"{infants} {children}"} | told


def _extras(sold: Iterable[FareExtra]) -> dict[str, str]:
    return {
        f"{EXTRA}{one.kind}": f"{one.unit} {one.price_minor} {one.per_sailing or '-'}"
        for one in sold
    }
