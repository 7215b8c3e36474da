"""Stripe's events come in: only Stripe's, each once, answered at once."""

import asyncio
import time

import pytest

from maritime_app.payments.webhooks import service as webhooks
from maritime_app.payments.webhooks.processing import process_event
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


async def test_what_is_known_costs_no_other_event(played):
    """They travel in one commit, which a known one refuses; so does one that comes twice in it."""

    async def taken(*ids):
        bodies = [signed(EVENT | {"id": event_id})[0] for event_id in ids]
        take = webhooks.of(played).take
        headers = [signed(body)[1]["Stripe-Signature"] for body in bodies]
        return await asyncio.gather(*map(take, bodies, headers))

    assert await taken("evt_a", "evt_b") == [True, True]
    assert await taken("evt_c", "evt_a", "evt_d") == [True, False, True]
    assert sorted(await taken("evt_e", "evt_e", "evt_f")) == [False, True, True]
    assert await taken("evt_g", "evt_h") == [True, True]
    assert await taken("evt_g", "evt_i") == [False, True]

    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select e.id from stripe_event e join job j on j.subject_id = e.id order by e.id"
        )
    assert [row["id"] for row in rows] == [f"evt_{letter}" for letter in "abcdefghi"]


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


@pytest.mark.parametrize(
    "event",
    [
        {"id": "evt_s", "type": "invoice.upcoming", "data": {"object": {"id": None}}},
        {
            "id": "evt_s",
            "type": "charge.updated",
            "data": {"object": {"id": "ch_1", "payment_intent": {"id": "pi_1", "object": "x"}}},
        },
        {"id": "evt_s", "type": "v2.core.account.updated", "related_object": {"id": "acct_1"}},
        {"id": "evt_s", "type": "ping"},
        {"id": "evt_s", "type": "checkout.session.completed", "data": {"object": [1, 2]}},
        {"id": "evt_s", "type": "payment_intent.succeeded", "data": {"object": {"id": None}}},
        {"id": "evt_s", "type": "refund.updated", "data": None},
    ],
)
async def test_a_shape_that_is_not_known_is_written_down_and_followed_to_its_end(
    shop, played, url, event
):
    body, headers = signed(event)

    async with shop.post(url, data=body, headers=headers) as answer:
        assert answer.status == 200

    assert await process_event(played, "evt_s")
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select processed_at is not null from stripe_event")


@pytest.mark.parametrize(
    "header",
    [
        "t=1700000000,v1=é",
        "t=١٧,v1=00",
        "t=1700000000,v1=\U0001f6a2",
    ],
)
async def test_a_signature_beyond_ascii_is_refused(shop, url, header):
    body, _ = signed(EVENT)

    async with shop.post(url, data=body, headers={"Stripe-Signature": header}) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "evt_b", "type": "odd", "name": "\xff\xfe"}',
        b'{"id": "evt_b", "type": "odd", "x": ' + b"[" * 100_000,
        b'{"id": "evt_b", "type": "odd"',
        b'{"id": "evt_b", "type": "odd", "name": "\\ud800"}',
        b'{"id": "evt\\n", "type": "odd"}',
        b'{"id": "' + b"e" * 4_000 + b'", "type": "odd"}',
        b"",
    ],
)
async def test_signed_bytes_that_are_no_event_are_400(shop, url, body):
    async with shop.post(url, data=body, headers=signed(body)[1]) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    "poison",
    [
        b'{"id": "evt_p", "type": "customer.created", "data": {"object": {"id": "a\\u0000"}}}',
        b'{"id": "evt_p", "type": "customer.created", "n": 1e999999}',
        b'{"id": "evt_p", "type": "customer.created", "x": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)
async def test_what_the_database_does_not_take_costs_no_other_event(played, poison):
    """They travel in one commit; what cannot be stored as it is, is stored as far as it is read."""
    neighbours = [signed(EVENT | {"id": f"evt_{n}"})[0] for n in range(6)]
    bodies = [*neighbours[:3], poison, *neighbours[3:]]

    fresh = await asyncio.gather(
        *(webhooks.of(played).take(body, signed(body)[1]["Stripe-Signature"]) for body in bodies)
    )

    assert fresh == [True] * 7
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from stripe_event") == 7
        assert await conn.fetchval("select count(*) from job where subject_id = 'evt_p'") == 1
    assert await process_event(played, "evt_p") == "nothing to do"


async def test_an_event_beyond_all_sizes_is_not_read(shop, url):
    body, headers = signed(EVENT | {"more": "x" * 600_000})
    async with shop.post(url, data=body, headers=headers) as answer:
        assert answer.status == 413


async def test_an_event_that_was_never_stored_is_no_error(played):
    assert await process_event(played, "evt_nobody_stored") == "unknown event"
