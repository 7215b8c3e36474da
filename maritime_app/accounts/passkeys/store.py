"""Passkeys in PostgreSQL."""

from uuid import UUID

from maritime_app.accounts.model import Credentials
from maritime_app.accounts.passkeys.model import Passkey, StoredPasskey
from maritime_app.accounts.store import SQL
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn


async def passkeys(conn: Conn, staff_id: UUID) -> list[Passkey]:
    """Return somebody's passkeys, the oldest first."""
    return await SQL.passkeys.fetch_all(conn, Passkey, staff_id)


async def stored(conn: Conn, staff_id: UUID) -> list[StoredPasskey]:
    """Return what verifying somebody's passkeys takes."""
    return await SQL.stored_passkeys.fetch_all(conn, StoredPasskey, staff_id)


async def by_credential(conn: Conn, credential_id: bytes) -> StoredPasskey | None:
    """Return the passkey with that credential id of somebody who may sign in, held until the
    transaction ends; None for any other.
    """
    return await SQL.passkey_by_credential.fetch_optional(conn, StoredPasskey, credential_id)


async def owner(conn: Conn, staff_id: UUID) -> Credentials | None:
    """Return who signs in; None when they may not any more."""
    return await SQL.credentials_by_id.fetch_optional(conn, Credentials, staff_id)


async def add(
    conn: Conn, staff_id: UUID, name: str, credential_id: bytes, credential: bytes, count: int
) -> bool:
    """Store a passkey; return False when somebody has it already."""
    args = uuid7(), staff_id, name, credential_id, credential, count
    return await SQL.add_passkey.fetch_optional(conn, UUID, *args) is not None


async def note_use(conn: Conn, passkey_id: UUID, count: int) -> None:
    """Keep what its counter said, and when."""
    await SQL.note_passkey_use.execute(conn, passkey_id, count)


async def remove(conn: Conn, staff_id: UUID, passkey_id: UUID) -> str | None:
    """Delete one of somebody's passkeys and return its name; None when it is not theirs."""
    return await SQL.remove_passkey.fetch_optional(conn, str, staff_id, passkey_id)


async def remove_all(conn: Conn, staff_id: UUID) -> int:
    """Delete all of somebody's passkeys; return how many."""
    return await SQL.remove_passkeys.execute(conn, staff_id)
