"""Pure: the books as rows of a file. Amounts are in major units."""

from collections.abc import Callable, Iterator, Sequence

from maritime_app.bookings.reconciliation.model import Books
from maritime_app.money import Money

_Rows = Callable[[Books], Iterator[list[object]]]


def _differences(books: Books) -> Iterator[list[object]]:
    for one in books.differences:
        yield [
            one.kind.value,
            one.subject,
            one.reference,
            one.party,
            one.day.isoformat(),
            one.currency,
            Money(one.ours_minor, one.currency).decimal(),
            Money(one.theirs_minor, one.currency).decimal(),
            one.found_at.isoformat(timespec="seconds"),
        ]


def _stripe(books: Books) -> Iterator[list[object]]:
    for day in books.stripe:
        amounts = (
            day.stripe_minor,
            day.fee_minor,
            day.payout_minor or 0,
            day.ledger_minor,
            day.bookings_minor,
        )
        written = [Money(minor, day.currency).decimal() for minor in amounts]
        yield [day.day.isoformat(), day.currency, *written]


def _operators(books: Books) -> Iterator[list[object]]:
    for day in books.operators:
        yield [
            day.day.isoformat(),
            day.code,
            day.name,
            day.currency,
            day.ours,
            Money(day.ours_minor, day.currency).decimal(),
            day.theirs,
            Money(day.theirs_minor, day.currency).decimal(),
            day.read_at.isoformat(timespec="seconds"),
        ]


# What may be had as a file: its columns, and its rows.
FILES: dict[str, tuple[Sequence[str], _Rows]] = {
    "differences": (
        (
            "kind",
            "subject",
            "booking",
            "party",
            "day",
            "currency",
            "ours",
            "theirs",
            "found_at",
        ),
        _differences,
    ),
    "stripe": (
        ("day", "currency", "stripe", "stripe_fees", "payouts", "ledger", "bookings"),
        _stripe,
    ),
    "operators": (
        (
            "departs_on",
            "operator",
            "name",
            "currency",
            "our_legs",
            "ours",
            "their_legs",
            "theirs",
            "read_at",
        ),
        _operators,
    ),
}
