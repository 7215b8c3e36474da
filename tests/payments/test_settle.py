"""Money that arrives: once, in whatever order and however often Stripe tells of it, and never for
nothing.
"""

from tests.booked import (
    counts,
    drained,
    nothing_is_broken,
    state_of,
    stored_event,
    until,
)
from tests.factories import a_sailing, an_ask, book, pay, signed


async def test_it_works(shop, played):
    """Two events tell of the same money, in either order: it is in the books once."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)

    made = await counts(played)

    assert (made["payment"], made["refund"]) == (1, 0)
    assert made["ledger"] == 2  # what Stripe holds, and what it is for
    await nothing_is_broken(played)


async def test_the_same_event_ten_times_changes_nothing_more(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)
    before = await counts(played)
    event = await stored_event(played, "payment_intent.succeeded")

    for _ in range(10):
        body, headers = signed(event)
        async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
            assert answer.status == 200
    again = [signed({**event, "id": f"evt_again_{n}"}) for n in range(10)]
    for body, headers in again:
        async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
            assert answer.status == 200
    await drained(played)

    assert await counts(played) == before
    await nothing_is_broken(played)


async def test_events_in_the_wrong_order(shop, played):
    """A failure and a session event that arrive after the success must not undo it."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)
    intent = (await stored_event(played, "payment_intent.succeeded"))["data"]["object"]
    before = await counts(played)

    for number, kind in enumerate(
        ("payment_intent.payment_failed", "payment_intent.created", "payment_intent.canceled")
    ):
        body, headers = signed(
            {"id": f"evt_late_{number}", "type": kind, "data": {"object": intent}}
        )
        async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
            assert answer.status == 200
    await drained(played)

    assert (await state_of(shop, booking))["status"] == "confirmed"
    assert await counts(played) == before


async def test_an_event_that_lies_is_not_believed(shop, played):
    """The body says paid; Stripe, asked again, does not: nothing happens."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    event = {
        "id": "evt_mallory",
        "type": "payment_intent.succeeded",
        "data": {"object": {"id": "pi_mallory", "object": "payment_intent", "status": "succeeded"}},
    }
    body, headers = signed(event)

    async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
        assert answer.status == 200
    await drained(played)

    assert (await state_of(shop, booking))["status"] == "held"
