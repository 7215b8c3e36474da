"""What went back without us, as Stripe has it: by refunds in its dashboard, and by the banks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Objects = Iterable[Mapping[str, Any]]


@dataclass
class Outside:
    """By the reference of the booking, in minor units."""

    refunded: Counter[str] = field(default_factory=Counter)  # what has not failed
    withdrawn: Counter[str] = field(default_factory=Counter)  # by disputes that are not won
    lost: dict[str, str] = field(default_factory=dict)  # by the dispute
    won: dict[str, str] = field(default_factory=dict)
    # Of bookings of which a part went back outside: what arrived and has not gone back.
    left: dict[str, int] = field(default_factory=dict)

    def minor(self, reference: str) -> int:
        """Return what the customer has without us."""
        return self.refunded[reference] + self.withdrawn[reference]

    def ended(self, reference: str, booking: Mapping[str, Any]) -> bool:
        """Return whether a booking had to end because all of its money went back.

        A refund of ours that the bank did not take is owed: no booking stands on what it was of,
        say on what was charged a second time.
        """
        is_free = booking["status"] == "cancelled" and not booking["cancel_fee_minor"]
        return (
            is_free and self.left.get(reference, booking["owed_minor"] + 1) <= booking["owed_minor"]
        )


def found(
    intents: Mapping[str, Mapping[str, Any]], charges: Objects, refunds: Objects, disputes: Objects
) -> Outside:
    """Return what went back without us."""
    outside = Outside()
    ever: Counter[str] = Counter()
    given: set[str] = set()
    for refund in refunds:
        reference = reference_of(intents, refund)
        is_ours, is_back = "refund_id" in refund["metadata"], refund["status"] != "failed"
        if not is_ours:
            given.add(reference)
            outside.refunded[reference] += refund["amount"] * is_back
        # A refund in the dashboard ends a booking at once, even if the bank does not take it.
        ever[reference] += refund["amount"] * (is_back or not is_ours)
    for dispute in disputes:
        reference = reference_of(intents, dispute)
        if dispute["status"] == "won":
            outside.won[dispute["id"]] = reference
            continue
        outside.withdrawn[reference] += dispute["amount"]
        if dispute["status"] == "lost":
            outside.lost[dispute["id"]] = reference
    arrived: Counter[str] = Counter()
    for charge in charges:
        if charge["status"] == "succeeded":
            arrived[reference_of(intents, charge)] += charge["amount"]
    outside.left = {
        one: arrived[one] - ever[one] - outside.withdrawn[one] for one in given if arrived[one]
    }
    return outside


def reference_of(intents: Mapping[str, Mapping[str, Any]], item: Mapping[str, Any]) -> str:
    """Return whose money it is; nothing where it is nobody's."""
    return str(intents[item["payment_intent"]]["metadata"].get("reference", ""))
