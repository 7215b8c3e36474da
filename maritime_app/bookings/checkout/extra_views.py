"""What the booking form shows of the extras of a leg: what may be bought, and how many of it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from maritime_app.bookings.checkout.form import leg_fields
from maritime_app.bookings.pricing.model import LegQuote
from maritime_app.ferries.extras import ExtraUnit
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.money import Money


class ExtraChoice(Struct, frozen=True):
    """An extra at the price of one; `most` is how many the party can have of it, `left` how many
    are left at all, None: any number.
    """

    kind: str
    unit: ExtraUnit
    price: Money
    most: int
    left: int | None
    chosen: str


def extra_choices(
    leg: LegQuote, vehicles: int, available: Mapping[str, int], entered: Mapping[str, Any]
) -> list[ExtraChoice]:
    """Return what the party of a leg, with so many vehicles, may choose; and what it has chosen."""
    counts = leg_fields(entered)["extras"]
    fare = leg.sailing.fare
    choices = []
    for extra in fare.extras if fare else ():
        left = available.get(f"{EXTRA}{extra.kind}") if extra.per_sailing else None
        most = extra.most(leg.demand.party.people, vehicles)
        chosen = str(counts.get(extra.kind, ""))
        if most or chosen:
            price = Money(extra.price_minor, leg.currency)
            bound = most if left is None else min(most, left)
            choices.append(ExtraChoice(extra.kind, extra.unit, price, bound, left, chosen))
    return choices
