"""What the page of a booking shows."""

from dataclasses import dataclass

from maritime_app import clock
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.states import BOOKING, BookingEvent


@dataclass(frozen=True, slots=True)
class BookingLinks:
    """Where the page leads; None for what is not possible now."""

    pay: str | None
    ticket: str | None
    ticket_pdf: str | None
    calendar: str | None
    trip: str | None
    cancel: str | None


def links(booking: Booking, token: str) -> BookingLinks:
    """Return where a booking's page leads."""
    base, proof = f"/bookings/{booking.reference}", f"?token={token}"
    held = booking.status is BookingStatus.HELD
    confirmed = booking.status is BookingStatus.CONFIRMED
    ahead = booking.legs[0].departs_at > clock.now()
    may_cancel = ahead and BOOKING.after(booking.status, BookingEvent.CANCEL) is not None
    return BookingLinks(
        pay=f"{base}/pay{proof}" if held else None,
        ticket=f"{base}/ticket{proof}" if confirmed else None,
        ticket_pdf=f"{base}/ticket.pdf{proof}" if confirmed else None,
        calendar=f"{base}/calendar.ics{proof}" if confirmed else None,
        trip=f"{base}/trip{proof}" if confirmed else None,
        cancel=f"{base}/cancel{proof}" if may_cancel else None,
    )
