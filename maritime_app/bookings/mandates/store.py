"""Mandates and their uses in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings.mandates.model import Mandate, NewMandate, Use, Used
from maritime_app.bookings.mandates.states import MANDATE, USE, MandateEvent, UseEvent
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.payments.saved_card import SavedCard

SQL = queries.load("bookings_mandates")


class _Way(msgspec.Struct, frozen=True):
    id: UUID
    origin: str
    destination: str


async def add(conn: Conn, new: NewMandate, most: int) -> bool:
    """Write a mandate down; return False where its address has so many."""
    await SQL.lock_holder.execute(conn, new.email)
    added = await SQL.add_mandate.execute(
        conn,
        new.id,
        new.email,
        new.language,
        new.limit.amount_minor,
        new.limit.currency,
        new.origin,
        new.destination,
        new.most_bookings,
        new.valid_until,
        most,
    )
    return bool(added)


async def mandate(conn: Conn, mandate_id: UUID) -> Mandate | None:
    """Return a mandate."""
    return await SQL.mandate_by_id.fetch_optional(conn, Mandate, mandate_id)


async def lock(conn: Conn, mandate_id: UUID) -> Mandate:
    """Return a mandate; its row is locked until the transaction ends."""
    return await SQL.lock_mandate.fetch_one(conn, Mandate, mandate_id)


async def by_key(conn: Conn, key_hash: bytes) -> UUID | None:
    """Return whose key that is."""
    return await SQL.mandate_by_key.fetch_optional(conn, UUID, key_hash)


async def set_session(conn: Conn, mandate_id: UUID, session_id: str) -> bool:
    """Write down on which page its card is being saved; return False where none is to be saved."""
    return bool(await SQL.set_session.execute(conn, mandate_id, session_id))


async def grant(conn: Conn, mandate_id: UUID, card: SavedCard) -> bool:
    """Let it pay with that card; return False where it was granted or ended before."""
    event = MandateEvent.GRANT
    changed = await SQL.grant_mandate.execute(
        conn,
        mandate_id,
        MANDATE.before(event),
        MANDATE.target(event),
        card.customer_id,
        card.method_id,
        card.brand,
        card.last4,
    )
    return bool(changed)


async def end(conn: Conn, mandate_id: UUID, event: MandateEvent) -> bool:
    """Let it end; return False where it had ended."""
    before, after = MANDATE.before(event), MANDATE.target(event)
    return bool(await SQL.end_mandate.execute(conn, mandate_id, before, after))


async def set_key(conn: Conn, mandate_id: UUID, key_hash: bytes) -> bool:
    """Write its key down, once; return False where it has one, or cannot pay."""
    return bool(await SQL.set_key.execute(conn, mandate_id, key_hash))


async def used(conn: Conn, mandate_id: UUID, booking_id: UUID | None = None) -> Used:
    """Return what is taken or spent of it, and whether for that booking."""
    return await SQL.used.fetch_one(conn, Used, mandate_id, booking_id)


async def ways(conn: Conn, sailing_ids: list[UUID]) -> list[tuple[str, str]]:
    """Return from which port to which these sail, by code, in their order."""
    found = await SQL.ways_of.fetch_all(conn, _Way, sailing_ids)
    by_id = {one.id: (one.origin, one.destination) for one in found}
    return [by_id[sailing_id] for sailing_id in sailing_ids]


async def add_use(
    conn: Conn, use_id: UUID, mandate_id: UUID, booking_id: UUID, payment_id: UUID
) -> bool:
    """Take the amount of an open payment; return False where it cannot be taken (any more)."""
    added = await SQL.add_use.execute(conn, use_id, mandate_id, booking_id, payment_id)
    return bool(added)


async def use(conn: Conn, use_id: UUID) -> Use:
    """Return a use."""
    return await SQL.use_by_id.fetch_one(conn, Use, use_id)


async def use_of(conn: Conn, booking_id: UUID, payment_ids: Sequence[UUID]) -> Use | None:
    """Return the use by which one of these payments of a booking was, or was to be, paid."""
    return await SQL.use_of_booking.fetch_optional(conn, Use, booking_id, payment_ids)


async def uses_of(conn: Conn, mandate_id: UUID) -> list[Use]:
    """Return every use of a mandate, newest first."""
    return await SQL.uses_of.fetch_all(conn, Use, mandate_id)


async def end_use(conn: Conn, use_id: UUID, event: UseEvent, refusal: str | None) -> bool:
    """Let a use end; return False where it had ended."""
    before, after = USE.before(event), USE.target(event)
    return bool(await SQL.end_use.execute(conn, use_id, before, after, refusal))


async def open_uses(conn: Conn, older_than_seconds: float, most: int) -> list[UUID]:
    """Return uses of which nobody has heard for so long how they ended."""
    return await SQL.open_uses.fetch_all(conn, UUID, older_than_seconds, most)


async def cards_to_look_for(conn: Conn, seconds: float, most: int) -> list[UUID]:
    """Return mandates whose card may have been saved; from now on they count as asked after."""
    return await SQL.cards_to_look_for.fetch_all(conn, UUID, seconds, most)


async def overdue(conn: Conn, unsaved_days: int, most: int) -> list[UUID]:
    """Return mandates whose time is over, or that have waited for a card for so many days."""
    return await SQL.overdue_mandates.fetch_all(conn, UUID, unsaved_days, most)


async def currencies(conn: Conn) -> list[str]:
    """Return the currencies in which something is sold."""
    return await SQL.currencies.fetch_all(conn, str)
