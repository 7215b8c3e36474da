"""The words for what happened to a booking."""

from maritime_app.bookings.back_office.model import CancelReason, Event, EventKind
from maritime_app.bookings.pricing.operator_calls import Action, Outcome
from maritime_app.bookings.story.money_words import reason_words
from maritime_app.i18n import mark, translate as _

# What happened, by what an entry is of and the name of its row.
_TITLES = {
    EventKind.BOOKING: {
        "held": mark("Places were held"),
        "paid": mark("Paid"),
        "confirmed": mark("Confirmed"),
        "cancelled": mark("Cancelled"),
        "expired": mark("The hold ended unpaid"),
        "refused": mark("The operator refused"),
        "expires": mark("The hold ends"),
    },
    EventKind.PAYMENT: {
        "opened": mark("A payment was opened"),
        "succeeded": mark("The payment succeeded"),
        "closed": mark("The payment was closed"),
        "accepted": mark("The booking stands on this payment"),
    },
    EventKind.REFUND: {
        "goodwill": mark("Goodwill refund"),
        "succeeded": mark("The refund was sent"),
        "failed": mark("The refund failed"),
        "covered": mark("It went back by another road"),
    },
    EventKind.DISPUTE: {
        "opened": mark("The customer's bank asks for the money"),
        "won": mark("The dispute was won"),
        "lost": mark("The dispute was lost"),
        "warning_closed": mark("The bank's inquiry has ended"),
        "prevented": mark("The dispute was prevented"),
        "honoured": mark("Staff decided: they travel"),
        "cancelled": mark("Staff decided: cancelled"),
    },
    EventKind.CHANGE: {
        "customer": mark("The customer asks for a change"),
        "staff": mark("Staff ask for a change"),
        "disruption": mark("Places on another sailing were held for them"),
        "applied": mark("The change was carried out"),
        "withdrawn": mark("The change was withdrawn"),
        "expired": mark("The change ended unpaid or unanswered"),
        "refused": mark("The operator refused the change"),
    },
    EventKind.DISRUPTION: {
        "cancelled": mark("The sailing was cancelled"),
        "delayed": mark("The sailing is late: they may choose"),
        "retimed": mark("The sailing has another time"),
        "no_place": mark("Another ship has no place for them"),
        "offered": mark("Asked what they want"),
        "moved": mark("They chose another sailing"),
        "refunded": mark("They chose their money"),
        "kept": mark("They stay with their sailing"),
        "informed": mark("Told"),
        "superseded": mark("A newer disruption took its place"),
        "ended": mark("Nothing is left to choose"),
    },
    EventKind.COMPENSATION: {
        "proposed": mark("Compensation worked out"),
        "approved": mark("Compensation approved"),
        "rejected": mark("Compensation rejected"),
    },
    EventKind.WAITING: {
        "waiting": mark("Put on the waiting list"),
        "offered": mark("The waiting list offered places"),
        "taken": mark("The offered places were taken"),
        "passed": mark("The offer ended untaken"),
        "left": mark("Left the waiting list"),
        "closed": mark("The waiting list was closed"),
    },
    EventKind.MANDATE: {
        "taken": mark("Charged by a mandate"),
        "spent": mark("The mandate paid"),
        "given_back": mark("The mandate did not pay"),
    },
    EventKind.BOARDING: {
        "aboard": mark("Let aboard"),
        "undone": mark("Boarding undone"),
    },
    EventKind.ACT: {  # as the audit log names them
        "booking_contact": mark("Contact changed"),
        "booking_buyer": mark("Buyer of the invoice corrected"),
        "booking_resend": mark("Written to once more"),
        "booking_change": mark("Changed for the customer"),
        "booking_change_withdrawn": mark("Unpaid change withdrawn"),
        "booking_cancel": mark("Cancelled for the customer"),
        "booking_goodwill": mark("A part given back"),
        "booking_paid_again": mark("A failed refund paid again"),
        "booking_dispute_decided": mark("Dispute decided"),
        "booking_compensation": mark("Compensation decided"),
        "booking_check_in": mark("Checked in"),
    },
    EventKind.MAIL: {  # by the names of their templates
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
    },
}


def title(event: Event) -> str:
    """Return what happened, in the reader's language."""
    if event.kind is EventKind.OPERATOR:
        return _asked(event)
    known = _TITLES.get(event.kind, {})
    if event.name in known:
        return _(known[event.name])
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
