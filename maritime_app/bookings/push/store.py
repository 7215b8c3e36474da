"""Who asked to hear of a late ship, and what was sent, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.bookings import store as bookings
from maritime_app.bookings.push.model import Listener, Subscription
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_push")


async def add(conn: Conn, new: Subscription, most: int) -> UUID | None:
    """Add a browser, or renew it; return its id, None where the booking has so many others."""
    await bookings.lock_booking(conn, new.booking_id)
    keys = (new.browser_key, new.auth, new.language, new.vapid_key)
    return await SQL.add_push_subscription.fetch_optional(
        conn, UUID, new.id, new.booking_id, new.endpoint, *keys, most
    )


async def end(conn: Conn, booking_id: UUID, endpoint: str) -> None:
    """Forget a browser of that booking."""
    await SQL.end_push_subscription.execute(conn, booking_id, endpoint)


async def drop(conn: Conn, subscription_id: UUID) -> None:
    """Forget a browser that is gone."""
    await SQL.drop_push_subscription.execute(conn, subscription_id)


async def of_bookings(conn: Conn, booking_ids: Sequence[UUID]) -> list[Listener]:
    """Return which browsers asked to hear of these bookings."""
    return await SQL.push_subscriptions_of.fetch_all(conn, Listener, list(booking_ids))


async def by_id(conn: Conn, subscription_id: UUID) -> Subscription | None:
    """Return a browser that asked; None when it was ended."""
    return await SQL.push_subscription.fetch_optional(conn, Subscription, subscription_id)


async def mark_sent(conn: Conn, subscription_id: UUID, news: str) -> bool:
    """Write down that this news was sent; return False where it was before."""
    return bool(await SQL.mark_push_sent.execute(conn, subscription_id, news))


async def is_sent(conn: Conn, subscription_id: UUID, news: str) -> bool:
    """Return whether this news was sent."""
    return await SQL.is_push_sent.fetch_one(conn, bool, subscription_id, news)


async def drop_ended(conn: Conn) -> int:
    """Forget browsers whose journey is over, or whose booking was erased; return how many."""
    return await SQL.drop_ended_push_subscriptions.execute(conn)
