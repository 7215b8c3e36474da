"""What stands under an entry of the timeline. Texts follow the reader."""

import re
from datetime import timedelta

from maritime_app.bookings.back_office.model import Event, EventKind
from maritime_app.bookings.model import Booking
from maritime_app.formatting import duration, item_name
from maritime_app.i18n import mark, translate as _

# Why a refund did not reach a customer, by Stripe's code.
_FAILURES = {
    "charge_for_pending_refund_disputed": mark("The payment was disputed meanwhile"),
    "declined": mark("The bank declined it"),
    "expired_or_canceled_card": mark("The card has expired or was cancelled"),
    "insufficient_funds": mark("Our balance at Stripe was too low"),
    "lost_or_stolen_card": mark("The card was lost or stolen"),
    "merchant_request": mark("We took it back"),
    "unknown": mark("The bank gave no reason"),
}
# Why customers' banks ask for money, by Stripe's word.
_DISPUTED = {
    "bank_cannot_process": mark("The bank cannot process the payment"),
    "credit_not_processed": mark("A refund was promised and did not come"),
    "customer_initiated": mark("The customer asked the bank"),
    "debit_not_authorized": mark("The customer did not allow the debit"),
    "duplicate": mark("The customer was charged twice"),
    "fraudulent": mark("The customer says that somebody else paid with the card"),
    "general": mark("The bank gave no reason"),
    "incorrect_account_details": mark("The account was wrong"),
    "insufficient_funds": mark("The account had too little"),
    "noncompliant": mark("The payment broke the card network's rules"),
    "product_not_received": mark("The customer says that they could not travel"),
    "product_unacceptable": mark("The customer says that it was not as promised"),
    "subscription_canceled": mark("The customer says that it was cancelled"),
    "unrecognized": mark("The customer does not recognise the payment"),
}
_LATE = re.compile(r"(\d+) min, (\d+) %")


def detail(event: Event, booking: Booking) -> str:
    """Return the entry's detail in the reader's language; what people wrote stays as it is."""
    text = event.detail or ""
    match event.kind:
        case EventKind.BOARDING:
            return _aboard(text, booking)
        case EventKind.DISPUTE:
            return _(_DISPUTED[text]) if text in _DISPUTED else text
        case EventKind.REFUND:
            return failure_words(text)
        case EventKind.COMPENSATION:
            return _late(text)
        case _:
            return text


def _aboard(text: str, booking: Booking) -> str:
    """Return whom a gate let aboard, where."""
    holder, _comma, gate = text.partition(", ")
    where = _("Gate %(gate)s") % {"gate": gate}
    return f"{_named(holder, booking)}, {where}"


def _named(holder: str, booking: Booking) -> str:
    """Return the name of p1, p2 ..., the kind and plate of v1, v2 ...; who was left out since by
    their number.
    """
    is_person, number = holder.startswith("p"), int(holder[1:])
    if is_person:
        people = {one.number: one for one in booking.passengers}
        if number in people and booking.erased_at is None:
            return f"{people[number].given_name} {people[number].family_name}"
        return _("Passenger %(number)s") % {"number": number}
    vehicles = {one.number: one for one in booking.vehicles}
    if number not in vehicles:
        return _("Vehicle %(number)s") % {"number": number}
    found = vehicles[number]
    return " ".join(filter(None, (item_name(found.kind), found.plate)))


def _late(text: str) -> str:
    """Return how late a ferry came and what share of the price that is."""
    found = _LATE.fullmatch(text)
    if found is None:
        return text
    words = _("%(late)s late, %(percent)s %% of the price")
    late = duration(timedelta(minutes=int(found[1])))
    return words % {"late": late, "percent": found[2]}


def failure_words(code: str) -> str:
    """Return why a refund did not reach the customer, for Stripe's code; else the text itself."""
    return _(_FAILURES[code]) if code in _FAILURES else code
