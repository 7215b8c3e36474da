"""Where an alert stands, as one table."""

from enum import StrEnum

from maritime_app.state_machine import StateMachine, Transition
from maritime_app.vessels.ship_alerts.model import ShipAlertStatus


class ShipAlertEvent(StrEnum):
    """What can happen to an alert."""

    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    EXPIRE = "expire"


_S, _E = ShipAlertStatus, ShipAlertEvent

SHIP_ALERT = StateMachine(
    "ship_alert",
    _S.UNCONFIRMED,
    [
        Transition(_S.UNCONFIRMED, _E.CONFIRM, _S.ACTIVE, "its area is watched"),
        Transition(_S.UNCONFIRMED, _E.END, _S.ENDED, "nothing is sent any more"),
        Transition(_S.UNCONFIRMED, _E.EXPIRE, _S.EXPIRED, "nothing is sent any more"),
        Transition(_S.ACTIVE, _E.PAUSE, _S.PAUSED, "its area is not watched for now"),
        Transition(_S.ACTIVE, _E.END, _S.ENDED, "nothing is sent any more"),
        Transition(_S.ACTIVE, _E.EXPIRE, _S.EXPIRED, "nothing is sent any more"),
        Transition(_S.PAUSED, _E.RESUME, _S.ACTIVE, "its area is watched"),
        Transition(_S.PAUSED, _E.END, _S.ENDED, "nothing is sent any more"),
        Transition(_S.PAUSED, _E.EXPIRE, _S.EXPIRED, "nothing is sent any more"),
    ],
)
