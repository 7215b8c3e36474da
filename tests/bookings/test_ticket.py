"""The ticket: codes that nobody can forge, a PDF in everybody's letters, an entry for the calendar."""

import msgspec
import pytest
from icalendar import Calendar

from maritime_app.bookings import service
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.tickets.codes import is_genuine
from tests.bookings.pdf_text import words
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, pay
from tests.payments.test_settle import until


@pytest.fixture
async def booking(client, resources):
    """Ada and Bo with a car and a cabin from Oslo to Kiel, confirmed."""
    return await confirmed(client, resources)


async def test_it_works(client, booking):
    _stored, address, proof = booking
    async with client.get(f"{address}/ticket{proof}") as page:
        text = await page.text()

    assert page.status == 200
    for name in (
        "Ada Lund",
        "Bo Berg",
        "AB 12345",
        "Oslo",
        "Kiel",
        "Aurora Borealis",
        "Northern Test Line",
    ):
        assert name in text, name
    assert text.count("<svg") >= 3  # a code for each passenger and vehicle


async def test_there_is_a_genuine_code_for_everybody_on_every_leg(booking, resources):
    stored, _address, _proof = booking

    made = tickets.tickets(resources.settings, stored)

    assert [(t.holder, t.kind, t.detail) for t in made] == [
        ("Ada Lund", "adult", "inside2"),
        ("Bo Berg", "adult", "inside2"),
        ("AB 12345", "car", "AB 12345"),
    ]
    assert len({t.code for t in made}) == 3
    assert all(is_genuine(resources.settings, t.code) for t in made)


async def test_a_code_that_was_touched_is_not_genuine(booking, resources):
    stored, _address, _proof = booking
    genuine = tickets.tickets(resources.settings, stored)[0].code
    version, reference, leg, holder, signature = genuine.split(".")

    forged = [
        f"{version}.AAAA2222.{leg}.{holder}.{signature}",
        f"{version}.{reference}.2.{holder}.{signature}",
        f"{version}.{reference}.{leg}.p2.{signature}",
        ".".join((version, reference, leg, holder, signature[::-1])),
        f"FW2.{reference}.{leg}.{holder}.{signature}",
        f"{version}.{reference}.{leg}.{holder}.",
        ".".join((version, reference, leg, holder, "Ω" * 24)),
        "",
        "FW1",
        "https://evil.example",
    ]
    assert [code for code in forged if is_genuine(resources.settings, code)] == []


async def test_another_houses_code_is_not_genuine(booking, resources):
    stored, _address, _proof = booking
    settings = resources.settings
    other = msgspec.structs.replace(
        settings, secrets=msgspec.structs.replace(settings.secrets, key="another key")
    )

    assert not is_genuine(settings, tickets.tickets(other, stored)[0].code)


async def test_a_guests_link_is_no_ticket(booking, resources):
    """The two are signed for different purposes: one cannot stand for the other."""
    stored, _address, _proof = booking
    token = service.token_of(resources, stored.reference)

    assert not is_genuine(resources.settings, f"FW1.{stored.reference}.{token}")
    assert not is_genuine(resources.settings, f"FW1.{stored.reference}.1.p1.{token}")


async def test_the_pdf_says_what_the_page_says(client, booking, resources):
    stored, address, proof = booking
    async with client.get(f"{address}/ticket.pdf{proof}") as answer:
        body = await answer.read()

    assert (answer.status, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"ticket-{stored.reference}.pdf" in answer.headers["Content-Disposition"]
    text = words(body)
    for name in (
        stored.reference,
        "Ada Lund",
        "Bo Berg",
        "AB 12345",
        "Oslo",
        "Kiel",
        "Aurora Borealis",
    ):
        assert name in text, text
    for ticket in tickets.tickets(resources.settings, stored):
        assert ticket.code in text


@pytest.mark.parametrize(
    "name",
    [
        "Ελευθερία Παπαδοπούλου",
        "Łukasz Żółć",
        "Þórunn Ægisdóttir",
        "Анна Каренина",
        "José Núñez",
        "O'Neill (jr)",
    ],
)
async def test_the_pdf_writes_everybodys_name(client, resources, name):
    given, _space, family = name.partition(" ")
    stored, _address, _proof = await confirmed(
        client, resources, [{"given_name": given, "family_name": family}]
    )

    file = await tickets.pdf(resources, stored)

    assert name in words(file.body)


async def test_many_passengers_take_several_pages(client, resources):
    people = [{**ADA, "given_name": f"Ada{number}"} for number in range(9)]
    stored, _address, _proof = await confirmed(client, resources, people, vehicles=())

    file = await tickets.pdf(resources, stored)

    assert file.body.count(b"/Type /Page\n") == 3
    assert all(f"Ada{number} Lund" in words(file.body) for number in range(9))


async def test_the_calendar(client, booking):
    stored, address, proof = booking
    async with client.get(f"{address}/calendar.ics{proof}") as answer:
        assert answer.content_type == "text/calendar"
        (event,) = Calendar.from_ical(await answer.text()).walk("VEVENT")

    (leg,) = stored.legs
    assert event["uid"] == f"{stored.reference}-1@maritime-app"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (leg.departs_at, leg.arrives_at)
    assert (event["summary"], event["location"]) == ("Oslo - Kiel", "Oslo")
    assert stored.reference in str(event["description"])


@pytest.mark.parametrize(
    "status", ["held", "paid", "confirming", "cancelled", "expired", "refused"]
)
async def test_before_the_confirmation_and_after_the_end_there_is_no_ticket(
    client, booking, resources, status
):
    _stored, address, proof = booking
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = $1", status)

    for file in ("ticket", "ticket.pdf", "calendar.ics", "trip"):
        async with client.get(f"{address}/{file}{proof}") as answer:
            assert answer.status == 409, file


async def confirmed(client, res, people=(ADA, BO), vehicles=(CAR,)):
    """The booking as it is stored, its address, and the proof in its links."""
    ask = an_ask(await a_sailing(res.db), people=people, vehicles=vehicles)
    ask["legs"][0]["cabin"] = "inside2"
    made = await book(client, ask)
    async with res.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
        stored = await service.by_id(
            res,
            await conn.fetchval("select id from booking where reference = $1", made["reference"]),
        )
    return stored, f"/bookings/{made['reference']}", f"?token={made['token']}"


async def test_a_ticket_that_cannot_be_printed_is_confirmed_all_the_same(shop, played, monkeypatch):
    async def broken(*_):
        raise OSError("no such font")

    monkeypatch.setattr("maritime_app.bookings.tickets.service.pdf", broken)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    await until(shop, booking, "confirmed")

    async with played.db.acquire() as conn:
        assert (
            await conn.fetchval("select count(*) from alert where kind = 'ticket_not_printed'") == 1
        )
