"""Templates to a message: text and HTML in the reader's language, attachments, a stable
Message-ID.
"""

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path

import jinja2
import msgspec

from maritime_app import clock, formatting, i18n
from maritime_app.emails.header_lines import POLICY, one_line
from maritime_app.emails.model import Attachment, C, Mail, MailKind
from maritime_app.settings.model import Settings

TEMPLATES_DIR = Path(__file__).resolve().parent.parent.parent / "templates"


def message(settings: Settings, kind: MailKind[C], mail: Mail) -> EmailMessage:
    """Return the mail as it travels.

    Its Message-ID comes from our row: a repeated sending is the same message to its reader.
    """
    i18n.use(mail.language)
    context = msgspec.convert(mail.context, kind.context)
    composed = EmailMessage(POLICY)
    composed["From"] = settings.smtp.sender
    composed["To"] = mail.recipient
    if settings.support.email:
        composed["Reply-To"] = settings.support.email
    composed["Subject"] = subject = _subject(settings, kind, context)
    composed["Date"] = format_datetime(clock.now())
    host = parseaddr(settings.smtp.sender)[1].rpartition("@")[2]
    composed["Message-ID"] = f"<{mail.id}@{host}>"
    composed["Auto-Submitted"] = "auto-generated"
    if kind.unsubscribe is not None:
        composed["List-Unsubscribe"] = f"<{kind.unsubscribe(context)}>"
        composed["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    fields = {
        kind.noun: context,
        "lang": i18n.current(),
        "dir": i18n.direction(i18n.current()),
        "subject": subject,
        "public_url": settings.public_url,
        "sandbox": bool(settings.sandboxed),
    }
    composed.set_content(_render(kind, "txt", fields))
    composed.add_alternative(_render(kind, "html", fields), subtype="html")
    for file in mail.attachments:
        _attach(composed, file)
    return composed


def _attach(message: EmailMessage, file: Attachment) -> None:
    """Add the file; parameters of its content type go along (method=CANCEL of a calendar entry)."""
    kind = EmailMessage()
    kind["Content-Type"] = file.content_type
    message.add_attachment(
        file.body,
        maintype=kind.get_content_maintype(),
        subtype=kind.get_content_subtype(),
        filename=file.filename,
        params=dict(kind["Content-Type"].params),
    )


def _subject(settings: Settings, kind: MailKind[C], context: C) -> str:
    text = one_line(kind.subject(context))
    return f"[sandbox] {text}" if settings.sandboxed else text


def _render(kind: MailKind[C], form: str, fields: dict[str, object]) -> str:
    template = _environment().get_template(f"{kind.folder}/{kind.name}.{form}")
    return template.render(fields)


@cache
def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES_DIR),
        extensions=["jinja2.ext.i18n"],
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(i18n.translate, i18n.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(formatting.FILTERS)
    return env
