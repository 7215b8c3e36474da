"""The states of a port call as one table."""

from enum import StrEnum

from maritime_app.state_machine import StateMachine, Transition
from maritime_app.vessels.port_calls.model import PortCallState


class PortCallEvent(StrEnum):
    """What a ship in port can do."""

    ANCHOR = "anchor"
    MOOR = "moor"
    GET_UNDER_WAY = "get_under_way"
    LEAVE = "leave"


_S, _E = PortCallState, PortCallEvent
_FIRST = "it is a call from now on"
_PASSED = "it was passing by: forgotten"
_CLOSED = "the call is closed: its parts count for the port's medians"

PORT_CALL = StateMachine(
    "port_call",
    _S.APPROACHING,
    [
        Transition(_S.APPROACHING, _E.ANCHOR, _S.ANCHORED, _FIRST),
        Transition(_S.APPROACHING, _E.MOOR, _S.MOORED, f"{_FIRST}; waiting ends"),
        Transition(_S.APPROACHING, _E.LEAVE, _S.LEFT, _PASSED),
        Transition(_S.UNDER_WAY, _E.ANCHOR, _S.ANCHORED, "nothing else"),
        Transition(_S.UNDER_WAY, _E.MOOR, _S.MOORED, "waiting ends"),
        Transition(_S.ANCHORED, _E.MOOR, _S.MOORED, "waiting ends"),
        Transition(_S.ANCHORED, _E.GET_UNDER_WAY, _S.UNDER_WAY, "nothing else"),
        Transition(_S.MOORED, _E.ANCHOR, _S.ANCHORED, "nothing else"),
        Transition(_S.MOORED, _E.GET_UNDER_WAY, _S.UNDER_WAY, "nothing else"),
        Transition(_S.UNDER_WAY, _E.LEAVE, _S.LEFT, _CLOSED),
        Transition(_S.ANCHORED, _E.LEAVE, _S.LEFT, _CLOSED),
        Transition(_S.MOORED, _E.LEAVE, _S.LEFT, _CLOSED),
    ],
)
