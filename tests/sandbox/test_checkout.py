"""A session is created, paid on the hosted page, and told about, through the real Stripe
library.
"""

import time

import pytest
import stripe

from tests.sandbox.conftest import checkout


async def test_it_works(stripe_client, pay, receiver):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    assert (session.status, session.payment_status, session.amount_total) == (
        "open",
        "unpaid",
        12_050,
    )
    assert session.payment_intent is None

    status, location, _ = await pay(session)
    assert status == 303
    assert location == f"http://shop.example/return?session={session.id}"

    paid = await stripe_client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    intent = paid.payment_intent
    assert intent.status == "succeeded"
    assert intent.amount_received == 12_050
    assert intent.metadata.to_dict() == {"booking": "W7XN4QTR", "version": "1"}
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    assert paid.line_items.data[0].description == "Piraeus to Heraklion"

    await receiver.until(lambda: "checkout.session.completed" in receiver.types)
    assert {"charge.succeeded", "payment_intent.succeeded"} <= set(receiver.types)


async def test_the_page_is_labelled_and_needs_no_script(stripe_client, http):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    async with http.get(session.url) as answer:
        text = await answer.text()
    assert "SANDBOX" in text
    assert "€120.50" in text
    assert "<script" not in text
    assert 'value="4242 4242 4242 4242"' in text


async def test_a_declined_card_may_try_again(stripe_client, pay, receiver):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    status, _, text = await pay(session, number="4000000000000002")
    assert status == 402
    assert "Your card was declined." in text
    await receiver.until(lambda: "payment_intent.payment_failed" in receiver.types)
    failed = next(
        event for event in receiver.events if event.type == "payment_intent.payment_failed"
    )
    assert failed.data.object["last_payment_error"]["code"] == "card_declined"

    status, _, _ = await pay(session)
    assert status == 303
    charges = await stripe_client.v1.charges.list_async({"limit": 10})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]
    assert charges.data[0].payment_intent == charges.data[1].payment_intent


async def test_a_card_that_asks_for_authentication(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    status, location, _ = await pay(session, number="4000002500003155")
    assert (status, location) == (303, f"/stripe/pay/{session.id}/authenticate")
    waiting = await stripe_client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent"]}
    )
    assert waiting.payment_intent.status == "requires_action"

    status, _, text = await pay(session, action="fail", suffix="/authenticate")
    assert status == 402
    assert "unable to authenticate" in text

    await pay(session, number="4000002500003155")
    status, location, _ = await pay(session, action="complete", suffix="/authenticate")
    assert location == f"http://shop.example/return?session={session.id}"
    paid = await stripe_client.v1.checkout.sessions.retrieve_async(session.id)
    assert paid.payment_status == "paid"


async def test_going_back_leaves_the_session_open(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    assert (await pay(session, action="cancel"))[:2] == (303, "http://shop.example/back")
    assert (await stripe_client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"


async def test_paying_twice_charges_once(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    assert (await pay(session))[0] == 303
    status, _, text = await pay(session)
    assert status == 410
    assert "This is paid already" in text
    assert len((await stripe_client.v1.charges.list_async()).data) == 1


async def test_an_expired_session_cannot_be_paid_and_a_paid_one_cannot_expire(
    stripe_client, pay, receiver
):
    expired = await stripe_client.v1.checkout.sessions.create_async(checkout())
    assert (await stripe_client.v1.checkout.sessions.expire_async(expired.id)).status == "expired"
    status, _, text = await pay(expired)
    assert status == 410
    assert "has expired" in text
    await receiver.until(lambda: "checkout.session.expired" in receiver.types)

    paid = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(paid)
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        await stripe_client.v1.checkout.sessions.expire_async(paid.id)


async def test_expiring_voids_an_intent_that_was_tried(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session, number="4000000000000002")
    await stripe_client.v1.checkout.sessions.expire_async(session.id)
    intent = (await stripe_client.v1.payment_intents.list_async()).data[0]
    assert intent.status == "canceled"


@pytest.mark.parametrize(
    ("changes", "param", "words"),
    [
        ({"expires_at": int(time.time()) + 600}, "expires_at", "at least 30 minutes"),
        ({"expires_at": int(time.time()) + 100_000}, "expires_at", "less than 24 hours"),
        ({"line_items": []}, "line_items", "Missing required param"),
        ({"success_url": "return"}, "success_url", "Not a valid URL"),
        ({"mode": "donation"}, "mode", "must be one of"),
        ({"colour": "blue"}, "colour", "unknown parameter"),
        ({"metadata": {"k": "v" * 501}}, "metadata", "500 characters"),
    ],
)
async def test_what_cannot_be_right_is_refused(stripe_client, changes, param, words):
    with pytest.raises(stripe.InvalidRequestError, match=words) as refused:
        await stripe_client.v1.checkout.sessions.create_async(checkout(**changes))
    assert refused.value.http_status == 400
    assert refused.value.param == param


async def test_too_small_an_amount_is_refused(stripe_client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await stripe_client.v1.checkout.sessions.create_async(checkout(amount_minor=49))
    assert refused.value.code == "amount_too_small"


async def test_an_intent_of_a_session_is_not_cancelled_directly(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session, number="4000000000000002")
    tried = (await stripe_client.v1.payment_intents.list_async()).data[0]
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        await stripe_client.v1.payment_intents.cancel_async(tried.id)
    await pay(session)
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded") as refused:
        await stripe_client.v1.payment_intents.cancel_async(tried.id)
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_unknown_things_and_callers(stripe_client, sandbox, http):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await stripe_client.v1.payment_intents.retrieve_async("pi_nothing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert str(refused.value.request_id).startswith("req_")
    for key in ("", "sk_live_never", "nonsense"):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with http.get(f"{sandbox.stripe_url}/v1/charges", headers=headers) as answer:
            assert answer.status == 401
    headers = {"Authorization": "Bearer sk_test_1"}
    async with http.get(f"{sandbox.stripe_url}/v1/unicorns", headers=headers) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]["type"] == "invalid_request_error"


async def test_lists_are_paged(stripe_client):
    ids = [(await stripe_client.v1.checkout.sessions.create_async(checkout())).id for _ in range(5)]
    first = await stripe_client.v1.checkout.sessions.list_async({"limit": 2})
    assert first.has_more
    assert [session.id async for session in first.auto_paging_iter()] == ids[::-1]
