"""Pure: whether a mandate covers a booking."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from maritime_app.bookings.mandates.model import Mandate, MandateStatus, Used
from maritime_app.money import Money

Way = Sequence[tuple[str, str]]  # from and to of each leg, by code, in the order of sailing


class Uncovered(StrEnum):
    """Why a mandate does not cover a booking; the codes of refusals."""

    OVER = "mandate_over"
    ROUTE = "mandate_route"
    CURRENCY = "mandate_currency"
    BOOKINGS = "mandate_bookings"
    AMOUNT = "mandate_amount"


def uncovered(
    mandate: Mandate, used: Used, price: Money, way: Way, now: datetime
) -> Uncovered | None:
    """Return why it may not pay that price for that way now; None where it may.

    A booking that it has paid before (`used.has_it`) counts once, however often it is changed.
    """
    if mandate.standing(now) is not MandateStatus.ACTIVE:
        return Uncovered.OVER
    if price.currency != mandate.currency:
        return Uncovered.CURRENCY
    if not is_on_route(mandate, way):
        return Uncovered.ROUTE
    if used.bookings >= mandate.most_bookings and not used.has_it:
        return Uncovered.BOOKINGS
    if used.minor + price.amount_minor > mandate.limit_minor:
        return Uncovered.AMOUNT
    return None


def is_on_route(mandate: Mandate, way: Way) -> bool:
    """Return whether a journey goes where the mandate says: from its port to its port, directly or
    by others, and perhaps back again.
    """
    start, end = way[0][0], way[-1][1]
    wanted_start = mandate.origin.code if mandate.origin else start
    if start != wanted_start:
        return False
    if mandate.destination is None:
        return True
    target = mandate.destination.code
    is_visited = any(destination == target for _origin, destination in way)
    return is_visited and end in (target, start)


def left(mandate: Mandate, used: Used, now: datetime) -> tuple[Money, int]:
    """Return how much, and how many bookings, it may still pay; without another booking the amount
    is left for changes of those that it has paid.
    """
    if mandate.standing(now) is not MandateStatus.ACTIVE:
        return Money(0, mandate.currency), 0
    bookings = max(0, mandate.most_bookings - used.bookings)
    minor = max(0, mandate.limit_minor - used.minor)
    return Money(minor, mandate.currency), bookings
