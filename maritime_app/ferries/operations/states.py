"""Where a sailing stands, as one table."""

from enum import StrEnum

from maritime_app.ferries.model import SailingStatus
from maritime_app.state_machine import StateMachine, Transition


class SailingEvent(StrEnum):
    """What can happen to a sailing."""

    CLOSE_SALES = "close sales"
    OPEN_SALES = "open sales"
    RETIME = "retime"
    CHANGE_SHIP = "change ship"
    CANCEL = "cancel"
    DEPART = "depart"
    ARRIVE = "arrive"


_S, _E = SailingStatus, SailingEvent
_HOLDS_END = "holds end and nothing more is sold"
_TOLD = "everybody aboard is told, and may choose where it is much later"
_OFFER = "everybody aboard is offered other sailings or the price back"

SAILING = StateMachine(
    "sailing",
    _S.SCHEDULED,
    [
        Transition(_S.SCHEDULED, _E.CLOSE_SALES, _S.CLOSED, _HOLDS_END),
        Transition(_S.CLOSED, _E.OPEN_SALES, _S.SCHEDULED, "it is sold until sales close by time"),
        Transition(_S.SCHEDULED, _E.RETIME, _S.SCHEDULED, _TOLD),
        Transition(_S.CLOSED, _E.RETIME, _S.CLOSED, _TOLD),
        Transition(_S.SCHEDULED, _E.CHANGE_SHIP, _S.SCHEDULED, "its capacity is worked out anew"),
        Transition(_S.CLOSED, _E.CHANGE_SHIP, _S.CLOSED, "its capacity is worked out anew"),
        Transition(_S.SCHEDULED, _E.CANCEL, _S.CANCELLED, _OFFER),
        Transition(_S.CLOSED, _E.CANCEL, _S.CANCELLED, _OFFER),
        Transition(_S.SCHEDULED, _E.DEPART, _S.DEPARTED, _HOLDS_END),
        Transition(_S.CLOSED, _E.DEPART, _S.DEPARTED, _HOLDS_END),
        Transition(_S.DEPARTED, _E.ARRIVE, _S.DEPARTED, "claims for a late arrival are worked out"),
    ],
)
