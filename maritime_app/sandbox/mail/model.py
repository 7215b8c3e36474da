"""A mail as it arrived."""

from datetime import datetime

import msgspec


class StoredMail(msgspec.Struct, frozen=True):
    """One accepted mail; `raw` is the message as it came over the wire."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Attachment(msgspec.Struct, frozen=True):
    """A part of a mail that is a file; `place` is its position among them."""

    place: int
    name: str
    media_type: str
    content: bytes
    content_id: str = ""


class Letter(msgspec.Struct, frozen=True):
    """A mail taken apart for reading."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
