"""Events: signed, repeated until taken, duplicated and reordered on demand, kept over a kill."""

from maritime_app.sandbox.app import serving_sandbox
from tests.sandbox.conftest import checkout, stripe_for


async def test_it_works(stripe_client, pay, receiver):
    receiver.fail_next = 2
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session)
    await receiver.until(lambda: len({event.id for event in receiver.events}) == 4)
    assert receiver.refused == 2
    listed = await stripe_client.v1.events.list_async({"delivery_success": "true"})
    assert {event.id for event in listed.data} == {event.id for event in receiver.events}
    event = await stripe_client.v1.events.retrieve_async(receiver.events[0].id)
    assert event.type == receiver.events[0].type


async def test_undelivered_events_can_be_listed(stripe_client, pay, switch):
    await switch({"stripe": {"deliver": False}})
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session)
    missed = await stripe_client.v1.events.list_async(
        {"delivery_success": "false", "types": ["checkout.session.completed", "charge.succeeded"]}
    )
    assert [event.type for event in missed.data] == [
        "checkout.session.completed",
        "charge.succeeded",
    ]


async def test_duplicates_in_any_order(stripe_client, pay, receiver, switch):
    await switch({"stripe": {"duplicates": 3, "reorder": True}})
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session)
    await receiver.until(lambda: len(receiver.events) == 12)
    per_event = {
        event.id: [other.id for other in receiver.events].count(event.id)
        for event in receiver.events
    }
    assert list(per_event.values()) == [3, 3, 3, 3]
    made = [event.id for event in (await stripe_client.v1.events.list_async()).data][::-1]
    arrived = list(dict.fromkeys(event.id for event in receiver.events))
    assert sorted(arrived) == sorted(made)
    assert [event.id for event in receiver.events] != [
        identifier for identifier in made for _ in range(3)
    ]


async def test_an_event_shows_the_object_as_it_was(stripe_client, pay, receiver):
    session = await stripe_client.v1.checkout.sessions.create_async(checkout())
    await pay(session)
    await receiver.until(lambda: len(receiver.events) == 4)
    created = next(event for event in receiver.events if event.type == "payment_intent.created")
    assert created.data.object["status"] == "requires_payment_method"


async def test_a_restart_keeps_what_was_answered_and_delivers_the_rest(config, receiver, http):
    async with serving_sandbox(config) as first:
        await http.post(f"{first.url}/control", json={"stripe": {"deliver": False}})
        async with stripe_for(first.stripe_url) as client:
            session = await client.v1.checkout.sessions.create_async(
                checkout(), {"idempotency_key": "kept"}
            )
            form = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123", "action": "pay"}
            await http.post(session.url, data=form, allow_redirects=False)
    journal = config.var_dir / "stripe.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"count": 99, "put": [{"id": "torn')

    async with serving_sandbox(config) as second, stripe_for(second.stripe_url) as client:
        kept = await client.v1.checkout.sessions.retrieve_async(session.id)
        intent = await client.v1.payment_intents.retrieve_async(str(kept.payment_intent))
        assert (kept.payment_status, intent.status) == ("paid", "succeeded")
        again = await client.v1.checkout.sessions.create_async(
            checkout(), {"idempotency_key": "kept"}
        )
        assert again.id == session.id
        await receiver.until(lambda: len(receiver.events) == 4)
        other = await client.v1.checkout.sessions.create_async(checkout())
        assert other.id != session.id
