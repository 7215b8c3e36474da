"""Sales close before a sailing leaves: on every road to a place, and on every road of money."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.ferries.search import service as search
from maritime_app.ferries.search.model import SearchQuery
from tests.booked import checkout_page, nothing_is_broken, state_of, until_mail
from tests.factories import BO, a_sailing, an_ask, book, pay

MINUTE = 1 / 1440  # in days


async def test_it_works(client, db):
    """The last moment: at 31 minutes it is sold, for one minute; at 29 it is not sold."""
    soon, too_late = await at(db, 31), await at(db, 29)

    booking = await book(client, an_ask(soon, people=[BO]))
    async with client.post("/api/v1/bookings", json=an_ask(too_late)) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "sales_closed"

    departs = datetime.fromisoformat(booking["legs"][0]["departs_at"])
    expires = datetime.fromisoformat(booking["expires_at"])
    assert expires == departs - timedelta(minutes=30)


async def test_a_search_is_shown_again_only_until_sales_close(resources):
    sailing, too_late = await at(resources.db, 31), await at(resources.db, 29)

    found, offer = await searched(resources, sailing, 31)
    assert offer["bookable"] is True
    assert 0 < found.seconds_left <= 120  # not the usual five minutes

    _found, offer = await searched(resources, too_late, 29)
    assert (offer["bookable"], offer["why_not"]) == (False, "sales_closed")


async def test_the_form_says_so(client, db):
    sailing = await at(db, 10)

    async with client.get(f"/bookings/new?out={sailing}") as page:
        assert page.status == 409
        assert "Sales for this sailing have closed" in await page.text()


@pytest.mark.parametrize(
    ("operators", "routes", "sailings", "sold"),
    [
        (60, None, None, False),
        (60, 10, None, True),
        (None, 60, None, False),
        (10, 10, 60, False),
        (0, None, None, True),
    ],
)
async def test_the_most_specific_setting_counts(client, db, operators, routes, sailings, sold):
    sailing = await at(db, 45)
    async with db.acquire() as conn:
        await conn.execute("update operator set sales_close_minutes = $1", operators)
        await conn.execute("update route set sales_close_minutes = $1", routes)
        await conn.execute("update sailing set sales_close_minutes = $1", sailings)

    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == (201 if sold else 409)


@pytest.mark.demo
async def test_a_remote_operator_says_when_its_sales_close(shop, played):
    """Nordlicht Line closes 30 minutes before; our own setting is another one."""
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    async with shop.get(f"/api/v1/ferries/search?from=DEKEL&to=SEGOT&date={day}") as answer:
        offers = (await answer.json())["outbound"]
    offer = next(offer for offer in offers if offer["operator"]["code"] == "NDL")

    await book(shop, an_ask(offer["sailing_id"]))

    async with played.db.acquire() as conn:
        (row,) = await conn.fetch(
            "select leaves_at, close_minutes from sailing_sales v"
            " join booking_leg l on l.sailing_id = v.sailing_id"
        )
    assert row["close_minutes"] == 30
    assert row["leaves_at"] == datetime.fromisoformat(offer["departs_at"])


@pytest.mark.parametrize("copy", ["fresh", "a minute old"])
async def test_sales_closed_by_hand_sell_nothing(client, resources, copy):
    """The hold asks the database: a process that has not heard of it sells nothing either."""
    sailing = await a_sailing(resources.db)
    if copy == "a minute old":
        await book(client, an_ask(sailing, people=[BO]))
    async with resources.db.acquire() as conn:
        await conn.execute("update sailing set status = 'closed'")

    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "sales_closed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("status = 'closed'", "sales_closed"),
        ("status = 'cancelled'", "sailing_cancelled"),
        ("departs_at = now() + interval '5 minutes'", "sales_closed"),
        ("departs_at = now() - interval '5 minutes'", "departed"),
    ],
)
async def test_no_money_is_asked_for(shop, played, change, code):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await change_sailings(played, change)

    async with shop.session.get(booking["checkout_url"], allow_redirects=False) as page:
        assert page.status == 409, code

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select session_id from payment") is None


@pytest.mark.parametrize("road", ["in time", "after the hold ended"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("status = 'closed'", "sailing_closed"),
        ("status = 'cancelled'", "sailing_cancelled"),
        ("departs_at = now() + interval '5 minutes'", "sailing_closed"),
        ("departs_at = now() - interval '5 minutes'", "sailing_departed"),
    ],
)
async def test_money_that_arrives_later_goes_back_with_a_mail_that_says_why(
    shop, played, sandbox, road, change, reason
):
    """The payment page was opened before; the webhook comes after."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    async with shop.session.get(booking["checkout_url"]) as form:
        assert form.status == 200
    page = await checkout_page(played)
    await change_sailings(played, change)
    if road == "after the hold ended":
        await deliver(shop, sandbox, False)
    await pay(shop, {"checkout_url": page})
    if road == "after the hold ended":
        await hold_ended(played)
        await deliver(shop, sandbox, True)

    await until_mail(played, "refund_confirmation")

    async with played.db.acquire() as conn:
        (refund,) = await conn.fetch("select reason, amount_minor from refund")
        words = await conn.fetchval(
            "select context->>'reason' from mail where template like '%refund_confirmation'"
        )
    assert (refund["reason"], words) == (reason, reason)
    assert refund["amount_minor"] == booking["total"]["amount_minor"]
    assert (await state_of(shop, booking))["status"] == "expired"
    assert (await state_of(shop, booking))["ticket_url"] is None
    await nothing_is_broken(played)


async def at(db, minutes):
    return await a_sailing(db, days_ahead=minutes * MINUTE + MINUTE / 60 * 59)


async def change_sailings(played, change):
    async with played.db.acquire() as conn:
        await conn.execute(f"update sailing set {change}")


async def deliver(shop, sandbox, on):
    url = f"{sandbox.url}/control"
    async with shop.session.post(url, json={"stripe": {"deliver": on}}) as switched:
        assert switched.status < 400


async def hold_ended(played):
    """The hold runs out; Stripe, asked first, says that somebody has paid."""
    async with played.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() - interval '1 second'")
        booking = await conn.fetchval("select id from booking")
    await confirmation.expire(played, booking)


async def searched(resources, sailing, minutes):
    """The search that finds the sailing, and what it says of it."""
    departs = datetime.now(UTC) + timedelta(minutes=minutes, seconds=58)
    day = departs.replace(second=0).astimezone(ZoneInfo("Europe/Oslo")).date()
    question = search.question(SearchQuery("NOOSL", "DEKEL", day))
    found = await search.search(resources, question)
    offers = json.loads(found.body)["outbound"]
    return found, next(offer for offer in offers if offer["sailing_id"] == str(sailing))
