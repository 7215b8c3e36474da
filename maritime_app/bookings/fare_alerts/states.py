"""Where an alert stands, as one table."""

from enum import StrEnum

from maritime_app.bookings.fare_alerts.model import AlertStatus
from maritime_app.state_machine import StateMachine, Transition


class AlertEvent(StrEnum):
    """What can happen to an alert."""

    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    EXPIRE = "expire"


_S, _E = AlertStatus, AlertEvent

ALERT = StateMachine(
    "fare_alert",
    _S.UNCONFIRMED,
    [
        Transition(_S.UNCONFIRMED, _E.CONFIRM, _S.ACTIVE, "prices and places are looked at"),
        Transition(_S.UNCONFIRMED, _E.END, _S.ENDED, "no mail goes out any more"),
        Transition(_S.UNCONFIRMED, _E.EXPIRE, _S.EXPIRED, "no mail goes out any more"),
        Transition(_S.ACTIVE, _E.PAUSE, _S.PAUSED, "no mail goes out for now"),
        Transition(_S.ACTIVE, _E.END, _S.ENDED, "no mail goes out any more"),
        Transition(_S.ACTIVE, _E.EXPIRE, _S.EXPIRED, "no mail goes out any more"),
        Transition(_S.PAUSED, _E.RESUME, _S.ACTIVE, "prices and places are looked at"),
        Transition(_S.PAUSED, _E.END, _S.ENDED, "no mail goes out any more"),
        Transition(_S.PAUSED, _E.EXPIRE, _S.EXPIRED, "no mail goes out any more"),
    ],
)
