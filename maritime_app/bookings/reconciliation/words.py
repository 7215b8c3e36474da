"""What a difference is called, and what to do about it. Functions: texts follow the reader."""

from maritime_app.bookings.reconciliation.model import DifferenceKind
from maritime_app.i18n import translate as _


def names() -> dict[str, str]:
    """Return the name of each kind."""
    return {
        DifferenceKind.UNEXPLAINED: _("Money at Stripe that is nobody's"),
        DifferenceKind.NOT_AT_STRIPE: _("In our ledger, not at Stripe"),
        DifferenceKind.STRIPE_AMOUNT: _("Another amount at Stripe"),
        DifferenceKind.BOOKING_ACCOUNT: _("The ledger and the booking disagree"),
        DifferenceKind.OPERATOR_KEEPS: _("The operator has a booking that we have not"),
        DifferenceKind.OPERATOR_LACKS: _("The operator does not have a confirmed booking"),
        DifferenceKind.OPERATOR_PRICE: _("The operator charges another price"),
    }


def next_steps() -> dict[str, str]:
    """Return what to do about each kind."""
    return {
        DifferenceKind.UNEXPLAINED: _(
            "Look it up in Stripe's dashboard by its number: somebody else's payment on this "
            "account, or one whose booking is gone. Refund it there or note whose it is."
        ),
        DifferenceKind.NOT_AT_STRIPE: _(
            "Look the payment or refund up in Stripe's dashboard. If Stripe never moved the "
            "money, correct the ledger and tell the customer."
        ),
        DifferenceKind.STRIPE_AMOUNT: _(
            "Compare the movement with the payment: Stripe's amount is what moved."
        ),
        DifferenceKind.BOOKING_ACCOUNT: _(
            "Open the booking: one of its payments, refunds or disputes is not in the ledger."
        ),
        DifferenceKind.OPERATOR_KEEPS: _(
            "Ask the operator to cancel it without a charge, or bring the booking back."
        ),
        DifferenceKind.OPERATOR_LACKS: _(
            "Call the operator before departure: the passengers have a ticket."
        ),
        DifferenceKind.OPERATOR_PRICE: _(
            "Send the operator the price that it offered when the places were held."
        ),
    }
