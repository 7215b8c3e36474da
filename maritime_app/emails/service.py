"""Write a mail down with the job that sends it; send it."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.emails import gateway, render, store
from maritime_app.emails.model import Attachment, BookingMail
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

TEMPLATES = (
    "booking_confirmation",
    "cancellation",
    "payment_success",
    "payment_failed",
    "refund_confirmation",
)


async def write(
    conn: Conn,
    template: str,
    *,
    unique_key: str,
    recipient: str,
    language: str,
    context: BookingMail,
    subject: tuple[str, str],
    attachments: Sequence[Attachment] = (),
) -> bool:
    """Write a mail down in the caller's transaction, once per unique_key; it is sent after the
    commit.
    """
    mail_id = uuid7()
    if not await store.add_mail(
        conn, mail_id, unique_key, template, recipient, language, context, attachments
    ):
        return False
    await enqueue(
        conn,
        f"emails.send_{template}",
        {"mail_id": str(mail_id)},
        subject=subject,
        unique_key=f"mail:{unique_key}",
    )
    return True


async def send(res: Resources, mail_id: UUID) -> str:
    """Send a written mail, if it has not gone yet."""
    async with res.db.acquire() as conn:
        mail = await store.mail(conn, mail_id)
    if mail is None or mail.sent:
        return "sent before" if mail else "no such mail"
    await gateway.send(res.settings, render.message(res.settings, mail))
    async with res.db.acquire() as conn:
        await store.mail_sent(conn, mail_id)
    return "sent"
