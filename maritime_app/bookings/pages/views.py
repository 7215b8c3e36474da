"""What the page of a booking shows."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from maritime_app import clock
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.responses import InvoiceView
from maritime_app.bookings.story.model import TICKETED, Step, Story
from maritime_app.ferries.model import PassengerKind, Place

# What is invoiced, or will be.
_INVOICED = (
    BookingStatus.HELD,
    BookingStatus.PAID,
    BookingStatus.CONFIRMING,
    BookingStatus.CONFIRMED,
    BookingStatus.CANCELLED,
)


class BookingLinks(msgspec.Struct, frozen=True):
    """Where the page leads; None for what is not possible now."""

    pay: str | None
    ticket: str | None
    ticket_pdf: str | None
    calendar: str | None
    trip: str | None
    choose: str | None
    change: str | None
    pay_change: str | None
    cancel: str | None
    buyer: str | None
    book_again: str | None
    search: str | None


def links(booking: Booking, story: Story) -> BookingLinks:
    """Return where a booking's page leads, by what its story says can be done."""
    base = f"/bookings/{booking.reference}"
    steps, ticketed = story.next_steps, story.situation in TICKETED

    def way(path: str, possible: bool) -> str | None:
        return f"{base}/{path}" if possible else None

    return BookingLinks(
        pay=way("pay", Step.PAY in steps),
        ticket=way("ticket", ticketed),
        ticket_pdf=way("ticket.pdf", ticketed),
        calendar=way("calendar.ics", ticketed),
        trip=way("trip", ticketed),
        choose=way("disruption", Step.CHOOSE in steps),
        change=way("change", Step.CHANGE in steps),
        pay_change=way("change/pay", Step.PAY_CHANGE in steps),
        cancel=way("cancel", Step.CANCEL in steps),
        buyer=way("buyer", booking.status in _INVOICED),
        book_again=way("book-again", Step.BOOK_AGAIN in steps),
        search=search_url(booking) if Step.SEARCH in steps else None,
    )


def invoices(booking: Booking, issued: Sequence[InvoiceView]) -> list[InvoiceView]:
    """Return the documents with their addresses on our pages, where no token is needed."""
    base = f"/bookings/{booking.reference}/invoices"
    return [msgspec.structs.replace(one, url=f"{base}/{one.number}.pdf") for one in issued]


def search_url(booking: Booking) -> str:
    """Return the search in which somebody finds this journey again, for the same party."""
    first, last = booking.legs[0], booking.legs[-1]
    kinds = [person.kind for person in booking.passengers]
    query: dict[str, str | int] = {
        "from": first.origin.code,
        "to": first.destination.code,
        "date": _day(first.departs_at, first.origin),
        "adults": kinds.count(PassengerKind.ADULT),
        "children": kinds.count(PassengerKind.CHILD),
        "infants": kinds.count(PassengerKind.INFANT),
    }
    if (last.origin.code, last.destination.code) == (first.destination.code, first.origin.code):
        query["return_date"] = _day(last.departs_at, last.origin)
    if booking.vehicles:
        query["vehicles"] = ",".join(
            f"{v.kind}:{v.length_cm}:{v.height_cm}" for v in booking.vehicles
        )
    return "/ferries?" + urlencode(query)


def _day(instant: datetime, place: Place) -> str:
    """Return the local day there, as the search asks for it."""
    return instant.astimezone(clock.zone(place.timezone)).date().isoformat()
