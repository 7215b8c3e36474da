"""SMTP: one message over one connection, within a time limit."""

from email.message import EmailMessage

import aiosmtplib

from maritime_app.errors import Unavailable
from maritime_app.infra.telemetry import tracing
from maritime_app.jobs.model import GiveUp
from maritime_app.settings import Settings


async def check(settings: Settings) -> None:
    """Say hello to the mail server, and who we are; send nothing.

    Raise Unavailable when it does not answer or does not take the password.
    """
    smtp = settings.smtp
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.username or None,
        password=smtp.password or None,
        start_tls=smtp.starttls,
        timeout=smtp.timeout_seconds,
    )
    try:
        async with client:
            await client.noop()
    except aiosmtplib.SMTPResponseException as error:
        raise Unavailable(f"The mail server refuses us ({error.code}).") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("The mail server does not answer.") from error


async def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a message to the mail server.

    Raises GiveUp when it will never take it, Unavailable for now.
    """
    smtp = settings.smtp
    try:
        with tracing.span("smtp send", "client"):
            await aiosmtplib.send(
                message,
                hostname=smtp.host,
                port=smtp.port,
                username=smtp.username or None,
                password=smtp.password or None,
                start_tls=smtp.starttls,
                timeout=smtp.timeout_seconds,
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(500 <= refused.code < 600 for refused in error.recipients):
            raise GiveUp("the mail server refuses the address for good") from error
        raise Unavailable("The mail server refuses the address for now.") from error
    except aiosmtplib.SMTPResponseException as error:
        if 500 <= error.code < 600:
            raise GiveUp(f"the mail server refuses the mail for good ({error.code})") from error
        raise Unavailable(f"The mail server refuses for now ({error.code}).") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("The mail server does not answer.") from error
