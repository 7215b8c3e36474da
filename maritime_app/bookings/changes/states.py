"""Where a change stands, as one table."""

from enum import StrEnum

from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.state_machine import StateMachine, Transition


class ChangeEvent(StrEnum):
    """What can happen to a change."""

    ACCEPT = "accept"
    APPLY = "apply"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REFUSE = "refuse"


_S, _E = ChangeStatus, ChangeEvent
_FREE = "its places are free again; the booking is as it was"
_WHOLE = "the booking is rewritten in one transaction, its tickets are issued anew"

CHANGE = StateMachine(
    "booking_change",
    _S.HELD,
    [
        Transition(_S.HELD, _E.ACCEPT, _S.ACCEPTED, "operators are asked for their new legs"),
        Transition(_S.HELD, _E.WITHDRAW, _S.WITHDRAWN, _FREE),
        Transition(_S.HELD, _E.EXPIRE, _S.EXPIRED, _FREE),
        Transition(_S.ACCEPTED, _E.APPLY, _S.APPLIED, _WHOLE),
        Transition(_S.ACCEPTED, _E.REFUSE, _S.REFUSED, f"{_FREE}, its money goes back"),
    ],
)
