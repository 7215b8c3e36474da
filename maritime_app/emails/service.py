"""Write a mail down with the job that sends it; send it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.emails import gateway, render, store
from maritime_app.emails.model import Attachment, C, Mail, MailKind, NewMail
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import JobRequest, enqueue, enqueue_all
from maritime_app.resources import Resources


async def write(
    conn: Conn,
    kind: MailKind[C],
    *,
    unique_key: str,
    recipient: str,
    language: str,
    context: C,
    subject: tuple[str, str],
    attachments: Sequence[Attachment] = (),
) -> bool:
    """Write a mail down in the caller's transaction; it is sent after the commit.

    Return False when one with this `unique_key` was written before. `subject` is what the job is
    about.
    """
    mail_id = uuid7()
    written = await store.add_mail(
        conn, mail_id, unique_key, kind.name, recipient, language, context, attachments
    )
    if written:
        await enqueue(
            conn,
            kind.task,
            {"mail_id": str(mail_id)},
            subject=subject,
            unique_key=f"mail:{unique_key}",
        )
    return written


async def write_all(conn: Conn, kind: MailKind[Any], mails: Sequence[NewMail]) -> int:
    """Write mails of one kind down as `write` does, in two statements for all of them.

    Return how many had not been written before.
    """
    by_id = {uuid7(): mail for mail in mails}
    written = await store.add_mails(conn, kind.name, by_id)
    requests = [
        JobRequest({"mail_id": str(mail_id)}, mail.subject, f"mail:{mail.unique_key}")
        for mail_id, mail in by_id.items()
        if mail_id in written
    ]
    await enqueue_all(conn, kind.task, requests)
    return len(written)


async def is_written(conn: Conn, unique_key: str) -> bool:
    """Return whether a mail with this key was written."""
    return await store.is_written(conn, unique_key)


async def send(res: Resources, kind: MailKind[C], mail_id: UUID) -> str:
    """Send a mail of that kind, if it has not gone yet; forget one that helps nobody any more."""
    async with res.db.acquire() as conn:
        mail = await store.mail(conn, mail_id)
    if mail is None or mail.sent:
        return "sent before" if mail else "no such mail"
    if _is_over(kind, mail):
        async with res.db.acquire() as conn:
            await store.forget(conn, mail_id)
        return "not sent: it came too late to help"
    # The first mail of a kind compiles its templates: tens of milliseconds, not on the loop.
    message = await asyncio.to_thread(render.message, res.settings, kind, mail)
    await gateway.send(res.settings, message)
    async with res.db.acquire() as conn:
        await store.mail_sent(conn, mail_id)
    return "sent"


def _is_over(kind: MailKind[C], mail: Mail) -> bool:
    """Return whether what it tells of is over: its queue was paused, or the mail server away."""
    if kind.ends_at is None:
        return False
    ends_at = kind.ends_at(msgspec.convert(mail.context, kind.context))
    return ends_at is not None and clock.now() >= ends_at


async def check_server(res: Resources) -> None:
    """Say hello to the mail server; raise Unavailable when mails would not go."""
    await gateway.check(res.settings)
