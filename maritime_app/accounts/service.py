"""Sign in, check a session or a token, make the first administrator, write the audit log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.accounts import passwords, store
from maritime_app.accounts.model import ADMIN_EMAIL, IN_PERSON, PERMISSIONS, Session
from maritime_app.errors import Forbidden
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web.access import Caller
from maritime_app.web.i18n import translate as _


async def sign_in(res: Resources, email: str, password: str) -> tuple[Caller, Session]:
    """The person with that password, and the session to begin.

    Raises Forbidden, with the same words whatever was wrong. The session carries the epoch that was read together
    with the password's hash: when either changes meanwhile, the session is over before it begins.
    """
    async with res.db.acquire() as conn:
        row = await store.staff_by_email(conn, email.strip())
    known = await passwords.belongs(row["password_hash"] if row else None, password)
    if row is None or not known:
        raise Forbidden(_("That e-mail address and password do not belong together."), code="credentials")
    async with res.db.transaction() as conn:
        await store.note_sign_in(conn, row["id"])
        await audit(conn, row["id"], "sign_in", None, {})
    who = Caller(row["id"], row["name"], row["role"], PERMISSIONS[row["role"]])
    return who, Session(row["id"], row["session_epoch"])


async def caller_by_session(res: Resources, stored: bytes) -> Caller | None:
    """Whose session this is, with the name and role of now; None when it was ended from elsewhere."""
    try:
        session = msgspec.json.decode(stored, type=Session)
    except msgspec.MsgspecError:  # of an older version
        return None
    async with res.db.acquire() as conn:
        row = await store.staff_by_session(conn, session.staff_id, session.epoch)
    return Caller(row["id"], row["name"], row["role"], PERMISSIONS[row["role"]]) if row else None


async def caller_by_token(res: Resources, token_hash: bytes) -> Caller | None:
    """Whose live API token this is; its permissions are at most those of the role."""
    async with res.db.acquire() as conn:
        row = await store.caller_by_token(conn, token_hash)
    if row is None:
        return None
    allowed = (PERMISSIONS[row["role"]] - IN_PERSON) & set(row["permissions"])
    return Caller(row["staff_id"], row["name"], row["role"], allowed, via="token")


async def first_admin(res: Resources) -> str | None:
    """Make an administrator if there is nobody yet and return the password, else None."""
    password = passwords.made()
    hashed = await passwords.hashed(password)
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
