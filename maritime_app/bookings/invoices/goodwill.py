"""Pure: how goodwill is shared out over what was sold, so that each seller's documents say it.

Goodwill after the sale reduces the taxable amount (Directive 2006/112/EC, article 90), leg by leg
at the rate of the leg; of fees it is taken last. What was shared out before stays where it is as
long as it fits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from maritime_app.bookings.invoices.model import InvoiceLine
from maritime_app.bookings.model import BookingItem
from maritime_app.ferries.model import PriceReason

GOODWILL = "goodwill"
Share = tuple[int, PriceReason]  # a leg's number; of its carriage (DISCOUNT) or of its fees (FEE)


def shares(
    goodwill_minor: int, items: Iterable[BookingItem], before: Iterable[InvoiceLine]
) -> dict[Share, int]:
    """Return how much of the goodwill belongs to each leg; the parts add up to it.

    `items` are the price lines of the booking now, `before` the lines of all its documents.
    """
    worth, said = _worth(items), _given(before)
    parts = {share: min(said.get(share, 0), room) for share, room in worth.items()}
    if sum(parts.values()) > goodwill_minor:
        return _spread(goodwill_minor, parts)
    for reason in (PriceReason.DISCOUNT, PriceReason.FEE):
        left_minor = goodwill_minor - sum(parts.values())
        rooms = {share: worth[share] - parts[share] for share in worth if share[1] is reason}
        for share, part in _spread(min(left_minor, sum(rooms.values())), rooms).items():
            parts[share] += part
    return parts


def _worth(items: Iterable[BookingItem]) -> dict[Share, int]:
    """Return what each leg costs, without and with its fees apart."""
    worth: defaultdict[Share, int] = defaultdict(int)
    for item in items:
        reason = PriceReason.FEE if item.reason is PriceReason.FEE else PriceReason.DISCOUNT
        worth[item.leg, reason] += item.amount.amount_minor
    return {share: max(0, minor) for share, minor in sorted(worth.items())}


def _given(before: Iterable[InvoiceLine]) -> dict[Share, int]:
    """Return what the documents say of goodwill until now."""
    given: defaultdict[Share, int] = defaultdict(int)
    for line in before:
        if line.item == GOODWILL:
            given[line.leg, line.reason] -= line.amount_minor
    return given


def _spread(amount_minor: int, rooms: Mapping[Share, int]) -> dict[Share, int]:
    """Return the amount in parts by how much room there is; what rounding leaves goes first."""
    whole = sum(rooms.values())
    parts = {share: amount_minor * room // (whole or 1) for share, room in rooms.items()}
    rest_minor = amount_minor - sum(parts.values())
    for share, room in rooms.items():
        more_minor = min(rest_minor, room - parts[share])
        parts[share] += more_minor
        rest_minor -= more_minor
    return parts
