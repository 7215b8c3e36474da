"""SMTP: one message over one connection, within a time limit."""

from email.message import EmailMessage

import aiosmtplib

from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import tracing
from maritime_app.infra.upstreams import names
from maritime_app.jobs.model import GiveUp
from maritime_app.settings.file import SMTP_OVER_TLS
from maritime_app.settings.model import Settings

_TOO_LARGE = 552  # RFC 1870: MAIL FROM says how long the message is


async def check(settings: Settings) -> None:
    """Say hello to the mail server, and who we are; send nothing.

    Raise Unavailable when it does not answer or does not take the password.
    """
    try:
        await names.look_up(settings.smtp.host, within_seconds=settings.smtp.timeout_seconds)
        async with _server(settings) as client:
            await client.noop()
    except aiosmtplib.SMTPResponseException as error:
        raise Unavailable(f"The mail server refuses us ({error.code}).") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("The mail server does not answer.") from error


async def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a message to the mail server.

    Raises GiveUp when it will never take it, Unavailable for now.
    """
    try:
        with tracing.span("smtp send", "client"):
            await names.look_up(settings.smtp.host, within_seconds=settings.smtp.timeout_seconds)
            async with _server(settings) as client:
                await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(_is_of_the_mail(refused) for refused in error.recipients):
            raise GiveUp("the mail server refuses the address for good") from error
        raise Unavailable("The mail server refuses the address for now.") from error
    except aiosmtplib.SMTPResponseException as error:
        if _is_of_the_mail(error):
            raise GiveUp(f"the mail server refuses the mail for good ({error.code})") from error
        raise Unavailable(f"The mail server refuses for now ({error.code}).") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("The mail server does not answer.") from error


def _server(settings: Settings) -> aiosmtplib.SMTP:
    smtp = settings.smtp
    is_over_tls = smtp.port == SMTP_OVER_TLS
    return aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username or None,
        password=smtp.password or None,
        use_tls=is_over_tls,
        start_tls=smtp.starttls and not is_over_tls,
        timeout=smtp.timeout_seconds,
    )


def _is_of_the_mail(refusal: aiosmtplib.SMTPResponseException) -> bool:
    """Return whether it will never be taken. A password, a sender or a relay that is refused (5.7)
    is about us: once that is mended the same mail goes.
    """
    if not 500 <= refusal.code < 600 or refusal.message.startswith("5.7."):
        return False
    if isinstance(refusal, aiosmtplib.SMTPSenderRefused):
        return refusal.code == _TOO_LARGE
    return isinstance(refusal, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError)
