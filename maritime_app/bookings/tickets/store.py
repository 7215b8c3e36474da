"""What tickets need beside the booking, and their issue, in PostgreSQL."""

from uuid import UUID

from maritime_app.bookings.tickets.model import CabinBerths
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings")


async def cabin_berths(conn: Conn, booking_id: UUID) -> list[CabinBerths]:
    """Return how many berths the cabins of each leg's ship have; nothing for ships not ours."""
    return await SQL.cabin_berths_of.fetch_all(conn, CabinBerths, booking_id)
