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
        Transition(_R.PENDING, RefundEvent.REQUEST, _R.REQUESTED, "Stripe has it in hand"),
        Transition(_R.PENDING, RefundEvent.SUCCEED, _R.SUCCEEDED, "into the ledger, told by mail"),
        Transition(_R.PENDING, RefundEvent.FAIL, _R.FAILED, "an alert: it is still owed"),
        Transition(
            _R.REQUESTED, RefundEvent.SUCCEED, _R.SUCCEEDED, "into the ledger, told by mail"
        ),
        Transition(_R.REQUESTED, RefundEvent.FAIL, _R.FAILED, "an alert: it is still owed"),
        Transition(
            _R.SUCCEEDED, RefundEvent.FAIL, _R.FAILED, "it came back: an alert, it is owed again"
        ),
    ],
)
