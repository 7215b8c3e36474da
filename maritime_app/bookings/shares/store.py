"""Shares in PostgreSQL."""

from uuid import UUID

from maritime_app.bookings.shares.model import Share
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_shares")


async def add_share(conn: Conn, share_id: UUID, booking_id: UUID, most: int) -> bool:
    """Add a share; return False where the booking has so many that are open."""
    return bool(await SQL.add_share.execute(conn, share_id, booking_id, most))


async def shares_of(conn: Conn, booking_id: UUID) -> list[Share]:
    """Return the open shares of a booking, oldest first."""
    return await SQL.shares_of.fetch_all(conn, Share, booking_id)


async def share(conn: Conn, share_id: UUID) -> Share | None:
    """Return an open share."""
    return await SQL.share_by_id.fetch_optional(conn, Share, share_id)


async def revoke(conn: Conn, share_id: UUID, booking_id: UUID) -> None:
    """End a share of that booking, unless it has ended."""
    await SQL.revoke_share.execute(conn, share_id, booking_id)
