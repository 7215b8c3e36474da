"""The SMTP server: takes every mail, unless a fault is switched on."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from maritime_app.sandbox.faults import FAULT_SWITCHES, FaultSwitches
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.mail.mailbox import Mailbox
from maritime_app.sandbox.model import SandboxConfig

_LARGEST_MAIL_BYTES = 10 * 1024 * 1024

MAILBOX: web.AppKey[Mailbox] = web.AppKey("sandbox_mailbox", Mailbox)
SMTP_SERVER: web.AppKey[list[asyncio.Server]] = web.AppKey("sandbox_smtp_server", list)


class _Handler:
    """What aiosmtpd asks at each step of a conversation."""

    def __init__(self, mailbox: Mailbox, switches: FaultSwitches) -> None:
        self._mailbox = mailbox
        self._switches = switches

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        faults = self._switches.faults.smtp
        if faults.refuse:
            return "421 4.3.2 Service not available (switched off in the sandbox)"
        if self._switches.happens(faults.temporary_rate):
            return "451 4.3.0 Try again later (switched on in the sandbox)"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.content
        content = raw if isinstance(raw, bytes) else (raw or "").encode()
        mail = self._mailbox.accept(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        line = server.transport
        if (
            self._switches.happens(self._switches.faults.smtp.drop_after_data_rate)
            and line is not None
        ):
            # The mail was taken, but the sender never learns: the classic cause of a mail sent
            # twice.
            line.close()
        return f"250 OK queued as {mail.number}"


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Listen for mail while the application runs."""
    mailbox = Mailbox(Journal.within(config.var_dir, "mails.jsonl"))
    app[MAILBOX] = mailbox
    app[SMTP_SERVER] = []
    switches = app[FAULT_SWITCHES]

    def protocol() -> SMTP:
        return SMTP(
            _Handler(mailbox, switches),
            hostname="mail.sandbox",
            ident="sandbox",
            data_size_limit=_LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
        )

    async def listen(app: web.Application) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, config.host, config.smtp_port)
        app[SMTP_SERVER].append(server)
        yield
        server.close()
        mailbox.close()

    app.cleanup_ctx.append(listen)


def smtp_port(app: web.Application) -> int:
    """The port that a running application listens on for mail."""
    port: int = app[SMTP_SERVER][0].sockets[0].getsockname()[1]
    return port
