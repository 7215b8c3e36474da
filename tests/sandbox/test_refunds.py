"""Refunds: in parts, never too much, pending and failing; disputes block them."""

import pytest
import stripe

from tests.sandbox.conftest import checkout


@pytest.fixture
def paid(stripe_client, pay):
    """A paid intent."""

    async def paid(number="4242424242424242"):
        session = await stripe_client.v1.checkout.sessions.create_async(checkout(10_000))
        await pay(session, number=number)
        done = await stripe_client.v1.checkout.sessions.retrieve_async(
            session.id, {"expand": ["payment_intent"]}
        )
        return done.payment_intent

    return paid


async def test_it_works(stripe_client, paid, receiver):
    intent = await paid()
    refund = await stripe_client.v1.refunds.create_async(
        {
            "payment_intent": intent.id,
            "amount": 2_500,
            "reason": "requested_by_customer",
            "metadata": {"r": "1"},
        }
    )
    assert (refund.status, refund.amount, refund.charge) == (
        "succeeded",
        2_500,
        intent.latest_charge,
    )
    rest = await stripe_client.v1.refunds.create_async({"charge": intent.latest_charge})
    assert rest.amount == 7_500
    charge = await stripe_client.v1.charges.retrieve_async(
        intent.latest_charge, {"expand": ["refunds"]}
    )
    assert charge.refunded
    assert [made.amount for made in charge.refunds.data] == [7_500, 2_500]
    await receiver.until(lambda: receiver.types.count("charge.refunded") == 2)
    assert {"refund.created", "refund.updated"} <= set(receiver.types)
    listed = await stripe_client.v1.refunds.list_async({"payment_intent": intent.id})
    assert len(listed.data) == 2


async def test_never_more_than_was_paid(stripe_client, paid):
    intent = await paid()
    await stripe_client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 6_000})
    with pytest.raises(
        stripe.InvalidRequestError, match="greater than unrefunded amount"
    ) as refused:
        await stripe_client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 4_001})
    assert refused.value.param == "amount"
    await stripe_client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 4_000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"


async def test_an_unpaid_intent_has_nothing_to_refund(stripe_client, pay):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session, number="4000000000000002")
    intent = (await stripe_client.v1.payment_intents.list_async()).data[0]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})


async def test_a_refund_may_stay_pending_at_first(stripe_client, paid, receiver, switch):
    await switch({"stripe": {"refund_settles_seconds": 0.3}})
    intent = await paid("4000000000007726")
    refund = await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refund.status == "pending"
    await receiver.until(lambda: "refund.updated" in receiver.types)
    assert (await stripe_client.v1.refunds.retrieve_async(refund.id)).status == "succeeded"


async def test_a_refund_may_fail_after_it_had_succeeded(stripe_client, paid, receiver, switch):
    await switch({"stripe": {"refund_settles_seconds": 0.3}})
    intent = await paid("4000000000005126")
    refund = await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    await receiver.until(lambda: "refund.failed" in receiver.types)
    failed = await stripe_client.v1.refunds.retrieve_async(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = await stripe_client.v1.charges.retrieve_async(intent.latest_charge)
    assert charge.amount_refunded == 0


async def test_a_disputed_charge_is_not_refunded(stripe_client, paid, receiver, http, sandbox):
    intent = await paid()
    async with http.post(
        f"{sandbox.url}/control/disputes", json={"charge": intent.latest_charge}
    ) as answer:
        dispute = await answer.json()
    assert dispute["status"] == "needs_response"
    await receiver.until(lambda: "charge.dispute.created" in receiver.types)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"

    closing = {"dispute": dispute["id"], "won": True}
    async with http.post(f"{sandbox.url}/control/disputes", json=closing) as answer:
        assert (await answer.json())["status"] == "won"
    await receiver.until(lambda: "charge.dispute.funds_reinstated" in receiver.types)
    assert (
        await stripe_client.v1.refunds.create_async({"payment_intent": intent.id})
    ).status == "succeeded"
