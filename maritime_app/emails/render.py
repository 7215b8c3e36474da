"""Templates to a message: text and HTML in the reader's language, attachments, a stable Message-ID."""

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path

import jinja2

from maritime_app import clock, formatting, i18n
from maritime_app.emails.model import Mail
from maritime_app.i18n import translate as _
from maritime_app.settings import Settings

TEMPLATES_DIR = Path(__file__).resolve().parent.parent.parent / "templates"


def message(settings: Settings, mail: Mail) -> EmailMessage:
    """The mail as it travels.

    Its Message-ID comes from our row: a repeated sending is the same message.
    """
    i18n.use(mail.language)
    made = EmailMessage()
    made["From"] = settings.smtp.sender
    made["To"] = mail.recipient
    made["Subject"] = subject(mail)
    made["Date"] = format_datetime(clock.now())
    host = parseaddr(settings.smtp.sender)[1].rpartition("@")[2]
    made["Message-ID"] = f"<{mail.id}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    context = {
        "booking": mail.context,
        "lang": mail.language,
        "dir": i18n.direction(mail.language),
        "subject": subject(mail),
        "public_url": settings.public_url,
    }
    made.set_content(_environment().get_template(f"emails/{mail.template}.txt").render(context))
    made.add_alternative(
        _environment().get_template(f"emails/{mail.template}.html").render(context), subtype="html"
    )
    for file in mail.attachments:
        kind, _slash, detail = file.content_type.partition("/")
        made.add_attachment(file.body, maintype=kind, subtype=detail, filename=file.filename)
    return made


def subject(mail: Mail) -> str:
    """The subject line in the current language."""
    lines = {
        "booking_confirmation": _("Your ticket %(reference)s"),
        "cancellation": _("Booking %(reference)s is cancelled"),
        "payment_success": _("We received your payment for %(reference)s"),
        "payment_failed": _("Your payment for %(reference)s did not go through"),
        "refund_confirmation": _("Your refund for %(reference)s is on its way"),
    }
    text = lines[mail.template] % {"reference": mail.context.reference}
    return f"[sandbox] {text}" if mail.context.sandbox else text


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
