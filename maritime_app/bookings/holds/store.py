"""The statement that holds places, and what a booking holds, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from maritime_app.bookings.holds.model import HoldReserved, HoldRow
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings")


class Held(NamedTuple):
    """What came of a hold: what does not suffice, by sailing and resource, or else when it was."""

    short: Sequence[tuple[UUID, str]]
    at: datetime | None = None


async def hold_bookings(conn: Conn, rows: Sequence[HoldRow]) -> Held:
    """Hold for all or for none."""
    answer = await SQL.hold_bookings.all(conn, rows)
    short = [
        (row["sailing_id"], row["resource"]) for row in answer if row["sailing_id"] is not None
    ]
    return Held(short, answer[0]["held_at"])


async def held_at(conn: Conn, booking_id: UUID) -> datetime | None:
    """Return when the booking was written, or None where it was not."""
    found: datetime | None = await SQL.held_at.value(conn, booking_id)
    return found


async def take_reserved(conn: Conn, booking_id: UUID) -> list[Reserved]:
    """Take from a booking what it holds, and return it; a second call returns nothing."""
    return [Reserved(**row) for row in await SQL.take_reserved.all(conn, booking_id)]


async def add_reserved(conn: Conn, booking_id: UUID, reserved: Sequence[HoldReserved]) -> None:
    """Write down what a booking holds."""
    await SQL.add_reserved.run(
        conn,
        booking_id,
        [part.leg for part in reserved],
        [part.sailing_id for part in reserved],
        [part.resource for part in reserved],
        [part.quantity for part in reserved],
    )
