"""What the desk's pages show."""

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from maritime_app.bookings.back_office import owed
from maritime_app.bookings.back_office.model import (
    BookingFile,
    BookingFilter,
    BookingLine,
    BookingPage,
    DaySales,
    Event,
    EventKind,
    SalesFilter,
    SalesReport,
)
from maritime_app.bookings.back_office.owed import OwedStep
from maritime_app.bookings.back_office.timeline import details, titles
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.model import BookingStatus
from maritime_app.money import Money
from maritime_app.payments.model import Dispute
from maritime_app.web.access import Caller

_LIST = "/admin/bookings"
_BUYER = Buyer.__struct_fields__  # no other form of the page has one of them
# Kinds whose number is an amount of money.
_IN_MONEY = (
    EventKind.BOOKING,
    EventKind.PAYMENT,
    EventKind.REFUND,
    EventKind.DISPUTE,
    EventKind.CHANGE,
    EventKind.COMPENSATION,
    EventKind.MANDATE,
)


class BookingsView(msgspec.Struct, frozen=True):
    """templates/bookings/back_office/list.html."""

    staff: Caller
    filters: BookingFilter
    lines: Sequence[BookingLine]
    operators: list[tuple[str, str]]
    pages: int
    page_url: str
    csv_url: str
    owed_words: Mapping[OwedStep, str]


class Entry(msgspec.Struct, frozen=True):
    """An entry of the timeline in words; `amount` and `task_url` where there are any."""

    event: Event
    kind: str
    title: str
    detail: str
    amount: Money | None
    task_url: str | None
    repeatable: bool


class BookingFileView(msgspec.Struct, frozen=True):
    """templates/bookings/back_office/booking.html.

    `may` are the acts that this person may do now, `failures` words for
    why refunds failed. `entered` are the fields of a form that was
    refused, `errors` what is wrong with them; `entered_buyer` has all fields
    of a buyer that was refused, also those that a program left out.
    """

    staff: Caller
    file: BookingFile
    entries: list[Entry]
    owed_words: Mapping[OwedStep, str]
    failures: Mapping[str, str]
    undecided: list[Dispute]
    may: set[str]
    reasons: list[tuple[str, str]]
    entered: Mapping[str, str]
    entered_buyer: Mapping[str, str] | None
    errors: Mapping[str, str]
    refused: str
    message: str


class Bar(msgspec.Struct, frozen=True):
    """A day of the chart: `height` is a part of the highest one, in percent."""

    sales: DaySales
    sold: Money
    refunded: Money
    height: float


class SalesView(msgspec.Struct, frozen=True):
    """templates/bookings/back_office/sales.html; a chart for each currency."""

    staff: Caller
    filters: SalesFilter
    report: SalesReport
    charts: dict[str, list[Bar]]
    totals: dict[str, tuple[Money, int, int]]
    operators: list[tuple[str, str]]
    csv_url: str


def list_view(
    staff: Caller, wanted: BookingFilter, found: BookingPage, operators: list[tuple[str, str]]
) -> BookingsView:
    """Return a page of the list."""
    query = _query(wanted)
    return BookingsView(
        staff=staff,
        filters=wanted,
        lines=found.bookings,
        operators=operators,
        pages=wanted.page + (found.more and not wanted.q),
        page_url=f"{_LIST}?{query}&page={{page}}",
        csv_url=f"{_LIST}.csv?{query}",
        owed_words=owed.words(),
    )


def file_view(
    staff: Caller,
    file: BookingFile,
    *,
    entered: Mapping[str, str],
    errors: Mapping[str, str],
    refused: str,
    message: str,
) -> BookingFileView:
    """Return the page of one booking."""
    return BookingFileView(
        staff=staff,
        file=file,
        entries=[_entry(staff, file, event) for event in file.timeline],
        owed_words=owed.words(),
        failures={
            one.failure: details.failure_words(one.failure) for one in file.owed if one.failure
        },
        undecided=[d for d in file.disputes if d.lost and d.decision is None],
        may=_may(staff, file),
        reasons=titles.cancel_reasons(),
        entered=entered,
        entered_buyer=_buyer_of(entered),
        errors=errors,
        refused=refused,
        message=message,
    )


def _buyer_of(entered: Mapping[str, str]) -> Mapping[str, str] | None:
    if entered.keys().isdisjoint(_BUYER):
        return None
    return {name: entered.get(name, "") for name in _BUYER}


def sales_view(
    staff: Caller, filters: SalesFilter, report: SalesReport, operators: list[tuple[str, str]]
) -> SalesView:
    """Return the report with a chart for each currency."""
    currencies = sorted({day.currency for day in report.days})
    query = urlencode(
        {
            "first": report.first.isoformat(),
            "last": report.last.isoformat(),
            "operator": filters.operator,
        }
    )
    return SalesView(
        staff=staff,
        filters=filters,
        report=report,
        charts={currency: _chart(report, currency) for currency in currencies},
        totals={currency: _total(report.days, currency) for currency in currencies},
        operators=operators,
        csv_url=f"{_LIST}/sales.csv?{query}",
    )


def _query(wanted: BookingFilter) -> str:
    return urlencode(
        {
            "q": wanted.q,
            "day": wanted.day.isoformat() if wanted.day else "",
            "operator": wanted.operator,
            "status": wanted.status or "",
            "sailing": wanted.sailing or "",
            "attention": "true" if wanted.attention else "",
        }
    )


def _entry(staff: Caller, file: BookingFile, event: Event) -> Entry:
    is_task = event.kind is EventKind.TASK
    in_money = event.kind in _IN_MONEY and event.amount_minor
    return Entry(
        event=event,
        kind=titles.kind_words()[event.kind],
        title=titles.title(event),
        detail=details.detail(event, file.booking),
        amount=Money(event.amount_minor, file.booking.currency) if in_money else None,
        task_url=f"/admin/tasks/{event.subject}"
        if is_task and "tasks.read" in staff.permissions
        else None,
        repeatable=is_task and event.state == "dead" and "bookings.act" in staff.permissions,
    )


def _may(staff: Caller, file: BookingFile) -> set[str]:
    """Return the acts that the state of the booking and the person's permissions allow."""
    may = set()
    if "bookings.act" in staff.permissions and file.booking.erased_at is None:
        may.add("note")
        if file.booking.status not in (BookingStatus.EXPIRED, BookingStatus.REFUSED):
            may.add("resend")
        if file.booking.status is BookingStatus.HELD:
            may.discard("resend")
        if file.yours:
            may.add("contact")
        if file.quote is not None and file.yours:
            may.add("cancel")
        if file.yours and file.booking.status not in (BookingStatus.EXPIRED, BookingStatus.REFUSED):
            may.add("buyer")
    if "bookings.refund" in staff.permissions and file.yours:
        may |= {"refund"} if file.refundable_minor else set()
        may |= {"pay_again", "decide", "waive", "claim"}
    return may


def _chart(report: SalesReport, currency: str) -> list[Bar]:
    sold = {day.day: day for day in report.days if day.currency == currency}
    highest = max((day.sold_minor for day in sold.values()), default=0) or 1
    days = (report.last - report.first).days + 1
    return [
        Bar(
            sales=day,
            sold=Money(day.sold_minor, currency),
            refunded=Money(day.refunded_minor, currency),
            height=100 * day.sold_minor / highest,
        )
        for number in range(days)
        for date in [report.first + dt.timedelta(days=number)]
        for day in [sold.get(date) or DaySales(date, currency, 0, 0, 0, 0, 0)]
    ]


def _total(days: Sequence[DaySales], currency: str) -> tuple[Money, int, int]:
    """Return what was sold, in how many bookings, for how many people."""
    mine = [day for day in days if day.currency == currency]
    sold = Money(sum(day.sold_minor for day in mine), currency)
    return sold, sum(day.bookings for day in mine), sum(day.people for day in mine)
