"""Pure: lists of the desk as rows of a file. Amounts are in major units, times in UTC."""

from collections.abc import Iterable, Iterator

from maritime_app.bookings.back_office.model import BookingLine, DaySales
from maritime_app.money import Money

BOOKING_COLUMNS = (
    "reference", "status", "booked_at", "departs_at", "from", "to", "operators", "given_name",
    "family_name", "email", "people", "vehicles", "total", "currency", "money_owed", "task_dead",
    "owed", "held_by_dispute", "next_step",
)  # fmt: skip
SALES_COLUMNS = (
    "day", "currency", "bookings", "people", "sold", "cancelled", "refunded"
)  # fmt: skip


def booking_rows(lines: Iterable[BookingLine]) -> Iterator[list[object]]:
    """Yield a row for each booking, in the order of the columns."""
    for line in lines:
        yield [
            line.reference,
            line.status.value,
            line.created_at.isoformat(timespec="seconds"),
            line.departs_at.isoformat(timespec="seconds"),
            line.origin_name,
            line.destination_name,
            "; ".join(line.operators),
            line.given_name,
            line.family_name,
            line.email,
            line.people,
            line.vehicles,
            Money(line.total_minor, line.currency).decimal(),
            line.currency,
            "yes" if line.money_owed else "",
            "yes" if line.task_dead else "",
            Money(line.owed_minor, line.currency).decimal() if line.owed_minor else "",
            Money(line.held_minor, line.currency).decimal() if line.held_minor else "",
            line.next_step or "",
        ]


def sales_rows(days: Iterable[DaySales]) -> Iterator[list[object]]:
    """Yield a row for each day and currency, in the order of the columns."""
    for day in days:
        yield [
            day.day.isoformat(),
            day.currency,
            day.bookings,
            day.people,
            Money(day.sold_minor, day.currency).decimal(),
            day.cancelled,
            Money(day.refunded_minor, day.currency).decimal(),
        ]
