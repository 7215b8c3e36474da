"""Where a mandate and a use of it stand, as tables."""

from enum import StrEnum

from maritime_app.bookings.mandates.model import MandateStatus, UseStatus
from maritime_app.state_machine import StateMachine, Transition


class MandateEvent(StrEnum):
    """What can happen to a mandate."""

    GRANT = "grant"
    REVOKE = "revoke"
    EXPIRE = "expire"


class UseEvent(StrEnum):
    """What can happen to a use."""

    SPEND = "spend"
    GIVE_BACK = "give back"


_M, _E = MandateStatus, MandateEvent
_OVER = "its card can never be charged again"

MANDATE = StateMachine(
    "mandate",
    _M.ASKED,
    [
        Transition(
            _M.ASKED, _E.GRANT, _M.ACTIVE, "a card is saved: mail, its key can be seen once"
        ),
        Transition(_M.ASKED, _E.REVOKE, _M.REVOKED, "nobody can save a card for it"),
        Transition(_M.ASKED, _E.EXPIRE, _M.EXPIRED, "nobody can save a card for it"),
        Transition(_M.ACTIVE, _E.REVOKE, _M.REVOKED, _OVER),
        Transition(_M.ACTIVE, _E.EXPIRE, _M.EXPIRED, _OVER),
    ],
)

USE = StateMachine(
    "mandate_use",
    UseStatus.TAKEN,
    [
        Transition(UseStatus.TAKEN, UseEvent.SPEND, UseStatus.SPENT, "told by mail"),
        Transition(
            UseStatus.TAKEN,
            UseEvent.GIVE_BACK,
            UseStatus.GIVEN_BACK,
            "the mandate has its amount again, a person pays: told by mail",
        ),
    ],
)
