"""Pure: where the money of a booking is that does not pay for the journey."""

from collections.abc import Iterator
from datetime import datetime

from maritime_app.bookings.story.model import MoneyLine, MoneyState
from maritime_app.bookings.story.standing import Standing
from maritime_app.formatting import localdate, money
from maritime_app.i18n import translate as _
from maritime_app.money import Money
from maritime_app.payments.model import Dispute, Refund, RefundMethod, RefundStatus
from maritime_app.payments.refunds.service import outstanding_minor


def money_lines(standing: Standing) -> tuple[MoneyLine, ...]:
    """Return each amount that went back, goes back or should, oldest first."""
    if not standing.refunds and not standing.disputes:
        return ()
    zone = standing.booking.legs[0].origin.timezone
    found = [*_of_refunds(standing), *_of_disputes(standing)]
    return tuple(
        MoneyLine(state, amount, at, reason, _words(state, amount, at, zone))
        for state, amount, at, reason in sorted(found, key=lambda line: line[2])
    )


def reason_words(reason: str | None) -> str:
    """Return why money goes back; nothing for a reason that needs no words."""
    return (_came_in_vain() | _owed()).get(reason or "", "")


def _came_in_vain() -> dict[str, str]:
    return {
        "paid_twice": _(
            "This booking was paid twice. The second payment goes back to you in full; nothing "
            "else changes."
        ),
        "late": _(
            "Your payment arrived when the places were no longer held for you. It goes back to "
            "you in full."
        ),
        "wrong_amount": _(
            "The amount that arrived was not the amount asked for. It goes back to you in full."
        ),
        "sailing_closed": _(
            "Your payment arrived after sales for this sailing had closed. It goes back to you in "
            "full."
        ),
        "sailing_departed": _(
            "Your payment arrived when the ferry had left. It goes back to you in full."
        ),
        "sailing_cancelled": _(
            "Your payment arrived for a sailing that its operator had cancelled. It goes back to "
            "you in full."
        ),
        "change_void": _(
            "Your payment arrived when the change was no longer held for you. It goes back to you "
            "in full, and your booking is as it was."
        ),
    }


def _owed() -> dict[str, str]:
    return {
        "disrupted": _(
            "Your sailing did not go as booked. Everything that was not sailed goes back to you, "
            "without a fee."
        ),
        "compensation": _(
            "Your ferry arrived late. This is the compensation that Regulation (EU) 1177/2010, "
            "article 19, gives you."
        ),
        "changed": _("Your booking was changed and costs less now."),
        "change_refused": _(
            "The operator could not confirm your change. What you paid for it goes back to you, "
            "and your booking is as it was."
        ),
        "refused": _(
            "The operator could not confirm your places. Everything you paid goes back to you."
        ),
        "operator_silent": _(
            "The operator did not answer in time. Everything you paid goes back to you."
        ),
    }


_Line = tuple[MoneyState, Money, datetime, str]


def _of_refunds(standing: Standing) -> Iterator[_Line]:
    for refund in standing.refunds:
        state, amount_minor = _state(refund), refund.amount_minor
        if state is MoneyState.FAILED:
            amount_minor = outstanding_minor(refund, standing.refunds)
        if state and amount_minor > 0:
            yield state, Money(amount_minor, refund.currency), refund.created_at, refund.reason


def _state(refund: Refund) -> MoneyState | None:
    if refund.status is RefundStatus.SUCCEEDED and refund.method is RefundMethod.ELSEWHERE:
        return MoneyState.ELSEWHERE
    return {
        RefundStatus.PENDING: MoneyState.OWED,
        RefundStatus.REQUESTED: MoneyState.ON_ITS_WAY,
        RefundStatus.SUCCEEDED: MoneyState.SENT,
        RefundStatus.FAILED: MoneyState.FAILED,
        RefundStatus.COVERED: None,  # what covers it has a line of its own
    }[refund.status]


def _of_disputes(standing: Standing) -> Iterator[_Line]:
    for dispute in standing.disputes:
        if dispute.withdrawn_minor > 0:
            amount = Money(dispute.withdrawn_minor, dispute.currency)
            yield _state_of(dispute), amount, dispute.opened_at, "dispute"


def _state_of(dispute: Dispute) -> MoneyState:
    return MoneyState.DISPUTED if dispute.open else MoneyState.TAKEN_BACK


def _words(state: MoneyState, amount: Money, at: datetime, zone: str) -> str:
    words = {
        MoneyState.OWED: _("%(amount)s goes back to your card. We are sending it."),
        MoneyState.ON_ITS_WAY: _("%(amount)s is on its way back to your card."),
        MoneyState.SENT: _(
            "%(amount)s went back to your card on %(date)s. Banks usually show it within 5 to 10 "
            "working days."
        ),
        MoneyState.FAILED: _(
            "%(amount)s could not be sent back to your card. It is still yours: we write to you "
            "about another way."
        ),
        MoneyState.DISPUTED: _("Your bank holds %(amount)s while it looks into this payment."),
        MoneyState.TAKEN_BACK: _("Your bank has given %(amount)s back to you."),
        MoneyState.ELSEWHERE: _("%(amount)s was given back to you in another way on %(date)s."),
    }
    return words[state] % {"amount": money(amount), "date": localdate(at, zone)}
