"""Parties that wait, in PostgreSQL."""

from uuid import UUID

from maritime_app.bookings.waiting.model import Decided, NewWaiter, WaitedSailing, Waiter
from maritime_app.bookings.waiting.states import WAITING, WaitingEvent
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_waiting")


async def add(conn: Conn, party: NewWaiter, most: int) -> bool:
    """Put a party at the end of the list; return False where it is there, or the list is full."""
    await SQL.lock_list.fetch_optional(conn, UUID, party.sailing_id)
    added = await SQL.add_waiter.execute(
        conn,
        party.id,
        party.sailing_id,
        party.email,
        party.language,
        dict(party.places),
        party.request,
        most,
    )
    return bool(added)


async def waiter(conn: Conn, waiter_id: UUID) -> Waiter | None:
    """Return a party with the end of what is held for it."""
    return await SQL.waiter_by_id.fetch_optional(conn, Waiter, waiter_id)


async def request_of(conn: Conn, waiter_id: UUID) -> dict[str, object] | None:
    """Return what the party asked for, as plain values; None once it was erased."""
    return await SQL.waiter_request.fetch_optional(conn, dict, waiter_id)


async def sailing(conn: Conn, sailing_id: UUID) -> WaitedSailing:
    """Return the sailing that is waited for."""
    return await SQL.waited_sailing.fetch_one(conn, WaitedSailing, sailing_id)


async def ahead(conn: Conn, party: Waiter) -> int:
    """Return how many parties come before it."""
    return await SQL.waiters_ahead.fetch_one(conn, int, party.sailing_id, party.id)


async def lock_waiting(conn: Conn, sailing_id: UUID) -> list[Waiter]:
    """Lock and return the parties that wait, in the order in which they came.

    Empty while one of them is being offered places.
    """
    await SQL.lock_list.fetch_optional(conn, UUID, sailing_id)
    return await SQL.lock_waiters.fetch_all(conn, Waiter, sailing_id)


async def begin(conn: Conn, waiter_id: UUID, reference: str) -> bool:
    """Write down that places are being held for a party under that reference.

    Return False where it does not wait any more, and where a booking has the reference.
    """
    before = WAITING.before(WaitingEvent.BEGIN)
    begun = await SQL.begin_offer.execute(conn, waiter_id, reference, before)
    return bool(begun)


async def apply(
    conn: Conn, waiter_id: UUID, event: WaitingEvent, reference: str | None = None
) -> bool:
    """Let the event happen; return False where the party's state does not allow it.

    `reference` narrows it to one offer. What ends a party erases what it asked for.
    """
    after = WAITING.target(event)
    changed = await SQL.set_waiter_status.execute(
        conn, waiter_id, WAITING.before(event), after, WAITING.is_final(after), reference
    )
    return bool(changed)


async def stuck(conn: Conn, older_than_seconds: float, most: int) -> list[Waiter]:
    """Return parties whose offer began and did not end: its worker died."""
    return await SQL.stuck_offers.fetch_all(conn, Waiter, older_than_seconds, most)


async def decided(conn: Conn, most: int) -> list[Decided]:
    """Return offered parties whose booking has been paid or has ended."""
    return await SQL.decided_offers.fetch_all(conn, Decided, most)


async def unsold(conn: Conn, close_minutes: int, most: int) -> list[Waiter]:
    """Return parties that wait for a sailing that is not sold any more."""
    return await SQL.waiters_of_unsold.fetch_all(conn, Waiter, close_minutes, most)


async def waited_with_room(conn: Conn, most: int) -> list[UUID]:
    """Return sailings that somebody waits for and on which a place is free."""
    return await SQL.waited_with_room.fetch_all(conn, UUID, most)
