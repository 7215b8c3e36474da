"""Sign in, check a session or a token, make the first administrator, write the audit log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.accounts import passwords, store
from maritime_app.accounts.model import ADMIN_EMAIL, Credentials, Member, PendingSignIn, Session
from maritime_app.accounts.notices.model import Change
from maritime_app.accounts.notices.telling import tell
from maritime_app.accounts.permissions import SETUP_PERMISSIONS, Role, grantable, held
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web.access import Caller, Via


class SignedIn(msgspec.Struct, frozen=True):
    """Who has signed in, and the session to begin."""

    caller: Caller
    session: Session


async def sign_in(
    res: Resources, email: str, password: str, *, then: str = "", new_device: str | None = None
) -> SignedIn | PendingSignIn:
    """Check the password of somebody; where a second factor is on, the code is still to come.

    The session carries the epoch that was read together with the password's hash: when either
    changes meanwhile, the session is over before it begins. `then` is where a pending sign-in goes
    on to; of a `new_device` the person is told. Raise Forbidden, with the same words whatever was
    wrong.
    """
    async with res.db.acquire() as conn:
        credentials = await store.credentials(conn, email.strip())
    matches = await passwords.matches(
        res, credentials.password_hash if credentials else None, password
    )
    if credentials is None or not matches:
        words = _("That e-mail address and password do not belong together.")
        raise Forbidden(words, code="credentials")
    if credentials.second_factor:
        return PendingSignIn(credentials.id, credentials.session_epoch, then, new_device)
    async with res.db.transaction() as conn:
        await note_sign_in(conn, credentials.id, {}, new_device)
    return SignedIn(caller_of(res, credentials), Session(credentials.id, credentials.session_epoch))


async def note_sign_in(
    conn: Conn, staff_id: UUID, detail: Mapping[str, Any], new_device: str | None
) -> None:
    """Write a sign-in down, and to the person where it is in a new device."""
    await store.note_sign_in(conn, staff_id)
    await audit(conn, staff_id, "sign_in", None, detail)
    if new_device is not None:
        await tell(conn, staff_id, Change.NEW_DEVICE, by=staff_id, what=new_device)


def caller_of(res: Resources, member: Credentials | Member) -> Caller:
    """Return somebody with a session: what the role allows, or next to nothing where a second
    factor is required and off.
    """
    if res.settings.staff.second_factor == "required" and not member.second_factor:
        return Caller(member.id, member.name, member.role, SETUP_PERMISSIONS, unprotected=True)
    allowed = held(member.role, for_one_operator=member.operator_id is not None)
    return Caller(member.id, member.name, member.role, allowed, operator_id=member.operator_id)


async def caller_by_session(res: Resources, stored: bytes) -> Caller | None:
    """Return whose session this is, with the name and role of now; None when it is over."""
    try:
        session = msgspec.json.decode(stored, type=Session)
    except msgspec.MsgspecError:  # of an older version, or a pending sign-in
        return None
    async with res.db.acquire() as conn:
        member = await store.member_by_session(conn, session.staff_id, session.epoch)
    return caller_of(res, member) if member else None


async def caller_by_token(res: Resources, token_hash: bytes) -> Caller | None:
    """Return whose live API token this is; it allows at most what the role does."""
    async with res.db.acquire() as conn:
        holder = await store.token_holder(conn, token_hash)
    if holder is None:
        return None
    may = grantable(holder.role, for_one_operator=holder.operator_id is not None)
    return Caller(
        holder.staff_id,
        holder.name,
        holder.role,
        may & set(holder.permissions),
        via=Via.TOKEN,
        operator_id=holder.operator_id,
    )


async def first_admin(res: Resources) -> str | None:
    """Make an administrator if there is nobody yet and return the password, else None."""
    password = passwords.generate()
    hashed = await passwords.hash_of(res, password)
    async with res.db.transaction() as conn:
        added = await store.add_first_staff(
            conn, email=ADMIN_EMAIL, name="Administrator", role=Role.ADMIN, password_hash=hashed
        )
    return password if added else None


async def audit(
    conn: Conn,
    staff_id: UUID | None,
    action: str,
    subject: tuple[str, str] | None,
    detail: Mapping[str, Any],
) -> None:
    """Write down who did what, in the transaction that does it; None is the command line."""
    await store.add_audit(conn, staff_id, action, subject, detail)
