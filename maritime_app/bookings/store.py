"""Bookings and what they took, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from asyncpg import Record

from maritime_app.bookings.model import (
    Booking,
    ItemAnswer,
    LegAnswer,
    OperatorAnswer,
    PassengerAnswer,
    PlaceAnswer,
    VehicleAnswer,
)
from maritime_app.ferries.model import Price
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings")


class Held(NamedTuple):
    """What came of a hold: what does not suffice, by sailing and resource, or else the instant it
    was written.
    """

    short: Sequence[tuple[UUID, str]]
    at: datetime | None = None


async def hold_bookings(conn: Conn, requests: Sequence[dict[str, Any]]) -> Held:
    """Hold for all or for none."""
    rows = await SQL.hold_bookings.all(conn, requests)
    short = [(row["sailing_id"], row["resource"]) for row in rows if row["sailing_id"] is not None]
    return Held(short, rows[0]["held_at"])


async def booking_by_reference(conn: Conn, reference: str) -> Booking | None:
    """The booking with everything that belongs to it."""
    row = await SQL.booking_by_reference.maybe(conn, reference)
    return await _whole(conn, row) if row else None


async def booking(conn: Conn, booking_id: UUID) -> Booking | None:
    """The same by id."""
    row = await SQL.booking_by_id.maybe(conn, booking_id)
    return await _whole(conn, row) if row else None


async def lock_booking(conn: Conn, booking_id: UUID) -> tuple[str, bool] | None:
    """Status, and whether the hold is overdue by the database's clock; the row is held until the
    end.
    """
    row = await SQL.lock_booking.maybe(conn, booking_id)
    return (row["status"], row["overdue"]) if row else None


async def set_status(conn: Conn, booking_id: UUID, before: Sequence[str], after: str) -> bool:
    """Compare and set; False when the booking is not in one of the states before."""
    return await SQL.set_status.value(conn, booking_id, list(before), after) is not None


async def set_cancel_fee(conn: Conn, booking_id: UUID, fee_minor: int) -> None:
    """Write the fee down; what the customer was told has a new version."""
    await SQL.set_cancel_fee.run(conn, booking_id, fee_minor)


async def set_operator_reference(
    conn: Conn, booking_id: UUID, number: int, operator_reference: str
) -> None:
    """The operator's own reference of a leg."""
    await SQL.set_operator_reference.run(conn, booking_id, number, operator_reference)


async def release_places(conn: Conn, booking_id: UUID) -> None:
    """Give back exactly what was taken, once."""
    await SQL.release_places.run(conn, booking_id)


async def retake_places(conn: Conn, booking_id: UUID, takes: Sequence[dict[str, Any]]) -> bool:
    """Take again; False (and the caller rolls back) when something is missing."""
    complete: bool = await SQL.retake_places.value(conn, booking_id, takes)
    return complete


async def overdue_holds(conn: Conn, limit: int) -> list[UUID]:
    """Held bookings whose time has run out."""
    return [row["id"] for row in await SQL.overdue_holds.all(conn, limit)]


async def stuck_bookings(conn: Conn, older_than_seconds: float, limit: int) -> list[UUID]:
    """Bookings that are paid but not confirmed for too long."""
    return [row["id"] for row in await SQL.stuck_bookings.all(conn, older_than_seconds, limit)]


async def _whole(conn: Conn, row: Record) -> Booking:
    booking_id, currency = row["id"], row["currency"]
    passengers = [
        PassengerAnswer(*person.values())
        for person in await SQL.passengers_of.all(conn, booking_id)
    ]
    vehicles = [
        VehicleAnswer(*vehicle.values()) for vehicle in await SQL.vehicles_of.all(conn, booking_id)
    ]
    items = [
        ItemAnswer(
            i["leg_number"],
            i["item"],
            i["quantity"],
            Price(i["quantity"] * i["unit_minor"], currency),
        )
        for i in await SQL.items_of.all(conn, booking_id)
    ]
    legs = [_leg(leg, currency, items) for leg in await SQL.legs_of.all(conn, booking_id)]
    named = dict(row)
    named["email"], named["phone"] = named.pop("contact_email"), named.pop("contact_phone")
    return Booking(
        **named,
        legs=tuple(legs),
        passengers=tuple(passengers),
        vehicles=tuple(vehicles),
        items=tuple(items),
    )


def _leg(row: Record, currency: str, items: Sequence[ItemAnswer]) -> LegAnswer:
    cabins = {
        line.item.removeprefix("cabin:"): line.quantity
        for line in items
        if line.leg == row["number"] and line.item.startswith("cabin:")
    }
    origin, destination = (
        PlaceAnswer(row[f"{end}_code"], row[f"{end}_name"], row[f"{end}_timezone"])
        for end in ("origin", "destination")
    )
    kind = row["operator_kind"]
    operator = OperatorAnswer(
        row["operator_code"], row["operator_name"], kind, row["phone"], row["support_email"]
    )
    remote = (
        f"{row['operator_code']}~{row['remote_key']}"
        if kind == "remote"
        else str(row["sailing_id"])
    )
    return LegAnswer(
        number=row["number"],
        sailing_id=remote,
        origin=origin,
        destination=destination,
        departs_at=row["departs_at"],
        arrives_at=row["arrives_at"],
        operator=operator,
        ferry=row["ferry"],
        mmsi=row["mmsi"],
        operator_reference=row["operator_reference"],
        price=Price(row["price_minor"], currency),
        cabins=cabins,
    )
