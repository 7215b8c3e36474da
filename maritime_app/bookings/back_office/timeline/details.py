"""What stands under an entry of the timeline. Functions, because texts follow the reader."""

import re
from datetime import timedelta

from maritime_app.bookings.back_office.model import Event, EventKind
from maritime_app.bookings.model import Booking
from maritime_app.formatting import duration, item_name
from maritime_app.i18n import translate as _

_LATE = re.compile(r"(\d+) min, (\d+) %")


def detail(event: Event, booking: Booking) -> str:
    """Return the entry's detail in the reader's language; what people wrote stays as it is."""
    text = event.detail or ""
    match event.kind:
        case EventKind.BOARDING:
            return _aboard(text, booking)
        case EventKind.DISPUTE:
            return _dispute_reasons().get(text, text)
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
    return {
        "charge_for_pending_refund_disputed": _("The payment was disputed meanwhile"),
        "declined": _("The bank declined it"),
        "expired_or_canceled_card": _("The card has expired or was cancelled"),
        "insufficient_funds": _("Our balance at Stripe was too low"),
        "lost_or_stolen_card": _("The card was lost or stolen"),
        "merchant_request": _("We took it back"),
        "unknown": _("The bank gave no reason"),
    }.get(code, code)


def _dispute_reasons() -> dict[str, str]:
    """Return why customers' banks ask for money, by Stripe's word."""
    return {
        "bank_cannot_process": _("The bank cannot process the payment"),
        "credit_not_processed": _("A refund was promised and did not come"),
        "customer_initiated": _("The customer asked the bank"),
        "debit_not_authorized": _("The customer did not allow the debit"),
        "duplicate": _("The customer was charged twice"),
        "fraudulent": _("The customer says that somebody else paid with the card"),
        "general": _("The bank gave no reason"),
        "incorrect_account_details": _("The account was wrong"),
        "insufficient_funds": _("The account had too little"),
        "noncompliant": _("The payment broke the card network's rules"),
        "product_not_received": _("The customer says that they could not travel"),
        "product_unacceptable": _("The customer says that it was not as promised"),
        "subscription_canceled": _("The customer says that it was cancelled"),
        "unrecognized": _("The customer does not recognise the payment"),
    }
