"""The audit log of what staff do with bookings."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from maritime_app.accounts import service as accounts
from maritime_app.bookings.model import Booking
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.infra.db import Conn


async def write_audit(
    conn: Conn, acting: ActingStaff, booking: Booking, action: str, detail: Mapping[str, Any]
) -> None:
    """Write an act down, in the transaction that does it."""
    subject = ("bookings", str(booking.id))
    await accounts.audit(conn, acting.staff_id, action, subject, detail)


def staff_id(acting: ActingStaff) -> UUID:
    """Return who acts: the back office is for people."""
    assert acting.staff_id is not None, "the desk is for people"
    return acting.staff_id
