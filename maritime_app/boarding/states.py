"""Whether people are let aboard a sailing, as one table."""

from enum import StrEnum

from maritime_app.state_machine import StateMachine, Transition


class BoardingState(StrEnum):
    """Where boarding stands."""

    OPEN = "open"
    CLOSED = "closed"


class BoardingEvent(StrEnum):
    """What the crew does with it."""

    CLOSE = "close"
    REOPEN = "reopen"


_S, _E = BoardingState, BoardingEvent

BOARDING = StateMachine(
    "boarding",
    _S.OPEN,
    [
        Transition(_S.OPEN, _E.CLOSE, _S.CLOSED, "the count is declared; gates let nobody aboard"),
        Transition(_S.CLOSED, _E.REOPEN, _S.OPEN, "the count is withdrawn; until the ship leaves"),
    ],
)
