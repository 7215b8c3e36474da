"""Pure: a raw mail taken apart for reading."""

from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from maritime_app.sandbox.mail.model import Attachment, Letter, StoredMail


def read(mail: StoredMail) -> Letter:
    """Headers decoded, text and HTML parts as text, files with their bytes; broken parts read as
    empty.
    """
    message = message_from_bytes(mail.raw, policy=policy.default)
    return Letter(
        number=mail.number,
        received_at=mail.received_at,
        sender=str(message.get("From", mail.sender)),
        recipients=mail.recipients,
        subject=str(message.get("Subject", "(no subject)")),
        message_id=str(message.get("Message-ID", "")),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_files(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return _text(part) if part is not None else ""


def _text(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("latin-1")


def _files(message: EmailMessage) -> list[Attachment]:
    found: list[Attachment] = []
    for part in message.walk():
        if part.is_multipart() or not (
            part.is_attachment() or part.get("Content-ID") or part.get_filename()
        ):
            continue
        payload = part.get_payload(decode=True)
        found.append(
            Attachment(
                place=len(found),
                name=part.get_filename() or f"part-{len(found)}",
                media_type=part.get_content_type(),
                content=payload if isinstance(payload, bytes) else b"",
                content_id=str(part.get("Content-ID", "")).strip("<> "),
            )
        )
    return found
