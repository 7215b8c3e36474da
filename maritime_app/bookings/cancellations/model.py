"""What cancelling costs, and how it is asked for."""

from datetime import datetime
from typing import Annotated

import msgspec

from maritime_app.money import Money


class CancellationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cancellation with the fee that was quoted, and the guest's proof."""

    fee_minor: Annotated[int, msgspec.Meta(ge=0, le=10**12)]
    surname: str = ""
    token: str = ""


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
