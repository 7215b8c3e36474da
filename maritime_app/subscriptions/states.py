"""Where a subscription stands, as one table."""

from maritime_app.state_machine import StateMachine, Transition
from maritime_app.subscriptions.model import SubscriptionEvent, SubscriptionStatus

Subscription = StateMachine[SubscriptionStatus, SubscriptionEvent]
_S, _E = SubscriptionStatus, SubscriptionEvent


def subscription(noun: str, *, active: str, paused: str, over: str) -> Subscription:
    """Return the machine of a noun; the texts say what it causes to be in each state."""
    return StateMachine(
        noun,
        _S.UNCONFIRMED,
        [
            Transition(_S.UNCONFIRMED, _E.CONFIRM, _S.ACTIVE, active),
            Transition(_S.UNCONFIRMED, _E.END, _S.ENDED, over),
            Transition(_S.UNCONFIRMED, _E.EXPIRE, _S.EXPIRED, over),
            Transition(_S.ACTIVE, _E.PAUSE, _S.PAUSED, paused),
            Transition(_S.ACTIVE, _E.END, _S.ENDED, over),
            Transition(_S.ACTIVE, _E.EXPIRE, _S.EXPIRED, over),
            Transition(_S.PAUSED, _E.RESUME, _S.ACTIVE, active),
            Transition(_S.PAUSED, _E.END, _S.ENDED, over),
            Transition(_S.PAUSED, _E.EXPIRE, _S.EXPIRED, over),
        ],
    )
