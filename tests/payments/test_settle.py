"""Money that arrives: once, in whatever order and however often Stripe tells of it, and never for
nothing.
"""

from tests.booked import (
    checkout_page,
    counts,
    drained,
    nothing_is_broken,
    state_of,
    stored_event,
    until,
    until_mail,
)
from tests.factories import BO, a_sailing, an_ask, book, pay, signed


async def test_it_works(shop, played):
    sailing = await a_sailing(played.db)
    booking = await book(shop, an_ask(sailing))

    ended_at = await pay(shop, booking)

    assert f"/bookings/{booking['reference']}/return" in ended_at
    settled = await until(shop, booking, "confirmed")
    assert settled["ticket_url"]
    assert settled["legs"][0]["operator_reference"]
    await nothing_is_broken(played)


async def test_the_same_event_ten_times_changes_nothing_more(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
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


async def test_a_declined_card_leaves_the_places_held(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    await pay(shop, booking, number="4000000000000002")
    await until_mail(played, "payment_failed")

    assert (await state_of(shop, booking))["status"] == "held"
    await pay(shop, booking)
    await until(shop, booking, "confirmed")


async def test_a_lost_webhook_is_found_by_asking(shop, played, sandbox):
    """Stripe never tells us; the sweep of open payments asks."""
    async with shop.session.post(
        f"{sandbox.url}/control", json={"stripe": {"deliver": False}}
    ) as switched:
        assert switched.status < 400, await switched.text()
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    async with shop.get(
        f"/bookings/{booking['reference']}/return?token={booking['token']}&waited=8"
    ) as answer:
        assert answer.status == 200

    await until(shop, booking, "confirmed")


async def test_late_money_keeps_the_place_if_there_is_one(shop, played):
    booking = await expired_but_paid(shop, played, await a_sailing(played.db))

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_late_money_goes_back_if_the_place_is_gone(shop, played):
    sailing = await a_sailing(played.db, places=2)
    booking = await expired_but_paid(
        shop, played, sailing, meanwhile=lambda: book(shop, an_ask(sailing, people=[BO]))
    )

    await until_mail(played, "refund_confirmation")

    shown = await state_of(shop, booking)
    assert shown["status"] == "expired"
    assert [refund["amount"] for refund in shown["refunds"]] == [booking["total"]]
    await nothing_is_broken(played)


async def expired_but_paid(shop, played, sailing, meanwhile=None):
    """A hold that has ended here although the customer still pays at Stripe: the worst moment."""
    booking = await book(shop, an_ask(sailing))
    async with shop.session.get(booking["checkout_url"]) as form:
        assert form.status == 200
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'expired', ended_at = now()")
        await conn.execute("delete from leg_capacity")
        await conn.execute("update capacity set taken = 0")
    if meanwhile:
        await meanwhile()
    session = await checkout_page(played)
    await pay(shop, {"checkout_url": session})
    return booking
