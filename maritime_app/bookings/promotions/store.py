"""Uses of promo codes in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_promotions")


async def uses_of_person(conn: Conn, promotion_id: UUID, person_keys: Sequence[str]) -> int:
    """Return how many uses of the code stand that are this person's."""
    return await SQL.uses_of_person.fetch_one(conn, int, promotion_id, list(person_keys))


async def add_use(
    conn: Conn, booking_id: UUID, promotion_id: UUID, amount_minor: int, person_key: str
) -> None:
    """Write the use of a booking down."""
    await SQL.add_use.execute(conn, booking_id, promotion_id, amount_minor, person_key)


async def give_back(conn: Conn, booking_id: UUID) -> UUID | None:
    """End the use of a booking and return its code; None where it has none that stands."""
    return await SQL.give_back_use.fetch_optional(conn, UUID, booking_id)


async def take_again(conn: Conn, booking_id: UUID) -> UUID | None:
    """Let a use that was given back stand again and return its code; None where there is none."""
    return await SQL.take_use_again.fetch_optional(conn, UUID, booking_id)


async def promotion_of(conn: Conn, booking_id: UUID) -> UUID | None:
    """Return the code that a booking was made with."""
    return await SQL.promotion_of_booking.fetch_optional(conn, UUID, booking_id)
