"""Pure: what is owed to a customer and what has gone back, out of refunds and disputes.

A refund that was decided here is a claim. It is paid by itself or, after it has failed, by refunds
that name it. A claim is covered as far as the customer got the money without us: by a refund in
Stripe's dashboard, or by the bank.
"""

from collections.abc import Iterable, Sequence

import msgspec

from maritime_app.payments.model import Dispute, Refund, RefundOrigin, RefundStatus

_ON_ITS_WAY = (RefundStatus.REQUESTED, RefundStatus.SUCCEEDED)


class Claims(msgspec.Struct, frozen=True):
    """Amounts of one payment in minor units."""

    claimed_minor: int  # what was decided here to go back
    covered_minor: int  # of that, what the customer got without us
    sent_minor: int  # what we have sent
    outside_minor: int  # what went back without us
    pending_minor: int  # owed, to be sent
    failed_minor: int  # owed, and nothing is going to send it: a person must act

    @property
    def back_minor(self) -> int:
        """What the customer has back, or will have without anybody doing anything."""
        return self.sent_minor + self.outside_minor

    @property
    def gone_minor(self) -> int:
        """What is not ours to keep: what the customer has back, and what is still owed of it."""
        return self.claimed_minor + self.uncovered_minor

    @property
    def uncovered_minor(self) -> int:
        """What went back without us and covers no claim: a gift, or a dispute."""
        return max(0, self.outside_minor - self.covered_minor)


def claims(refunds: Sequence[Refund], disputes: Iterable[Dispute]) -> Claims:
    """Return what refunds and disputes of one payment come to."""
    ours = [refund for refund in refunds if refund.origin is RefundOrigin.SERVICE]
    theirs = [refund for refund in refunds if refund.origin is RefundOrigin.STRIPE]
    withdrawn = sum(dispute.withdrawn_minor for dispute in disputes)
    return Claims(
        claimed_minor=sum(refund.amount_minor for refund in ours if refund.claim_id is None),
        covered_minor=_sum(ours, RefundStatus.COVERED),
        sent_minor=_sum(ours, *_ON_ITS_WAY),
        outside_minor=withdrawn + _sum(theirs, *_ON_ITS_WAY),
        pending_minor=_sum(ours, RefundStatus.PENDING),
        failed_minor=sum(outstanding_minor(refund, ours) for refund in ours),
    )


def outstanding_minor(claim: Refund, refunds: Iterable[Refund]) -> int:
    """Return what is still to be paid of a failed claim, 0 for any other refund."""
    if claim.status is not RefundStatus.FAILED or claim.claim_id is not None:
        return 0
    again = [refund for refund in refunds if refund.claim_id == claim.id]
    paid = sum(part.amount_minor for part in again if part.status is not RefundStatus.FAILED)
    return claim.amount_minor - paid


def held_minor(refunds: Sequence[Refund], disputes: Iterable[Dispute]) -> int:
    """Return what disputes of one payment have taken that covers no claim yet."""
    disputes = list(disputes)
    withdrawn_minor = sum(dispute.withdrawn_minor for dispute in disputes)
    return min(withdrawn_minor, claims(refunds, disputes).uncovered_minor)


def _sum(refunds: Iterable[Refund], *statuses: RefundStatus) -> int:
    return sum(refund.amount_minor for refund in refunds if refund.status in statuses)
