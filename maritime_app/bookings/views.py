"""What the pages of a booking show."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from maritime_app import clock
from maritime_app.bookings.model import Booking, BookingAnswer, CancelQuote, LegAnswer
from maritime_app.bookings.pricing.quotes import LegQuote, Quote
from maritime_app.bookings.tickets.service import Ticket, qr_svg
from maritime_app.ferries.model import SailingFacts
from maritime_app.geo import distance_m
from maritime_app.money import Money
from maritime_app.vessels.schemas import VesselDetail

_BOARDING = timedelta(minutes=45)


def shown_booking(booking: Booking, answer: BookingAnswer) -> dict[str, Any]:
    """templates/bookings/show.html's `booking`."""
    return {
        "reference": booking.reference,
        "status": booking.status,
        "expires_at": booking.expires_at,
        "created_at": booking.created_at,
        "total": answer.total,
        "contact_email": booking.email,
        "contact_phone": booking.phone,
        "cancel_fee": answer.cancel_fee,
        "legs": booking.legs,
        "passengers": booking.passengers,
        "vehicles": booking.vehicles,
        "items": booking.items,
        "refunds": [
            {"amount": refund.amount, "status": refund.status, "created_at": booking.created_at}
            for refund in answer.refunds
        ],
    }


def urls(booking: Booking, token: str) -> dict[str, str | None]:
    """Where a booking's page leads."""
    base, proof = f"/bookings/{booking.reference}", f"?token={token}"
    held, confirmed = booking.status == "held", booking.status == "confirmed"
    ahead = booking.legs[0].departs_at > clock.now()
    return {
        "pay": f"{base}/pay{proof}" if held else None,
        "ticket": f"{base}/ticket{proof}" if confirmed else None,
        "ticket_pdf": f"{base}/ticket.pdf{proof}" if confirmed else None,
        "calendar": f"{base}/calendar.ics{proof}" if confirmed else None,
        "trip": f"{base}/trip{proof}" if confirmed else None,
        "cancel": f"{base}/cancel{proof}"
        if ahead and booking.status in ("held", "paid", "confirmed")
        else None,
    }


def form_legs(priced: Quote, cabins: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The legs of the booking form."""
    return [
        {
            "id": _sailing_id(leg.sailing),
            "origin": leg.sailing.origin,
            "destination": leg.sailing.destination,
            "departs_at": leg.sailing.departs_at,
            "arrives_at": leg.sailing.arrives_at,
            "operator": leg.sailing.operator,
            "ferry": leg.sailing.ferry,
            "cabins": offered,
            "cancel_rules": leg.sailing.fare.cancel_rules if leg.sailing.fare else (),
        }
        for leg, offered in zip(priced.legs, cabins, strict=True)
    ]


def price_of(priced: Quote) -> dict[str, Any]:
    """The price summary of the form."""
    currency = priced.total.currency
    items = [
        {
            "leg": leg.number,
            "item": line.item,
            "quantity": line.quantity,
            "amount": Money(line.quantity * line.unit_minor, currency),
        }
        for leg in priced.legs
        for line in leg.lines
    ]
    return {"items": items, "total": priced.total}


def cabins_of(leg: LegQuote, left: Mapping[str, int]) -> list[dict[str, Any]]:
    """The cabins that may be added on a leg of our own."""
    fare = leg.sailing.fare
    if fare is None:
        return []
    return [
        {
            "type": item.removeprefix("cabin:"),
            "price": Money(amount, fare.currency),
            "left": left.get(item, 0),
        }
        for item, amount in sorted(fare.prices.items())
        if item.startswith("cabin:") and item in left
    ]


def shown_tickets(made: Sequence[Ticket]) -> list[dict[str, Any]]:
    """templates/bookings/ticket.html's `tickets`; the SVG is our own."""
    return [
        {
            "leg": t.leg,
            "holder": t.holder,
            "kind": t.kind,
            "detail": t.detail,
            "code": t.code,
            "qr": Markup(qr_svg(t.code)),  # noqa: S704 - our own drawing
        }
        for t in made
    ]


def cancel_context(booking: Booking, quoted: CancelQuote) -> dict[str, Any]:
    """templates/bookings/cancel.html's `quote`."""
    legs = {leg.number: leg for leg in booking.legs}
    rules = [
        {
            "leg": legs[fee.number],
            "fee_percent": fee.fee_percent,
            "fee": fee.fee,
            "next_change_at": fee.next_change_at,
        }
        for fee in quoted.legs
    ]
    return {"paid": quoted.paid, "fee": quoted.fee, "refund": quoted.refund, "rules": rules}


def trip_leg(
    leg: LegAnswer, ship: VesselDetail | None, ends: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    """One crossing as it goes: where the ship is by its own report, and how far along that is."""
    now = clock.now()
    position = ship.position if ship else None
    percent = _percent(leg, position, ends) if position is not None else None
    state = _state(leg, now, known=position is not None and not position.stale)
    return {
        "leg": leg,
        "state": state,
        "percent": {"before": 0, "boarding": 0, "arrived": 100}.get(state, percent),
        "ship": None
        if ship is None or position is None
        else {
            "name": ship.name or leg.ferry or str(ship.mmsi),
            "mmsi": ship.mmsi,
            "lat": position.lat,
            "lon": position.lon,
            "speed_knots": position.sog_knots,
            "course_deg": position.cog_deg,
            "received_at": position.reported_at,
            "stale": position.stale,
        },
        "predicted_arrival": None,
        "predicted_within": None,
        "delay_seconds": None,
        "map_url": f"/vessels?mmsi={leg.mmsi}" if leg.mmsi else "/vessels",
    }


def _state(leg: LegAnswer, now: datetime, *, known: bool) -> str:
    if now < leg.departs_at - _BOARDING:
        return "before"
    if now < leg.departs_at:
        return "boarding"
    if now > leg.arrives_at + timedelta(hours=1):
        return "arrived"
    return "under_way" if known else "unknown"


def _percent(leg: LegAnswer, position: Any, ends: Mapping[str, tuple[float, float]]) -> int | None:
    """The share of the way made, by the distances to both ends; null without their positions."""
    if leg.origin.code not in ends or leg.destination.code not in ends:
        return None
    made = distance_m(*ends[leg.origin.code], position.lat, position.lon)
    left = distance_m(position.lat, position.lon, *ends[leg.destination.code])
    return round(100 * made / (made + left)) if made + left else None


def _sailing_id(sailing: SailingFacts) -> str:
    if sailing.operator.kind == "remote":
        return f"{sailing.operator.code}~{sailing.remote_key}"
    return str(sailing.id)
