"""Goodwill on a booking that stands: its own credit note, and one price for every later act."""

import pytest

from maritime_app.bookings.invoices import goodwill
from maritime_app.bookings.invoices.model import InvoiceLine
from maritime_app.bookings.jobs import credit_goodwill
from maritime_app.bookings.model import BookingItem
from maritime_app.ferries.model import PriceReason
from maritime_app.money import Money
from tests import signed_in
from tests.booked import cancel, nothing_is_broken, quoted, state_of, until, until_mail
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, pay

CARRIAGE, FEES = PriceReason.DISCOUNT, PriceReason.FEE


@pytest.fixture
async def staff(played):
    """A member of staff with every right."""
    return await signed_in.token(played, "admin")


async def test_it_works(shop, played, staff):
    """Given once, credited once: on the page, in the API and in the mail of the refund."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))

    await given(shop, staff, booking, 1000, claimed_minor=0)
    await given(shop, staff, booking, 1000, claimed_minor=0, status=409)
    await given(shop, staff, booking, 500, claimed_minor=1000)
    await until_mail(played, "refund_confirmation")

    await nothing_is_broken(played)
    shown = await state_of(shop, booking)
    assert kinds(shown) == [("invoice", 9100), ("credit_note", -1000), ("credit_note", -500)]
    assert [one["number"] for one in shown["invoices"]] == [
        "NOR-000001",
        "NOR-000002",
        "NOR-000003",
    ]
    async with played.db.acquire() as conn:
        files = await conn.fetch(
            "select a.filename from mail_attachment a join mail m on m.id = a.mail_id"
            " where m.template = 'refund_confirmation' order by 1"
        )
    assert [row["filename"] for row in files] == [
        "credit_note-NOR-000002.pdf",
        "credit_note-NOR-000003.pdf",
    ]


async def test_cancelling_pays_back_what_is_left(shop, played, staff):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    await given(shop, staff, booking, 1000, claimed_minor=0)

    quote = await quoted(shop, booking)
    await cancel(shop, booking, quote["fee"]["amount_minor"])

    assert quote["refund"]["amount_minor"] == 8100 - quote["fee"]["amount_minor"]
    await nothing_is_broken(played)
    shown = await state_of(shop, booking)
    assert sum(minor for _kind, minor in kinds(shown)) == quote["fee"]["amount_minor"]


async def test_all_of_it_given_back_and_then_cancelled(shop, played, staff):
    """Nobody pays a fee out of money that is back."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    await given(shop, staff, booking, 9100, claimed_minor=0)

    await cancel(shop, booking, 0)

    await nothing_is_broken(played)
    assert sum(minor for _kind, minor in kinds(await state_of(shop, booking))) == 0


async def test_a_change_keeps_the_goodwill(shop, played, staff):
    """Dearer by its own difference; cheaper by no more than was paid and is not back."""
    ask = an_ask(await a_sailing(played.db), people=[ADA, BO], vehicles=[CAR])
    booking = await confirmed(shop, ask)
    total_minor = booking["total"]["amount_minor"]
    await given(shop, staff, booking, total_minor - 2000, claimed_minor=0)

    cheaper = {"vehicles": ()}
    quote = await asked(shop, booking, "change-quote", change=cheaper)
    assert quote["difference"]["amount_minor"] == -2000
    assert quote["goodwill"]["amount_minor"] == total_minor - 2000
    await asked(shop, booking, "change", change=cheaper, difference_minor=-2000)
    await nothing_is_broken(played)

    dearer = {"vehicles": [CAR]}
    quote = await asked(shop, booking, "change-quote", change=dearer)
    due_minor = quote["difference"]["amount_minor"]
    assert due_minor == total_minor - quote["total_before"]["amount_minor"]
    held = await asked(shop, booking, "change", change=dearer, difference_minor=due_minor)
    await pay(shop, held["change"])
    await until_mail(played, "booking_changed")
    await nothing_is_broken(played)

    documents = kinds(await state_of(shop, booking))
    assert sum(minor for _kind, minor in documents) == due_minor


async def test_what_was_given_before_is_credited_once(shop, played, staff):
    """From before credit notes were written: by a task, once."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    await given(shop, staff, booking, 700, claimed_minor=0)
    async with played.db.transaction() as conn:
        await conn.execute("delete from invoice where kind = 'credit_note'")
        await conn.execute("update invoice_issuer set last_number = 1")

    assert [await credit_goodwill(played) for _time in range(2)] == ["1 written", "0 written"]

    assert kinds(await state_of(shop, booking)) == [("invoice", 9100), ("credit_note", -700)]
    await nothing_is_broken(played)


def test_it_is_shared_out_by_what_the_legs_cost():
    """Of fees last, and never a cent more or less than was given."""
    items = [an_item(1, 6667), an_item(2, 3333), an_item(2, 500, FEES)]

    assert goodwill.shares(1000, items, []) == {
        (1, CARRIAGE): 667,
        (2, CARRIAGE): 333,
        (2, FEES): 0,
    }
    assert goodwill.shares(10_300, items, []) == {
        (1, CARRIAGE): 6667,
        (2, CARRIAGE): 3333,
        (2, FEES): 300,
    }


def test_what_was_said_stays_as_long_as_it_fits():
    said = [a_line(1, 600), a_line(2, 400)]
    both = [an_item(1, 5000), an_item(2, 5000)]

    assert goodwill.shares(1000, both, said) == {(1, CARRIAGE): 600, (2, CARRIAGE): 400}
    assert goodwill.shares(1200, both, said) == {(1, CARRIAGE): 698, (2, CARRIAGE): 502}
    assert goodwill.shares(1000, both[:1], said) == {(1, CARRIAGE): 1000}
    assert goodwill.shares(300, [an_item(1, 300)], said) == {(1, CARRIAGE): 300}


def an_item(leg, amount_minor, reason=PriceReason.FARE):
    return BookingItem(leg, "adult", 1, Money(amount_minor, "EUR"), reason)


def a_line(leg, given_minor):
    return InvoiceLine(leg, goodwill.GOODWILL, CARRIAGE, 0, -given_minor, 0.0)


def kinds(shown):
    return [(one["kind"], one["total"]["amount_minor"]) for one in shown["invoices"]]


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def given(shop, staff, booking, amount_minor, *, claimed_minor, status=200):
    url = f"/api/v1/back-office/bookings/{booking['reference']}/refund"
    body = {"amount_minor": amount_minor, "claimed_minor": claimed_minor, "note": "Sorry."}
    async with shop.post(url, json=body, headers=staff) as answer:
        assert answer.status == status, await answer.text()


async def asked(shop, booking, what, **fields):
    url = f"/api/v1/bookings/{booking['reference']}/{what}"
    async with shop.post(url, json={"token": booking["token"], **fields}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()
