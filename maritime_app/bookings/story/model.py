"""What the story of a booking says."""

from datetime import datetime
from enum import StrEnum

import msgspec

from maritime_app.money import Money


class Situation(StrEnum):
    """Where a booking stands, for whoever holds it."""

    HELD = "held"
    PAYMENT_DECLINED = "payment_declined"
    PAYMENT_AWAITED = "payment_awaited"  # they were at the payment page, no word of it yet
    HOLD_ENDING = "hold_ending"  # the time is over; the provider is asked before places go
    OPERATOR_ASKED = "operator_asked"
    OPERATOR_SILENT = "operator_silent"  # asked for longer than usual
    CONFIRMED = "confirmed"
    SAILING_GONE = "sailing_gone"  # it does not go, or has no place for them: they choose
    CHOICE_AWAITED = "choice_awaited"  # it is much later: they may choose
    MOVING = "moving"  # the operator of another sailing is asked
    LATE = "late"  # confirmed; a sailing leaves at another time than it was booked for
    CHANGE_HELD = "change_held"  # a change waits for its payment; the booking is as it was
    CHANGE_ASKED = "change_asked"  # the operators of a change are asked; the booking is as it was
    TICKET_SUSPENDED = "ticket_suspended"  # the bank took the money back
    TRAVELLED = "travelled"
    EXPIRED = "expired"
    PAID_TOO_LATE = "paid_too_late"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Choice(StrEnum):
    """How the choice stands of whoever cannot sail as booked."""

    PREPARED = "prepared"  # nobody has written to them yet
    HELD = "held"  # places on another sailing wait for their answer
    OPEN = "open"


# Where the tickets are shown.
TICKETED = (
    Situation.CONFIRMED,
    Situation.CHANGE_HELD,
    Situation.CHANGE_ASKED,
    Situation.LATE,
    Situation.CHOICE_AWAITED,
    Situation.TRAVELLED,
)


class Step(StrEnum):
    """What the holder of a booking can do next."""

    PAY = "pay"
    WAIT = "wait"
    SHOW_TICKET = "show_ticket"
    FOLLOW = "follow"
    CHOOSE = "choose"
    CHANGE = "change"
    PAY_CHANGE = "pay_change"
    CANCEL = "cancel"
    BOOK_AGAIN = "book_again"
    SEARCH = "search"
    CONTACT = "contact"


class Tone(StrEnum):
    """How a story sounds: what pages colour it by."""

    GOOD = "good"
    WAITING = "waiting"
    WARNING = "warning"
    BAD = "bad"
    NEUTRAL = "neutral"


class MoneyState(StrEnum):
    """Where money stands that does not pay for the journey (any more)."""

    OWED = "owed"  # to be sent
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    FAILED = "failed"  # still owed; a person acts
    DISPUTED = "disputed"  # the bank holds it while it decides
    TAKEN_BACK = "taken_back"  # the bank gave it back to the customer
    ELSEWHERE = "elsewhere"  # given back by hand


class MoneyLine(msgspec.Struct, frozen=True):
    """One amount on its way back; `sentence` says it in the reader's language."""

    state: MoneyState
    amount: Money
    at: datetime
    reason: str
    sentence: str


class Story(msgspec.Struct, frozen=True):
    """What is said of a booking: a headline, a sentence, where its money is, and what to do."""

    situation: Situation
    tone: Tone
    headline: str
    sentence: str
    money: tuple[MoneyLine, ...]
    next_steps: tuple[Step, ...]
