"""Stripe's events come in: only Stripe's, each once, answered at once."""

import asyncio
import time

import pytest

from maritime_app.payments.webhooks import service as webhooks
from tests.factories import signed

EVENT = {
    "id": "evt_1",
    "type": "customer.created",
    "data": {"object": {"id": "cus_1", "object": "customer"}},
}


@pytest.fixture
def url() -> str:
    return "/api/v1/webhooks/stripe"


async def test_it_works(shop, played, url):
    body, headers = signed(EVENT)

    async with shop.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200
        assert await answer.json() == {"received": True}

    async with played.db.acquire() as conn:
        assert (
            await conn.fetchval("select type from stripe_event where id = 'evt_1'")
            == "customer.created"
        )
        assert await conn.fetchval("select count(*) from job where subject_id = 'evt_1'") == 1


async def test_ten_at_the_same_moment_are_one(shop, played, url):
    body, headers = signed(EVENT)

    async def deliver():
        async with shop.post(url, data=body, headers=headers) as answer:
            return answer.status

    assert await asyncio.gather(*(deliver() for _ in range(10))) == [200] * 10
    async with played.db.acquire() as conn:
        assert (
            await conn.fetchval(
                "select count(*) from job where task = 'payments.process_payment_webhook'"
            )
            == 1
        )


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=00",
        "t=x,v1=00",
        "t=1700000000,v1=" + "0" * 64,
        "t=" + "9" * 400 + ",v1=00",
        "v0=1,t=,v1=",
    ],
)
async def test_forged_signatures_are_refused(shop, played, url, header):
    body, _ = signed(EVENT)

    async with shop.post(url, data=body, headers={"Stripe-Signature": header}) as answer:
        assert answer.status == 400

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from stripe_event") == 0


async def test_an_old_event_is_refused(shop, url):
    body, headers = signed(EVENT, at=time.time() - 301)

    async with shop.post(url, data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_a_changed_body_is_refused(shop, url):
    body, headers = signed(EVENT)

    async with shop.post(url, data=body.replace(b"cus_1", b"cus_2"), headers=headers) as answer:
        assert answer.status == 400


async def test_garbage_with_a_right_signature_is_refused(shop, url):
    body, headers = signed(["not an event"])

    async with shop.post(url, data=body, headers=headers) as answer:
        assert answer.status == 400


def test_either_secret_is_good_while_one_is_rolled():
    body, headers = signed(EVENT, secret="whsec_new")

    webhooks.verify(body, headers["Stripe-Signature"], [b"whsec_old", b"whsec_new"])


def test_any_of_several_signatures_may_match():
    body, headers = signed(EVENT, secret="whsec_old")
    stamp, signature = headers["Stripe-Signature"].split(",")

    webhooks.verify(body, f"{stamp},v1={'0' * 64},{signature},v0=ignored", [b"whsec_old"])
