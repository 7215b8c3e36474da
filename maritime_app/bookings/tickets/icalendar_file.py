"""One calendar entry per leg (RFC 5545): a stable UID, so that a newer version replaces it."""

from icalendar import Calendar, Event

from maritime_app import clock
from maritime_app.bookings.model import Booking


def icalendar_file(booking: Booking) -> bytes:
    """Return the booking's legs as an iCalendar file, times in UTC."""
    made = Calendar()
    made.add("prodid", "-//maritime-app//bookings//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for leg in booking.legs:
        event = Event()
        event.add("uid", f"{booking.reference}-{leg.number}@maritime-app")
        event.add("sequence", booking.version - 1)
        event.add("dtstamp", clock.now())
        event.add("dtstart", leg.departs_at)
        event.add("dtend", leg.arrives_at)
        event.add("summary", f"{leg.origin.name} - {leg.destination.name}")
        event.add("location", leg.origin.name)
        event.add(
            "description",
            f"{booking.reference}, {leg.operator.name}" + (f", {leg.ferry}" if leg.ferry else ""),
        )
        made.add_component(event)
    encoded: bytes = made.to_ical()
    return encoded
