"""Residents pay less where a fare says so: asked of each passenger, a line of the price, a proof
that is named wherever they may look for it.
"""

import pytest

from tests import booked, signed_in
from tests.booked import nothing_is_broken, state_of, until, until_mail
from tests.factories import ADA, BO, a_sailing, an_ask, book, pay

RESIDENT = {**ADA, "resident_of": "GR-M"}
LINE = "resident:GR-M:adult"
PROOF = "identity card with the address or certificate of residence"


async def test_it_works(shop, played):
    """Quoted, held, paid, invoiced, mailed, on the ticket and on the passenger list."""
    sailing = await a_cheaper_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing, people=[RESIDENT, BO]))

    assert lines(booking)[LINE] == (1, -860, "discount")
    assert booking["total"]["amount_minor"] == 2 * (4300 + 250) - 860
    assert [one["resident_of"] for one in booking["passengers"]] == ["GR-M", None]
    (invoice,) = booking["invoices"]
    assert invoice["total"] == booking["total"]
    await until_mail(played, "booking_confirmation")
    assert PROOF in await mailed(played)
    address = f"/bookings/{booking['reference']}/ticket?token={booking['token']}"
    assert (await text(shop, address)).count(PROOF) == 1
    crew = await signed_in.token(played, "boarding")
    table = await text(shop, f"/boarding/{sailing}/manifest.csv", headers=crew)
    assert "GR-M,identity_card | residence_certificate" in table
    await nothing_is_broken(played)


async def test_the_form_asks_each_and_says_what_to_show(client, db):
    sailing = await a_cheaper_sailing(db)
    fields = await booked.filled_form(client, sailing)

    page = await text(client, f"/bookings/new?out={sailing}&adults=2&infants=1")
    assert page.count('<option value="GR-M">Crete</option>') == 2
    assert f"Crete: 20 % less for passengers. At check-in show: {PROOF}." in page

    claimed = fields | {"passengers-1-resident_of": "GR-M", "part": "price"}
    async with client.post("/bookings/draft", data=claimed) as answer:
        priced = await answer.text()
    assert "Residents&#39; discount (Crete): Adult" in priced


async def test_nobody_is_asked_where_no_fare_knows(client, db):
    page = await text(client, f"/bookings/new?out={await a_sailing(db)}&adults=1")
    assert "Place of residence" not in page


@pytest.mark.parametrize("area", ["GR-L", "Crete"])
async def test_another_area_is_refused_by_name(client, db, area):
    people = [BO, {**ADA, "resident_of": area}]
    async with client.post(
        "/api/v1/bookings", json=an_ask(await a_cheaper_sailing(db), people=people)
    ) as answer:
        assert answer.status == 422
        said = await answer.json()
    assert list(said.get("errors", {})) == ["passengers[1].resident_of"], said


async def test_a_change_asks_who_claims_it_now(shop, played):
    """Days before departure, when giving up anything costs a quarter of what was paid for it."""
    sailing = await a_cheaper_sailing(played.db, days_ahead=5)
    booking = await confirmed(shop, an_ask(sailing, people=[RESIDENT, BO]))
    bo, cy = {**BO, "number": 2}, {"given_name": "Cy", "family_name": "Dahl"}

    corrected = await quoted(shop, booking, {**ADA, "number": 1, "given_name": "Adah"}, bo)
    assert due(corrected) == (0, 0)
    assert lines(corrected)[LINE] == (1, -860, "discount")

    given_up = await quoted(shop, booking, {**ADA, "number": 1, "resident_of": ""}, bo)
    assert due(given_up) == (860, 0)
    another = await quoted(shop, booking, {**cy, "number": 1, "birth_date": "1990-05-05"}, bo)
    assert due(another) == (860, 0)

    stays_at_home = await quoted(shop, booking, bo)
    assert due(stays_at_home)[1] == -(-(4300 - 860) * 25 // 100)
    assert LINE not in lines(stays_at_home)


async def test_a_gate_is_told_what_to_ask_for(client, resources):
    sailing = await a_cheaper_sailing(resources.db)
    made = await book(client, an_ask(sailing, people=[RESIDENT, BO]))
    async with resources.db.acquire() as conn:
        confirm = "update booking set status = 'confirmed' where reference = $1"
        await conn.execute(confirm, made["reference"])
    crew = await signed_in.token(resources, "boarding")

    async with client.get(f"/api/v1/boarding/{sailing}/list", headers=crew) as answer:
        listed = {
            ticket["holder"]: ticket["discount"] for ticket in (await answer.json())["tickets"]
        }

    assert listed["p1"] == {
        "area": "GR-M",
        "percent": 20,
        "proofs": ["identity_card", "residence_certificate"],
    }
    assert listed["p2"] is None


async def a_cheaper_sailing(db, **more):
    """A sailing whose fare gives residents of Crete a fifth off."""
    sailing = await a_sailing(db, **more)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into resident_discount (fare_id, area, percent, proofs) select fare_id, 'GR-M',"
            " 20, '{identity_card,residence_certificate}' from sailing where id = $1"
            " on conflict do nothing",
            sailing,
        )
    return sailing


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    return await state_of(shop, booking)


async def quoted(shop, booking, *people):
    body = {"token": booking["token"], "change": {"passengers": people}}
    address = f"/api/v1/bookings/{booking['reference']}/change-quote"
    async with shop.post(address, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def due(quote):
    return quote["difference"]["amount_minor"], quote["fees"]["amount_minor"]


def lines(priced):
    return {
        line["item"]: (line["quantity"], line["amount"]["amount_minor"], line["reason"])
        for line in priced["items"]
    }


async def mailed(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select context::text from mail where template = 'booking_confirmation'"
        )


async def text(client, address, **more):
    async with client.get(address, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()
