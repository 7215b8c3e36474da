"""What cancelling costs."""

from datetime import datetime

import msgspec

from maritime_app.money import Money


class LegFee(msgspec.Struct, frozen=True):
    """The fee of one leg; `next_change_at` is when it rises."""

    number: int
    fee_percent: int
    fee: Money
    next_change_at: datetime | None


class CancellationQuote(msgspec.Struct, frozen=True):
    """What cancelling costs now. The cancellation must repeat `fee.amount_minor`.

    `already_back` went back before, or was decided to: by a refund or by the customer's bank.
    """

    paid: Money
    already_back: Money
    fee: Money
    refund: Money
    legs: tuple[LegFee, ...]
