"""What was sent, in PostgreSQL."""

from uuid import UUID

from maritime_app.bookings.reminders.model import Due, ReminderKind, Waiting
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_reminders")


async def due(conn: Conn, kind: ReminderKind, hours: int, most: int) -> list[Due]:
    """Return legs that leave within so many hours and whose passengers were not reminded."""
    return await SQL.due_reminders_before.fetch_all(conn, Due, kind, hours, most)


async def waiting(conn: Conn, most: int) -> list[Waiting]:
    """Return sailings with passengers that should have left in the last hours and have not."""
    return await SQL.waiting_sailings.fetch_all(conn, Waiting, most)


async def due_on(conn: Conn, sailing_id: UUID, kind: ReminderKind, most: int) -> list[Due]:
    """Return legs on a sailing whose passengers were not written to of that."""
    return await SQL.due_on_sailing.fetch_all(conn, Due, sailing_id, kind, most)


async def claim(conn: Conn, due: Due, kind: ReminderKind) -> bool:
    """Write down that they are written to; return False where they were."""
    key = due.booking_id, due.leg_number, kind, due.leaves_at
    return bool(await SQL.add_reminder.execute(conn, *key))
