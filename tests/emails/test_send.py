"""Mails: written once, sent once, tried again while that helps, in text and HTML with what belongs
to them.
"""

import asyncio
import ssl
from datetime import UTC, datetime
from email import message_from_bytes, policy

import jinja2
import msgspec
import pytest
import trustme

from maritime_app import domains
from maritime_app.bookings.mailing.mail_content import (
    BookingMail,
    ChangeNews,
    CompensationNews,
    LeavingNews,
    MailLeg,
    MailOperator,
    MailPerson,
    MailPlace,
    MailVehicle,
    SailingNews,
)
from maritime_app.bookings.mailing.mails import CONFIRMATION, MAILS
from maritime_app.emails import gateway, render, service, store
from maritime_app.emails.jobs import drop_sent_files, sending_tasks
from maritime_app.emails.model import Attachment, MailKind
from maritime_app.errors import Unavailable
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs.model import GiveUp
from maritime_app.jobs.workers import working
from maritime_app.money import Money
from maritime_app.settings.file import replace


class Gale(msgspec.Struct):
    """What a mail of another domain says."""

    port: str
    knots: int


OSLO, KIEL = MailPlace("NOOSL", "Oslo", "Europe/Oslo"), MailPlace("DEKEL", "Kiel", "Europe/Berlin")
LEAVES, LANDS = datetime(2127, 6, 1, 12, 0, tzinfo=UTC), datetime(2127, 6, 2, 8, 0, tzinfo=UTC)
LEG = MailLeg(
    OSLO, KIEL, LEAVES, LANDS, MailOperator("Northern Test Line"), "Aurora Borealis", "NOR-1"
)
TRIP = BookingMail(
    reference="W7XN4QTR",
    status="confirmed",
    legs=(LEG,),
    passengers=(MailPerson("Ada Lund", "adult"), MailPerson("Ελένη <Παπά> & Bo", "child")),
    vehicles=(MailVehicle("car", "AB 12345"),),
    total=Money(12_350, "EUR"),
    booking_url="http://ferries.example/bookings/W7XN4QTR?token=t",
    ticket_url="http://ferries.example/bookings/W7XN4QTR/ticket?token=t",
    pay_url="http://ferries.example/bookings/W7XN4QTR/pay?token=t",
    paid=Money(12_350, "EUR"),
    fee=Money(3088, "EUR"),
    refund=Money(9262, "EUR"),
    expires_at=LEAVES,
    news=SailingNews(
        kind="cancelled",
        leg=LEG,
        late_minutes=0,
        reason="weather",
        note="Gale warning.",
        choose_url="http://ferries.example/bookings/W7XN4QTR/disruption?token=t",
        held=LEG,
        answer_by=LEAVES,
        refund=Money(12_350, "EUR"),
    ),
    leaving=LeavingNews(LEG, "day", LEAVES, LEAVES),
    change=ChangeNews(Money(5_400, "EUR"), LEAVES, "https://fairway.example/pay"),
    compensation=CompensationNews(
        leg=LEG,
        percent=25,
        late_seconds=12_600,
        arrived_at=LANDS,
        measured_by="ship",
        evidence_url="http://ferries.example/bookings/W7XN4QTR/evidence/1?token=t",
    ),
)


async def test_it_works(played, mailbox):
    mail_id = await write(
        played, attachments=[Attachment("ticket.pdf", "application/pdf", b"%PDF-1.7 ...")]
    )

    assert await service.send(played, CONFIRMATION, mail_id) == "sent"

    (mail,) = await mailbox()
    assert mail["recipients"] == ["ada@example.org"]
    assert mail["subject"] == "[sandbox] Your ticket W7XN4QTR"
    for words in ("Ada Lund", "AB 12345", "Oslo", "Kiel", "123.50", TRIP.ticket_url):
        assert words in mail["text"], words
        assert words in mail["html"], words
    assert [(file["name"], file["media_type"], file["bytes"]) for file in mail["attachments"]] == [
        ("ticket.pdf", "application/pdf", 12)
    ]


async def test_a_mail_exists_once_per_what_it_says(played):
    first = await write(played)

    async with played.db.transaction() as conn:
        assert not await written(conn)
    async with played.db.acquire() as conn:
        assert [row["id"] for row in await conn.fetch("select id from mail")] == [first]
        assert await conn.fetchval("select count(*) from job") == 1


async def test_a_mail_belongs_to_the_transaction_that_is_its_reason(played):
    async def fail():
        async with played.db.transaction() as conn:
            await written(conn)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from mail") == 0


async def test_sending_again_sends_nothing(played, mailbox):
    mail_id = await write(played)
    await service.send(played, CONFIRMATION, mail_id)

    assert await service.send(played, CONFIRMATION, mail_id) == "sent before"
    assert len(await mailbox()) == 1


async def test_a_sender_that_never_learns_sends_the_same_message_again(played, mailbox, switch):
    """The server takes the mail and the line breaks: the second one has the same Message-ID, so
    readers see one.
    """
    mail_id = await write(played)
    await switch({"smtp": {"drop_after_data_rate": 1.0}})
    with pytest.raises(Unavailable):
        await service.send(played, CONFIRMATION, mail_id)
    await switch({"smtp": {"drop_after_data_rate": 0.0}})
    await service.send(played, CONFIRMATION, mail_id)

    mails = await mailbox()
    assert len(mails) == 2
    assert {mail["message_id"] for mail in mails} == {f"<{mail_id}@maritime.example>"}


@pytest.mark.parametrize("fault", [{"refuse": True}, {"temporary_rate": 1.0}])
async def test_a_server_that_cannot_now_is_asked_later(played, switch, fault):
    mail_id = await write(played)
    await switch({"smtp": fault})

    with pytest.raises(Unavailable):
        await service.send(played, CONFIRMATION, mail_id)

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select sent_at from mail") is None


async def test_a_server_that_is_away_is_asked_later(played):
    mail_id = await write(played)
    away = replace(played.settings, smtp={"port": free_port()})
    object.__setattr__(played, "settings", away)

    with pytest.raises(Unavailable, match="does not answer"):
        await service.send(played, CONFIRMATION, mail_id)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"550 5.1.1 No such mailbox", GiveUp),
        (b"552 5.2.2 Mailbox full for good", GiveUp),
        (b"450 4.2.1 Greylisted", Unavailable),
        (b"452 4.2.2 Mailbox full", Unavailable),
        (b"554 5.7.1 Relay access denied", Unavailable),
    ],
)
async def test_a_refused_address_is_given_up_or_tried_again_as_the_server_says(
    played, reply, error
):
    mail_id = await write(played)
    async with a_server_that_says(reply) as port:
        object.__setattr__(played, "settings", replace(played.settings, smtp={"port": port}))

        with pytest.raises(error):
            await service.send(played, CONFIRMATION, mail_id)


@pytest.mark.parametrize(
    ("verb", "reply", "error"),
    [
        (b"220", b"554 No SMTP service here", Unavailable),
        (b"AUTH", b"535 5.7.8 Authentication credentials invalid", Unavailable),
        (b"MAIL", b"530 5.7.0 Authentication required", Unavailable),
        (b"MAIL", b"550 Sender not allowed", Unavailable),
        (b"MAIL", b"552 5.3.4 Message too big", GiveUp),
        (b"DATA", b"421 4.3.2 Shutting down", Unavailable),
        (b"DATA", b"554 5.6.0 Message refused", GiveUp),
    ],
)
async def test_what_is_wrong_with_us_costs_no_mail(played, verb, reply, error):
    """A password that was changed at the server only: every mail waits for its repair."""
    mail_id = await write(played)
    async with a_server_that_says(reply, to=verb) as port:
        ours = {"port": port, "username": "fairway", "password": "old"}
        object.__setattr__(played, "settings", replace(played.settings, smtp=ours))

        with pytest.raises(error):
            await service.send(played, CONFIRMATION, mail_id)


async def test_a_port_of_its_own_is_encrypted_from_the_first_byte(played, monkeypatch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with a_server_that_says(b"250 OK", tls=context) as port:
        monkeypatch.setattr(gateway, "SMTP_OVER_TLS", port)
        ours = {"host": "localhost", "port": port, "username": "fairway", "password": "secret"}
        await gateway.check(replace(played.settings, smtp=ours))

        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(Unavailable):  # nobody answers for this certificate
            await gateway.check(replace(played.settings, smtp=ours))


async def test_the_workers_try_again_until_it_has_gone(played, mailbox, switch):
    await switch({"smtp": {"temporary_rate": 1.0}})
    async with working(played, domains.TASKS, domains.CRONS):
        await write(played)
        await attempted(played, "retry")
        await switch({"smtp": {"temporary_rate": 0.0}})
        await attempted(played, "done")

    assert len(await mailbox()) == 1


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
@pytest.mark.parametrize("kind", MAILS, ids=lambda kind: kind.name)
async def test_every_mail_in_every_language(played, kind, language):
    made = render.message(played.settings, kind, await stored(played, kind, language))

    travelled = message_from_bytes(bytes(made), policy=policy.default)
    text, html = (travelled.get_body(preferencelist=(form,)) for form in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "W7XN4QTR" in str(travelled["Subject"])
    for part in (text.get_content(), html.get_content()):
        assert "W7XN4QTR" in part
        assert "Oslo" in part
        assert "{{" not in part
        assert "None" not in part
    assert f'lang="{language}"' in html.get_content()
    assert ('dir="rtl"' in html.get_content()) == (language == "ar")
    assert travelled["Auto-Submitted"] == "auto-generated"


async def test_another_domain_brings_its_own_mail(played, tmp_path, monkeypatch):
    """A struct, two templates and a subject line are all that a mail needs."""
    for form, text in (
        ("txt", "{{ gale.port }}: {{ gale.knots }} kn"),
        ("html", "<p>{{ gale.port }}</p>"),
    ):
        (tmp_path / f"gale_warning.{form}").write_text(text)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path.parent))
    monkeypatch.setattr(render, "_environment", lambda: environment)
    kind = MailKind(
        "gale_warning", Gale, "gale", tmp_path.name, lambda gale: f"Gale at {gale.port}"
    )

    async with played.db.transaction() as conn:
        await service.write(
            conn,
            kind,
            unique_key="gale:1",
            recipient="ada@example.org",
            language="en",
            context=Gale("Oslo", 41),
            subject=("ports", "NOOSL"),
        )
        mail_id = await conn.fetchval("select id from mail")
        task = await conn.fetchval("select task from job")
    async with played.db.acquire() as conn:
        mail = await store.mail(conn, mail_id)
    assert mail is not None
    made = render.message(played.settings, kind, mail)

    assert [one.name for one in sending_tasks([kind])] == [task] == ["emails.send_gale_warning"]
    assert made["Subject"] == "[sandbox] Gale at Oslo"
    body = made.get_body(preferencelist=("plain",))
    assert body is not None
    assert body.get_content() == "Oslo: 41 kn\n"


async def test_files_go_a_day_after_the_mail_was_sent(played):
    """Who got them has them, and they are drawn anew from the booking; what was not sent keeps
    its own.
    """
    file = Attachment("ticket.pdf", "application/pdf", b"%PDF")
    async with played.db.transaction() as conn:
        for key, hours in (("old", 25), ("young", 1), ("waiting", None)):
            await service.write(
                conn,
                CONFIRMATION,
                unique_key=key,
                recipient="ada@example.org",
                language="en",
                context=TRIP,
                subject=("bookings", key),
                attachments=[file],
            )
            await conn.execute(
                "update mail set sent_at = now() - make_interval(hours => $2)"
                " where unique_key = $1",
                key,
                hours,
            )

    assert await drop_sent_files(played) == "1 files"

    async with played.db.acquire() as conn:
        kept = await conn.fetch(
            "select m.unique_key from mail_attachment a join mail m on m.id = a.mail_id order by 1"
        )
    assert [row["unique_key"] for row in kept] == ["waiting", "young"]


async def test_a_mail_that_version_0_1_0_wrote_down_is_sent(played, mailbox):
    """Its context has `sandbox` in it, which is now asked at sending."""
    mail_id = await write(played)
    async with played.db.acquire() as conn:
        await conn.execute("update mail set context = context || '{\"sandbox\": true}'")

    assert await service.send(played, CONFIRMATION, mail_id) == "sent"
    assert len(await mailbox()) == 1


async def test_whom_travellers_reach_is_answered(played):
    settings = replace(played.settings, support={"email": "help@ferry.example"})
    mail = await stored(played, CONFIRMATION, "en")

    assert render.message(played.settings, CONFIRMATION, mail)["Reply-To"] is None
    made = render.message(settings, CONFIRMATION, mail)

    assert made["Reply-To"] == "help@ferry.example"
    for form in ("plain", "html"):
        body = made.get_body(preferencelist=(form,))
        assert body is not None
        assert f"{settings.public_url}/help" in body.get_content()


async def test_a_name_is_text_and_never_markup(played):
    made = render.message(played.settings, CONFIRMATION, await stored(played, CONFIRMATION, "en"))

    text, html = (made.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "Ελένη <Παπά> & Bo" in text.get_content()
    assert "<Παπά>" not in html.get_content()
    assert "Ελένη &lt;Παπά&gt; &amp; Bo" in html.get_content()


async def write(res, kind=CONFIRMATION, **more):
    async with res.db.transaction() as conn:
        assert await written(conn, kind, **more)
        return await conn.fetchval("select id from mail order by created_at desc limit 1")


async def written(conn, kind=CONFIRMATION, language="en", attachments=()):
    return await service.write(
        conn,
        kind,
        unique_key=f"booking:1:{kind.name}:{language}",
        recipient="ada@example.org",
        language=language,
        context=TRIP,
        subject=("bookings", "1"),
        attachments=attachments,
    )


async def stored(res, kind, language):
    mail_id = await write(res, kind, language=language)
    async with res.db.acquire() as conn:
        found = await store.mail(conn, mail_id)
    assert found is not None
    return found


async def attempted(res, outcome):
    async with asyncio.timeout(60):
        while True:
            async with res.db.acquire() as conn:
                if await conn.fetchval(
                    "select count(*) from job_attempt a join job j on j.id = a.job_id"
                    " where j.task like 'emails.send_%' and a.outcome = $1",
                    outcome,
                ):
                    return
            await asyncio.sleep(0.02)


@pytest.fixture
def switch(played, sandbox):
    """Change the sandbox's faults."""

    async def change(patch):
        async with played.http.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 200, await answer.text()

    return change


class a_server_that_says:  # noqa: N801 - it reads as a phrase
    """A mail server that answers this verb (220: whoever comes) with this line."""

    def __init__(
        self, reply: bytes, *, to: bytes = b"RCPT", tls: ssl.SSLContext | None = None
    ) -> None:
        self._reply = reply
        self._verb = to
        self._tls = tls

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((self._reply if self._verb == b"220" else b"220 ready") + b"\r\n")
        usual = {b"EHLO": b"250-here\r\n250 AUTH PLAIN", b"AUTH": b"235 Welcome"}
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                break
            answer = self._reply if verb == self._verb else usual.get(verb, b"250 OK")
            writer.write(answer + b"\r\n")
        writer.close()
