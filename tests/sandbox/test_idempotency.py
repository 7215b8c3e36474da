"""An idempotency key keeps its first answer, as the provider's documentation says."""

import asyncio

import pytest
import stripe

from tests.sandbox.conftest import checkout, stripe_for


async def test_it_works(stripe_client):
    options = {"idempotency_key": "checkout:W7XN4QTR:1"}
    first = await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    again = await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert (
        again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    )
    assert len((await stripe_client.v1.checkout.sessions.list_async()).data) == 1


async def test_other_parameters_under_the_same_key_are_refused(stripe_client):
    options = {"idempotency_key": "k"}
    await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        await stripe_client.v1.checkout.sessions.create_async(checkout(999), options)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        await stripe_client.v1.refunds.create_async({"payment_intent": "pi_1"}, options)


async def test_a_refusal_that_ran_is_kept_but_one_of_the_parameters_is_not(stripe_client):
    options = {"idempotency_key": "refund:1"}
    replayed = []
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await stripe_client.v1.refunds.create_async({"payment_intent": "pi_nothing"}, options)
        replayed.append("Idempotent-Replayed" in (refused.value.headers or {}))
    assert replayed == [False, True]

    options = {"idempotency_key": "checkout:2"}
    with pytest.raises(stripe.InvalidRequestError):
        await stripe_client.v1.checkout.sessions.create_async(checkout(colour="blue"), options)
    assert (
        await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    ).status == "open"


async def test_two_at_once_under_one_key(stripe_client, switch):
    await switch({"stripe": {"latency_seconds": 0.3}})
    options = {"idempotency_key": "twice"}
    made = stripe_client.v1.checkout.sessions.create_async
    outcomes = await asyncio.gather(
        made(checkout(), options), made(checkout(), options), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, stripe.StripeError)]
    assert [error.http_status for error in refused] == [409]
    assert (await made(checkout(), options)).last_response.headers["Idempotent-Replayed"] == "true"


async def test_a_lost_answer_is_found_again_by_its_key(stripe_client, switch):
    await switch({"stripe": {"timeout_rate": 1.0, "timeout_seconds": 0.1}})
    options = {"idempotency_key": "lost"}
    with pytest.raises(stripe.APIConnectionError):
        await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    await switch({"stripe": {"timeout_rate": 0}})
    again = await stripe_client.v1.checkout.sessions.create_async(checkout(), options)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len((await stripe_client.v1.checkout.sessions.list_async()).data) == 1


async def test_the_library_retries_through_errors(sandbox, switch):
    await switch({"stripe": {"error_rate": 1.0}})
    async with stripe_for(sandbox.stripe_url) as client:
        with pytest.raises(stripe.APIError):
            await client.v1.checkout.sessions.create_async(checkout())
        await switch({"stripe": {"error_rate": 0, "rate_limit_rate": 1.0}})
        with pytest.raises(stripe.RateLimitError):
            await client.v1.checkout.sessions.create_async(checkout())
        await switch({"stripe": {"rate_limit_rate": 0}})
        assert (await client.v1.checkout.sessions.create_async(checkout())).status == "open"
