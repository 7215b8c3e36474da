"""Pure: what a claim is worked out from, and the bytes of it that are signed.

The bytes are JSON with sorted names, without spaces and with whole numbers only, so that they are
also the canonical form of RFC 8785: whoever parses the file gets them back.
"""

from collections.abc import Sequence

import msgspec

from maritime_app.bookings import rights
from maritime_app.bookings.compensation.model import Arrival, Evidence, Report, Voyage
from maritime_app.bookings.model import Booking, Leg
from maritime_app.payments import service as payments

_canonical = msgspec.json.Encoder(order="sorted")
_MOST_REPORTS = 200


def evidence(
    booking: Booking, leg: Leg, voyage: Voyage, arrival: Arrival, reports: Sequence[Report]
) -> Evidence | None:
    """Return what is owed to the booking for the arrival, and why; None where nothing is."""
    scheduled, late = leg.arrives_at - leg.departs_at, arrival.at - leg.arrives_at
    percent = rights.compensation_percent(scheduled, late, voyage.reason)
    price_minor, journeys = rights.price_of_journey(booking, leg)
    if percent is None or price_minor <= 0 or not rights.is_covered(leg):
        return None
    due_minor = rights.compensation_minor(price_minor, percent, journeys)
    return Evidence(
        reference=booking.reference,
        leg=leg.number,
        origin=leg.origin.code,
        destination=leg.destination.code,
        operator=leg.operator.name,
        ship=leg.ferry,
        mmsi=voyage.mmsi,
        scheduled_departure=leg.departs_at,
        scheduled_arrival=leg.arrives_at,
        arrival=arrival.at,
        arrival_by=arrival.by,
        recorded_arrival=voyage.recorded_arrived_at,
        scheduled_seconds=int(scheduled.total_seconds()),
        late_seconds=int(late.total_seconds()),
        quarter_from_seconds=int(rights.quarter_from(scheduled).total_seconds()),
        percent=percent,
        price_minor=price_minor,
        journeys=journeys,
        amount_minor=due_minor + -due_minor % payments.step_minor(booking.currency),
        currency=booking.currency,
        reports=tuple(reports[:_MOST_REPORTS]),
    )


def canonical(told: Evidence) -> bytes:
    """Return the bytes that are signed."""
    return _canonical.encode(told)
