"""Sign in, check a session or a token, make the first administrator, write the audit log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from maritime_app.accounts import passwords, store
from maritime_app.accounts.model import ADMIN_EMAIL, FIRST_OF_ALL, IN_PERSON, PERMISSIONS, Session
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web.access import Caller


async def sign_in(res: Resources, email: str, password: str) -> tuple[Caller, Session]:
    """The person with that password, and the session to begin.

    Raises Forbidden, with the same words whatever was wrong. The session carries the epoch that was
    read together
    with the password's hash: when either changes meanwhile, the session is over before it begins.
    Where a second
    factor is on it is half a session, which opens nothing until `factor.complete` has made it
    whole.
    """
    async with res.db.acquire() as conn:
        row = await store.staff_by_email(conn, email.strip())
    known = await passwords.belongs(row["password_hash"] if row else None, password)
    if row is None or not known:
        raise Forbidden(
            _("That e-mail address and password do not belong together."), code="credentials"
        )
    begun = Session(row["id"], row["session_epoch"], half=row["second_factor"])
    if not begun.half:
        async with res.db.transaction() as conn:
            await store.note_sign_in(conn, row["id"])
            await audit(conn, row["id"], "sign_in", None, {})
    return caller_of(res, row), begun


def caller_of(res: Resources, row: Record) -> Caller:
    """Somebody with a session: what the role allows, or next to nothing where a second factor is
    wanted and missing.
    """
    if res.settings.staff.second_factor == "required" and not row["second_factor"]:
        return Caller(row["id"], row["name"], row["role"], FIRST_OF_ALL, unprotected=True)
    return Caller(row["id"], row["name"], row["role"], PERMISSIONS[row["role"]])


async def caller_by_session(res: Resources, stored: bytes) -> Caller | None:
    """Whose session this is, with the name and role of now;

    None when it was ended from elsewhere.
    """
    try:
        session = msgspec.json.decode(stored, type=Session)
    except msgspec.MsgspecError:  # of an older version
        return None
    if session.half:
        return None
    async with res.db.acquire() as conn:
        row = await store.staff_by_session(conn, session.staff_id, session.epoch)
    return caller_of(res, row) if row else None


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
    conn: Conn,
    staff_id: UUID | None,
    action: str,
    subject: tuple[str, str] | None,
    detail: Mapping[str, Any],
) -> None:
    """Write down who did what, in the transaction that does it."""
    await store.add_audit(conn, staff_id, action, subject, detail)
