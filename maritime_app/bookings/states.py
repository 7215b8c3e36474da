"""The states of a booking, as one table."""

from enum import StrEnum

from maritime_app.bookings.model import BookingStatus
from maritime_app.state_machine import StateMachine, Transition


class BookingEvent(StrEnum):
    """What can happen to a booking."""

    PAY = "pay"
    ASK_OPERATORS = "ask operators"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    EXPIRE = "expire"
    CANCEL = "cancel"


_S, _E = BookingStatus, BookingEvent

BOOKING = StateMachine(
    "booking",
    _S.HELD,
    [
        Transition(_S.HELD, _E.PAY, _S.PAID, "the payment is accepted, the receipt is written"),
        Transition(_S.HELD, _E.EXPIRE, _S.EXPIRED, "places are free again, operators are told"),
        Transition(_S.HELD, _E.CANCEL, _S.CANCELLED, "places are free again, operators are told"),
        Transition(_S.EXPIRED, _E.PAY, _S.PAID, "the places are taken again, if all are left"),
        Transition(_S.PAID, _E.ASK_OPERATORS, _S.CONFIRMING, "each operator is asked to confirm"),
        Transition(_S.PAID, _E.REFUSE, _S.REFUSED, "places and money go back"),
        Transition(_S.PAID, _E.CANCEL, _S.CANCELLED, "places and money go back, less the fee"),
        Transition(_S.CONFIRMING, _E.CONFIRM, _S.CONFIRMED, "the ticket is mailed"),
        Transition(_S.CONFIRMING, _E.REFUSE, _S.REFUSED, "places and money go back"),
        Transition(
            _S.CONFIRMING, _E.CANCEL, _S.CANCELLED, "all goes back: the operator did not answer"
        ),
        Transition(_S.CONFIRMED, _E.CANCEL, _S.CANCELLED, "places and money go back, less the fee"),
    ],
)
