"""The same sailings for the same people with one click, after a booking that ended."""

import asyncio

from maritime_app.bookings import store
from maritime_app.bookings.checkout import renewal
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.unpaid.model import Holder
from tests import rows
from tests.booked import nothing_is_broken, state_of
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book
from tests.signed_in import csrf

HELPED = {**BO, "assistance": "wheelchair", "assistance_note": "Folds, 12 kg."}
PLACES = {"passenger": 2, "lane_cm": 480, "cabin:inside2": 1, "pet": 1}


async def test_it_works(shop, played):
    """Nobody types a name twice; what was asked for is asked for again, help included."""
    sailing = await a_sailing(played.db)
    ask = an_ask(sailing, people=(ADA, HELPED), vehicles=[CAR], pets=1)
    ask["legs"][0]["cabins"] = {"inside2": 1}
    ended = await expired(shop, played, ask)
    assert await taken(played) == {}

    reference = await again(shop, ended)

    assert reference != ended["reference"]
    assert await taken(played) == PLACES
    before, after = (
        await travelling(played, ended["reference"]),
        await travelling(played, reference),
    )
    assert after == before
    assert ("wheelchair", "Folds, 12 kg.") in [one[-2:] for one in after]
    await nothing_is_broken(played)


async def test_a_second_click_finds_the_first_ones_booking(shop, played):
    ended = await expired(shop, played, an_ask(await a_sailing(played.db)))

    first, second = await again(shop, ended), await again(shop, ended)

    assert first == second
    assert await taken(played) == {"passenger": 2}


async def test_a_browser_is_worth_no_more_for_the_new_booking(shop, played):
    """Reference and surname of one that ended lead to the one that took its place, which may be
    another browser's and paid for: cancelling that takes a code by mail all the same.
    """
    ended = await expired(shop, played, an_ask(await a_sailing(played.db)))
    reference = await again(shop, ended)
    await rows.execute(
        played,
        "delete from booking_device; update booking set status = 'confirmed'"
        f" where reference = '{reference}'",
    )
    shop.session.cookie_jar.clear()
    form = {"reference": ended["reference"], "family_name": "Lund"}
    form["csrf_token"] = await csrf(shop, "/bookings/find")
    async with shop.post("/bookings/find", data=form) as page:
        assert page.url.path == f"/bookings/{ended['reference']}"

    here = f"/bookings/{ended['reference']}/book-again"
    async with shop.post(here, data={"csrf_token": form["csrf_token"]}) as led:
        assert led.url.path == f"/bookings/{reference}"

    async with shop.get(f"/bookings/{reference}/cancel") as page:
        assert f"/bookings/{reference}/cancel/code" in await page.text()


async def test_two_clicks_at_once_hold_once(shop, played):
    ended = await expired(shop, played, an_ask(await a_sailing(played.db)))
    row = await booking_row(played, ended)

    made = await asyncio.gather(
        *(renewal.book_again(played, row, Holder("test")) for _ in range(2))
    )

    assert len({one.reference for one in made}) == 1
    assert await taken(played) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_what_still_stands_is_not_booked_again(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    page = await refused(shop, booking)

    assert "This booking still stands." in page
    assert await taken(played) == {"passenger": 2}


async def test_places_that_are_gone_are_said_and_nothing_is_held(shop, played):
    sailing = await a_sailing(played.db, places=2)
    ended = await expired(shop, played, an_ask(sailing))
    await book(shop, an_ask(sailing, people=(ADA,)))

    page = await refused(shop, ended)

    assert "no longer" in page or "not enough" in page.lower(), page
    assert await taken(played) == {"passenger": 1}


async def test_a_booking_that_took_its_place_and_ended_too_is_followed_by_a_third(shop, played):
    ended = await expired(shop, played, an_ask(await a_sailing(played.db)))
    second = await again(shop, ended)
    await overdue(played, second)

    third = await again(shop, ended)

    assert third not in (second, ended["reference"])
    assert await taken(played) == {"passenger": 2}


async def expired(shop, played, ask):
    """A booking that nobody paid for in time."""
    booking = await book(shop, ask)
    await overdue(played, booking["reference"])
    assert (await state_of(shop, booking))["status"] == "expired"
    return booking


async def overdue(played, reference):
    async with played.db.acquire() as conn:
        key = await conn.fetchval(
            "update booking set expires_at = now() - interval '1 second' where reference = $1"
            " returning id",
            reference,
        )
    await confirmation.expire(played, key)


async def again(shop, ended):
    """Click the button; returns the reference of the booking that it leads to."""
    async with await click(shop, ended) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"].split("/")[2].partition("?")[0]


async def refused(shop, booking):
    async with await click(shop, booking) as answer:
        assert answer.status == 409
        return await answer.text()


async def click(shop, booking):
    page = f"/bookings/{booking['reference']}?token={booking['token']}"
    form = {"csrf_token": await csrf(shop, page)}
    return await shop.post(
        f"/bookings/{booking['reference']}/book-again", data=form, allow_redirects=False
    )


async def taken(played):
    async with played.db.acquire() as conn:
        rows = await conn.fetch("select resource, taken from capacity where taken > 0")
    return {row["resource"]: row["taken"] for row in rows}


async def travelling(played, reference):
    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select given_name, family_name, kind, birth_date, gender, nationality, assistance,"
            " assistance_note from passenger p join booking b on b.id = p.booking_id"
            " where b.reference = $1 order by number",
            reference,
        )
    return [tuple(row) for row in rows]


async def booking_row(played, booking):
    async with played.db.acquire() as conn:
        return await store.booking_by_reference(conn, booking["reference"])
