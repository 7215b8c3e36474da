"""Where a party stands on the waiting list, as one table."""

from enum import StrEnum

from maritime_app.bookings.waiting.model import WaitingStatus
from maritime_app.state_machine import StateMachine, Transition


class WaitingEvent(StrEnum):
    """What can happen to a party that waits."""

    BEGIN = "begin"
    OFFER = "offer"
    LOSE = "lose"
    TAKE = "take"
    RUN_OUT = "run out"
    LEAVE = "leave"
    CLOSE = "close"


_S, _E = WaitingStatus, WaitingEvent

WAITING = StateMachine(
    "waiting_party",
    _S.WAITING,
    [
        Transition(_S.WAITING, _E.BEGIN, _S.OFFERING, "its places are held as a booking is"),
        Transition(_S.WAITING, _E.LEAVE, _S.LEFT, "who it was is erased"),
        Transition(_S.WAITING, _E.CLOSE, _S.CLOSED, "a mail; who it was is erased"),
        Transition(_S.OFFERING, _E.OFFER, _S.OFFERED, "a mail with the way to pay"),
        Transition(_S.OFFERING, _E.LOSE, _S.WAITING, "somebody was faster; it keeps its place"),
        Transition(_S.OFFERING, _E.CLOSE, _S.CLOSED, "a mail; who it was is erased"),
        Transition(_S.OFFERED, _E.TAKE, _S.TAKEN, "it has paid; who it was is in the booking"),
        Transition(_S.OFFERED, _E.RUN_OUT, _S.PASSED, "a mail; the next one is offered the places"),
    ],
)
