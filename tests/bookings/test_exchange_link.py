"""A mail's link is exchanged for a cookie of that booking, and no token stays in an address."""

import re

import pytest
from yarl import URL

from maritime_app import clock
from maritime_app.bookings import link_tokens
from maritime_app.bookings.link_tokens import Entry
from tests import signed_in
from tests.factories import a_sailing, an_ask, book


@pytest.fixture
async def booking(client, resources):
    """A confirmed booking as its API answered it."""
    made = await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    return made


async def test_it_works(client, booking):
    """The browser ends at the clean address, and the address alone opens the page from then on."""
    async with client.get(link(booking), allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == page(booking)
        assert answer.headers["Cache-Control"] == "no-store"
        cookie = answer.cookies[f"booking-{booking['reference']}"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")

    async with client.get(page(booking)) as answer:
        assert answer.status == 200
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "token=" not in await answer.text()


async def test_the_clean_address_opens_nothing_elsewhere(client, other_browser, booking):
    """It asks for the surname there, under the same address."""
    await opened(client, booking)

    async with other_browser.get(page(booking)) as answer:
        text = await answer.text()

    assert answer.status == 404
    assert 'action="/bookings/find"' in text
    assert "Lund" not in text


@pytest.mark.parametrize("part", ["", "/ticket", "/cancel", "/change"])
async def test_pages_lead_on_to_themselves(client, booking, part):
    async with client.get(link(booking, part) + "&lang=de") as answer:
        assert answer.status == 200
        assert (answer.url.path, answer.url.query_string) == (page(booking) + part, "lang=de")
        assert "token=" not in await answer.text()


@pytest.mark.parametrize("part", ["", "/ticket", "/return"])
async def test_a_program_is_answered_in_place(client, booking, part):
    """It may keep no cookie; one that does has it from then on."""
    curl = {"User-Agent": "curl/8.5.0"}
    async with client.get(link(booking, part), headers=curl, allow_redirects=False) as answer:
        text = await answer.text()

    assert answer.status == 200
    assert booking["reference"] in text
    assert answer.cookies[f"booking-{booking['reference']}"]["httponly"]


@pytest.mark.parametrize("part", ["/ticket.pdf", "/calendar.ics", "/app.webmanifest"])
async def test_files_answer_programs_in_place_and_browsers_by_cookie(client, booking, part):
    """A calendar keeps no cookies; a browser says that it goes to an address."""
    async with client.get(link(booking, part), allow_redirects=False) as answer:
        assert (answer.status, len(answer.cookies)) == (200, 0)
    going = {"Sec-Fetch-Mode": "navigate"}

    async with client.get(link(booking, part), headers=going) as answer:
        assert (answer.status, str(answer.url.relative())) == (200, page(booking) + part)


async def test_every_link_of_the_page_opens(client, booking):
    text = await opened(client, booking)
    links = set(re.findall(rf'href="({page(booking)}[^"#]*)"', text))
    assert len(links) >= 6, links

    for address in links:
        async with client.get(address) as answer:
            assert answer.status == 200, address


async def test_several_bookings_are_open_side_by_side(client, db, booking):
    second = await book(client, an_ask(await a_sailing(db)))
    await opened(client, second)
    await opened(client, booking)

    for one in (booking, second):
        async with client.get(page(one)) as answer:
            assert answer.status == 200


async def test_a_browser_keeps_ten_bookings(client, booking):
    """The oldest cookie goes."""
    others = {f"booking-AAAA222{number}": "x" * 43 for number in range(2, 12)}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in others.items())}

    async with client.get(link(booking), headers=headers, allow_redirects=False) as answer:
        ended = [name for name, morsel in answer.cookies.items() if morsel["max-age"] == "0"]

    assert ended == ["booking-AAAA2222"]


async def test_a_cookie_opens_one_booking_and_no_other(client, db, booking):
    second = await book(client, an_ask(await a_sailing(db)))
    async with client.get(link(booking), allow_redirects=False) as answer:
        secret = answer.cookies[f"booking-{booking['reference']}"].value
    client.session.cookie_jar.clear()

    planted = {"Cookie": f"booking-{second['reference']}={secret}"}
    async with client.get(page(second), headers=planted) as answer:
        assert answer.status == 404


async def test_closed_on_this_device_it_is_closed(client, db, booking):
    fields = {"csrf_token": csrf(await opened(client, booking))}
    jar = {cookie.key: cookie.value for cookie in client.session.cookie_jar}

    async with client.post(f"{page(booking)}/devices/end", data=fields) as answer:
        assert answer.url.path == "/bookings/find"
    client.session.cookie_jar.update_cookies(jar, URL(client.make_url("/")))

    async with client.get(page(booking)) as answer:
        assert answer.status == 404
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking_device") == 0


async def test_closed_everywhere_else_other_browsers_and_earlier_links_open_nothing(
    client, resources, other_browser, booking, monkeypatch
):
    old = {**booking, "token": an_hour_ago(resources, booking, monkeypatch)}
    fields = {"csrf_token": csrf(await opened(client, old))}
    await opened(other_browser, old)
    async with client.post(f"{page(booking)}/devices/end-others", data=fields) as answer:
        assert answer.status == 200

    for address in (page(old), link(old)):
        async with other_browser.get(address) as answer:
            assert answer.status == 404
    async with client.get(link(old)) as answer:
        assert answer.status == 200  # it is open here: the old link leads to the page

    fresh = link_tokens.token(resources.settings, booking["reference"])
    async with other_browser.get(f"{page(booking)}?token={fresh}") as answer:
        assert answer.status == 200


async def test_found_by_its_surname_it_is_open(client, booking):
    async with client.get("/bookings/find") as answer:
        fields = {"csrf_token": csrf(await answer.text())}
    fields |= {"reference": booking["reference"].lower(), "family_name": "lund"}

    async with client.post("/bookings/find", data=fields) as answer:
        assert (answer.status, str(answer.url.relative())) == (200, page(booking))


async def test_a_form_of_a_page_that_was_open_before_still_works(client, booking):
    """Its address carries the token: the act is done, and the browser gets the cookie."""
    fields = {"csrf_token": csrf(await opened(client, booking))}
    old = f"{page(booking)}/shares?token={booking['token']}"
    client.session.cookie_jar.clear(lambda cookie: cookie.key.startswith("booking-"))

    async with client.post(old, data=fields) as answer:
        assert (answer.status, answer.url.path) == (200, page(booking))
        assert "/trips/" in await answer.text()


async def test_tokens_of_short_ways_prove_nothing_to_the_api_and_end_soon(
    client, resources, booking
):
    settings, reference = resources.settings, booking["reference"]
    for entry in (Entry.BOOKED, Entry.FOUND, Entry.RETURNED, Entry.STAFF):
        short = link_tokens.token(settings, reference, entry)
        async with client.get(f"/api/v1/bookings/{reference}?token={short}") as answer:
            assert answer.status == 404, entry
        assert link_tokens.entry_of(settings, reference, None, short) is entry


async def test_staff_see_what_the_customer_sees_for_an_hour(
    client, db, resources, other_browser, booking
):
    agent = await signed_in.token(resources, "agent")
    view = f"/admin/bookings/{booking['reference']}/customer-view"
    async with client.get(view, headers=agent, allow_redirects=False) as answer:
        onward = answer.headers["Location"]

    async with other_browser.get(onward) as answer:
        assert (answer.status, str(answer.url.relative())) == (200, page(booking))
    async with db.acquire() as conn:
        lives = "select not is_trusted and ends_at - began_at = interval '1 hour'"
        assert await conn.fetchval(f"{lives} from booking_device")
    async with other_browser.get(view, allow_redirects=False) as answer:
        assert answer.headers["Location"].startswith("/sign-in")


async def test_a_browser_is_refused_at_the_clean_address_a_program_in_place(client, db, booking):
    """The way to a payment that is closed: 409 either way, and no token in the browser's bar."""
    async with db.acquire() as conn:
        await conn.execute("update booking set status = 'held'")
        await conn.execute("update sailing set status = 'cancelled'")
    pay = link(booking, "/pay")
    async with client.get(pay, allow_redirects=False) as answer:
        assert answer.status == 409

    async with client.get(pay, headers={"Sec-Fetch-Mode": "navigate"}) as answer:
        assert (answer.status, str(answer.url.relative())) == (409, f"{page(booking)}/pay")


async def test_a_booking_has_twenty_devices_and_the_trusted_ones_stay(client, db, booking):
    """Whoever passes a link on cannot push out the browser in which it was booked."""
    await opened(client, booking)
    async with db.acquire() as conn:
        await conn.execute("update booking_device set is_trusted = true")
        await conn.execute(
            "insert into booking_device (secret_hash, booking_id, is_trusted, seen_at, ends_at)"
            " select sha256(n::text::bytea), b.id, false, now() - n * interval '1 minute',"
            " now() + interval '1 day' from booking b, generate_series(1, 30) n"
        )
    client.session.cookie_jar.clear()
    await opened(client, booking)

    async with db.acquire() as conn:
        rows = await conn.fetch("select is_trusted from booking_device")
    assert (len(rows), sum(row["is_trusted"] for row in rows)) == (20, 1)


async def test_a_browser_that_knows_the_booking_learns_that_it_was_made_there(
    client, db, resources, booking
):
    """An old cookie is seen again; the link behind the form makes its browser a trusted one."""
    await opened(client, booking)
    async with db.acquire() as conn:
        await conn.execute("update booking_device set seen_at = now() - interval '2 days'")
    async with client.get(page(booking)) as answer:
        assert answer.status == 200
    booked = link_tokens.token(resources.settings, booking["reference"], Entry.BOOKED)
    async with client.get(f"{page(booking)}?token={booked}") as answer:
        assert answer.status == 200
    async with db.acquire() as conn:
        known = "select is_trusted and seen_at > now() - interval '1 day' from booking_device"
        assert await conn.fetchval(known)
        await conn.execute("update booking set erased_at = now()")

    async with client.get(page(booking)) as answer:
        assert (answer.status, "long over" in await answer.text()) == (404, True)


def an_hour_ago(resources, booking, monkeypatch):
    """The token of a mail that was written then."""
    now = clock.epoch_ms()
    with monkeypatch.context() as then:
        then.setattr(clock, "epoch_ms", lambda: now - 3_600_000)
        return link_tokens.token(resources.settings, booking["reference"])


async def opened(browser, booking):
    async with browser.get(link(booking)) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


def page(booking):
    return f"/bookings/{booking['reference']}"


def link(booking, part=""):
    return f"{page(booking)}{part}?token={booking['token']}"


def csrf(text):
    return re.findall(r'name="csrf_token"\s+value="([^"]+)"', text)[0]
