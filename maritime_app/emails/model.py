"""A kind of mail, as a domain registers it, and a mail as it was written down."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec

C = TypeVar("C", bound=msgspec.Struct)


class MailKind(msgspec.Struct, Generic[C], frozen=True, eq=False):
    """What a domain registers in `domains.MAILS` to have mails sent.

    `context` is the struct of what a mail says, so that what is stored is read back with its types;
    the templates call it `noun`. They are templates/<folder>/<name>.txt and .html. `subject` writes
    the subject line in the current language. `unsubscribe` says where one POST ends further mails
    of that kind (RFC 8058), for those that nobody needs to go on with. `ends_at` says from when on
    it helps nobody (None: it always does): one that is still here then is not sent.
    """

    name: str
    context: type[C]
    noun: str
    folder: str
    subject: Callable[[C], str]
    unsubscribe: Callable[[C], str] | None = None
    ends_at: Callable[[C], datetime | None] | None = None

    @property
    def task(self) -> str:
        """The task that sends them: each kind can be watched, retried and counted by itself."""
        return f"emails.send_{self.name}"


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a mail."""

    filename: str
    content_type: str
    body: bytes


class NewMail(NamedTuple):
    """A mail to be written; `subject` is what the job that sends it is about."""

    unique_key: str
    recipient: str
    language: str
    context: msgspec.Struct
    subject: tuple[str, str]


class Mail(msgspec.Struct, frozen=True):
    """A mail as it was written down; `context` are the plain values of its kind's struct."""

    id: UUID
    recipient: str
    language: str
    context: dict[str, Any]
    sent: bool
    attachments: tuple[Attachment, ...] = ()
