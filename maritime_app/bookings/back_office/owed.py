"""Pure: refunds that failed, what of them is still owed, and what staff are to do about it."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.payments.model import Dispute, Refund, RefundOrigin
from maritime_app.payments.refunds.service import held_minor, outstanding_minor


class OwedState(StrEnum):
    """Where money stands that is owed."""

    OWED = "owed"
    HELD = "held_by_dispute"  # the customer's bank holds it, or a part of it


class OwedStep(StrEnum):
    """What staff do next about it."""

    PAY = "pay"
    COVER = "cover"  # count what the bank holds as given back; it is owed again if it comes back


_STATES = {OwedStep.PAY: OwedState.OWED, OwedStep.COVER: OwedState.HELD}


class OwedRefund(msgspec.Struct, frozen=True):
    """A refund that failed: what of it is owed, and of that what a dispute holds."""

    refund_id: UUID
    amount: Money
    held: Money
    state: OwedState
    next_step: OwedStep
    failure: str | None


def owed_refunds(refunds: Sequence[Refund], disputes: Iterable[Dispute]) -> list[OwedRefund]:
    """Return what is owed of each failed refund of a booking, oldest first."""
    return list(_owed(refunds, list(disputes)))


def next_step(held_minor: int) -> OwedStep:
    """Return what is done first about money of which a dispute holds so much."""
    return OwedStep.COVER if held_minor > 0 else OwedStep.PAY


def state_of(held_minor: int) -> OwedState:
    """Return where owed money stands of which a dispute holds so much."""
    return _STATES[next_step(held_minor)]


def words() -> dict[OwedStep, str]:
    """Return what staff do next, in a sentence each."""
    return {
        OwedStep.PAY: _("Pay it again, by the card or another way."),
        OwedStep.COVER: _(
            "Pay nothing: the customer's bank holds this money because of a dispute. Count it as "
            "given back; if the dispute is won it is owed again."
        ),
    }


def _owed(refunds: Sequence[Refund], disputes: Sequence[Dispute]) -> Iterator[OwedRefund]:
    left = {refund.payment_id: _held(refunds, disputes, refund.payment_id) for refund in refunds}
    for refund in refunds:
        siblings = [one for one in refunds if one.payment_id == refund.payment_id]
        owed_minor = (
            outstanding_minor(refund, siblings) if refund.origin is RefundOrigin.SERVICE else 0
        )
        if owed_minor <= 0:
            continue
        held = min(owed_minor, left[refund.payment_id])
        left[refund.payment_id] -= held
        yield OwedRefund(
            refund.id,
            Money(owed_minor, refund.currency),
            Money(held, refund.currency),
            state_of(held),
            next_step(held),
            refund.failure,
        )


def _held(refunds: Iterable[Refund], disputes: Iterable[Dispute], payment_id: UUID) -> int:
    return held_minor(
        [refund for refund in refunds if refund.payment_id == payment_id],
        [dispute for dispute in disputes if dispute.payment_id == payment_id],
    )
