"""What the staff's pages of sailings show."""

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from maritime_app.bookings.sailings import forms
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.model import (
    ChangeReason,
    ManagedSailing,
    SailingFilter,
    SailingPage,
    SalesClose,
)
from maritime_app.ferries.operations.states import SAILING, SailingEvent
from maritime_app.ferries.planning.model import Choices, Plan
from maritime_app.ferries.sailings.sales import SaleEnd, sale_end
from maritime_app.i18n import translate as _
from maritime_app.web.access import Caller


class SailingLine(msgspec.Struct, frozen=True):
    """One sailing of the list; `ended` is why it is not sold any more."""

    sailing: ManagedSailing
    ended: SaleEnd | None


class SailingsView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/list.html."""

    staff: Caller
    day: dt.date
    filters: SailingFilter
    lines: list[SailingLine]
    operators: list[tuple[str, str]]
    ports: list[tuple[str, str]]
    page: int
    pages: int
    page_url: str


class SailingView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/sailing.html; `may` are the acts that are possible now.

    `entered` are the fields of a form that was refused, `errors` what is wrong with them,
    `acted` the act that was refused.
    """

    staff: Caller
    sailing: ManagedSailing
    ended: SaleEnd | None
    may: set[str]
    reasons: list[tuple[str, str]]
    entered: Mapping[str, str]
    errors: Mapping[str, str]
    refused: str
    acted: str
    message: str


class PlanView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/plan.html; without `plan` nothing was looked at yet."""

    staff: Caller
    choices: Choices
    entered: Mapping[str, str]
    plan: Plan | None
    written: int | None
    errors: Mapping[str, str]


class SalesCloseView(msgspec.Struct, frozen=True):
    """templates/bookings/sailings/sales.html."""

    staff: Caller
    closes: Sequence[SalesClose]
    default_minutes: int
    errors: Mapping[str, str]
    message: str


def reasons() -> list[tuple[str, str]]:
    """Return the reasons of a change with their words."""
    return [
        (ChangeReason.WEATHER, _("Weather that endangers the ship")),
        (ChangeReason.TECHNICAL, _("Technical fault")),
        (ChangeReason.OPERATIONAL, _("Operational reason")),
        (ChangeReason.EXTRAORDINARY, _("Extraordinary circumstances")),
    ]


def list_view(
    staff: Caller,
    day: dt.date,
    wanted: SailingFilter,
    found: SailingPage,
    operators: list[tuple[str, str]],
    ports: list[tuple[str, str]],
    now: dt.datetime,
) -> SailingsView:
    """Return the list of a day."""
    query = {"day": day.isoformat(), "operator": wanted.operator, "port": wanted.port}
    query |= {"status": wanted.status or ""}
    return SailingsView(
        staff=staff,
        day=day,
        filters=wanted,
        lines=[SailingLine(one, ended(one, now)) for one in found.sailings],
        operators=operators,
        ports=ports,
        page=wanted.page,
        pages=wanted.page + found.more,
        page_url="/admin/sailings?" + urlencode(query) + "&page={page}",
    )


def sailing_view(
    staff: Caller,
    sailing: ManagedSailing,
    now: dt.datetime,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    acted: str,
    message: str,
) -> SailingView:
    """Return the page of one sailing."""
    may = {event.name for event in SailingEvent if SAILING.after(sailing.status, event)}
    if "sailings.act" not in staff.permissions:
        may = set()
    return SailingView(
        staff=staff,
        sailing=sailing,
        ended=ended(sailing, now),
        may=may,
        reasons=reasons(),
        entered={**_times(sailing), **entered},
        errors=errors,
        refused=refused,
        acted=acted,
        message=message,
    )


def ended(sailing: ManagedSailing, now: dt.datetime) -> SaleEnd | None:
    """Return why the sailing is not sold any more."""
    return sale_end(sailing.status, sailing.leaves_at, sailing.sales_close_at, now)


def tone(status: SailingStatus) -> str:
    """Return the colour of a state."""
    return {SailingStatus.CANCELLED: "bad", SailingStatus.CLOSED: "warn"}.get(status, "")


def _times(sailing: ManagedSailing) -> dict[str, str]:
    """Return the fields of time as they stand."""
    origin, destination = sailing.origin, sailing.destination
    arrives_at = sailing.expected_arrives_at or sailing.arrives_at
    return {
        "expected_departs_at": forms.local_value(sailing.leaves_at, origin),
        "expected_arrives_at": forms.local_value(arrives_at, destination),
        "departed_at": forms.local_value(sailing.departed_at, origin),
        "arrived_at": forms.local_value(sailing.arrived_at, destination),
        "reason": sailing.reason or "",
        "note": sailing.note or "",
    }
