"""Legs given back to whoever sold them, once a booking or a change of it is over."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from maritime_app.bookings.pricing.model import LegRefused
from maritime_app.bookings.pricing.sources import LegSource
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.upstreams.round import Round
from maritime_app.resources import Resources

T = TypeVar("T")
_ASKING_SECONDS = 40.0  # of a task's sixty


async def give_back(
    res: Resources,
    booking_id: UUID,
    legs: Iterable[T],
    source_of: Callable[[T], tuple[LegSource, str]],
) -> int:
    """Cancel each leg where it was sold, under our key there; return how many were cancelled.

    What an operator keeps is an alert. Raise Unavailable while an operator does not answer; legs of
    the others are given back.
    """
    given_back = 0

    async def cancel(leg: T) -> None:
        nonlocal given_back
        source, key = source_of(leg)
        try:
            given_back += await source.cancel(key)
        except LegRefused as refused:
            subject = ("bookings", str(booking_id))
            async with res.db.transaction() as conn:
                await raise_alert(conn, "operator_keeps_booking", str(refused), subject=subject)

    asking = Round("an operator", _ASKING_SECONDS)
    await asking.over(legs, cancel)
    asking.outcome(f"{given_back} given back")
    return given_back
