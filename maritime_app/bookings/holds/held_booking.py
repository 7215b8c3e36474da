"""A booking as it stands the moment it is held: what the database would say, without asking it
again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from maritime_app.bookings.model import (
    Booking,
    ItemAnswer,
    LegAnswer,
    OperatorAnswer,
    PassengerAnswer,
    PlaceAnswer,
    VehicleAnswer,
)
from maritime_app.bookings.pricing.quotes import LegQuote, Quote
from maritime_app.ferries.model import Place, Price
from maritime_app.ferries.operators.registry import SEPARATOR


def booking(row: Mapping[str, Any], priced: Quote, held_at: datetime) -> Booking:
    """The booking that the hold statement wrote from this row (see `holds.row`) at this instant."""
    currency = row["currency"]
    return Booking(
        id=row["id"],
        reference=row["reference"],
        status="held",
        version=1,
        email=row["email"],
        phone=row["phone"],
        language=row["language"],
        currency=currency,
        total_minor=row["total_minor"],
        created_at=held_at,
        expires_at=held_at + timedelta(seconds=row["hold_seconds"]),
        cancel_fee_minor=None,
        erased_at=None,
        legs=tuple(_leg(leg, currency) for leg in priced.legs),
        passengers=tuple(
            PassengerAnswer(
                person["number"], person["kind"], person["given_name"], person["family_name"]
            )
            for person in row["passengers"]
        ),
        vehicles=tuple(
            VehicleAnswer(
                car["number"], car["kind"], car["length_cm"], car["height_cm"], car["plate"]
            )
            for car in row["vehicles"]
        ),
        items=tuple(
            ItemAnswer(
                i["leg"], i["item"], i["quantity"], Price(i["quantity"] * i["unit_minor"], currency)
            )
            for i in row["items"]
        ),
    )


def _leg(leg: LegQuote, currency: str) -> LegAnswer:
    sailing, operator = leg.sailing, leg.sailing.operator
    remote = operator.kind == "remote"
    return LegAnswer(
        number=leg.number,
        sailing_id=f"{operator.code}{SEPARATOR}{sailing.remote_key}" if remote else str(sailing.id),
        origin=_place(sailing.origin),
        destination=_place(sailing.destination),
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
        operator=OperatorAnswer(
            operator.code,
            operator.name,
            operator.kind,
            sailing.operator_phone,
            sailing.support_email,
        ),
        ferry=sailing.ferry,
        mmsi=sailing.mmsi,
        operator_reference=None,
        price=Price(leg.price_minor, currency),
        cabins=_cabins(leg),
    )


def _cabins(leg: LegQuote) -> dict[str, int]:
    lines = [line for line in leg.lines if line.item.startswith("cabin:")]
    return {line.item.removeprefix("cabin:"): line.quantity for line in lines}


def _place(place: Place) -> PlaceAnswer:
    return PlaceAnswer(place.code, place.name, place.timezone)
