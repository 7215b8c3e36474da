"""What the story of a booking is told from."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from maritime_app.bookings.model import Booking
from maritime_app.payments.model import Dispute, Payment, PaymentStatus, Refund


class Standing(msgspec.Struct, frozen=True):
    """What a story is told from."""

    booking: Booking
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    now: datetime
    silent_after_seconds: float
    at_payment: bool = False  # the reader has just come back from the payment page

    @property
    def received_minor(self) -> int:
        """What arrived, whatever became of it."""
        arrived = (p for p in self.payments if p.status is PaymentStatus.SUCCEEDED)
        return sum(payment.received_minor or 0 for payment in arrived)

    @property
    def is_suspended(self) -> bool:
        """Whether a dispute about money that the booking stands on was lost, and nobody decided.

        What was charged twice or too late buys nothing: its dispute takes no ticket.
        """
        stood_on = {payment.id for payment in self.payments if payment.accepted_at is not None}
        return any(
            dispute.lost and dispute.decision is None and dispute.payment_id in stood_on
            for dispute in self.disputes
        )
