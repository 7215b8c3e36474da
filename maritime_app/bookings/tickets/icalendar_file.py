"""Calendar entries of a booking, one a leg (RFC 5545), that update and cancel themselves.

They are published, not requested (RFC 5546, 3.2.1): nobody is asked whether they come. A newer
entry replaces an older one by its UID and higher SEQUENCE; CANCEL (3.2.5) takes it out again, and
allows one UID an object, so a cancelled journey with two legs is a stream of two objects.
"""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from maritime_app import clock, formatting
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.tickets.check_in_words import check_in_words
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.i18n import translate as _
from maritime_app.names import brand
from maritime_app.names.port_names import port_name
from maritime_app.settings.model import Settings

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

PUBLISH = "text/calendar; method=PUBLISH; charset=utf-8"
CANCEL = "text/calendar; method=CANCEL; charset=utf-8"
_REMINDER = timedelta(hours=2)  # before check-in closes: time to get to the quay


def published(settings: Settings, booking: Booking, quays: Mapping[int, Quays]) -> bytes:
    """Return the legs as entries in the current language, times in UTC, with a reminder each."""
    made = _calendar("PUBLISH")
    for leg in booking.legs:
        made.add_component(_entry(settings, booking, leg, quays[leg.number]))
    return bytes(made.to_ical())


def cancelled(settings: Settings, booking: Booking, version: int) -> bytes:
    """Return what takes the entries of the booking out of calendars, as of that version of it."""
    objects = []
    for leg in booking.legs:
        made = _calendar("CANCEL")
        event = _event(settings, booking, leg, sequence=version)
        event.add("status", "CANCELLED")
        made.add_component(event)
        objects.append(bytes(made.to_ical()))
    return b"".join(objects)


def _calendar(method: str) -> "Calendar":
    from icalendar import Calendar  # 40 ms that no start needs (infra/processes/late_imports)

    made = Calendar()
    made.add("prodid", f"-//{brand.NAME}//bookings//EN")
    made.add("version", "2.0")
    made.add("method", method)
    return made


def _event(settings: Settings, booking: Booking, leg: Leg, *, sequence: int) -> "Event":
    from icalendar import Event, vCalAddress, vText

    event = Event()
    event.add("uid", f"{booking.reference}-{leg.number}@maritime-app")
    event.add("sequence", sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", leg.departs_at)
    event.add("dtend", leg.arrives_at)
    event.add("summary", _plain(f"{port_name(leg.origin)} - {port_name(leg.destination)}"))
    sender = vCalAddress(f"mailto:{parseaddr(settings.smtp.sender)[1]}")
    sender.params["CN"] = vText(brand.NAME)
    event.add("organizer", sender)
    return event


def _entry(settings: Settings, booking: Booking, leg: Leg, quays: Quays) -> "Event":
    # A cancelled booking's entries carry its next version: they are always the newer ones.
    event = _event(settings, booking, leg, sequence=booking.version - 1)
    event.add("status", "CONFIRMED")
    terminal = quays.check_in.terminal
    event.add("location", _plain(", ".join(filter(None, (port_name(leg.origin), terminal)))))
    event.add("geo", quays.origin)
    # Calendars are shared: the address asks for a surname and carries no proof.
    query = urlencode({"reference": booking.reference})
    event.add("url", f"{settings.public_url}/bookings/find?{query}")
    event.add("description", _plain(_description(booking, leg, quays)))
    event.add_component(_alarm(leg, quays))
    return event


def _description(booking: Booking, leg: Leg, quays: Quays) -> str:
    arrives = formatting.place_time(leg.arrives_at, leg.destination)
    ship = f", {leg.ferry}" if leg.ferry else ""
    lines = [f"{_('Booking')}: {booking.reference}", f"{leg.operator.name}{ship}"]
    if leg.operator_reference:
        lines.append(_("Operator's reference") + f": {leg.operator_reference}")
    lines.append(f"{_('Check-in closes')}: {check_in_words(leg, quays)}")
    lines.append(f"{_('Arrival')}: {arrives}")
    return "\n".join(lines)


def _alarm(leg: Leg, quays: Quays) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -(_REMINDER + timedelta(minutes=quays.check_in_minutes)))
    alarm.add("description", _plain(f"{_('Check-in closes')}: {check_in_words(leg, quays)}"))
    return alarm


def _plain(text: str) -> str:
    """Return the text without control characters but line ends: TEXT has none (RFC 5545, 3.3.11),
    and an operator's reference may.
    """
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc")
