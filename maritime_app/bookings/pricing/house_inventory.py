"""Legs that are sold from our own inventory, by a house operator's fare.

Their places are taken and given back by the transactions that write and end a booking: here they
are priced, and whatever a remote operator would have to be asked is answered from our own rows.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.model import Leg
from maritime_app.bookings.pricing.model import LegDemand, LegQuote
from maritime_app.errors import Conflict, NotFound
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import Fare, Sailing
from maritime_app.ferries.sailings import service as sailings
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources


def own_reference(operator_code: str, key: str) -> str:
    """Return a house operator's reference of a leg, made from ours."""
    return f"{operator_code}-{key}"


@lru_cache(maxsize=8_192)  # a microsecond, and the same sailings are asked for again and again
def _sailing_id(text: str) -> UUID:
    return UUID(text)


class HouseInventory:
    """The LegSource of house operators."""

    def __init__(self, res: Resources) -> None:
        self._res = res

    async def sailing(self, sailing_id: str) -> Sailing:
        """Return the sailing, at most a minute old; raise NotFound."""
        try:
            key = _sailing_id(sailing_id)
        except ValueError as error:
            raise NotFound(_("There is no such sailing."), code="sailing") from error
        return await sailings.sailing(self._res, key)

    async def price(self, demand: LegDemand) -> LegQuote:
        """Return the price by the sailing's fare; raise Invalid for what it does not carry."""
        fare = demand.sailing.fare
        if fare is None:
            words = _("This sailing is listed in the timetable but not sold here.")
            raise Conflict(words, code="timetable_only")
        lines = fare_rules.price_lines(fare, demand.party)
        places = fare_rules.demand(demand.party, fare.extras)
        return LegQuote(demand, tuple(lines), fare.currency, places)

    async def hold(self, demand: LegDemand, key: str) -> LegQuote:
        """Return the price: the statement that writes the booking takes the places."""
        del key
        return await self.price(demand)

    async def release(self, key: str) -> None:
        """Do nothing: what was not written was not taken."""

    async def verify(self, leg: Leg, key: str) -> None:
        """Do nothing: its places are held by our own rows."""
        del leg, key

    async def confirm(self, operator_code: str, key: str) -> str:
        """Return the house operator's reference, made from ours."""
        return own_reference(operator_code, key)

    async def cancel_fee_minor(self, leg: Leg, key: str) -> int:
        """Return the fee by the rules of the leg's fare and the hours that are left."""
        del key
        fare = await self.fare(leg)
        return fare_rules.cancel_fee_minor(
            fare, leg.price.amount_minor, leg.departs_at, clock.now()
        )

    async def fee_changes_at(self, leg: Leg) -> datetime | None:
        """Return when the fee rises next; None when it cannot rise any more."""
        fare = await self.fare(leg)
        return fare_rules.next_fee_change(fare, leg.departs_at, clock.now())

    async def fare(self, leg: Leg) -> Fare | None:
        """Return the fare by which the leg was sold, whatever its sailing is sold by today."""
        return await sailings.fare(self._res, leg.fare_id) if leg.fare_id else None

    async def cancel(self, key: str) -> bool:
        """Do nothing: the transaction that ends the booking gives the places back."""
        del key
        return False
