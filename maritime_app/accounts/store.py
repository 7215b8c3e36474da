"""Staff, tokens and audit lines in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from maritime_app.accounts.model import AuditFilter, AuditLine, Person, Token
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("accounts")


async def staff_by_email(conn: Conn, email: str) -> Record | None:
    """Somebody who may sign in."""
    return await SQL.staff_by_email.maybe(conn, email)


async def staff_by_session(conn: Conn, staff_id: UUID, epoch: int) -> Record | None:
    """Whose session this still is."""
    return await SQL.staff_by_session.maybe(conn, staff_id, epoch)


async def note_sign_in(conn: Conn, staff_id: UUID) -> None:
    """Remember when somebody was here last."""
    await SQL.note_sign_in.run(conn, staff_id)


async def add_first_staff(
    conn: Conn, *, email: str, name: str, role: str, password_hash: str
) -> bool:
    """Add a person if there is nobody yet."""
    return (
        await SQL.add_first_staff.value(conn, uuid7(), email, name, role, password_hash) is not None
    )


async def people(conn: Conn) -> list[Person]:
    """Everybody, those who may sign in first."""
    return [msgspec.convert(dict(row), Person) for row in await SQL.people.all(conn)]


async def person(conn: Conn, staff_id: UUID) -> Person | None:
    """One of them."""
    row = await SQL.person.maybe(conn, staff_id)
    return msgspec.convert(dict(row), Person) if row else None


async def id_by_email(conn: Conn, email: str) -> UUID | None:
    """Whose address this is, disabled or not."""
    found: UUID | None = await SQL.id_by_email.value(conn, email)
    return found


async def add_staff(
    conn: Conn, *, email: str, name: str, role: str, password_hash: str
) -> UUID | None:
    """Add a person; None when somebody has that address."""
    made: UUID | None = await SQL.add_staff.value(conn, uuid7(), email, name, role, password_hash)
    return made


async def lock_staff(conn: Conn) -> None:
    """Nobody else changes a role or a state until this transaction ends."""
    await SQL.lock_staff.value(conn)


async def set_role(conn: Conn, staff_id: UUID, role: str) -> bool:
    """Change the role and end the sessions; False when that was the only administrator."""
    return await SQL.set_role.value(conn, staff_id, role) is not None


async def disable_staff(conn: Conn, staff_id: UUID) -> bool:
    """Keep a person out and end the sessions; False when that was the only administrator."""
    return await SQL.disable_staff.value(conn, staff_id) is not None


async def enable_staff(conn: Conn, staff_id: UUID) -> None:
    """Let a person in again."""
    await SQL.enable_staff.run(conn, staff_id)


async def set_password(conn: Conn, staff_id: UUID, password_hash: str) -> int:
    """Keep a new password's hash and end the sessions; returns the epoch of the next ones."""
    return int(await SQL.set_password.value(conn, staff_id, password_hash))


async def password_hash(conn: Conn, staff_id: UUID) -> str | None:
    """What a present password is compared with."""
    found: str | None = await SQL.password_hash.value(conn, staff_id)
    return found


async def second_factor(conn: Conn, staff_id: UUID) -> Record | None:
    """The sealed secret, since when it counts, recovery codes left; None when disabled."""
    return await SQL.second_factor.maybe(conn, staff_id)


async def lock_person(conn: Conn, staff_id: UUID) -> None:
    """Nobody else uses or changes this person's second factor until this transaction ends."""
    await SQL.lock_person.value(conn, staff_id)


async def keep_secret(conn: Conn, staff_id: UUID, sealed: str) -> bool:
    """Keep a secret that counts for nothing yet; False when the second factor is on."""
    return await SQL.keep_secret.value(conn, staff_id, sealed) is not None


async def switch_on(conn: Conn, staff_id: UUID, sealed: str, step: int) -> int | None:
    """Let that secret count and end the sessions; the epoch of the next ones, None when it is not
    the one any more.
    """
    epoch: int | None = await SQL.switch_on.value(conn, staff_id, sealed, step)
    return epoch


async def use_step(conn: Conn, staff_id: UUID, sealed: str, step: int) -> bool:
    """Take the code of that time step; False when it or a later one was taken."""
    return await SQL.use_step.value(conn, staff_id, sealed, step) is not None


async def use_recovery_code(conn: Conn, staff_id: UUID, code_hash: bytes) -> bool:
    """Take a recovery code; False when there is none such, or it was used."""
    return await SQL.use_recovery_code.value(conn, staff_id, code_hash) is not None


async def renew_recovery_codes(conn: Conn, staff_id: UUID, code_hashes: Sequence[bytes]) -> None:
    """These, and none of those before."""
    await SQL.drop_recovery_codes.run(conn, staff_id)
    await SQL.add_recovery_codes.run(conn, staff_id, list(code_hashes))


async def switch_off(conn: Conn, staff_id: UUID) -> bool:
    """Forget the second factor with its codes; False when it was off."""
    was_on = await SQL.switch_off.value(conn, staff_id) is not None
    await SQL.drop_recovery_codes.run(conn, staff_id)
    return was_on


async def reset_second_factor(conn: Conn, staff_id: UUID) -> bool:
    """The same, and the sessions end."""
    was_on = await SQL.reset_second_factor.value(conn, staff_id) is not None
    await SQL.drop_recovery_codes.run(conn, staff_id)
    return was_on


async def caller_by_token(conn: Conn, token_hash: bytes) -> Record | None:
    """Whose live token this is."""
    return await SQL.caller_by_token.maybe(conn, token_hash)


async def add_token(
    conn: Conn, token_hash: bytes, staff_id: UUID, label: str, permissions: Sequence[str]
) -> UUID:
    """Keep a token's hash."""
    token_id = uuid7()
    await SQL.add_token.run(conn, token_id, token_hash, staff_id, label, list(permissions))
    return token_id


async def tokens(conn: Conn, staff_id: UUID | None) -> list[Token]:
    """Somebody's tokens, or everybody's."""
    return [msgspec.convert(dict(row), Token) for row in await SQL.tokens.all(conn, staff_id)]


async def revoke_token(conn: Conn, token_id: UUID, staff_id: UUID | None) -> Record | None:
    """Take a token back; None when there is no such live one."""
    return await SQL.revoke_token.maybe(conn, token_id, staff_id)


async def add_audit(
    conn: Conn,
    staff_id: UUID | None,
    action: str,
    subject: tuple[str, str] | None,
    detail: Mapping[str, Any],
) -> None:
    """Write down who did what."""
    kind, subject_id = subject or (None, None)
    await SQL.add_audit.run(conn, uuid7(), staff_id, action, kind, subject_id, dict(detail))


async def audit_lines(conn: Conn, wanted: AuditFilter, per_page: int) -> list[AuditLine]:
    """A page of the log, newest first, and one line more when there is another page."""
    skip = (wanted.page - 1) * per_page
    rows = await SQL.audit_lines.all(conn, wanted.person, wanted.action or None, skip, per_page + 1)
    return [msgspec.convert(dict(row), AuditLine) for row in rows]


async def audit_actions(conn: Conn) -> list[str]:
    """Every action that occurs, in order."""
    return [row["action"] for row in await SQL.audit_actions.all(conn)]
