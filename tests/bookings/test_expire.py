"""A hold that nobody pays for ends, but only after Stripe has said so."""

from maritime_app.bookings.confirmation import service as confirmation
from tests.booked import nothing_is_broken, state_of, taken, until
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import execute, values


async def test_it_works(shop, played):
    sailing = await a_sailing(played.db, places=2)
    booking = await overdue(shop, played, sailing)

    await until(shop, booking, "expired")

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select taken from capacity where resource = 'passenger'") == 0
    await nothing_is_broken(played)


async def test_not_yet_due_stays_held(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    assert await confirmation.expire(played, await id_of(played)) == "not overdue"
    assert (await state_of(shop, booking))["status"] == "held"


async def test_paid_in_the_last_moment_is_kept(shop, played, sandbox):
    """The webhook has not come, the hold is over:

    Stripe is asked before the place is given away.
    """
    async with shop.session.post(
        f"{sandbox.url}/control", json={"stripe": {"deliver": False}}
    ) as switched:
        assert switched.status < 400
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() - interval '1 second'")

    await confirmation.expire(played, await id_of(played))

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_money_that_nobody_has_decided_about_is_decided_about_first(client, resources):
    """It is in our books, and its job has not run: whoever waits for the places waits in vain."""
    sailing = await a_sailing(resources.db, places=2)
    await book(client, an_ask(sailing))
    await paid_and_overdue(resources)

    assert await confirmation.expire(resources, await id_of(resources)) == "not overdue"

    assert await values(resources, "select status from booking") == ["paid"]
    assert (await taken(resources.db, sailing))["passenger"] == 2
    assert await values(resources, "select count(*) from refund") == [0]


async def test_money_that_buys_nothing_keeps_no_hold(client, resources):
    sailing = await a_sailing(resources.db, places=2)
    await book(client, an_ask(sailing))
    await paid_and_overdue(resources, "received_minor - 1")

    assert await confirmation.expire(resources, await id_of(resources)) == "expired"

    assert await values(resources, "select reason from refund") == ["wrong_amount"]
    assert (await taken(resources.db, sailing))["passenger"] == 0


async def test_an_expired_session_cannot_be_paid(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with shop.session.get(booking["checkout_url"]) as form:
        page = str(form.url)
    async with played.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() - interval '1 second'")
    await confirmation.expire(played, await id_of(played))

    async with shop.session.get(page) as closed:
        assert 'name="number"' not in await closed.text()
    assert (await state_of(shop, booking))["status"] == "expired"


async def overdue(shop, played, sailing):
    booking = await book(shop, an_ask(sailing))
    async with played.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() - interval '1 second'")
    await confirmation.expire(played, await id_of(played))
    return booking


async def paid_and_overdue(res, received="received_minor"):
    await execute(
        res,
        "update payment set status = 'succeeded', received_minor = amount_minor, settled_at ="
        " now(), intent_id = 'pi_1', charge_id = 'ch_1';"
        f"update payment set received_minor = {received};"
        "update booking set expires_at = now() - interval '1 second'",
    )


async def id_of(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select id from booking")
