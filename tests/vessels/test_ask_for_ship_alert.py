"""Alerts of ships: asked for, confirmed, told by mail or signed webhook, ended by one click."""

import base64
import hashlib
import hmac
import json
import re
import socket
from datetime import timedelta

import msgspec
import pytest
from aiohttp.abc import AbstractResolver

from maritime_app import clock, domains
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.errors import Refusal
from maritime_app.ids import uuid7
from maritime_app.infra.upstreams.public_http import (
    NotPublic,
    PublicResolver,
    is_public,
    public_url,
)
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.model import Source
from maritime_app.vessels.ship_alerts import gateway, mails, store, telling
from maritime_app.vessels.ship_alerts.jobs import erase_ship_alerts, tell_ship_alerts
from maritime_app.vessels.ship_alerts.model import (
    AlertEvent,
    ShipAlertMail,
    ToldEvent,
)
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder
from tests.posted import receiving
from tests.subscribed import act, written
from tests.vessels.alerts import address_of_alert
from tests.vessels.frames import AURORA

FORM = {"lat": "54.5", "lng": "10.2", "radius_m": "3000", "enter": "true", "days": "30"}
FORM |= {"email": "ada@example.org", "name": "Kiel Fjord", "mmsi": str(AURORA)}
JSON = {"email": "ada@example.org", "lat": 54.5, "lng": 10.2, "enter": True}


async def test_it_works(client, resources):
    """From the form by the mail's link to the news, and out by one click of a mail program."""
    async with client.get(f"/vessels/alerts/new?mmsi={AURORA}&lat=54.5&lng=10.2") as page:
        text = await page.text()
        assert page.status == 200, text
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    async with client.post("/vessels/alerts", data=FORM | {"csrf_token": found[1]}) as answer:
        shown = await answer.text()
        assert answer.status == 200, shown
    here = await address_of_alert(resources)
    assert here.rpartition("/")[2] not in shown
    assert await tell_ship_alerts(resources) == "0 told, 0 expired"

    assert await act(client, here, "confirm") == "Switched on"
    await happens(resources, ShipEventKind.ENTER)
    assert await tell_ship_alerts(resources) == "1 told, 0 expired"
    assert await tell_ship_alerts(resources) == "0 told, 0 expired"
    assert await written(resources) == ["ship_alert_confirm", "ship_alert_news"]
    async with client.get(f"/api/v1{here}") as answer:
        told = await answer.json()
    assert (told["status"], [one["kind"] for one in told["events"]]) == ("active", ["enter"])
    async with client.get(f"/api/v1{here}.geojson") as answer:
        assert (await answer.json())["features"][0]["geometry"]["coordinates"] == [10.2, 54.5]
    async with client.get(f"/api/v1{here}.atom") as answer:
        assert b"has entered" in await answer.read()

    assert await act(client, here, "end") == "You have ended this alert"
    assert await act(client, here, "resume") == "You have ended this alert"


async def test_who_has_the_address_of_its_events_reads_and_ends_nothing(client, resources):
    """A reader of feeds keeps it, and shares it; those that have the mail's link go on."""
    here = await asked(client, resources)
    async with client.get(here) as page:
        found = re.search(r'href="(/api/v1/vessels/alerts/[^"]+)\.atom"', await page.text())
    assert found
    feed = found[1]
    assert feed != f"/api/v1{here}"

    for address in (feed, f"/api/v1{here}"):
        for kind in ("", ".geojson", ".atom"):
            async with client.get(address + kind) as answer:
                assert answer.status == 200, address
    async with client.get(feed.removeprefix("/api/v1")) as answer:
        assert answer.status == 404
    end, one_click = feed.removeprefix("/api/v1") + "/end", {"List-Unsubscribe": "One-Click"}
    async with client.post(end, data=one_click) as answer:
        assert answer.status == 404
    async with client.get(f"/api/v1{here}") as answer:
        assert (await answer.json())["status"] == "active"


async def test_mails_of_one_alert_are_ten_minutes_apart(client, resources):
    """What happens meanwhile comes with the next one."""
    here = await asked(client, resources)
    for kind in (ShipEventKind.ENTER, ShipEventKind.DWELL, ShipEventKind.LEAVE):
        await happens(resources, kind)
    assert await tell_ship_alerts(resources) == "3 told, 0 expired"
    await happens(resources, ShipEventKind.ENTER)
    assert await tell_ship_alerts(resources) == "0 told, 0 expired"
    async with resources.db.acquire() as conn:
        await conn.execute("update ship_alert set told_at = told_at - interval '10 minutes'")
    assert await tell_ship_alerts(resources) == "1 told, 0 expired"
    assert here


async def test_paused_and_over_it_watches_nothing(client, resources):
    here = await asked(client, resources)
    recorder = AlertRecorder(resources.db)
    await recorder.refresh()
    assert len(recorder.detector.watches.by_id) == 1
    await act(client, here, "pause")
    await recorder.refresh()
    assert recorder.detector.watches.by_cell == {}
    await act(client, here, "resume")
    async with resources.db.acquire() as conn:
        await conn.execute("update ship_alert set expires_at = now() - interval '1 minute'")
    assert await tell_ship_alerts(resources) == "0 told, 1 expired"
    async with resources.db.acquire() as conn:
        await conn.execute("update ship_alert set ended_at = now() - interval '1 year'")
    assert await erase_ship_alerts(resources) == "1 alerts"


async def test_an_address_has_ten_at_most(client):
    for number in range(10):
        async with client.post("/api/v1/vessels/alerts", json=JSON | {"name": str(number)}) as made:
            assert made.status == 202, await made.text()
    async with client.post("/api/v1/vessels/alerts", json=JSON) as answer:
        assert answer.status == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"enter": False}, "enter"),
        ({"types": "submarine"}, "types"),
        ({"lat": None}, "port"),
        ({"port": "XXNIX"}, "port"),
        ({"radius_m": 60_000}, "radius_m"),
        ({"polygon": "54,10 54,11"}, "polygon"),
        ({"polygon": "54,10 54,11 north"}, "polygon"),
        ({"polygon": "54,10 54,20 60,20"}, "polygon"),
        ({"webhook_url": "http://example.org/"}, "webhook_url"),
        ({"webhook_url": "https://127.0.0.1/"}, "webhook_url"),
        ({"days": 91}, "days"),
    ],
)
async def test_what_cannot_be_is_named(client, wrong, field):
    async with client.post("/api/v1/vessels/alerts", json=JSON | wrong) as answer:
        assert answer.status == 422, await answer.text()
        assert field in await answer.text()


@pytest.mark.parametrize("mmsi", ["9" * 5_000, "0" * 5_000 + "1", "1" * 9, "\u00b2"])
async def test_a_number_of_no_ship_is_shown_again(client, mmsi):
    async with client.get("/vessels/alerts/new?lat=54.5&lng=10.2") as page:
        found = re.search(r'name="csrf_token" value="([^"]+)"', await page.text())
    assert found
    wrong = FORM | {"csrf_token": found[1], "mmsi": mmsi, "email": "nobody"}
    async with client.post("/vessels/alerts", data=wrong) as answer:
        assert answer.status == 422


@pytest.fixture
async def receiver():
    """A webhook of somebody's own."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def posting(settings, receiver, client, resources):
    """A process that may post to this machine, and an event to be posted."""
    await asked(client, resources)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update ship_alert set webhook_url = $1, webhook_secret = $2", receiver.url, b"s" * 32
        )
    event = await happens(resources, ShipEventKind.ENTER)
    local = replace(settings, vessels={"webhooks_anywhere": True})
    async with open_resources(local, domains.PARTS) as opened:
        yield opened, event


async def test_a_post_is_signed_as_standard_webhooks_says(posting, receiver):
    res, event = posting
    assert await telling.post(res, event.id) == "taken"
    ((headers, body),) = receiver.posts
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.digest(b"s" * 32, signed, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["webhook-id"] == str(event.id)
    posted = json.loads(body)
    assert (posted["type"], posted["data"]["event"]["mmsi"]) == ("ship.enter", AURORA)
    assert gateway.secret_text(b"s" * 32).startswith("whsec_c3Nz")


async def test_news_become_a_job_for_each_crossing(posting):
    res, _event = posting
    assert await tell_ship_alerts(res) == "1 told, 0 expired"
    async with res.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job where task = $1", telling.POST_TASK)
    assert await written(res) == ["ship_alert_confirm"]


async def test_a_receiver_that_does_not_answer_is_tried_again_and_then_let_alone(posting, receiver):
    res, event = posting
    receiver.status = 500
    for _ in range(telling.TRIES - 1):
        with pytest.raises(Refusal):
            await telling.post(res, event.id)
    assert (await telling.post(res, event.id)).startswith("given up")
    async with res.db.acquire() as conn:
        await conn.execute("update ship_alert set failures = 39")
    assert "paused" in await telling.post(res, event.id)
    assert await telling.post(res, event.id) == "not wanted any more"


async def test_a_receiver_that_is_gone_ends_the_alert(posting, receiver):
    res, event = posting
    receiver.status = 410
    assert await telling.post(res, event.id) == "the receiver is gone: ended"
    async with res.db.acquire() as conn:
        assert await conn.fetchval("select status from ship_alert") == "ended"


async def test_nothing_is_posted_into_our_own_network(posting, receiver, resources):
    """With the settings as they are delivered, although the alert has such an address."""
    _res, event = posting
    for _ in range(telling.TRIES - 1):
        with pytest.raises(Refusal):
            await telling.post(resources, event.id)
    assert (await telling.post(resources, event.id)).startswith("given up")
    assert receiver.posts == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fc00::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "fec0::1",
        "2001::1",
        "localhost",
    ],
)
def test_an_address_that_is_not_public(address):
    assert not is_public(address)


def test_an_address_that_is_public():
    assert is_public("93.184.215.14")
    assert is_public("2606:4700::1111")
    assert is_public("64:ff9b::5db8:d70e")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "https://example.org:22/",
        "https://user@example.org/",
        "https://localhost/",
        "https://[::1]/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://127.1/",
        "https://exa mple.org/",
        "https://" + "a" * 1_000 + ".org/",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_nothing_is_posted_to(address):
    assert public_url(address) is None


def test_an_address_that_is_posted_to():
    assert public_url("https://example.org/hooks?ship=1") is not None
    assert public_url("https://example.org:8443/") is not None


class Names(AbstractResolver):
    """A name server that says what it is told to."""

    def __init__(self, *addresses):
        self.addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {"hostname": host, "host": each, "port": port, "family": family, "proto": 0, "flags": 0}
            for each in self.addresses
        ]

    async def close(self):
        pass


@pytest.mark.parametrize("addresses", [(), ("10.0.0.1",), ("93.184.215.14", "127.0.0.1")])
async def test_a_name_that_leads_inside_is_not_followed(addresses):
    with pytest.raises(NotPublic):
        await PublicResolver(Names(*addresses)).resolve("example.org", 443)


async def test_a_name_with_public_addresses_is_resolved():
    (found,) = await PublicResolver(Names("93.184.215.14")).resolve("example.org", 443)
    assert found["host"] == "93.184.215.14"


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
@pytest.mark.parametrize("kind", mails.MAILS, ids=lambda kind: kind.name)
def test_every_mail_in_every_language_ends_by_one_click(settings, kind, language):
    link, now = "http://ferries.example/vessels/alerts/t", clock.now()
    event = ToldEvent("enter", "AURORA", now, "http://ferries.example/vessels/1", True)
    context = ShipAlertMail(
        "Kiel Fjord",
        "AURORA",
        ("enter", "leave", "dwell"),
        link,
        f"{link}/end",
        now,
        30,
        "hooks.example",
        (event,),
        3,
    )
    mail = Mail(uuid7(), "ada@example.org", language, msgspec.to_builtins(context), False)

    message = render.message(settings, kind, mail)

    assert message["List-Unsubscribe"] == f"<{link}/end>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            assert "Kiel Fjord" in text
            assert link in text
            assert "%(" not in text


async def asked(client, resources):
    """An alert that is switched on; returns its page's address."""
    async with client.post("/api/v1/vessels/alerts", json=JSON | {"name": "Kiel"}) as answer:
        assert answer.status == 202, await answer.text()
    here = await address_of_alert(resources)
    await act(client, here, SubscriptionEvent.CONFIRM)
    return here


async def happens(resources, kind):
    """An event as the feed's leader writes it down; each a second after the one before."""
    async with resources.db.acquire() as conn:
        alert_id, count = await conn.fetchrow(
            "select a.id, (select count(*) from ship_alert_crossing) from ship_alert a"
        )
        at = clock.now() - timedelta(seconds=60 - count)
        source = int(Source.AISSTREAM)
        place = ("AURORA", at, None, 54.5, 10.2, 0.1, False)
        event = AlertEvent(uuid7(), alert_id, uuid7(), kind, AURORA, 0, source, *place)
        assert await store.add_events(conn, [event], 200) == 1
    return event
