"""The statement that holds places, and what a booking holds, in PostgreSQL."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from maritime_app.bookings.holds.model import Held, HoldReserved, HoldRow
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings")


class HoldOutcome(NamedTuple):
    """What came of a hold: what does not suffice, by sailing and resource, or all that is held.

    The resource is the reason where a sailing is not sold any more (sailings.sales.SaleEnd).
    """

    short: Sequence[tuple[UUID, str]]
    held: Sequence[Held] = ()


async def hold_bookings(
    conn: Conn, rows: Sequence[HoldRow], close_minutes: int, cache_tags: Sequence[str]
) -> HoldOutcome:
    """Hold for all or for none.

    `close_minutes` before departure sales close where nobody says otherwise. The first booking's
    id is the id of the change to what is cached under the tags.
    """
    change_id = rows[0].id
    answer = await SQL.hold_bookings.all(conn, rows, close_minutes, change_id, cache_tags)
    short = [
        (row["sailing_id"], row["resource"]) for row in answer if row["sailing_id"] is not None
    ]
    if short:
        return HoldOutcome(short)
    return HoldOutcome(
        (),
        [Held(row["booking_id"], row["held_at"], row["expires_at"], change_id) for row in answer],
    )


async def held_bookings(conn: Conn, booking_ids: Sequence[UUID]) -> list[Held]:
    """Return those of the bookings of a statement, in its order, that were written."""
    return await SQL.held_bookings.fetch_all(conn, Held, list(booking_ids))


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
