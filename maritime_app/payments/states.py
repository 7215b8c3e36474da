"""The states of a payment and of a refund, as tables."""

from enum import StrEnum

from maritime_app.payments.model import PaymentStatus, RefundStatus
from maritime_app.state_machine import StateMachine, Transition


class PaymentEvent(StrEnum):
    """What can happen to a payment."""

    SETTLE = "settle"
    CLOSE = "close"


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    REQUEST = "request"
    SUCCEED = "succeed"
    FAIL = "fail"
    COVER = "cover"
    UNCOVER = "uncover"


_P, _R = PaymentStatus, RefundStatus

PAYMENT = StateMachine(
    "payment",
    _P.OPEN,
    [
        Transition(
            _P.OPEN, PaymentEvent.SETTLE, _P.SUCCEEDED, "into the ledger, its subject is told"
        ),
        Transition(_P.OPEN, PaymentEvent.CLOSE, _P.CLOSED, "its session has been expired"),
        Transition(_P.CLOSED, PaymentEvent.SETTLE, _P.SUCCEEDED, "late money: its subject decides"),
    ],
)

REFUND = StateMachine(
    "refund",
    _R.PENDING,
    [
        Transition(_R.PENDING, RefundEvent.REQUEST, _R.REQUESTED, "into the ledger"),
        Transition(_R.PENDING, RefundEvent.SUCCEED, _R.SUCCEEDED, "into the ledger, told by mail"),
        Transition(_R.PENDING, RefundEvent.FAIL, _R.FAILED, "still owed: mail and alert"),
        Transition(
            _R.PENDING, RefundEvent.COVER, _R.COVERED, "the customer has it without us: not sent"
        ),
        Transition(_R.REQUESTED, RefundEvent.SUCCEED, _R.SUCCEEDED, "told by mail"),
        Transition(
            _R.REQUESTED, RefundEvent.FAIL, _R.FAILED, "reversed, owed again: mail and alert"
        ),
        Transition(
            _R.SUCCEEDED, RefundEvent.FAIL, _R.FAILED, "reversed, owed again: mail and alert"
        ),
        Transition(
            _R.COVERED, RefundEvent.UNCOVER, _R.FAILED, "owed again, by a refund of its own"
        ),
    ],
)
