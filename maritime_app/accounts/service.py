"""Sign in, check a token, make the first administrator, write the audit log."""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import argon2

from maritime_app.accounts import store
from maritime_app.accounts.model import ADMIN_EMAIL, PERMISSIONS
from maritime_app.errors import Forbidden
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web.access import Caller
from maritime_app.web.i18n import translate as _

# argon2id with the library's defaults (RFC 9106, second recommended option): about 30 ms, in a thread.
_HASHER = argon2.PasswordHasher()
# Compared with when there is no such person, so that the answer takes as long either way.
_NOBODY = _HASHER.hash("nobody has this password")


async def sign_in(res: Resources, email: str, password: str) -> Caller:
    """The person with that password. Raises Forbidden, with the same words whatever was wrong."""
    async with res.db.acquire() as conn:
        row = await store.staff_by_email(conn, email.strip())
    known = await asyncio.to_thread(_matches, row["password_hash"] if row else _NOBODY, password)
    if row is None or not known:
        raise Forbidden(_("That e-mail address and password do not belong together."), code="credentials")
    async with res.db.transaction() as conn:
        await audit(conn, row["id"], "sign_in", None, {})
    return Caller(row["id"], row["name"], row["role"], PERMISSIONS[row["role"]])


async def caller_by_token(res: Resources, token_hash: bytes) -> Caller | None:
    """Whose live API token this is; its permissions are at most those of the role."""
    async with res.db.acquire() as conn:
        row = await store.caller_by_token(conn, token_hash)
    if row is None:
        return None
    allowed = PERMISSIONS[row["role"]] & set(row["permissions"])
    return Caller(row["staff_id"], row["name"], row["role"], allowed, via="token")


async def make_token(res: Resources, staff_id: UUID, label: str, permissions: frozenset[str]) -> str:
    """A new API token; only its hash is kept, so this is the one time to read it."""
    token = "mt_" + secrets.token_urlsafe(32)
    async with res.db.transaction() as conn:
        await store.add_token(
            conn, hashlib.sha256(token.encode()).digest(), staff_id, label, sorted(permissions)
        )
        await audit(conn, staff_id, "token_made", ("staff", str(staff_id)), {"label": label})
    return token


async def first_admin(res: Resources) -> str | None:
    """Make an administrator if there is nobody yet and return the password, else None."""
    password = "-".join(secrets.token_hex(3) for _word in range(3))
    hashed = await asyncio.to_thread(_HASHER.hash, password)
    async with res.db.transaction() as conn:
        made = await store.add_first_staff(
            conn, email=ADMIN_EMAIL, name="Administrator", role="admin", password_hash=hashed
        )
    return password if made else None


async def audit(
    conn: Conn, staff_id: UUID | None, action: str, subject: tuple[str, str] | None, detail: Mapping[str, Any]
) -> None:
    """Write down who did what, in the transaction that does it."""
    await store.add_audit(conn, staff_id, action, subject, detail)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except argon2.exceptions.VerificationError:
        return False
