"""Mails and their attachments in PostgreSQL."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from maritime_app.emails.model import Attachment, Mail, NewMail
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("emails")


async def add_mail(
    conn: Conn,
    mail_id: UUID,
    unique_key: str,
    kind: str,
    recipient: str,
    language: str,
    context: msgspec.Struct,
    attachments: Sequence[Attachment],
) -> bool:
    """Store a mail and its attachments; return False when its unique key was stored before."""
    plain = msgspec.to_builtins(context)
    written = await SQL.add_mail.execute(
        conn, mail_id, unique_key, kind, recipient, language, plain
    )
    if not written:
        return False
    for number, file in enumerate(attachments, start=1):
        await SQL.add_attachment.execute(
            conn, mail_id, number, file.filename, file.content_type, file.body
        )
    return True


async def add_mails(conn: Conn, kind: str, mails: Mapping[UUID, NewMail]) -> set[UUID]:
    """Store mails of a kind by the ids they get; return those that were not stored before."""
    rows = [
        {
            "id": mail_id,
            "unique_key": mail.unique_key,
            "recipient": mail.recipient,
            "language": mail.language,
            "context": msgspec.to_builtins(mail.context),
        }
        for mail_id, mail in mails.items()
    ]
    return set(await SQL.add_mails.fetch_all(conn, UUID, kind, rows))


async def is_written(conn: Conn, unique_key: str) -> bool:
    """Return whether a mail with this key was written."""
    return await SQL.mail_is_written.fetch_one(conn, bool, unique_key)


async def mail(conn: Conn, mail_id: UUID) -> Mail | None:
    """Return the mail with its attachments; None when it does not exist or was erased."""
    bare = await SQL.mail_by_id.fetch_optional(conn, Mail, mail_id)
    if bare is None:
        return None
    files = await SQL.attachments_of.fetch_all(conn, Attachment, mail_id)
    return msgspec.structs.replace(bare, attachments=tuple(files))


async def drop_sent_files(conn: Conn, hours: int) -> int:
    """Delete the files of mails that were sent so many hours ago; return how many."""
    return await SQL.drop_sent_files.execute(conn, hours)


async def mail_sent(conn: Conn, mail_id: UUID) -> None:
    """Mark the mail as sent, unless it is marked already."""
    await SQL.mail_sent.execute(conn, mail_id)


async def forget(conn: Conn, mail_id: UUID) -> None:
    """Erase a mail that is not to be sent; that it was written stays."""
    await SQL.forget_mail.execute(conn, mail_id)
