"""Pure: what the price lines of a leg become when it changes.

What stays keeps the price that was paid; what is added costs today's price; of what is given up the
share is kept that cancelling it would cost now. Otherwise a change would be a way around that fee.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from maritime_app.bookings.changes.pricing.promoted import Paid, taken_off_minor
from maritime_app.bookings.holds.model import HoldItem
from maritime_app.bookings.model import Booking
from maritime_app.ferries.model import PriceLine, PriceReason
from maritime_app.ferries.promotions.rules import is_promotion

CANCELLATION_FEE = "cancellation_fee"
CHANGE_FEE = "change_fee"
NAME_CHANGE_FEE = "name_change_fee"


class LegPrice(Struct, frozen=True):
    """The price lines of a leg after a change; `fees_minor` is what of them is fees of it."""

    lines: tuple[PriceLine, ...]
    fees_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Return the price of the leg."""
        return sum(line.amount_minor for line in self.lines)


def due_minor(booking: Booking, total_minor: int) -> int:
    """Return what is to be paid (negative: goes back) when the price becomes that one.

    Goodwill stays given as far as there is a price: nobody gets more back than was paid.
    """
    after_minor = max(0, total_minor - booking.goodwill_minor)
    return after_minor - (booking.total_minor - booking.goodwill_minor)


def lines_of(items: Iterable[HoldItem]) -> tuple[PriceLine, ...]:
    """Return what was paid, line by line."""
    return tuple(PriceLine(i.item, i.quantity, i.amount_minor, i.reason) for i in items)


def same_sailing(paid: Paid, today: Sequence[PriceLine], fee_percent: int) -> LegPrice:
    """Return the price of a leg with another party, by what was paid and by today's prices."""
    before = {
        line.item: line
        for line in paid.lines
        if line.reason not in _NOT_SOLD and not is_promotion(line.item)
    }
    lines, given_up_minor = [], 0
    for line in today:
        old = before.pop(line.item, None)
        merged = _merged(old, line) if old else line
        lines.append(merged)
        if old and old.quantity > line.quantity and old.reason is not PriceReason.TAX:
            given_up_minor += old.amount_minor - merged.amount_minor
    given_up_minor += sum(
        line.amount_minor for line in before.values() if line.reason is not PriceReason.TAX
    )
    whole = paid.stays(lines)
    # What a promo code took off of it was never paid.
    given_up_minor -= max(0, taken_off_minor(paid.lines) - taken_off_minor(whole))
    # A discount that is given up makes it dearer: of that there is no share.
    fees = {CANCELLATION_FEE: _share(max(0, given_up_minor), fee_percent)}
    return _with_fees(whole, paid.lines, fees)


def other_sailing(
    paid: Sequence[PriceLine], today: Sequence[PriceLine], fee_percent: int, change_fee_minor: int
) -> LegPrice:
    """Return the price of a leg that goes by another sailing: today's, with the fare's fee.

    Where the other sailing is cheaper, the difference is given up as if it were cancelled.
    """
    cheaper_minor = _sold(paid) - _sold(today)
    fees = {
        CHANGE_FEE: change_fee_minor,
        CANCELLATION_FEE: _share(max(0, cheaper_minor), fee_percent),
    }
    return _with_fees(today, paid, fees)


def booked_anew(
    paid: Sequence[PriceLine], today: Sequence[PriceLine], charge_minor: int
) -> LegPrice:
    """Return the price of a leg that its remote operator sells anew, keeping a charge."""
    return _with_fees(today, paid, {CANCELLATION_FEE: charge_minor})


def given_up(paid: Sequence[PriceLine], fee_minor: int) -> LegPrice:
    """Return what is left of a leg that is dropped: fees."""
    return _with_fees([], paid, {CANCELLATION_FEE: fee_minor})


def with_fee(price: LegPrice, item: str, quantity: int, amount_minor: int) -> LegPrice:
    """Return the price with another fee."""
    if not amount_minor:
        return price
    line = PriceLine(item, quantity, amount_minor, PriceReason.FEE)
    return LegPrice((*price.lines, line), price.fees_minor + amount_minor)


def sold_minor(paid: Iterable[PriceLine]) -> int:
    """Return what of a leg's price can be given up: all but fees."""
    return _sold(paid)


_NOT_SOLD = (PriceReason.FEE, PriceReason.ROUNDING)


def _sold(lines: Iterable[PriceLine]) -> int:
    return sum(line.amount_minor for line in lines if line.reason is not PriceReason.FEE)


def _merged(old: PriceLine, new: PriceLine) -> PriceLine:
    """Return what stays at the price that was paid, and what is added at today's."""
    if new.quantity >= old.quantity:
        added = new.quantity - old.quantity
        amount_minor = old.amount_minor + new.amount_minor * added // new.quantity
    else:
        amount_minor = old.amount_minor * new.quantity // old.quantity
    return PriceLine(new.item, new.quantity, amount_minor, new.reason)


def _with_fees(
    lines: Iterable[PriceLine], paid: Sequence[PriceLine], fees: dict[str, int]
) -> LegPrice:
    """Return the lines with the fees that were paid before and those of this change."""
    kept = [line for line in paid if line.reason is PriceReason.FEE]
    price = LegPrice((*lines, *kept))
    for item, amount_minor in fees.items():
        price = with_fee(price, item, 1, amount_minor)
    return price


def _share(amount_minor: int, percent: int) -> int:
    return -(-amount_minor * percent // 100)
