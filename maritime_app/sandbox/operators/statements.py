"""What an operator says that it booked for us, day by day, and how it can be wrong."""

from datetime import UTC

import msgspec

from maritime_app.ferries.operators.model import OperatorReservation, Statement, StatementLine
from maritime_app.sandbox.operators.operator_api import OperatorApi, day_of

_PER_PAGE = 500
# A currency of the demo world: what the operator made up needs one.
_MADE_UP = StatementLine("ZZZZZZZZ-1", "MADE-UP", "Booked", "EUR", 12300)


def statement(operator: OperatorApi, day: str, after: str, fault: str) -> Statement:
    """Return the bookings of sailings that leave on the day, with what was cancelled for a charge.

    Raise Refusal for what is no day.
    """
    wanted = day_of(day)
    found = sorted(
        (
            _line(entry.reservation)
            for entry in operator.inventory
            if entry.reservation.sailing.depart_at.astimezone(UTC).date() == wanted
            and entry.reservation.status in ("Booked", "Cancelled")
        ),
        key=lambda line: line.reference,
    )
    lines = [line for line in _with_fault(found, fault) if line.reference > after]
    return Statement(tuple(lines[:_PER_PAGE]), more=len(lines) > _PER_PAGE)


def _line(reservation: OperatorReservation) -> StatementLine:
    booked = reservation.status == "Booked"
    return StatementLine(
        reference=reservation.reference,
        operator_reference=reservation.operator_reference,
        status=reservation.status,
        currency=reservation.currency,
        amount_minor=reservation.total_minor if booked else reservation.cancel_charge_minor or 0,
    )


def _with_fault(lines: list[StatementLine], fault: str) -> list[StatementLine]:
    if not lines:
        return lines
    if fault == "missing":
        return lines[1:]
    if fault == "extra":
        return [*lines, _MADE_UP]
    if fault == "price":
        dearer = msgspec.structs.replace(lines[0], amount_minor=lines[0].amount_minor + 100)
        return [dearer, *lines[1:]]
    return lines
