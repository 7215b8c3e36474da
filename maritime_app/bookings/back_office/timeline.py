"""The words for what happened to a booking. Functions, because texts follow the reader."""

from maritime_app.bookings.back_office.model import CancelReason, Event, EventKind
from maritime_app.bookings.story.money_words import reason_words
from maritime_app.i18n import translate as _


def title(event: Event) -> str:
    """Return what happened, in the reader's language."""
    known = _titles(event.kind).get(event.name)
    if known is not None:
        return known
    if event.kind is EventKind.REFUND:
        return reason_words(event.name) or _("A refund is owed")
    if event.kind is EventKind.DISPUTE:
        return _("The bank's decision: %(status)s") % {"status": event.name}
    return event.name


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
                "honoured": _("Staff decided: they travel"),
                "cancelled": _("Staff decided: cancelled"),
            }
        case EventKind.ACT:
            return act_words()
        case EventKind.MAIL:
            return _mails()
        case _:
            return {}


def _mails() -> dict[str, str]:
    return {
        "booking_confirmation": _("Confirmation with tickets"),
        "change_to_pay": _("Asked to pay for a change"),
        "payment_success": _("Payment received"),
        "payment_failed": _("Payment failed"),
        "cancellation": _("Cancellation"),
        "refund_confirmation": _("Refund sent"),
        "refund_failed": _("Refund failed"),
        "ticket_suspended": _("Ticket not valid"),
        "compensation": _("Compensation offered"),
        "reminder": _("Reminder before departure"),
        "in_port": _("News that the ship has not left"),
    }


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
    }
