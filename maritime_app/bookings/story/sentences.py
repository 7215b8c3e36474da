"""Pure: what is said of each situation."""

from maritime_app.bookings.story.model import Choice, Situation
from maritime_app.i18n import mark as _, translate

_S = Situation


_HEADLINES = {
    _S.HELD: _("Your places are held"),
    _S.PAYMENT_DECLINED: _("The payment did not go through"),
    _S.PAYMENT_AWAITED: _("Waiting for your payment"),
    _S.HOLD_ENDING: _("The time to pay is over"),
    _S.OPERATOR_ASKED: _("Paid. The operator is asked to confirm"),
    _S.OPERATOR_SILENT: _("Paid. The operator has not answered yet"),
    _S.CONFIRMED: _("Everything is confirmed"),
    _S.SAILING_GONE: _("Your ferry does not sail as booked"),
    _S.CHOICE_AWAITED: _("Your ferry leaves much later or earlier"),
    _S.MOVING: _("The operator is confirming your new places"),
    _S.LATE: _("Your ferry leaves at another time"),
    _S.CHANGE_HELD: _("Your change waits for its payment"),
    _S.CHANGE_ASKED: _("The operator is confirming your change"),
    _S.TICKET_SUSPENDED: _("This ticket is not valid at the moment"),
    _S.TRAVELLED: _("This journey is over"),
    _S.EXPIRED: _("The time to pay ran out"),
    _S.PAID_TOO_LATE: _("Your payment could not be accepted"),
    _S.REFUSED: _("The operator could not confirm your places"),
    _S.CANCELLED: _("This booking is cancelled"),
}
_SENTENCES = {
    _S.HELD: _("Pay by %(until)s to keep them; nothing has been charged."),
    _S.PAYMENT_DECLINED: _(
        "Nothing was charged. Your places are held until %(until)s: try again, perhaps with "
        "another card."
    ),
    _S.PAYMENT_AWAITED: _(
        "The payment provider tells us within seconds. You can leave this page: a mail follows "
        "in any case."
    ),
    _S.HOLD_ENDING: _(
        "We ask the payment provider whether a payment is on its way before your places are "
        "given to others."
    ),
    _S.OPERATOR_ASKED: _(
        "Your payment has arrived. This page shows the answer by itself, and a mail follows. "
        "If the operator cannot confirm, everything goes back to you without asking."
    ),
    _S.OPERATOR_SILENT: _(
        "Your payment has arrived and we keep asking. If there is no answer in time, "
        "everything goes back to you without asking; you can also cancel now and get "
        "it all back."
    ),
    _S.CONFIRMED: _(
        "The ticket goes to %(email)s by mail; it has a code for each passenger and vehicle."
    ),
    _S.CHOICE_AWAITED: _(
        "Travel with it all the same, see what else sails, or take your money back: it costs you "
        "nothing."
    ),
    _S.MOVING: _("Your new ticket follows by mail."),
    _S.CHANGE_HELD: _(
        "Pay %(due)s by %(until)s and it is done. Until then your booking and your ticket stay "
        "as they were."
    ),
    _S.CHANGE_ASKED: _(
        "Until then your booking and your ticket stay as they were. A mail says how it ends."
    ),
    _S.TICKET_SUSPENDED: _(
        "Your bank has taken the payment back. Please write to us before you travel."
    ),
    _S.TRAVELLED: _("We hope the crossing was a good one."),
    _S.EXPIRED: _("Nothing was charged, and the places are free again."),
    _S.PAID_TOO_LATE: _("We do not keep the money, and it buys no places."),
    _S.REFUSED: _("Everything you paid goes back to you."),
}
# What whoever cannot sail as booked may choose. Here only what is held for them is known; whether
# another sailing has room, whoever looks at what else sails.
_CHOICES = {
    Choice.PREPARED: _(
        "We are looking for another sailing for you. A mail says in a moment what you may choose; "
        "your money back costs you nothing in any case."
    ),
    Choice.HELD: _(
        "Places on another sailing are held for you until %(until)s. Take them, see what else "
        "sails, or take your money back: it costs you nothing."
    ),
    Choice.OPEN: _(
        "No places are held for you on another sailing. See whether one has room for all of you, "
        "or take your money back: it costs you nothing."
    ),
}


def headline(situation: Situation) -> str:
    """Return what the situation is called."""
    return translate(_HEADLINES[situation])


def sentence(situation: Situation) -> str:
    """Return what is said of it: `%(until)s`, `%(email)s`, `%(due)s` are to be filled in.

    Empty where the booking itself must be looked at.
    """
    text = _SENTENCES.get(situation)
    return translate(text) if text else ""


def choice(stands: Choice) -> str:
    """Return what is said of a choice: `%(until)s` is to be filled in."""
    return translate(_CHOICES[stands])
