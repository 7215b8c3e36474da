"""What the cancellation page shows."""

from datetime import datetime

from msgspec import Struct

from maritime_app.bookings.cancellations.model import CancellationQuote
from maritime_app.bookings.model import Booking, Leg
from maritime_app.money import Money


class FeeLine(Struct, frozen=True):
    """The fee of one leg."""

    leg: Leg
    fee_percent: int
    fee: Money
    next_change_at: datetime | None


class QuoteView(Struct, frozen=True):
    """What was paid, what it costs, what comes back."""

    paid: Money
    already_back: Money
    fee: Money
    refund: Money
    rules: list[FeeLine]


def quote_view(booking: Booking, quoted: CancellationQuote) -> QuoteView:
    """Return the quote with the legs that it speaks of."""
    legs = {leg.number: leg for leg in booking.legs}
    rules = [
        FeeLine(legs[fee.number], fee.fee_percent, fee.fee, fee.next_change_at)
        for fee in quoted.legs
    ]
    return QuoteView(quoted.paid, quoted.already_back, quoted.fee, quoted.refund, rules)
