"""A booking as mail programs and travel assistants read it: schema.org BoatReservation in JSON-LD.

One reservation for each passenger and leg, as Google's markup for reservations and KDE's itinerary
extractor expect; times carry the offset of their own harbour. A harbour is called what the page or
mail around it calls it, because those programs show it to the same reader.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup

from maritime_app import clock
from maritime_app.bookings.model import Booking, BookingStatus, Leg, Passenger
from maritime_app.bookings.tickets.codes import code_of
from maritime_app.bookings.tickets.model import full_name
from maritime_app.bookings.tickets.quays import Position, Quays
from maritime_app.ferries.model import Place
from maritime_app.names import brand, port_names
from maritime_app.settings.model import Settings

# Gmail cuts a mail off after 102 KB; a larger party is one reservation a leg.
_MOST_RESERVATIONS = 24
_STATUSES = {
    BookingStatus.CONFIRMED: "ReservationConfirmed",
    BookingStatus.CANCELLED: "ReservationCancelled",
    BookingStatus.REFUSED: "ReservationCancelled",
    BookingStatus.EXPIRED: "ReservationCancelled",
}


def json_ld(settings: Settings, booking: Booking, quays: Mapping[int, Quays]) -> Markup:
    """Return the JSON for a script element of type application/ld+json."""
    named = booking.passengers
    if len(named) * len(booking.legs) > _MOST_RESERVATIONS:
        named = named[:1]
    made = [
        _reservation(settings, booking, leg, person, quays[leg.number])
        for leg in booking.legs
        for person in named
    ]
    text = msgspec.json.encode(made).decode()
    # Nothing in a name may end the script element (HTML, "restrictions for contents of script").
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped for this place


def _reservation(
    settings: Settings, booking: Booking, leg: Leg, person: Passenger, quays: Quays
) -> dict[str, Any]:
    status = _STATUSES.get(booking.status, "ReservationPending")
    return {
        "@context": "http://schema.org",
        "@type": "BoatReservation",
        "reservationNumber": booking.reference,
        "reservationStatus": f"http://schema.org/{status}",
        "underName": {"@type": "Person", "name": full_name(person)},
        "reservationFor": _trip(leg, quays),
        "url": f"{settings.public_url}/bookings/find?reference={booking.reference}",
        "bookingTime": booking.created_at.isoformat(timespec="seconds"),
        "broker": {"@type": "Organization", "name": brand.NAME},
        "provider": dict(_organization(leg)),
        **_ticket(settings, booking, leg, person),
    }


def _ticket(
    settings: Settings, booking: Booking, leg: Leg, person: Passenger
) -> dict[str, dict[str, str]]:
    if booking.status is not BookingStatus.CONFIRMED:
        return {}
    holder = f"p{person.number}"
    code = code_of(settings, booking.reference, leg.number, holder, booking.ticket_issue)
    return {"reservedTicket": {"@type": "Ticket", "ticketToken": f"qrCode:{code}"}}


def _trip(leg: Leg, quays: Quays) -> dict[str, Any]:
    return {
        "@type": "BoatTrip",
        "name": leg.ferry or leg.operator.name,
        "departureBoatTerminal": _terminal(leg.origin, quays.origin, quays.check_in.terminal),
        "departureTime": _local(leg.departs_at, leg.origin),
        "arrivalBoatTerminal": _terminal(leg.destination, quays.destination, None),
        "arrivalTime": _local(leg.arrives_at, leg.destination),
        "provider": dict(_organization(leg)),
    }


def _organization(leg: Leg) -> Iterator[tuple[str, str]]:
    yield "@type", "Organization"
    yield "name", leg.operator.name
    if isinstance(leg.operator.phone, str):
        yield "telephone", leg.operator.phone
    if isinstance(leg.operator.support_email, str):
        yield "email", leg.operator.support_email


def _terminal(place: Place, at: Position, terminal: str | None) -> dict[str, Any]:
    name = port_names.port_name(place)
    return {
        "@type": "BoatTerminal",
        "name": f"{name}, {terminal}" if terminal else name,
        **({"alternateName": place.name} if name != place.name else {}),
        "address": {"@type": "PostalAddress", "addressLocality": name}
        | ({"addressCountry": place.country} if place.country else {}),
        "geo": {"@type": "GeoCoordinates", "latitude": at[0], "longitude": at[1]},
    }


def _local(instant: datetime, place: Place) -> str:
    return instant.astimezone(clock.zone(place.timezone)).isoformat(timespec="seconds")
