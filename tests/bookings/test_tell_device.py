"""A browser that asked hears when its ship is late: once per version, and nothing about anybody."""

import asyncio
import json
import re
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import structs

from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.push import jobs, service
from maritime_app.bookings.push.encryption import base64url, curve, encrypt, octets_of, public_bytes
from maritime_app.bookings.push.model import SubscriptionKeys, SubscriptionRequest
from maritime_app.bookings.push.service import News
from maritime_app.bookings.push.services import is_push_service
from maritime_app.errors import Conflict
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, ChangeReason, TimesRequest
from maritime_app.infra.upstreams.http import Reply, Upstream, UpstreamDown
from tests.booked import confirmed_in_rows, drained, until
from tests.factories import a_sailing, an_ask, book, pay
from tests.other_ship import a_ship, change

AUTH = bytes(range(16))
HOUSE = ActingStaff()
PUSH = "https://fcm.googleapis.com/fcm/send/x"


def test_it_works():
    """RFC 8291, appendix A: their keys, their salt, their message."""
    own = ec.derive_private_key(
        int.from_bytes(octets_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), curve()
    )
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        octets_of(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        octets_of("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=octets_of("DGv6ra1nlYgDCS1FRnbzlw"),
        own=own,
    )

    assert base64url(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )


@pytest.mark.parametrize(
    ("endpoint", "is_one"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/x", True),
        ("https://wns2-by3p.notify.windows.com/w/?token=x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@10.0.0.1/x", False),
        ("https://10.0.0.1/fcm.googleapis.com", False),
        ("https://evilfcm.googleapis.com.example/x", False),
        ("https://notfcm.googleapis.com/x", False),
        ("http://127.0.0.1:8090/push/x", False),
        ("https://[::1/x", False),
    ],
)
def test_no_other_address_is_called(endpoint, is_one):
    assert is_push_service(endpoint, "") is is_one


class Browser:
    """One that asks, and reads what only it can read (RFC 8291, 3.4)."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.key = ec.generate_private_key(curve())

    @property
    def fields(self):
        key = base64url(public_bytes(self.key))
        return {"endpoint": self.endpoint, "p256dh": key, "auth": base64url(AUTH)}

    def read(self, text):
        body = urlsafe_b64decode(text + "==")
        salt, theirs, sealed = body[:16], body[21:86], body[86:]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve(), theirs)
        )
        info = b"WebPush: info\0" + public_bytes(self.key) + theirs
        secret = HKDF(SHA256(), 32, salt=AUTH, info=info).derive(shared)
        key, nonce = (
            HKDF(SHA256(), size, salt=salt, info=b"Content-Encoding: " + name).derive(secret)
            for name, size in ((b"aes128gcm\0", 16), (b"nonce\0", 12))
        )
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\2"))


@pytest.fixture
async def booking(client, resources):
    return await confirmed_in_rows(
        resources, await book(client, an_ask(await a_sailing(resources.db)))
    )


async def test_what_the_push_service_answers_decides(resources, booking, monkeypatch):
    """A moment's trouble is tried again; who is gone, or listens to another key, is forgotten."""
    answers = [Reply(500, {"Retry-After": "7"}, b""), Reply(201, {}, b""), Reply(410, {}, b"")]

    async def call(*_any, **_more):
        return answers.pop(0)

    monkeypatch.setattr(Upstream, "call", call)
    asked = await service.subscribe(resources, booking, asked_by(Browser(PUSH)))

    with pytest.raises(UpstreamDown) as trouble:
        await service.send(resources, asked, News.LATE, "v1")
    assert trouble.value.retry_after_seconds == 7
    assert await service.send(resources, asked, News.LATE, "v1") == "late sent"
    assert "before" in await service.send(resources, asked, News.LATE, "v1")
    assert "any more" in await service.send(resources, asked, News.LATE, "v2")
    assert "ended" in await service.send(resources, asked, News.LATE, "v2")

    again = await service.subscribe(resources, booking, asked_by(Browser(PUSH)))
    async with resources.db.acquire() as conn:
        await conn.execute("update push_subscription set vapid_key = 'another'")
    assert "any more" in await service.send(resources, again, News.LATE, "v3")
    assert answers == []


async def test_five_devices_of_a_booking_that_has_a_ticket(resources, booking):
    for number in range(5):
        await service.subscribe(resources, booking, asked_by(Browser(f"{PUSH}{number}")))
    with pytest.raises(Conflict, match="Five devices"):
        await service.subscribe(resources, booking, asked_by(Browser(PUSH)))
    with pytest.raises(Conflict, match="no ticket"):
        held = structs.replace(booking, status=BookingStatus.HELD)
        await service.subscribe(resources, held, asked_by(Browser(PUSH)))


@pytest.mark.parametrize("news", News)
def test_every_news_has_words_of_its_own(news):
    assert sum(service._title(news) == service._title(other) for other in News) == 1


def test_a_text_that_is_too_long_is_refused():
    key = public_bytes(ec.generate_private_key(curve()))
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * 4000, key, AUTH)


def asked_by(browser):
    fields = browser.fields
    keys = SubscriptionKeys(fields["p256dh"], fields["auth"])
    return SubscriptionRequest(fields["endpoint"], keys)


@pytest.fixture
def send_form(shop):
    """Post a form of the booking's page, as its script does."""

    async def send(booking, path, fields):
        address = f"/bookings/{booking['reference']}"
        async with shop.get(f"{address}?token={booking['token']}") as page:
            token = re.search(r'data-csrf="([^"]+)"', await page.text())
        assert token
        form = {**fields, "csrf_token": token[1]}
        headers = {"Accept": "application/json"}
        async with shop.post(f"{address}/push{path}", data=form, headers=headers) as answer:
            return answer.status, await answer.json() if answer.status == 200 else {}

    return send


async def confirmed(shop, sailing):
    booking = await book(shop, an_ask(sailing))
    await pay(shop, booking)
    return await until(shop, booking, "confirmed") | {"token": booking["token"]}


async def came(played, enough):
    """What the push service took, once there is so much of it."""
    address = played.settings.sandbox.url + "/push/messages.json"
    async with asyncio.timeout(60):
        while True:
            async with played.http.get(address) as answer:
                found = (await answer.json())["messages"]
            if len(found) >= enough:
                return found
            await asyncio.sleep(0.05)


async def test_a_late_ship_is_told_once_per_version(shop, played, send_form):
    sailing = await a_sailing(played.db, days_ahead=3)
    booking = await confirmed(shop, sailing)
    browser = Browser(played.settings.sandbox.url + "/push/ada")
    status, said = await send_form(booking, "", browser.fields)
    assert status == 200
    for hours in (1, 2):
        found = await operations.sailing(played, HOUSE, sailing)
        departs = found.departs_at + timedelta(hours=hours)
        late = TimesRequest(found.version, departs, reason=ChangeReason.OPERATIONAL)
        await operations.retime(played, HOUSE, sailing, late)
        await came(played, hours)  # a version each

    await drained(played)  # what was sent is written down after the push service took it
    async with played.db.acquire() as conn:
        told = await conn.fetch("select payload from job where task = 'bookings.push_news'")
    assert len(told) == 2
    for row in told:  # a worker that died after sending is followed by another one
        assert await jobs.push_news(played, **row["payload"]) == "ended, or sent before"
    messages = await came(played, 2)
    assert len(messages) == 2
    shown = [browser.read(message["body"]) for message in messages]
    assert [one["title"] for one in shown] == ["Your ferry is late"] * 2
    assert shown[0]["tag"] != shown[1]["tag"]
    assert {one["to"] for one in shown} == {said["id"]}
    for secret in (booking["reference"], booking["token"], "Ada", "Lund", "Oslo", "Kiel"):
        assert secret not in json.dumps(shown), secret


async def test_who_keeps_a_place_on_another_ship_is_told(shop, played, send_form):
    """Once for the change of ship; who has no place on it hears that an answer is needed."""
    sailing = await a_sailing(played.db, days_ahead=3)
    await a_ship(played.db, passengers=2)
    for name in ("keeps", "loses"):
        booking = await confirmed(shop, sailing)
        browser = Browser(f"{played.settings.sandbox.url}/push/{name}")
        assert (await send_form(booking, "", browser.fields))[0] == 200

    await change(played, sailing, losing=1)

    await came(played, 2)
    async with played.db.acquire() as conn:
        told = await conn.fetch("select payload from job where task = 'bookings.push_news'")
        booked = await conn.fetch(
            "select p.id from push_subscription p join booking b on b.id = p.booking_id"
            " order by b.created_at"
        )
    news = {row["payload"]["subscription_id"]: row["payload"]["news"] for row in told}
    assert news == dict(
        zip((str(row["id"]) for row in booked), ("other_ship", "no_place"), strict=True)
    )


async def test_it_ends_with_one_click_and_with_the_browser(shop, played, send_form):
    booking = await confirmed(shop, await a_sailing(played.db))
    url = played.settings.sandbox.url
    ended, gone = Browser(f"{url}/push/bo"), Browser(f"{url}/push/gone")
    for browser in (ended, gone):
        assert (await send_form(booking, "", browser.fields))[0] == 200
    await send_form(booking, "/end", {"endpoint": ended.endpoint})

    async with played.db.transaction() as conn:
        booking_id = await conn.fetchval("select id from booking")
        await service.tell(conn, News.LATE, {booking_id: "v1"})
        left = await conn.fetchval("select id from push_subscription")

    done = await jobs.push_news(played, subscription_id=str(left), news="late", version="v1")
    assert "any more" in done or "ended" in done  # a worker may have been first
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from push_subscription") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://127.0.0.1:5432/"},
        {"p256dh": base64url(b"\4" + bytes(64))},
        {"p256dh": "not base64!"},
        {"auth": base64url(b"short")},
        {"auth": "A"},
    ],
)
async def test_what_is_no_browser_is_refused(shop, played, send_form, wrong):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    browser = Browser(played.settings.sandbox.url + "/push/eve")

    assert (await send_form(booking, "", {**browser.fields, **wrong}))[0] == 422
