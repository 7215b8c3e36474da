"""Staff, tokens and audit lines in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from maritime_app import i18n
from maritime_app.accounts.model import (
    Addressee,
    AuditFilter,
    AuditLine,
    Credentials,
    Member,
    Person,
    RevokedToken,
    StaffOperator,
    Token,
    TokenHolder,
)
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.paging import skipped

SQL = queries.load("accounts")


async def credentials(conn: Conn, email: str) -> Credentials | None:
    """Return what signing in compares; None when nobody who may sign in has that address."""
    return await SQL.credentials.fetch_optional(conn, Credentials, email)


async def member_by_session(conn: Conn, staff_id: UUID, epoch: int) -> Member | None:
    """Return whose session this is; None when it was ended from elsewhere."""
    return await SQL.member_by_session.fetch_optional(conn, Member, staff_id, epoch)


async def note_sign_in(conn: Conn, staff_id: UUID) -> None:
    """Keep the time of this sign-in, and its language."""
    await SQL.note_sign_in.execute(conn, staff_id, i18n.current())


async def addressee(conn: Conn, staff_id: UUID) -> Addressee:
    """Return whom a mail to somebody goes to."""
    return await SQL.addressee.fetch_one(conn, Addressee, staff_id)


async def add_first_staff(
    conn: Conn, *, email: str, name: str, role: str, password_hash: str
) -> bool:
    """Add a person if there is nobody yet; return whether that was so."""
    new = uuid7(), email, name, role, password_hash
    return await SQL.add_first_staff.fetch_optional(conn, UUID, *new) is not None


async def people(conn: Conn) -> list[Person]:
    """Return everybody, those who may sign in first."""
    return await SQL.people.fetch_all(conn, Person)


async def person(conn: Conn, staff_id: UUID) -> Person | None:
    """Return one person, disabled or not."""
    return await SQL.person.fetch_optional(conn, Person, staff_id)


async def id_by_email(conn: Conn, email: str) -> UUID | None:
    """Return whose address this is, disabled or not."""
    return await SQL.id_by_email.fetch_optional(conn, UUID, email)


async def add_staff(
    conn: Conn, *, email: str, name: str, role: str, password_hash: str
) -> UUID | None:
    """Add a person; return None when somebody has that address."""
    new = uuid7(), email, name, role, password_hash
    return await SQL.add_staff.fetch_optional(conn, UUID, *new)


async def lock_staff(conn: Conn) -> None:
    """Keep everybody else from changing a role or a state until this transaction ends."""
    await SQL.lock_staff.execute(conn)


async def set_role(conn: Conn, staff_id: UUID, role: str) -> bool:
    """Change the role and end the sessions; return False for the only administrator."""
    return await SQL.set_role.fetch_optional(conn, UUID, staff_id, role) is not None


async def operators(conn: Conn) -> list[StaffOperator]:
    """Return the operators that staff may belong to."""
    return await SQL.staff_operators.fetch_all(conn, StaffOperator)


async def set_operator(conn: Conn, staff_id: UUID, operator_code: str | None) -> bool:
    """Bind a person to an operator, None to all; return False where there is no such one."""
    return await SQL.set_operator.fetch_optional(conn, UUID, staff_id, operator_code) is not None


async def disable_staff(conn: Conn, staff_id: UUID) -> bool:
    """Disable a person and end the sessions; return False for the only administrator."""
    return await SQL.disable_staff.fetch_optional(conn, UUID, staff_id) is not None


async def enable_staff(conn: Conn, staff_id: UUID) -> None:
    """Let a person sign in again."""
    await SQL.enable_staff.execute(conn, staff_id)


async def set_password(conn: Conn, staff_id: UUID, password_hash: str) -> int:
    """Store a new password's hash and end the sessions; return the epoch of the next ones."""
    return await SQL.set_password.fetch_one(conn, int, staff_id, password_hash)


async def password_hash(conn: Conn, staff_id: UUID) -> str | None:
    """Return the hash of somebody who may sign in."""
    return await SQL.password_hash.fetch_optional(conn, str, staff_id)


async def lock_person(conn: Conn, staff_id: UUID) -> None:
    """Keep everybody else from adding to or using up what somebody signs in with until the
    transaction ends.
    """
    await SQL.lock_person.execute(conn, staff_id)


async def hold_password(conn: Conn, staff_id: UUID, password_hash: str | None) -> bool:
    """Return whether that hash is still the one of somebody who may sign in; it is until the
    transaction ends.
    """
    return await SQL.hold_password.fetch_optional(conn, UUID, staff_id, password_hash) is not None


async def token_holder(conn: Conn, token_hash: bytes) -> TokenHolder | None:
    """Return who calls with that token, and mark it as used; None unless it is live."""
    return await SQL.token_holder.fetch_optional(conn, TokenHolder, token_hash)


async def add_token(
    conn: Conn, token_hash: bytes, staff_id: UUID, label: str, permissions: Sequence[str]
) -> UUID:
    """Store a token's hash; return the token's id."""
    token_id = uuid7()
    await SQL.add_token.execute(conn, token_id, token_hash, staff_id, label, list(permissions))
    return token_id


async def tokens(conn: Conn, staff_id: UUID | None) -> list[Token]:
    """Return somebody's tokens, everybody's for None; live ones first."""
    return await SQL.tokens.fetch_all(conn, Token, staff_id)


async def revoke_token(conn: Conn, token_id: UUID, owner: UUID | None) -> RevokedToken | None:
    """Revoke a token, of that owner only unless None; return None when there is no live one."""
    return await SQL.revoke_token.fetch_optional(conn, RevokedToken, token_id, owner)


async def add_audit(
    conn: Conn,
    staff_id: UUID | None,
    action: str,
    subject: tuple[str, str] | None,
    detail: Mapping[str, Any],
) -> None:
    """Write down who did what."""
    kind, subject_id = subject or (None, None)
    await SQL.add_audit.execute(conn, uuid7(), staff_id, action, kind, subject_id, dict(detail))


async def audit_lines(conn: Conn, wanted: AuditFilter, per_page: int) -> list[AuditLine]:
    """Return a page of the log, newest first, and one line more when there is another page."""
    skip = skipped(wanted.page, per_page)
    filters = wanted.person, wanted.action or None
    return await SQL.audit_lines.fetch_all(conn, AuditLine, *filters, skip, per_page + 1)


async def audit_actions(conn: Conn) -> list[str]:
    """Return every action that occurs, in order."""
    return await SQL.audit_actions.fetch_all(conn, str)
