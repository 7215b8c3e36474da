"""A card is saved on the hosted page and charged later without its holder, through the real Stripe
library.
"""

from typing import Any

import pytest
import stripe

ALWAYS_ASKS, NEVER_PAYS = "4000002760003184", "4000000000000341"
ASKS_ONCE, DECLINED = "4000002500003155", "4000000000000002"


def setup(**more):
    """Parameters of a session that saves a card."""
    return {
        "mode": "setup",
        "currency": "eur",
        "customer_creation": "always",
        "customer_email": "ada@example.org",
        "payment_method_types": ["card"],
        "setup_intent_data": {"metadata": {"mandate_id": "m1"}},
        "success_url": "http://shop.example/saved",
        "cancel_url": "http://shop.example/back",
    } | more


def later(session, amount=12_050, **more):
    """Parameters of a charge of the card that the session saved."""
    return {
        "amount": amount,
        "currency": "eur",
        "customer": session.customer,
        "payment_method": session.setup_intent.payment_method,
        "off_session": True,
        "confirm": True,
        "metadata": {"use": "u1"},
    } | more


@pytest.fixture
def saved(stripe_client, pay):
    """Save a card; returns its session with the SetupIntent."""

    async def save(number="4242424242424242"):
        session = await stripe_client.v1.checkout.sessions.create_async(setup())
        status, location, _ = await pay(session, number)
        assert status == 303
        if location.endswith("/authenticate"):
            status, location, _ = await pay(session, action="complete", suffix="/authenticate")
        assert location == "http://shop.example/saved"
        return await stripe_client.v1.checkout.sessions.retrieve_async(
            session.id, {"expand": ["setup_intent"]}
        )

    return save


async def test_it_works(stripe_client, saved, receiver):
    session = await saved()
    assert (session.status, session.payment_status) == ("complete", "no_payment_required")
    assert session.setup_intent.status == "succeeded"
    assert session.setup_intent.metadata.to_dict() == {"mandate_id": "m1"}

    paid = await stripe_client.v1.payment_intents.create_async(
        later(session) | {"expand": ["latest_charge"]}
    )

    assert (paid.status, paid.amount_received) == ("succeeded", 12_050)
    assert paid.latest_charge.payment_method == session.setup_intent.payment_method
    assert paid.latest_charge.payment_method_details.card.last4 == "4242"
    await receiver.until(lambda: "payment_intent.succeeded" in receiver.types)
    assert {"setup_intent.succeeded", "payment_method.attached"} <= set(receiver.types)


async def test_nothing_is_charged_when_a_card_is_saved(stripe_client, saved):
    await saved()
    assert (await stripe_client.v1.charges.list_async()).data == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(ALWAYS_ASKS, "authentication_required"), (NEVER_PAYS, "card_declined")],
)
async def test_the_bank_refuses_a_charge_without_its_holder(
    stripe_client, saved, receiver, number, code
):
    session = await saved(number)

    with pytest.raises(stripe.CardError) as refused:
        await stripe_client.v1.payment_intents.create_async(later(session))

    assert (refused.value.http_status, refused.value.code) == (402, code)
    told: Any = refused.value.error
    intent = await stripe_client.v1.payment_intents.retrieve_async(told.payment_intent.id)
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    assert intent.last_payment_error.code == code
    await receiver.until(lambda: "payment_intent.payment_failed" in receiver.types)


async def test_a_card_that_was_confirmed_when_saved_is_charged(stripe_client, saved):
    session = await saved(ASKS_ONCE)
    paid = await stripe_client.v1.payment_intents.create_async(later(session))
    assert paid.status == "succeeded"


async def test_a_key_charges_once_and_remembers_a_refusal(stripe_client, saved):
    good, bad = await saved(), await saved(NEVER_PAYS)
    key = {"idempotency_key": "use:1"}
    first = await stripe_client.v1.payment_intents.create_async(later(good), key)
    again = await stripe_client.v1.payment_intents.create_async(later(good), key)
    assert again.id == first.id
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            await stripe_client.v1.payment_intents.create_async(
                later(bad), {"idempotency_key": "use:2"}
            )
    assert len((await stripe_client.v1.payment_intents.list_async()).data) == 2


async def test_a_card_that_was_given_up_is_never_charged_again(stripe_client, saved):
    session = await saved()
    method = session.setup_intent.payment_method
    key = {"idempotency_key": "use:3"}
    paid = await stripe_client.v1.payment_intents.create_async(later(session), key)
    gone = await stripe_client.v1.payment_methods.detach_async(method)
    assert gone.customer is None
    with pytest.raises(stripe.InvalidRequestError, match="It may not be used again"):
        await stripe_client.v1.payment_intents.create_async(later(session))
    # The answer of a key is its answer for ever.
    again = await stripe_client.v1.payment_intents.create_async(later(session), key)
    assert again.id == paid.id
    with pytest.raises(stripe.InvalidRequestError, match="detachment is impossible"):
        await stripe_client.v1.payment_methods.detach_async(method)


async def test_a_declined_card_is_not_saved(stripe_client, pay, receiver):
    session = await stripe_client.v1.checkout.sessions.create_async(setup())
    status, _, text = await pay(session, DECLINED)
    assert status == 402
    assert "Your card was declined." in text
    await receiver.until(lambda: "setup_intent.setup_failed" in receiver.types)
    status, _, _ = await pay(session, ASKS_ONCE)
    assert status == 303
    status, _, text = await pay(session, action="fail", suffix="/authenticate")
    assert status == 402
    assert (await stripe_client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"


async def test_what_no_charge_without_its_holder_has(stripe_client, saved):
    session, other = await saved(), await saved()
    for changes, words in (
        ({"amount": 49}, "at least"),
        ({"off_session": False}, "off_session"),
        ({"customer": other.customer}, "does not have a payment method"),
        ({"payment_method": "pm_none"}, "No such payment method|No such payment_method"),
        ({"cats": "2"}, "unknown parameter"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match=words):
            await stripe_client.v1.payment_intents.create_async(later(session, **changes))
    with pytest.raises(stripe.InvalidRequestError, match="line_items"):
        await stripe_client.v1.checkout.sessions.create_async(setup(line_items=[{"quantity": 1}]))


async def test_a_session_that_expires_saves_nothing(stripe_client, receiver):
    session = await stripe_client.v1.checkout.sessions.create_async(setup())
    await stripe_client.v1.checkout.sessions.expire_async(session.id)
    intent = await stripe_client.v1.setup_intents.retrieve_async(session.setup_intent)
    assert intent.status == "canceled"
    await receiver.until(lambda: "checkout.session.expired" in receiver.types)
