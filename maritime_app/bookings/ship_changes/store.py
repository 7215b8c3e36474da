"""Who is aboard a sailing, and places that are lost, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.bookings.changes.model import Content
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.ship_changes.model import OtherVoyage
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_ship_changes")


class HeldPlaces(msgspec.Struct, frozen=True):
    """What a change that waits holds of a sailing, and the booking as it would be."""

    id: UUID
    booking_id: UUID
    status: ChangeStatus
    content: Content
    places: dict[str, int]


async def lock_aboard(conn: Conn, sailing_id: UUID) -> list[UUID]:
    """Hold the rows of all bookings that have something of the sailing, and return them."""
    return await SQL.lock_aboard.fetch_all(conn, UUID, sailing_id)


async def lock_counters(conn: Conn, sailing_id: UUID, booking_ids: Sequence[UUID]) -> None:
    """Hold the counters of the sailing, and those of what these bookings may give back."""
    await SQL.lock_counters.fetch_all(conn, str, sailing_id, list(booking_ids))


async def bookings_on(conn: Conn, sailing_id: UUID) -> list[UUID]:
    """Return the bookings that have something of the sailing, the first that booked first."""
    return await SQL.bookings_on.fetch_all(conn, UUID, sailing_id)


async def held_by_changes(conn: Conn, sailing_id: UUID) -> list[HeldPlaces]:
    """Return what changes that wait hold of the sailing, the oldest first."""
    return await SQL.held_by_changes.fetch_all(conn, HeldPlaces, sailing_id)


async def lose_places(conn: Conn, sailing_id: UUID, booking_ids: Sequence[UUID]) -> list[Reserved]:
    """Take from bookings what they have of a sailing; the counters are the caller's."""
    return await SQL.lose_places.fetch_all(conn, Reserved, sailing_id, list(booking_ids))


async def has_boarded(conn: Conn, sailing_id: UUID) -> bool:
    """Return whether somebody is aboard."""
    return await SQL.has_boarded.fetch_one(conn, bool, sailing_id)


async def other_voyages(
    conn: Conn, ferry_id: UUID, sailing_id: UUID, leaves_at: datetime, arrives_at: datetime
) -> list[OtherVoyage]:
    """Return where else a ship is to sail between two instants."""
    asked = ferry_id, sailing_id, leaves_at, arrives_at
    return await SQL.other_voyages.fetch_all(conn, OtherVoyage, *asked)
