"""What the staff's pages of price lists show."""

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from itertools import count

import msgspec

from maritime_app import clock, formatting, i18n, money
from maritime_app.bookings.sailings.price_lists.forms import FEES, rule_rows
from maritime_app.ferries.extra_kinds.model import HouseOperator
from maritime_app.ferries.extras import ExtraUnit
from maritime_app.ferries.fares.rules import CABIN, EXTRA
from maritime_app.ferries.model import PassengerKind, VehicleKind
from maritime_app.ferries.price_lists.model import (
    BlankList,
    IdleFare,
    NewList,
    PriceList,
    RouteFare,
    RouteFares,
)
from maritime_app.ferries.vehicles import CLASSES
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.web.access import Caller

_LONGEST_NUMBER = 4  # STD-2027 is a year as well, and has a next one


class OperatorFares(msgspec.Struct, frozen=True):
    """An operator's routes with their lists, and the lists by which nothing sails."""

    code: str
    name: str
    fares: Sequence[RouteFare]
    idle: Sequence[IdleFare]


class PriceListsView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/price_lists.html."""

    staff: Caller
    operators: Sequence[OperatorFares]
    may_write: bool


class ListFields(msgspec.Struct, frozen=True):
    """The fields that the forms of price lists have in common.

    `groups` are the items by what they are for, `metres` the length that the price of a vehicle
    covers, `rules` how many rows there are for what cancelling costs, `labels` what the fields are
    called, for the list of errors: a text, or a text and the id of the first one.
    """

    groups: Sequence[tuple[str, Sequence[str]]]
    metres: Mapping[str, float]
    extras: Sequence[str]
    units: Sequence[tuple[str, str]]
    rules: int
    labels: Mapping[str, str | tuple[str, str]]


class PriceListView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/price_list.html.

    `sold` says by how many sailings a list is taken that was just written, `entered` are the fields
    as they stand in the form. Who may not write, and where nothing sails, sees what cannot be
    changed.
    """

    staff: Caller
    list: PriceList
    form: ListFields
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    sold: int | None
    form_key: str
    may_edit: bool
    idle: bool


class NewListView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/price_list_new.html.

    `looked` is what writing the list would do, None before it was looked at; `like` names the list
    that the fields were taken from.
    """

    staff: Caller
    blank: BlankList
    form: ListFields
    currencies: Sequence[tuple[str, str]]
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    looked: NewList | None
    form_key: str
    may_edit: bool = True


def lists_view(
    staff: Caller, operators: Sequence[HouseOperator], found: RouteFares
) -> PriceListsView:
    """Return the page of all routes, by operator."""
    lists = [
        OperatorFares(
            one.code,
            one.name,
            [fare for fare in found.fares if fare.operator_code == one.code],
            [fare for fare in found.idle if fare.operator_code == one.code],
        )
        for one in operators
    ]
    return PriceListsView(staff, lists, "fares.act" in staff.permissions)


def list_view(
    staff: Caller,
    known: PriceList,
    form_key: str,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    sold: int | None,
) -> PriceListView:
    """Return the page of one list: what was entered, else the list as it stands."""
    shown = entered or as_it_is(known, clock.now().date())
    may_write = "fares.act" in staff.permissions
    return PriceListView(
        staff=staff,
        list=known,
        form=_fields(known, shown),
        entered=shown,
        errors=errors,
        refused=refused,
        sold=sold,
        form_key=form_key,
        may_edit=may_write and bool(known.routes),
        idle=may_write and not (known.routes or known.followed_by),
    )


def new_view(
    staff: Caller,
    blank: BlankList,
    form_key: str,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    looked: NewList | None,
) -> NewListView:
    """Return the page of a list that is to be started."""
    named = [(code, money.currency_name(code, i18n.current())) for code in money.currencies()]
    return NewListView(
        staff=staff,
        blank=blank,
        form=_fields(blank, entered),
        currencies=[(code, f"{code} – {name}") for code, name in named],
        entered=entered,
        errors=errors,
        refused=refused,
        looked=looked,
        form_key=form_key,
    )


def blank_fields(blank: BlankList) -> dict[str, str]:
    """Return the fields of the form of a list that is like no other."""
    routes = {f"route-{place}": route.code for place, route in enumerate(blank.routes)}
    return routes | {"currency": blank.currency, "age-infant": "3", "age-child": "12"}


def fields_like(blank: BlankList, known: PriceList) -> dict[str, str]:
    """Return the same with all that another list says, but for its name and days."""
    like = as_it_is(known, clock.now().date())
    ours = {name: text for name, text in like.items() if not name.startswith("route-")}
    return blank_fields(blank) | ours | {"currency": known.fare.currency, "first": "", "code": ""}


def units() -> list[tuple[str, str]]:
    """Return what one of an extra is for, in words."""
    return [
        (ExtraUnit.PERSON, _("per person")),
        (ExtraUnit.VEHICLE, _("per vehicle")),
        (ExtraUnit.BOOKING, _("per booking")),
    ]


def as_it_is(known: PriceList, today: dt.date) -> dict[str, str]:
    """Return the fields of the form for the list as it stands, from tomorrow on."""
    fare = known.fare
    fees = fare.harbour_tax_minor, fare.change_fee_minor, fare.name_change_fee_minor
    entered = {
        "code": _next_code(fare.code, {one.code for one in known.followed_by}),
        "first": (today + dt.timedelta(days=1)).isoformat(),
        "last": "",
    }
    entered |= {f"route-{place}": route.code for place, route in enumerate(known.routes)}
    entered |= {
        f"price-{item}": _text(fare.prices.get(item), fare.currency) for item in known.items
    }
    entered |= {
        f"fee-{name}": _text(minor, fare.currency) for name, minor in zip(FEES, fees, strict=True)
    }
    entered |= {"age-infant": str(fare.infant_to_age), "age-child": str(fare.child_to_age)}
    rules = sorted(fare.cancel_rules, key=lambda rule: -rule.hours_before)
    for row, rule in enumerate(rules):
        entered |= {f"rule-{row}-hours": str(rule.hours_before)}
        entered |= {f"rule-{row}-percent": str(rule.fee_percent)}
    for extra in fare.extras:
        name = f"extra-{extra.kind}"
        entered |= {
            name: "yes",
            f"{name}-unit": extra.unit,
            f"{name}-price": _text(extra.price_minor, fare.currency),
            f"{name}-per_sailing": str(extra.per_sailing or ""),
        }
    return entered


def _fields(known: PriceList | BlankList, entered: Mapping[str, str]) -> ListFields:
    groups, rules = _groups(known.items), rule_rows(entered)
    labels = _labels(groups, known.extra_kinds, rules)
    frame = _frame_labels()
    return ListFields(
        groups=groups,
        metres={kind: CLASSES[kind].included_cm / 100 for kind in VehicleKind},
        extras=known.extra_kinds,
        units=units(),
        rules=rules,
        labels=labels | frame if isinstance(known, PriceList) else frame | labels,
    )


def _labels(
    groups: Sequence[tuple[str, Sequence[str]]], extras: Sequence[str], rules: int
) -> dict[str, str | tuple[str, str]]:
    """Return the fields by their labels, in the order of the form."""
    labels: dict[str, str | tuple[str, str]] = {
        f"price-{item}": formatting.item_name(item) for _title, items in groups for item in items
    }
    labels |= {
        "fee-harbour_tax": _("Harbour tax"),
        "fee-change_fee": _("Change fee"),
        "fee-name_change_fee": _("Fee for another person"),
        "age-infant": _("Last year of infants"),
        "age-child": _("Last year of children"),
        "cancel_rules": (_("What cancelling costs"), "f-rule-0-hours"),
    }
    for row in range(rules):
        labels[f"rule-{row}-hours"] = _("So many hours before departure or earlier")
        labels[f"rule-{row}-percent"] = _("Percent of the price")
    parts = {"price": _("Price"), "unit": _("For what"), "per_sailing": _("How many a sailing")}
    for kind in extras:
        name = formatting.item_name(f"{EXTRA}{kind}")
        labels |= {f"extra-{kind}-{part}": f"{name}, {what}" for part, what in parts.items()}
    return labels


def _frame_labels() -> dict[str, str | tuple[str, str]]:
    """Return the fields beside those: above them where a list is started, else below."""
    return {
        "code": _("Name of the new price list"),
        "currency": _("Currency"),
        "first": _("Departures from"),
        "last": _("Departures until"),
        "routes": _("Routes"),
    }


def _groups(items: Sequence[str]) -> list[tuple[str, list[str]]]:
    people = [*PassengerKind]
    cabins = [item for item in items if item.startswith(CABIN)]
    others = [item for item in items if item not in (*people, *cabins, "pet")]
    groups = [
        (_("Passengers"), people),
        (_("Vehicles"), others),
        (_("Pets"), ["pet"]),
        (_("Cabins and seats"), cabins),
    ]
    return [(title, [str(item) for item in items]) for title, items in groups if items]


def _text(amount_minor: int | None, currency: str) -> str:
    return "" if amount_minor is None else Money(amount_minor, currency).decimal()


def _next_code(code: str, taken: Set[str]) -> str:
    """Return a name for the list that follows: STD-2, and STD-3 where that is taken."""
    start, _dash, number = code.rpartition("-")
    if not (start and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        start, number = code, "1"
    return next(f"{start}-{n}" for n in count(int(number) + 1) if f"{start}-{n}" not in taken)
