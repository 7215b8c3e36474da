"""The words for what happened to a booking. Functions, because texts follow the reader."""

from maritime_app.bookings.back_office.model import CancelReason, Event, EventKind
from maritime_app.bookings.pricing.operator_calls import Action, Outcome
from maritime_app.bookings.story.money_words import reason_words
from maritime_app.i18n import mark, translate as _

# What mails say, by the names of their templates.
_MAILS = {
    "booking_confirmation": mark("Confirmation with tickets"),
    "booking_changed": mark("News of a change, with new tickets"),
    "change_to_pay": mark("Asked to pay for a change"),
    "change_refused": mark("News that a change was refused"),
    "payment_success": mark("Payment received"),
    "payment_failed": mark("Payment failed"),
    "cancellation": mark("Cancellation"),
    "refund_confirmation": mark("Refund sent"),
    "refund_failed": mark("Refund failed"),
    "ticket_suspended": mark("Ticket not valid"),
    "compensation": mark("Compensation offered"),
    "reminder": mark("Reminder before departure"),
    "in_port": mark("News that the ship has not left"),
    "other_ship": mark("News of another ship"),
    "disruption_offer": mark("Asked what they want"),
    "disruption_reminder": mark("Asked once more what they want"),
    "disruption_news": mark("News of the sailing"),
    "device_code": mark("Code for a new device"),
    "mandate_used": mark("News that a mandate paid"),
    "mandate_refused": mark("News that a mandate did not pay"),
    "waiting_joined": mark("Put on the waiting list"),
    "waiting_offer": mark("The waiting list offered places"),
    "waiting_passed": mark("The offer ended untaken"),
    "waiting_closed": mark("The waiting list was closed"),
}


def title(event: Event) -> str:
    """Return what happened, in the reader's language."""
    if event.kind is EventKind.OPERATOR:
        return _asked(event)
    known = _titles(event.kind).get(event.name)
    if known is not None:
        return known
    if event.kind is EventKind.REFUND:
        return reason_words(event.name) or _("A refund is owed")
    if event.kind is EventKind.DISPUTE:
        return _("The bank's decision: %(status)s") % {"status": event.name}
    return event.name


def _asked(event: Event) -> str:
    """Return what an operator was asked, and how that ended."""
    actions = {
        Action.HOLD: _("Places asked for"),
        Action.VERIFY: _("Asked whether the places are held"),
        Action.CONFIRM: _("Confirmation asked for"),
        Action.RECALL: _("Asked what became of it"),
        Action.CANCEL_QUOTE: _("Asked what cancelling costs"),
        Action.CANCEL: _("Cancellation asked for"),
        Action.RELEASE: _("Held places given back"),
    }
    outcomes = {
        Outcome.ASKED: _("no answer known"),
        Outcome.ANSWERED: _("answered"),
        Outcome.REFUSED: _("refused"),
        Outcome.UNAVAILABLE: _("it could not be asked, nothing was done"),
        Outcome.UNKNOWN: _("no answer, it may have been done"),
    }
    return f"{actions[Action(event.name)]}: {outcomes[Outcome(event.state)]}"


def _titles(kind: EventKind) -> dict[str, str]:
    match kind:
        case EventKind.BOOKING:
            return {
                "held": _("Places were held"),
                "paid": _("Paid"),
                "confirmed": _("Confirmed"),
                "cancelled": _("Cancelled"),
                "expired": _("The hold ended unpaid"),
                "refused": _("The operator refused"),
                "expires": _("The hold ends"),
            }
        case EventKind.PAYMENT:
            return {
                "opened": _("A payment was opened"),
                "succeeded": _("The payment succeeded"),
                "closed": _("The payment was closed"),
                "accepted": _("The booking stands on this payment"),
            }
        case EventKind.REFUND:
            return {
                "goodwill": _("Goodwill refund"),
                "succeeded": _("The refund was sent"),
                "failed": _("The refund failed"),
                "covered": _("It went back by another road"),
            }
        case EventKind.DISPUTE:
            return {
                "opened": _("The customer's bank asks for the money"),
                "won": _("The dispute was won"),
                "lost": _("The dispute was lost"),
                "warning_closed": _("The bank's inquiry has ended"),
                "prevented": _("The dispute was prevented"),
                "honoured": _("Staff decided: they travel"),
                "cancelled": _("Staff decided: cancelled"),
            }
        case EventKind.ACT:
            return act_words()
        case EventKind.MAIL:
            return {name: _(words) for name, words in _MAILS.items()}
        case _:
            return _of_the_journey(kind)


def _of_the_journey(kind: EventKind) -> dict[str, str]:
    match kind:
        case EventKind.CHANGE:
            return {
                "customer": _("The customer asks for a change"),
                "staff": _("Staff ask for a change"),
                "disruption": _("Places on another sailing were held for them"),
                "applied": _("The change was carried out"),
                "withdrawn": _("The change was withdrawn"),
                "expired": _("The change ended unpaid or unanswered"),
                "refused": _("The operator refused the change"),
            }
        case EventKind.DISRUPTION:
            return {
                "cancelled": _("The sailing was cancelled"),
                "delayed": _("The sailing is late: they may choose"),
                "retimed": _("The sailing has another time"),
                "no_place": _("Another ship has no place for them"),
                "offered": _("Asked what they want"),
                "moved": _("They chose another sailing"),
                "refunded": _("They chose their money"),
                "kept": _("They stay with their sailing"),
                "informed": _("Told"),
                "superseded": _("A newer disruption took its place"),
                "ended": _("Nothing is left to choose"),
            }
        case EventKind.COMPENSATION:
            return {
                "proposed": _("Compensation worked out"),
                "approved": _("Compensation approved"),
                "rejected": _("Compensation rejected"),
            }
        case _:
            return _around_it(kind)


def _around_it(kind: EventKind) -> dict[str, str]:
    match kind:
        case EventKind.WAITING:
            return {
                "waiting": _("Put on the waiting list"),
                "offered": _("The waiting list offered places"),
                "taken": _("The offered places were taken"),
                "passed": _("The offer ended untaken"),
                "left": _("Left the waiting list"),
                "closed": _("The waiting list was closed"),
            }
        case EventKind.MANDATE:
            return {
                "taken": _("Charged by a mandate"),
                "spent": _("The mandate paid"),
                "given_back": _("The mandate did not pay"),
            }
        case EventKind.BOARDING:
            return {"aboard": _("Let aboard"), "undone": _("Boarding undone")}
        case _:
            return {}


def act_words() -> dict[str, str]:
    """Return the words for what staff do with a booking, as the audit log has it."""
    return {
        "booking_contact": _("Contact changed"),
        "booking_buyer": _("Buyer of the invoice corrected"),
        "booking_resend": _("Written to once more"),
        "booking_change": _("Changed for the customer"),
        "booking_change_withdrawn": _("Unpaid change withdrawn"),
        "booking_cancel": _("Cancelled for the customer"),
        "booking_goodwill": _("A part given back"),
        "booking_paid_again": _("A failed refund paid again"),
        "booking_dispute_decided": _("Dispute decided"),
        "booking_compensation": _("Compensation decided"),
        "booking_check_in": _("Checked in"),
    }


def cancel_reasons() -> list[tuple[str, str]]:
    """Return why staff cancel, with words."""
    return [
        (CancelReason.CUSTOMER, _("The customer asks for it")),
        (CancelReason.DUPLICATE, _("Booked twice")),
        (CancelReason.OPERATOR, _("The operator cannot carry them")),
        (CancelReason.GOODWILL, _("Goodwill")),
        (CancelReason.FRAUD, _("Fraud")),
    ]


def kind_words() -> dict[str, str]:
    """Return what an entry is about."""
    return {
        EventKind.BOOKING: _("Booking"),
        EventKind.PAYMENT: _("Payment"),
        EventKind.REFUND: _("Refund"),
        EventKind.DISPUTE: _("Dispute"),
        EventKind.TASK: _("Task"),
        EventKind.MAIL: _("Mail"),
        EventKind.ACT: _("Staff"),
        EventKind.NOTE: _("Note"),
        EventKind.ALERT: _("Alert"),
        EventKind.CHANGE: _("Change"),
        EventKind.DISRUPTION: _("Disruption"),
        EventKind.COMPENSATION: _("Compensation"),
        EventKind.WAITING: _("Waiting list"),
        EventKind.MANDATE: _("Mandate"),
        EventKind.BOARDING: _("Boarding"),
        EventKind.OPERATOR: _("Operator"),
    }
