"""Rows of movements, and how far the balance has been read."""

from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.infra.db import Conn
from maritime_app.payments.model import Movement
from maritime_app.payments.store import SQL


class StripeLine(msgspec.Struct, frozen=True):
    """What a transaction of the ledger changes of the balance at Stripe."""

    amount_minor: int
    currency: str


class _At(msgspec.Struct, frozen=True):
    at: datetime | None


async def read_until(conn: Conn) -> datetime | None:
    """Return the instant up to which movements have been read; None before the first time."""
    return await SQL.balance_read_until.fetch_optional(conn, datetime)


async def first_settled_at(conn: Conn) -> datetime | None:
    """Return when the first money arrived."""
    return (await SQL.first_settled_at.fetch_one(conn, _At)).at


async def keep_read_until(conn: Conn, until: datetime) -> None:
    """Write down that all movements before this instant have been read."""
    await SQL.keep_balance_read_until.run(conn, until)


async def known(conn: Conn, ids: list[str]) -> set[str]:
    """Return those of the movements that have been read."""
    return set(await SQL.known_movements.fetch_all(conn, str, ids))


async def add(conn: Conn, movement: Movement, transaction_id: UUID | None) -> bool:
    """Write a movement with the ledger's transaction that says the same; False when known."""
    row = await SQL.add_movement.value(
        conn,
        movement.id,
        movement.category,
        movement.amount_minor,
        movement.fee_minor,
        movement.currency,
        movement.source_id,
        movement.moved_at,
        movement.available_at,
        transaction_id,
    )
    return row is not None


async def stripe_line(conn: Conn, transaction_id: UUID) -> StripeLine | None:
    """Return what a transaction of the ledger changes of the balance at Stripe."""
    return await SQL.stripe_line.fetch_optional(conn, StripeLine, transaction_id)
