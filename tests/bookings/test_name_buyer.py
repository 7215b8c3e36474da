"""To whom a booking is invoiced: said before the first invoice, and corrected by documents."""

import pytest

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.invoices import buyer_rules
from maritime_app.bookings.jobs import erase_personal_data
from maritime_app.errors import Invalid
from tests import signed_in
from tests.booked import (
    cancel,
    drained,
    fields_of,
    filled_form,
    nothing_is_broken,
    quoted,
    state_of,
    taken,
    until,
)
from tests.bookings import pdf_text
from tests.factories import a_sailing, an_ask, book, pay

COMPANY = {
    "name": "Ada Lund",
    "company": "Lund & Sons AB",
    "address": "Storgatan 1\n411 01 Göteborg\nSweden",
    "vat_id": "SE 5566 7788 9901",
}


async def test_it_works(shop, played):
    """Entered on the page before it is paid: the first invoice says it."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    page = f"/bookings/{booking['reference']}/buyer"
    async with shop.get(f"{page}?token={booking['token']}") as answer:
        text = await answer.text()
    assert fields_of(text.replace('type="submit"', 'name="act"'))["name"] == "Ada Lund"

    async with shop.post(page, data=hidden(text) | COMPANY | {"vat_id": "SE12"}) as answer:
        assert answer.status == 422
        assert "looks like DE123456789" in await answer.text()
    async with shop.post(page, data=hidden(text) | COMPANY) as answer:
        assert answer.status == 200
    await pay(shop, booking)
    shown = await until(shop, booking, "confirmed")

    (invoice,) = shown["invoices"]
    said = await words_of(shop, played, invoice)
    for part in ("Lund & Sons AB", "Ada Lund", "411 01 Göteborg", "VAT number: SE556677889901"):
        assert part in said
    await nothing_is_broken(played)


async def test_a_correction_is_a_credit_note_and_an_invoice(shop, played):
    """Written ones stay as they are, and saying the same again writes nothing."""
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")

    await named(shop, booking, COMPANY)
    shown = await named(shop, booking, COMPANY)

    first, back, anew = shown["invoices"]
    assert [one["number"][-1] for one in (first, back, anew)] == ["1", "2", "3"]
    assert [one["total"]["amount_minor"] for one in (first, back, anew)] == [9100, -9100, 9100]
    assert "Lund & Sons" not in await words_of(shop, played, first)
    said = await words_of(shop, played, back)
    assert "No money moves" in said
    assert "You get back" not in said
    assert "Lund & Sons" in await words_of(shop, played, anew)

    fee_minor = (await quoted(shop, booking))["fee"]["amount_minor"]
    await cancel(shop, booking, fee_minor)
    await nothing_is_broken(played)
    documents = (await state_of(shop, booking))["invoices"]
    assert sum(one["total"]["amount_minor"] for one in documents) == fee_minor
    assert "Lund & Sons" in await words_of(shop, played, documents[-1])


async def test_it_is_erased_with_the_people(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await named(shop, booking, COMPANY)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)  # what somebody is working on is erased by the next round
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = now() - interval '500 days',"
            " arrives_at = now() - interval '499 days'"
        )
        await erase_personal_data(played)
        await conn.execute("update booking set documents_erased_at = now() - interval '400 days'")
        await erase_personal_data(played)
        row = await conn.fetchrow("select buyer, buyer_vat_id, total_minor from invoice")
        left = await conn.fetchval("select count(*) from booking_buyer")

    assert tuple(row) == ("", "", 9100)
    assert left == 0


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("DE 123 456 789", "DE123456789"),
        ("gr-123456789", "EL123456789"),
        ("ATU12345678", "ATU12345678"),
        ("CHE-123.456.789", "CHE123456789"),
        ("", ""),
    ],
)
def test_vat_numbers_are_written_as_vies_does(text, written):
    asked = Buyer(company="Lund", address="Storgatan 1", vat_id=text)

    assert buyer_rules.checked(asked).vat_id == written


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Buyer(address="Storgatan 1"), "name"),
        (Buyer(company="Lund"), "address"),
        (Buyer("Ada", vat_id="DE123456789"), "address"),
        (Buyer("Ada", address="\n".join("abcdefg")), "address"),
        (Buyer("Ada", address="Storgatan 1", vat_id="DE12345678"), "vat_id"),
        (Buyer("Ada", address="Storgatan 1", vat_id="12345"), "vat_id"),
        (Buyer("Ada \u0f40"), "name"),
    ],
)
def test_what_cannot_be(asked, field):
    with pytest.raises(Invalid) as refusal:
        buyer_rules.checked(asked)
    assert field in refusal.value.fields


async def test_it_is_asked_for_in_the_form(shop, played):
    """What is wrong is marked and nothing typed is lost; the invoice is written to the company."""
    sailing = await a_sailing(played.db)
    company = {f"buyer-{name}": text for name, text in COMPANY.items() if name != "name"}
    fields = await filled_form(shop, sailing) | company

    async with shop.post("/bookings", data=fields | {"buyer-vat_id": "SE12"}) as answer:
        page = await answer.text()
        assert answer.status == 422
    assert 'href="#f-buyer-vat_id"' in page
    assert "Storgatan 1\n411 01 Göteborg" in page
    async with shop.post("/bookings", data=fields, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()

    async with played.db.acquire() as conn:
        row = await conn.fetchrow("select name, company, vat_id from booking_buyer")
    assert tuple(row) == ("", "Lund & Sons AB", "SE556677889901")


async def test_left_empty_it_is_nobodys_question(shop, played):
    fields = await filled_form(shop, await a_sailing(played.db))
    empty = {"buyer-company": " ", "buyer-address": "", "buyer-vat_id": ""}
    async with shop.post("/bookings", data=fields | empty, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking_buyer") == 0


async def test_a_program_says_it_when_it_books(shop, played):
    """An address alone is the first passenger's; what cannot be is refused before it is held."""
    sailing = await a_sailing(played.db)
    wrong = an_ask(sailing, buyer=COMPANY | {"vat_id": "SE12"})
    async with shop.post("/api/v1/bookings", json=wrong) as answer:
        assert answer.status == 422
        assert "buyer.vat_id" in (await answer.json())["errors"]
    assert (await taken(played.db, sailing))["passenger"] == 0

    booking = await book(shop, an_ask(sailing, buyer={"address": "Storgatan 1"}))
    await pay(shop, booking)
    (invoice,) = (await until(shop, booking, "confirmed"))["invoices"]

    said = await words_of(shop, played, invoice)
    assert "Ada Lund" in said
    assert "Storgatan 1" in said


async def test_staff_correct_it_and_it_stands_in_the_story(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    url = f"/api/v1/back-office/bookings/{booking['reference']}"

    reader = await signed_in.token(played, "analyst")
    async with shop.post(f"{url}/buyer", json=COMPANY, headers=reader) as answer:
        assert answer.status == 403
    staff = await signed_in.token(played, "operator")
    async with shop.post(f"{url}/buyer", json=COMPANY, headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        file = await answer.json()

    assert file["buyer"]["company"] == "Lund & Sons AB"
    assert "booking_buyer" in [one["name"] for one in file["timeline"] if one["kind"] == "act"]
    documents = (await state_of(shop, booking))["invoices"]
    assert [one["total"]["amount_minor"] for one in documents] == [9100, -9100, 9100]
    await signed_in.come_in(shop, played)
    page = f"/admin/bookings/{booking['reference']}"
    answer = await signed_in.submit(shop, f"{page}/buyer", company="Lund")
    assert answer.status == 422
    assert "An invoice to a company needs its address." in await answer.text()
    for given in ({"company": "Lund"}, {"vat_id": "Lund"}):  # as a program may send it
        answer = await signed_in.submit(shop, f"{page}/buyer", **given)
        assert answer.status == 422
        assert 'value="Lund"' in await answer.text()
    await nothing_is_broken(played)


def hidden(text):
    """The hidden fields of the page's form."""
    form = text[text.rindex("<form") :].replace('type="submit"', 'name="act"')
    return {"csrf_token": fields_of(form)["csrf_token"]}


async def named(shop, booking, buyer):
    url = f"/api/v1/bookings/{booking['reference']}/buyer"
    async with shop.post(url, json={"token": booking["token"], "buyer": buyer}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def words_of(shop, played, invoice):
    async with shop.get(invoice["url"].removeprefix(played.settings.public_url)) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        return pdf_text.words(await answer.read())
