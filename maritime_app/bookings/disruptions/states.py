"""Where one booking stands in a disruption, as one table."""

from enum import StrEnum

from maritime_app.bookings.model import PartyStatus
from maritime_app.state_machine import StateMachine, Transition


class PartyEvent(StrEnum):
    """What can happen to a party."""

    OFFER = "offer"
    INFORM = "inform"
    MOVE = "move"
    ASK_OPERATOR = "ask operator"
    LOSE = "lose"
    REFUND = "refund"
    KEEP = "keep"
    PASS_DEADLINE = "pass deadline"  # noqa: S105 - a word, not a secret
    SUPERSEDE = "supersede"
    ASK_AGAIN = "ask again"
    END = "end"


_S, _E = PartyStatus, PartyEvent
_CHOICE = "a mail and a page: places held on the next sailing, others, or the price back"
_NEW_TICKET = "the booking is changed for nothing, new tickets are mailed"
_MONEY = "everything that was not sailed goes back, without a fee"
_NEWER = "a newer disruption asks instead; held places are free"
_GONE_TOO = "the sailing that was held for them was cancelled, too: they are offered another one"
_STILL_GONE = "they have answered the newer one, and are still on a sailing that was cancelled"
_ELSEWHERE = "the booking was cancelled, refused or moved by another road"

PARTY = StateMachine(
    "disrupted_party",
    _S.WAITING,
    [
        Transition(_S.WAITING, _E.OFFER, _S.OFFERED, _CHOICE),
        Transition(_S.WAITING, _E.INFORM, _S.INFORMED, "a mail; nothing is asked"),
        Transition(_S.WAITING, _E.SUPERSEDE, _S.SUPERSEDED, _NEWER),
        Transition(_S.WAITING, _E.END, _S.ENDED, _ELSEWHERE),
        Transition(_S.OFFERED, _E.MOVE, _S.MOVED, _NEW_TICKET),
        Transition(_S.OFFERED, _E.ASK_OPERATOR, _S.MOVING, "the operator of the new leg is asked"),
        Transition(_S.OFFERED, _E.REFUND, _S.REFUNDED, _MONEY),
        Transition(_S.OFFERED, _E.KEEP, _S.KEPT, "they travel late"),
        Transition(_S.OFFERED, _E.PASS_DEADLINE, _S.OVERDUE, "held places are free, an alert"),
        Transition(_S.OFFERED, _E.SUPERSEDE, _S.SUPERSEDED, _NEWER),
        Transition(_S.OFFERED, _E.ASK_AGAIN, _S.WAITING, _GONE_TOO),
        Transition(_S.OFFERED, _E.END, _S.ENDED, _ELSEWHERE),
        Transition(_S.OVERDUE, _E.MOVE, _S.MOVED, _NEW_TICKET),
        Transition(_S.OVERDUE, _E.ASK_OPERATOR, _S.MOVING, "the operator of the new leg is asked"),
        Transition(_S.OVERDUE, _E.REFUND, _S.REFUNDED, _MONEY),
        Transition(_S.OVERDUE, _E.SUPERSEDE, _S.SUPERSEDED, _NEWER),
        Transition(_S.OVERDUE, _E.END, _S.ENDED, _ELSEWHERE),
        Transition(_S.MOVING, _E.MOVE, _S.MOVED, _NEW_TICKET),
        Transition(_S.MOVING, _E.LOSE, _S.OFFERED, "the operator says no: they choose again"),
        Transition(_S.MOVING, _E.END, _S.ENDED, _ELSEWHERE),
        Transition(_S.SUPERSEDED, _E.ASK_AGAIN, _S.WAITING, _STILL_GONE),
    ],
)
