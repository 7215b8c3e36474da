"""Where a leg comes from: what house inventory and a remote operator have in common."""

from datetime import datetime
from typing import Protocol

from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.pricing.house_inventory import HouseInventory
from maritime_app.bookings.pricing.model import LegDemand, LegQuote
from maritime_app.bookings.pricing.remote_operator import RemoteOperator
from maritime_app.ferries.model import OperatorKind, Sailing
from maritime_app.ferries.operators import service as operators
from maritime_app.resources import Resources


class LegSource(Protocol):
    """Whoever sells a leg. Each method raises Conflict for a no, Unavailable for no answer."""

    async def sailing(self, sailing_id: str) -> Sailing:
        """Return the sailing with that public id; raise NotFound."""

    async def price(self, demand: LegDemand) -> LegQuote:
        """Return the price of a leg now; nothing is held."""

    async def hold(self, demand: LegDemand, key: str) -> LegQuote:
        """Hold the leg under our key and return its price."""

    async def release(self, key: str) -> None:
        """Give back what was held under the key; what cannot be given back expires by itself."""

    async def verify(self, leg: Leg, key: str) -> None:
        """Make sure that the leg is still held, before money is asked for."""

    async def confirm(self, operator_code: str, key: str) -> str:
        """Turn the hold into a booking and return the operator's reference.

        Raise LegRefused when the operator says no for good.
        """

    async def cancel_fee_minor(self, leg: Leg, key: str) -> int:
        """Return what cancelling the confirmed leg costs now, in minor units of its price."""

    async def fee_changes_at(self, leg: Leg) -> datetime | None:
        """Return when that fee rises next; None when it is not known to rise."""

    async def cancel(self, key: str) -> bool:
        """Cancel at the source; return False where there was nothing (any more) to cancel.

        Raise LegRefused when the operator keeps the booking.
        """


def source_of(res: Resources, sailing_id: str) -> LegSource:
    """Return who sells the sailing with that public id; raise NotFound."""
    if operators.is_remote(sailing_id):
        return remote_operator(res, operators.split_id(sailing_id)[0])
    return HouseInventory(res)


def source_of_sailing(res: Resources, sailing: Sailing) -> LegSource:
    """Return who sells the sailing."""
    if sailing.operator.kind is OperatorKind.REMOTE:
        return remote_operator(res, sailing.operator.code)
    return HouseInventory(res)


def source_of_leg(res: Resources, booking: Booking, leg: Leg) -> tuple[LegSource, str]:
    """Return who sold the leg of a booking, and our key for it there."""
    key = booking.operator_key(leg.number)
    if leg.operator.kind is OperatorKind.REMOTE:
        return remote_operator(res, leg.operator.code), key
    return HouseInventory(res), key


def remote_operator(res: Resources, code: str) -> LegSource:
    """Return the remote operator of that code; raise NotFound."""
    return RemoteOperator(res, operators.of(res).gateway(code))
