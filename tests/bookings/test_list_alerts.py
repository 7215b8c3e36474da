"""Have the alerts of one's own address listed: by a mail to it, never by the link of one."""

import re
from datetime import date

import msgspec
import pytest

from maritime_app.bookings.fare_alerts import mails
from maritime_app.bookings.fare_alerts.model import AlertListMail, ListedAlert
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.ids import uuid7
from tests.bookings.alerts import FAMILY, asked_alert, csrf_of, link_of


async def list_asked(client, here):
    async with client.post(f"/api/v1{here}/all") as answer:
        return answer.status


async def lists(resources):
    """The lists that were written: to whom, and which alerts."""
    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select recipient, context from mail where template = 'fare_alert_list' order by id"
        )
    return [(row["recipient"], row["context"]["alerts"]) for row in rows]


async def test_it_works(client, resources):
    """Any of one's alerts has the list sent, with the link of each; others' are not in it."""
    first = await asked_alert(client, resources)
    async with client.get(f"/api/v1{first}") as answer:
        one = await answer.json()
    wanted = {"from": "NOOSL", "to": "DEKEL", "date": one["day"], "threshold": "500"}
    for who in ("ADA@example.org", "bo@example.org"):
        body = wanted | FAMILY | {"email": who}
        async with client.post("/api/v1/alerts", json=body) as answer:
            assert answer.status == 202
    second = await link_of(resources, "ADA@example.org")

    for here in (second, first):  # the second time within minutes is no mail more
        assert await list_asked(client, here) == 202

    ((recipient, alerts),) = await lists(resources)
    assert recipient == "ADA@example.org"
    assert [each["url"].rpartition("/alerts")[2] for each in alerts] == [
        here.removeprefix("/alerts") for here in (first, second)
    ]
    assert alerts[0]["party"] == "1 adult"


async def test_the_link_of_one_shows_no_other(client, resources):
    """A mail that is passed on: neither its page nor what programs get names another alert."""
    first = await asked_alert(client, resources)
    await asked_alert(client, resources, threshold="30,00", adults="2")
    second = await link_of(resources)
    assert first != second
    async with client.post(f"/api/v1{first}/all") as answer:
        told = await answer.text()
    async with client.post(f"/api/v1{first}/confirm") as answer:
        assert answer.status == 200
    async with client.get(first) as answer:
        page = await answer.text()
    button = re.search(r'action="([^"]+/all)"', page)
    assert button
    async with client.post(button[1], data={"csrf_token": csrf_of(page)}) as answer:
        assert answer.status == 200
        sent = await answer.text()

    assert "on their way to it by mail" in sent
    for text in (told, page, sent):
        assert second.rpartition("/")[2] not in text
        assert "2 adults" not in text
        assert "ada@example.org" not in text
    async with client.get(f"/api/v1{first}/all") as answer:
        assert answer.status == 405


async def test_a_stranger_sees_nothing(client, resources):
    """Neither without a token, by an id, by a forged one, nor by that of another purpose."""
    here = await asked_alert(client, resources)
    async with resources.db.acquire() as conn:
        alert_id = await conn.fetchval("select id from fare_alert")
    name, _dot, signature = here.rpartition("/")[2].partition(".")
    for word in (str(alert_id), name, f"{name}.", f"{name}.{signature[:-4]}AAAA", "x"):
        async with client.get(f"/api/v1/alerts/{word}") as answer:
            assert answer.status == 404, word
        assert await list_asked(client, f"/alerts/{word}") == 404
    async with client.get("/api/v1/alerts") as answer:
        assert answer.status == 405


async def test_whoever_was_erased_is_no_company(client, resources):
    here = await asked_alert(client, resources)
    async with resources.db.acquire() as conn:
        await conn.execute("update fare_alert set email = ''")
    assert await list_asked(client, here) == 202
    assert await lists(resources) == []


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
def test_the_list_is_read_in_every_language(settings, language):
    links = [f"http://ferries.example/alerts/{name}" for name in "ab"]
    listed = tuple(
        ListedAlert("Oslo", "Kiel", date(2026, 12, 1), "2 adults", status, link)
        for status, link in zip(("active", "expired"), links, strict=True)
    )
    context = msgspec.to_builtins(AlertListMail(links[0], listed))
    mail = Mail(uuid7(), "ada@example.org", language, context, False)

    message = render.message(settings, mails.LIST, mail)

    texts = [p.get_content() for p in message.walk() if p.get_content_maintype() == "text"]
    assert len(texts) == 2
    for text in texts:
        assert all(link in text for link in links)
        assert "Oslo" in text
