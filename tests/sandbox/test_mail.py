"""Mail goes in by SMTP and is read on a page."""

from email.message import EmailMessage

import aiosmtplib
import pytest

from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.journal import Journal
from maritime_app.sandbox.mail.mailbox import Mailbox


def confirmation(to: str = "ada@example.org") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Maritime <tickets@maritime.example>", to
    mail["Subject"] = "Your ticket: Piräus – Ηράκλειο"
    mail.set_content("Γεια σου Ada, your ticket is attached.")
    mail.add_alternative(
        '<h1>Γεια σου</h1><script>alert(1)</script><img src="cid:qr@1">', subtype="html"
    )
    mail.add_attachment(
        b"%PDF-1.7 ticket", maintype="application", subtype="pdf", filename="ticket.pdf"
    )
    mail.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", filename="qr.png", cid="<qr@1>"
    )
    return mail


@pytest.fixture
def send(sandbox):
    async def send(mail: EmailMessage):
        return await aiosmtplib.send(mail, hostname="127.0.0.1", port=sandbox.smtp_port, timeout=5)

    return send


async def read(http, sandbox, to: str = ""):
    async with http.get(f"{sandbox.url}/mailbox/messages.json", params={"to": to}) as answer:
        return (await answer.json())["messages"]


async def test_it_works(send, http, sandbox):
    await send(confirmation())
    await send(confirmation("bo@example.org"))
    (mail,) = await read(http, sandbox, "ADA@")
    assert mail["subject"] == "Your ticket: Piräus – Ηράκλειο"
    assert mail["recipients"] == ["ada@example.org"]
    assert "Γεια σου Ada" in mail["text"]
    assert [file["name"] for file in mail["attachments"]] == ["ticket.pdf", "qr.png"]
    async with http.get(sandbox.url + mail["attachments"][0]["url"]) as answer:
        assert await answer.read() == b"%PDF-1.7 ticket"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    async with http.get(f"{sandbox.url}/mailbox", params={"to": "bo@"}) as answer:
        text = await answer.text()
    assert "bo@example.org" in text
    assert "ada@example.org" not in text


async def test_the_list_goes_on_before_a_number(send, http, sandbox):
    for name in ("ada", "bo", "cy"):
        await send(confirmation(f"{name}@example.org"))
    newest = (await read(http, sandbox))[0]

    where = f"{sandbox.url}/mailbox/messages.json?limit=1&before={newest['number']}"
    async with http.get(where) as answer:
        (second,) = (await answer.json())["messages"]

    assert (newest["recipients"], second["recipients"]) == (["cy@example.org"], ["bo@example.org"])


async def test_the_html_of_a_mail_is_locked_in(send, http, sandbox):
    await send(confirmation())
    (mail,) = await read(http, sandbox)
    async with http.get(sandbox.url + mail["url"]) as answer:
        page = await answer.text()
    assert 'sandbox="allow-popups' in page
    assert "<script>alert" not in page
    async with http.get(f"{sandbox.url}{mail['url']}/html") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("sandbox ")
        assert f"{mail['url']}/attachments/1" in await answer.text()
    async with http.get(f"{sandbox.url}/mailbox/999") as answer:
        assert answer.status == 404


async def test_faults(send, http, sandbox, switch):
    await switch({"smtp": {"refuse": True}})
    with pytest.raises(aiosmtplib.SMTPException) as refused:
        await send(confirmation())
    assert "421" in str(refused.value)
    await switch({"smtp": {"refuse": False, "temporary_rate": 1.0}})
    with pytest.raises(aiosmtplib.SMTPResponseException) as deferred:
        await send(confirmation())
    assert deferred.value.code == 451
    assert await read(http, sandbox) == []

    await switch({"smtp": {"temporary_rate": 0, "drop_after_data_rate": 1.0}})
    with pytest.raises(aiosmtplib.SMTPException):
        await send(confirmation())
    assert len(await read(http, sandbox)) == 1


async def test_a_restart_keeps_the_mails(config, http):
    async with serving_sandbox(config) as first:
        await aiosmtplib.send(confirmation(), hostname="127.0.0.1", port=first.smtp_port)
    async with serving_sandbox(config) as second:
        await aiosmtplib.send(confirmation(), hostname="127.0.0.1", port=second.smtp_port)
        assert [mail["number"] for mail in await read(http, second)] == [2, 1]


def test_the_oldest_mails_make_room(tmp_path):
    path = tmp_path / "mails.jsonl"
    mailbox = Mailbox(Journal(path), most=3)
    for number in range(10):
        mailbox.accept("a@example.org", [f"to{number}@example.org"], b"Subject: x\r\n\r\n")
    mailbox.close()
    again = Mailbox(Journal(path), most=3)
    assert [mail.number for mail in again.newest()] == [10, 9, 8]
    assert len(path.read_bytes().splitlines()) == 3
