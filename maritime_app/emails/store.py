"""Mails and their attachments in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.emails.model import Attachment, BookingMail, Mail
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("emails")


async def add_mail(
    conn: Conn,
    mail_id: UUID,
    unique_key: str,
    template: str,
    recipient: str,
    language: str,
    context: BookingMail,
    attachments: Sequence[Attachment],
) -> bool:
    """Write a mail down; False when it was written before."""
    plain = msgspec.to_builtins(context)
    if (
        await SQL.add_mail.value(conn, mail_id, unique_key, template, recipient, language, plain)
        is None
    ):
        return False
    for number, file in enumerate(attachments, start=1):
        await SQL.add_attachment.run(
            conn, mail_id, number, file.filename, file.content_type, file.body
        )
    return True


async def mail(conn: Conn, mail_id: UUID) -> Mail | None:
    """The mail with its attachments."""
    row = await SQL.mail_by_id.maybe(conn, mail_id)
    if row is None or row["erased_at"] is not None:
        return None
    files = tuple(
        Attachment(*file.values()) for file in await SQL.attachments_of.all(conn, mail_id)
    )
    context = msgspec.convert(row["context"], BookingMail)
    return Mail(
        row["id"],
        row["template"],
        row["recipient"],
        row["language"],
        context,
        row["sent_at"] is not None,
        files,
    )


async def mail_sent(conn: Conn, mail_id: UUID) -> None:
    """Remember that it has gone."""
    await SQL.mail_sent.run(conn, mail_id)
