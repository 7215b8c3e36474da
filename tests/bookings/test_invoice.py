"""Invoices and credit notes: numbered without gaps, and together always what the booking costs."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.invoices import issuers, lines, views
from maritime_app.bookings.invoices.model import (
    Content,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    Issuer,
)
from maritime_app.bookings.invoices.store import add
from maritime_app.bookings.jobs import erase_personal_data
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.model import PriceReason
from maritime_app.money import Money
from tests.booked import (
    cancel,
    drained,
    nothing_is_broken,
    quoted as cancellation_quoted,
    state_of,
    until,
    until_mail,
)
from tests.bookings import pdf_text
from tests.factories import CAR, CONTACT, a_sailing, an_ask, book, pay

LINE = InvoiceLine(1, "adult", PriceReason.FARE, 2, 8600, 0.0)


async def test_it_works(shop, played):
    """Confirmed: an invoice with seller, buyer and tax, on the page, in the API and in the mail."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db), vehicles=[CAR]))

    (invoice,) = (await state_of(shop, booking))["invoices"]
    assert (invoice["number"], invoice["kind"]) == ("NOR-000001", "invoice")
    assert invoice["total"] == booking["total"]
    said = await words_of(shop, played, invoice)
    for part in (
        "Invoice NOR-000001",
        "Northern Test Line",
        "Ada Lund",
        "Oslo – Kiel",
        "Harbour tax",
        "183.00",
        "between countries is exempt",
    ):
        assert part in said
    await until_mail(played, "booking_confirmation")
    assert await files(played, "booking_confirmation") == [
        f"ticket-{booking['reference']}.pdf",
        f"{booking['reference']}.ics",
        "invoice-NOR-000001.pdf",
    ]
    page = f"/bookings/{booking['reference']}?token={booking['token']}"
    async with shop.get(page) as answer:
        assert "Invoice NOR-000001" in await answer.text()
    await nothing_is_broken(played)


async def test_cancelling_gives_back_all_but_the_fee(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    fee = (await cancellation_quoted(shop, booking))["fee"]["amount_minor"]
    await cancel(shop, booking, fee)
    await until_mail(played, "refund_confirmation")

    invoice, credit = (await state_of(shop, booking))["invoices"]

    assert (credit["number"], credit["kind"]) == ("NOR-000002", "credit_note")
    assert invoice["total"]["amount_minor"] + credit["total"]["amount_minor"] == fee
    said = await words_of(shop, played, credit)
    assert "Credit note NOR-000002" in said
    assert "Cancellation fee" in said
    assert await files(played, "refund_confirmation") == ["credit_note-NOR-000002.pdf"]
    await nothing_is_broken(played)


async def test_a_change_is_invoiced_by_its_difference(shop, played):
    """Dearer: an invoice of what was added; cheaper: a credit note of what was given up."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    held = await ordered(shop, booking, {"vehicles": [CAR]}, 9200)
    await pay(shop, held["change"])
    await until_mail(played, "booking_changed")
    await ordered(shop, booking, {"vehicles": []}, -9200)

    totals = [
        (one["kind"], one["total"]["amount_minor"])
        for one in (await state_of(shop, booking))["invoices"]
    ]

    assert totals == [("invoice", 9100), ("invoice", 9200), ("credit_note", -9200)]
    assert "invoice-NOR-000002.pdf" in await files(played, "booking_changed")
    await nothing_is_broken(played)


async def test_each_operator_writes_its_own(shop, played):
    first = await confirmed(shop, an_ask(await a_sailing(played.db)))
    async with played.db.transaction() as conn:
        await conn.execute("update operator set code = 'OTH', name = 'Other Line'")
        await conn.execute("delete from invoice")
        await conn.execute("delete from invoice_issuer")
    second = await confirmed(shop, an_ask(await a_sailing(played.db)))

    (invoice,) = (await state_of(shop, second))["invoices"]
    assert invoice["number"] == "OTH-000001"
    assert (await state_of(shop, first))["invoices"] == []


async def test_numbers_have_no_gaps_whoever_comes_at_once(shop, played):
    """Twelve at once, one in three fails after it has its number: that number is given again."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    async with played.db.acquire() as conn:
        booking_id = await conn.fetchval("select id from booking")

    async def write(number):
        content = Content(Issuer("NOR", "Northern Test Line", "", None, 0.0), (LINE,), ())
        try:
            async with played.db.transaction() as conn:
                await add(conn, booking_id, f"test:{number}", Money(1, "EUR"), content, Buyer())
                if number % 3 == 0:
                    raise RuntimeError
        except RuntimeError:
            return

    await asyncio.gather(*(write(number) for number in range(12)))

    async with played.db.acquire() as conn:
        numbers = [row["number"] for row in await conn.fetch("select number from invoice")]
    assert sorted(numbers) == list(range(1, 10))
    assert (await state_of(shop, booking))["invoices"]


async def test_a_refused_booking_has_no_invoice(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await cancel(shop, booking, 0)

    assert (await state_of(shop, booking))["invoices"] == []


@pytest.mark.parametrize("language", ["de", "el", "fr", "it", "ar"])
async def test_in_the_language_of_the_booking(shop, played, language):
    words = {
        "de": "Rechnung",
        "el": "Τιμολόγιο",
        "fr": "Facture",
        "it": "Fattura",
        "ar": "فاتورة",
    }[language]
    ask = an_ask(await a_sailing(played.db), contact={**CONTACT, "language": language})
    booking = await confirmed(shop, ask)

    (invoice,) = (await state_of(shop, booking))["invoices"]
    body = await body_of(shop, played, invoice)

    assert pdf_text.language(body) == language
    assert pdf_text.is_tagged(body)
    assert words in pdf_text.words(body)


async def test_nobody_elses(shop, played):
    first = await confirmed(shop, an_ask(await a_sailing(played.db)))
    second = await confirmed(shop, an_ask(await a_sailing(played.db)))
    (invoice,) = (await state_of(shop, first))["invoices"]

    for reference, token in (
        (first["reference"], "x" * 24),
        (second["reference"], second["token"]),
    ):
        url = f"/bookings/{reference}/invoices/{invoice['number']}.pdf?token={token}"
        async with shop.get(url) as answer:
            assert answer.status == 404


async def test_the_buyer_is_erased_with_the_people(shop, played):
    """The document stays, as the law wants it; who it was is forgotten."""
    await confirmed(shop, an_ask(await a_sailing(played.db)))
    await drained(played)
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = now() - interval '500 days',"
            " arrives_at = now() - interval '499 days'"
        )
        await erase_personal_data(played)
        await conn.execute("update booking set documents_erased_at = now() - interval '400 days'")
        await erase_personal_data(played)
        row = await conn.fetchrow("select buyer, total_minor from invoice")
    assert (row["buyer"], row["total_minor"]) == ("", 9100)


def test_only_what_is_new_is_written():
    more = InvoiceLine(1, "adult", PriceReason.FARE, 3, 12900, 0.0)
    car = InvoiceLine(1, "car", PriceReason.FARE, 1, 9200, 0.0)

    new = lines.difference([more], [LINE, car])

    assert [(one.item, one.quantity, one.amount_minor) for one in new] == [
        ("adult", 1, 4300),
        ("car", -1, -9200),
    ]
    assert lines.difference([LINE], [LINE]) == []


def test_the_tax_is_contained_in_the_price():
    """Within one country, by the issuer's rate: 24 percent of the net price."""
    assert lines.tax_minor(12_400, 24.0) == 2400
    assert lines.tax_minor(-12_400, 24.0) == -2400
    assert lines.tax_minor(9100, 0.0) == 0
    issuer = Issuer("BSF", "Blue Star", "Piraeus\nGreece", "EL123", 24.0)
    taxed = InvoiceLine(1, "adult", PriceReason.FARE, 1, 12_400, 24.0)
    view = views.invoice_view("ABCDEFGH", an_invoice(issuer, taxed), sandbox=False)
    assert view.seller == ("Blue Star", "Piraeus", "Greece", "VAT number: EL123")
    assert [tax.value for tax in view.taxes] == ["€24.00"]


async def test_domestic_crossings_are_taxed(shop, played):
    sailing = await a_sailing(played.db)
    async with played.db.acquire() as conn:
        await conn.execute("update port set country = 'NO'")
        await conn.execute(
            "insert into invoice_issuer (operator_id, legal_name, address, domestic_tax_percent)"
            " select id, 'Northern Test Line AS', E'Kai 1\\n0150 Oslo', 12 from operator"
        )
    booking = await confirmed(shop, an_ask(sailing))

    (invoice,) = (await state_of(shop, booking))["invoices"]
    said = await words_of(shop, played, invoice)

    assert "Northern Test Line AS" in said
    assert "12 %" in said
    assert "9.75" in said  # of 91.00


async def test_a_seller_is_described_for_its_next_invoices(shop, played):
    """Written ones stay as they are; nobody describes an operator that there is not."""
    first = await confirmed(shop, an_ask(await a_sailing(played.db)))
    described = Issuer("NOR", "Northern AS", "Kai 1\n0150 Oslo", "NO 123", 12.0)

    await issuers.describe(played, described)
    second = await confirmed(shop, an_ask(await a_sailing(played.db)))

    before, after = [(await state_of(shop, one))["invoices"][0] for one in (first, second)]
    assert "Northern AS" not in await words_of(shop, played, before)
    assert "NO 123" in await words_of(shop, played, after)
    assert (before["number"], after["number"]) == ("NOR-000001", "NOR-000002")
    assert await issuers.issuers(played) == [described]
    with pytest.raises(NotFound):
        await issuers.describe(played, Issuer("QQQ", "Nobody", "", None, 0.0))
    with pytest.raises(Invalid):
        await issuers.describe(played, Issuer("NOR", " ", "", None, 0.0))


def an_invoice(issuer, *found):
    return Invoice(
        UUID(int=1),
        issuer.code,
        42,
        InvoiceKind.INVOICE,
        "confirmed",
        "EUR",
        sum(line.amount_minor for line in found),
        Content(issuer, found, ()),
        "Ada Lund",
        datetime(2027, 5, 20, tzinfo=UTC),
    )


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def ordered(shop, booking, change, difference_minor):
    body = {"token": booking["token"], "change": change, "difference_minor": difference_minor}
    url = f"/api/v1/bookings/{booking['reference']}/change"
    async with shop.post(url, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def body_of(shop, played, invoice):
    url = invoice["url"].removeprefix(played.settings.public_url)
    async with shop.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        return await answer.read()


async def words_of(shop, played, invoice):
    return pdf_text.words(await body_of(shop, played, invoice))


async def files(played, template):
    async with played.db.acquire() as conn:
        rows = await conn.fetch(
            "select a.filename from mail_attachment a join mail m on m.id = a.mail_id"
            " where m.template = $1 order by m.created_at, a.number",
            template,
        )
    return [row["filename"] for row in rows]
