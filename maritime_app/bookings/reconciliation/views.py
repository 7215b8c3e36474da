"""What the page of the books shows."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from maritime_app import clock
from maritime_app.bookings.reconciliation import words
from maritime_app.bookings.reconciliation.model import Books, Difference, OperatorDay, StripeDay
from maritime_app.money import Money
from maritime_app.web.access import Caller


class DifferenceLine(msgspec.Struct, frozen=True):
    """A difference with its name, age and next step."""

    difference: Difference
    name: str
    next_step: str
    ours: Money
    theirs: Money
    age_seconds: float


class BooksView(msgspec.Struct, frozen=True):
    """templates/bookings/reconciliation.html."""

    staff: Caller
    day: dt.date
    lines: list[DifferenceLine]
    stripe: Sequence[StripeDay]
    operators: Sequence[OperatorDay]
    message: str


def books_view(staff: Caller, day: dt.date, books: Books, message: str) -> BooksView:
    """Return everything side by side."""
    return BooksView(
        staff,
        day,
        [_line(one) for one in books.differences],
        books.stripe,
        books.operators,
        message,
    )


def _line(one: Difference) -> DifferenceLine:
    return DifferenceLine(
        difference=one,
        name=words.names()[one.kind],
        next_step=words.next_steps()[one.kind],
        ours=Money(one.ours_minor, one.currency),
        theirs=Money(one.theirs_minor, one.currency),
        age_seconds=(clock.now() - one.found_at).total_seconds(),
    )
