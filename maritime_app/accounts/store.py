"""Staff, tokens and audit lines in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("accounts")


async def staff_by_email(conn: Conn, email: str) -> Record | None:
    """Somebody who may sign in."""
    return await SQL.staff_by_email.maybe(conn, email)


async def add_first_staff(conn: Conn, *, email: str, name: str, role: str, password_hash: str) -> bool:
    """Add a person if there is nobody yet."""
    return await SQL.add_first_staff.value(conn, uuid7(), email, name, role, password_hash) is not None


async def caller_by_token(conn: Conn, token_hash: bytes) -> Record | None:
    """Whose live token this is."""
    return await SQL.caller_by_token.maybe(conn, token_hash)


async def add_token(
    conn: Conn, token_hash: bytes, staff_id: UUID, label: str, permissions: Sequence[str]
) -> None:
    """Keep a token's hash."""
    await SQL.add_token.run(conn, uuid7(), token_hash, staff_id, label, list(permissions))


async def add_audit(
    conn: Conn, staff_id: UUID | None, action: str, subject: tuple[str, str] | None, detail: Mapping[str, Any]
) -> None:
    """Write down who did what."""
    kind, subject_id = subject or (None, None)
    await SQL.add_audit.run(conn, uuid7(), staff_id, action, kind, subject_id, dict(detail))
