"""The waiting list of a sailing: first come, first served, never oversold, killable anywhere."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from maritime_app import ids
from maritime_app.bookings import service as bookings
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.model import BookingRequest
from maritime_app.bookings.waiting import mails, offers, service as waiting, store
from maritime_app.bookings.waiting.jobs import look_after_waiting_lists, offer_places
from maritime_app.bookings.waiting.model import WaitingMail
from maritime_app.emails import render, store as stored_mails
from maritime_app.emails.model import Mail
from maritime_app.errors import Invalid, NotFound
from maritime_app.ids import uuid7
from maritime_app.money import Money
from tests.booked import filled_form, taken
from tests.factories import a_return, a_sailing, an_ask, book


@pytest.fixture
async def sold_out(client, db):
    """A sailing with two places, both held; and who holds them."""
    sailing = await a_sailing(db, places=2)
    return sailing, await book(client, an_ask(sailing))


async def test_it_works(client, resources, sold_out):
    """Joined on the booking's form; places that come free are held, and paid as any booking is."""
    sailing, held = sold_out
    async with client.get(f"/bookings/new?out={sailing}&adults=2") as page:
        assert "Join the waiting list" in await page.text()
    place = await join(client, sailing)
    async with client.get(place) as page:
        assert "You are next" in await page.text()

    await give_back(resources, held)
    assert await offer_places(resources, sailing_id=str(sailing)) == "1 offered"

    async with client.get(place) as page:
        assert "Places are held for you" in await page.text()
    assert await taken(resources.db, sailing) == {
        "passenger": 2,
        "lane_cm": 0,
        "cabin:inside2": 0,
        "pet": 0,
    }
    assert await written(resources) == ["waiting_joined", "waiting_offer"]
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed' where status = 'held'")
    await look_after_waiting_lists(resources)
    assert await statuses(resources) == ["taken"]
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from waiting_party where request is null") == 1


async def test_while_there_is_room_nobody_is_sent_to_a_list(client, db):
    sailing = await a_sailing(db, places=3)
    async with client.get(f"/bookings/new?out={sailing}&adults=2") as page:
        assert "Join the waiting list" not in await page.text()


async def test_the_results_lead_to_the_list(client, resources, sold_out):
    async with resources.db.acquire() as conn:
        day = await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )
    async with client.get(f"/ferries?from=NOOSL&to=DEKEL&date={day}&adults=2") as page:
        text = await page.text()
    assert "Sold out" in text
    assert "Join the waiting list" in text


async def test_places_that_come_free_ask_for_a_look_at_the_list(client, resources, sold_out):
    """In the transaction that frees them; where nobody waits nothing is asked for."""
    sailing, held = sold_out
    await give_back(resources, held)
    assert await looks(resources) == 0
    again = await book(client, an_ask(sailing))
    await join(client, sailing)
    before = await looks(resources)
    await give_back(resources, again)
    assert await looks(resources) == before + 1


async def test_who_came_first_is_served_first_and_whoever_does_not_fit_waits_on(
    client, resources, sold_out
):
    """Three wait; with one place free only the party of one fits, and the others keep theirs."""
    sailing, held = sold_out
    for number, people in enumerate((2, 1, 1)):
        await join(client, sailing, f"w{number}@example.org", people)
    async with resources.db.acquire() as conn:
        await conn.execute("update capacity set total = 3 where resource = 'passenger'")
    await offers.offer(resources, sailing)
    assert await statuses(resources) == ["waiting", "offered", "waiting"]

    await give_back(resources, held)
    await offers.offer(resources, sailing)
    assert await statuses(resources) == ["offered", "offered", "waiting"]


async def test_many_workers_oversell_nothing_and_overtake_nobody(client, resources, db):
    sailing = await a_sailing(db, places=3)
    async with db.acquire() as conn:
        await conn.execute("update capacity set taken = total where resource = 'passenger'")
    for number in range(6):
        await join(client, sailing, f"w{number}@example.org", 1)
    async with db.acquire() as conn:
        await conn.execute("update capacity set taken = 0 where resource = 'passenger'")

    await asyncio.gather(*(offers.offer(resources, sailing) for _worker in range(4)))
    await offers.offer(resources, sailing)

    assert await statuses(resources) == ["offered"] * 3 + ["waiting"] * 3
    assert (await taken(db, sailing))["passenger"] == 3


async def test_an_offer_never_has_the_reference_of_a_booking(
    client, resources, sold_out, monkeypatch
):
    """That one would be taken for what is held for the offer, and its link go to somebody else."""
    sailing, held = sold_out
    await join(client, sailing)
    await give_back(resources, held)
    with monkeypatch.context() as drawn:
        drawn.setattr(ids, "reference", lambda: held["reference"])
        assert await offers.offer(resources, sailing) == 0
    assert await statuses(resources) == ["waiting"]
    assert await written(resources) == ["waiting_joined"]

    assert await offers.offer(resources, sailing) == 1  # the next look


async def test_a_death_before_the_places_are_held_is_gone_on_with(client, resources, sold_out):
    sailing, held = sold_out
    await join(client, sailing)
    await give_back(resources, held)
    assert await offers._begin(resources, sailing) is not None  # and the worker dies
    assert await offers.offer(resources, sailing) == 0  # nobody overtakes meanwhile

    await long_after(resources)

    assert await statuses(resources) == ["offered"]
    assert await held_bookings(resources) == 1


async def test_a_death_after_the_places_are_held_holds_nothing_twice(client, resources, sold_out):
    sailing, held = sold_out
    await join(client, sailing)
    await give_back(resources, held)
    party = await offers._begin(resources, sailing)
    assert party
    assert party.reference
    request = msgspec.convert(await request_of(resources, party.id), BookingRequest)
    await bookings.hold(resources, request, party.reference, 30)  # and the worker dies

    await long_after(resources)
    await long_after(resources)

    assert await statuses(resources) == ["offered"]
    assert await held_bookings(resources) == 1
    assert await written(resources) == ["waiting_joined", "waiting_offer"]


async def test_an_offer_that_nobody_pays_goes_to_the_next(client, resources, sold_out):
    sailing, held = sold_out
    for number in range(2):
        await join(client, sailing, f"w{number}@example.org")
    await give_back(resources, held)
    await offers.offer(resources, sailing)
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set expires_at = now() where status = 'held'")
        booking_id = await conn.fetchval("select id from booking where status = 'held'")

    await confirmation.expire(resources, booking_id)
    await look_after_waiting_lists(resources)
    await offers.offer(resources, sailing)

    assert await statuses(resources) == ["passed", "offered"]
    assert (await written(resources)).count("waiting_passed") == 1


async def test_somebody_faster_costs_no_place_on_the_list(client, resources, sold_out):
    sailing, held = sold_out
    await join(client, sailing)
    await give_back(resources, held)
    party = await offers._begin(resources, sailing)
    assert party
    await book(client, an_ask(sailing))
    assert await offers.finish(resources, party) is False
    assert await statuses(resources) == ["waiting"]


async def test_one_leaves_by_one_click(client, resources, sold_out):
    """What a mail program posts without a page (RFC 8058); who it was is erased."""
    sailing, held = sold_out
    place = await join(client, sailing)
    async with client.post(f"{place}/end", data={"List-Unsubscribe": "One-Click"}) as answer:
        assert answer.status == 200
        assert "You have left the waiting list" in await answer.text()
    await give_back(resources, held)
    assert await offers.offer(resources, sailing) == 0
    async with resources.db.acquire() as conn:
        mail_id = await conn.fetchval("select id from mail where template = 'waiting_joined'")
        mail = await stored_mails.mail(conn, mail_id)
    assert mail
    message = render.message(resources.settings, mails.JOINED, mail)
    assert message["List-Unsubscribe"] == f"<{resources.settings.public_url}{place}/end>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_an_address_waits_once(client, sold_out):
    sailing, _held = sold_out
    await join(client, sailing)
    form = await filled_form(client, sailing)
    async with client.post("/bookings/waiting", data=form) as answer:
        assert answer.status == 409
        assert "waits for the sailing already" in await answer.text()


async def test_when_sales_close_they_are_told(client, resources, sold_out):
    sailing, _held = sold_out
    await join(client, sailing)
    async with resources.db.acquire() as conn:
        await conn.execute("update sailing set status = 'cancelled'")
    await look_after_waiting_lists(resources)
    assert await statuses(resources) == ["closed"]
    assert await written(resources) == ["waiting_joined", "waiting_closed"]


async def test_who_leaves_while_places_are_being_held_hears_nothing(
    client, resources, sold_out, monkeypatch
):
    sailing, held = sold_out
    await join(client, sailing)
    await give_back(resources, held)
    hold = bookings.hold

    async def leaving(res, *asked):
        made = await hold(res, *asked)
        async with res.db.acquire() as conn:
            await conn.execute("update waiting_party set status = 'left'")
        return made

    monkeypatch.setattr(bookings, "hold", leaving)

    assert await offer_places(resources, sailing_id=str(sailing)) == "0 offered"

    assert await written(resources) == ["waiting_joined"]
    monkeypatch.setattr(offers, "_MOST_OFFERS", 0)
    assert await offers.offer(resources, sailing) == 0


async def test_a_list_is_of_one_crossing_and_a_place_is_somebodys(client, resources, db):
    out, back = await a_sailing(db), await a_return(db, days_ahead=25)
    asked = msgspec.convert(an_ask(out, back), BookingRequest)
    with pytest.raises(Invalid, match="one crossing at a time"):
        await waiting.join(resources, asked)
    with pytest.raises(NotFound):
        await waiting.place(resources, uuid7())


async def join(client, sailing, email="ada@example.org", people=2):
    """Join with the booking's form; returns the address of the place."""
    form = await filled_form(client, sailing) | {"contact-email": email}
    if people == 1:
        form = {name: value for name, value in form.items() if not name.startswith("passengers-1")}
    async with client.post("/bookings/waiting", data=form, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]


async def give_back(resources, held):
    """The booking ends, and its places are free."""
    async with resources.db.acquire() as conn:
        booking_id = await conn.fetchval(
            "update booking set expires_at = now() where reference = $1 returning id",
            held["reference"],
        )
    await confirmation.expire(resources, booking_id)


async def long_after(resources):
    async with resources.db.acquire() as conn:
        await conn.execute("update waiting_party set offered_at = now() - interval '5 min'")
    await look_after_waiting_lists(resources)


async def statuses(resources):
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select status from waiting_party order by id")
    return [row["status"] for row in rows]


async def written(resources):
    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select template from mail where template like 'waiting%' order by id"
        )
    return [row["template"] for row in rows]


async def looks(resources):
    async with resources.db.acquire() as conn:
        return await conn.fetchval("select count(*) from job where task = 'bookings.offer_places'")


async def held_bookings(resources):
    async with resources.db.acquire() as conn:
        return await conn.fetchval("select count(*) from booking where status = 'held'")


async def request_of(resources, waiter_id):
    async with resources.db.acquire() as conn:
        return await store.request_of(conn, waiter_id)


@pytest.mark.parametrize("language", ["en", "de", "el", "fr", "it", "ar"])
@pytest.mark.parametrize("kind", mails.MAILS, ids=lambda kind: kind.name)
def test_every_mail_in_every_language(settings, kind, language):
    context = WaitingMail(
        origin="Oslo",
        destination="Kiel",
        operator="Northern Test Line",
        timezone="Europe/Oslo",
        departs_at=datetime(2027, 6, 1, 12, 0, tzinfo=UTC),
        ahead=2,
        place_url="http://ferries.example/waiting/t",
        end_url="http://ferries.example/waiting/t/end",
        search_url="http://ferries.example/ferries",
        pay_url="http://ferries.example/bookings/W7XN4QTR?token=t",
        until=datetime(2027, 5, 1, 12, 0, tzinfo=UTC),
        total=Money(12_350, "EUR"),
    )
    mail = Mail(uuid7(), "ada@example.org", language, msgspec.to_builtins(context), False)

    message = render.message(settings, kind, mail)

    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            assert "Oslo" in text
            assert "%(" not in text
            assert "ferries.example" in text
