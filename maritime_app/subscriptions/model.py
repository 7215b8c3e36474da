"""Where a subscription stands, and what can happen to it."""

from enum import StrEnum


class SubscriptionStatus(StrEnum):
    """Where a subscription stands. Stored."""

    UNCONFIRMED = "unconfirmed"  # nobody has shown yet that the address is theirs
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    EXPIRED = "expired"  # its last day is over, or nobody confirmed it


class SubscriptionEvent(StrEnum):
    """What can happen to a subscription."""

    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    EXPIRE = "expire"
