"""Meals, lounge and Wi-Fi are bought with the places: priced, counted, printed, changed."""

import pytest

from maritime_app.ferries.capacity import service as capacity
from tests import booked, rows, signed_in
from tests.booked import nothing_is_broken, state_of, taken, until, until_mail
from tests.factories import BO, a_sailing, an_ask, book, pay

DINNER, LOUNGE = "extra:dinner", "extra:lounge"
LOUNGE_SEATS = 3


async def test_it_works(shop, played):
    """Held, paid, mailed, on the ticket, told to the crew; then one of them is given back."""
    sailing = await a_sailing_with_extras(played.db)
    booking = await book(shop, with_extras(sailing, dinner=2, lounge=2))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")

    bought = await state_of(shop, booking)
    assert amounts(bought) == {DINNER: 3600, LOUNGE: 5000}
    assert bought["legs"][0]["extras"] == {"dinner": 2, "lounge": 2}
    assert (await taken(played.db, sailing))[LOUNGE] == 2
    await until_mail(played, "booking_confirmation")
    mail = await rows.value(
        played, "select context::text from mail where template = 'booking_confirmation'"
    )
    assert '"extras": ["2 × Dinner", "2 × Lounge"]' in mail
    address = f"/bookings/{booking['reference']}/ticket?token={booking['token']}"
    assert (await text(shop, address)).count("2 × Dinner, 2 × Lounge") == 2
    crew = await signed_in.token(played, "boarding")
    listed = await text(shop, f"/api/v1/boarding/{sailing}/list", headers=crew)
    assert listed.count('"extras":{"dinner":2,"lounge":2}') == 2
    assert booking["reference"] in await text(shop, f"/boarding/{sailing}/manifest", headers=crew)

    less = {"legs": [{"number": 1, "extras": {"dinner": 2, "lounge": 1}}]}
    quote = await asked(shop, booking, "change-quote", change=less)
    assert (quote["difference"]["amount_minor"], quote["fees"]["amount_minor"]) == (-2500, 0)
    await asked(shop, booking, "change", change=less, difference_minor=-2500)
    await until_mail(played, "booking_changed")
    assert amounts(await state_of(shop, booking)) == {DINNER: 3600, LOUNGE: 2500}
    assert (await taken(played.db, sailing))[LOUNGE] == 1
    await nothing_is_broken(played)


async def test_the_form_sells_them(client, db):
    sailing = await a_sailing_with_extras(db)
    fields = await booked.filled_form(client, sailing)
    page = await text(client, f"/bookings/new?out={sailing}&adults=2")
    assert "€18.00 per person" in page
    assert "only 3 left" in page

    chosen = fields | {"legs-0-extra_dinner": "2", "part": "price"}
    async with client.post("/bookings/draft", data=chosen) as answer:
        assert "2 × Dinner" in await answer.text()

    async with client.post("/bookings", data=fields | {"legs-0-extra_dinner": "3"}) as answer:
        assert answer.status == 422
        page = await answer.text()
    assert 'href="#f-legs-0-extras"' in page
    assert "Dinner: at most 2 for your party." in page
    assert 'name="legs-0-extra_dinner"' in page


async def test_nothing_is_offered_where_nothing_is_sold(client, db):
    page = await text(client, f"/bookings/new?out={await a_sailing(db)}&adults=1")
    assert "extra_" not in page


async def test_a_search_says_what_is_sold_and_what_is_left(client, db):
    sailing = await a_sailing_with_extras(db)
    await book(client, with_extras(sailing, lounge=1))
    async with db.acquire() as conn:
        oslo = "select (departs_at at time zone 'Europe/Oslo')::date::text from sailing"
        day = await conn.fetchval(oslo)
    ways = {"from": "NOOSL", "to": "DEKEL", "date": day}
    async with client.get("/api/v1/ferries/search", params=ways) as answer:
        (offer,) = (await answer.json())["outbound"]
    euros = {"amount_minor": 2500, "currency": "EUR"}
    assert {"kind": "lounge", "unit": "person", "price": euros, "left": 2} in offer["extras"]


async def test_no_more_than_there_are(client, db):
    sailing = await a_sailing_with_extras(db)
    await book(client, with_extras(sailing, lounge=2))
    async with client.post("/api/v1/bookings", json=with_extras(sailing, lounge=2)) as answer:
        assert answer.status == 409
        assert "Too little of this is left on this sailing: Lounge." in await answer.text()
    await book(client, with_extras(sailing, people=[BO], lounge=1))
    assert (await taken(db, sailing))[LOUNGE] == LOUNGE_SEATS


@pytest.mark.parametrize(
    ("extras", "words"),
    [
        ({"caviar": 1}, "Caviar is not sold on this sailing. It sells: Dinner, Lounge."),
        ({"breakfast": 1}, "Breakfast is not sold on this sailing. It sells: Dinner, Lounge."),
        ({"dinner": 3}, "Dinner: at most 2 for your party."),
    ],
)
async def test_others_are_refused_in_words(client, db, extras, words):
    ask = with_extras(await a_sailing_with_extras(db), **extras)
    async with client.post("/api/v1/bookings", json=ask) as answer:
        assert answer.status == 422
        assert (await answer.json())["errors"] == {"legs[0].extras": words}


async def a_sailing_with_extras(db):
    """A sailing whose fare sells dinner, and a lounge with three seats."""
    sailing = await a_sailing(db)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into fare_extra (fare_id, kind, unit, price_minor, per_sailing)"
            " select s.fare_id, e.* from sailing s, (values ('dinner', 'person', 1800, null),"
            " ('lounge', 'person', 2500, $2::int)) as e where s.id = $1",
            sailing,
            LOUNGE_SEATS,
        )
        await capacity.add_extras(conn, [sailing])
    return sailing


def with_extras(sailing, people=None, **extras):
    ask = an_ask(sailing, **({"people": people} if people else {}))
    return ask | {"legs": [{"sailing_id": str(sailing), "extras": extras}]}


def amounts(booking):
    return {
        line["item"]: line["amount"]["amount_minor"]
        for line in booking["items"]
        if line["item"].startswith("extra:")
    }


async def asked(shop, booking, what, **body):
    address = f"/api/v1/bookings/{booking['reference']}/{what}"
    async with shop.post(address, json={"token": booking["token"], **body}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def text(client, address, **more):
    async with client.get(address, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()
