"""What the staff's pages of price lists show."""

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from itertools import count, groupby

import msgspec

from maritime_app import clock
from maritime_app.bookings.sailings.price_lists.forms import FEES, rule_rows
from maritime_app.ferries.extras import ExtraKind, ExtraUnit
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.ferries.model import PassengerKind, VehicleKind
from maritime_app.ferries.price_lists.model import PriceList, RouteFare
from maritime_app.ferries.vehicles import CLASSES
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.web.access import Caller

_LONGEST_NUMBER = 4  # STD-2027 is a year as well, and has a next one


class OperatorFares(msgspec.Struct, frozen=True):
    """An operator's routes with their lists."""

    code: str
    name: str
    fares: Sequence[RouteFare]


class PriceListsView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/price_lists.html."""

    staff: Caller
    operators: Sequence[OperatorFares]


class PriceListView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/price_list.html.

    `sold` says by how many sailings a list is taken that was just written,
    `entered` are the fields as they stand in the form, `groups` the items by what they are for,
    `rules` how many rows there are for what cancelling costs,
    `metres` the length that the price of a vehicle covers. Who may not write sees no form.
    """

    staff: Caller
    list: PriceList
    groups: Sequence[tuple[str, Sequence[str]]]
    rules: int
    metres: Mapping[str, float]
    extras: Sequence[ExtraKind]
    units: Sequence[tuple[str, str]]
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    sold: int | None
    form_key: str
    may_write: bool


def lists_view(staff: Caller, found: Sequence[RouteFare]) -> PriceListsView:
    """Return the page of all routes; they come ordered by operator."""
    groups = groupby(found, key=lambda one: (one.operator_code, one.operator_name))
    operators = [OperatorFares(code, name, list(fares)) for (code, name), fares in groups]
    return PriceListsView(staff, operators)


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
    return PriceListView(
        staff=staff,
        list=known,
        groups=_groups(known),
        rules=rule_rows(shown),
        metres={kind: CLASSES[kind].included_cm / 100 for kind in VehicleKind},
        extras=tuple(ExtraKind),
        units=units(),
        entered=shown,
        errors=errors,
        refused=refused,
        sold=sold,
        form_key=form_key,
        may_write="fares.act" in staff.permissions,
    )


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


def _groups(known: PriceList) -> list[tuple[str, list[str]]]:
    people = [*PassengerKind]
    cabins = [item for item in known.items if item.startswith(CABIN)]
    others = [item for item in known.items if item not in (*people, *cabins, "pet")]
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
