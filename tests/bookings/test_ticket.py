"""The ticket: codes that nobody can forge, one layout for page and PDF, everybody named on it."""

import html

import msgspec
import pytest

from maritime_app import i18n
from maritime_app.bookings import service
from maritime_app.bookings.tickets import codes, pdf as ticket_pdf, service as tickets, views
from maritime_app.bookings.tickets.check_in_words import check_in_words
from maritime_app.bookings.tickets.codes import TicketCode, is_genuine
from tests.booked import until, until_mail
from tests.bookings import pdf_text
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, pay


@pytest.fixture
async def booking(client, resources):
    """Ada and Bo with a car and a cabin from Oslo to Kiel, confirmed."""
    return await confirmed(client, resources)


async def test_it_works(client, booking):
    stored, address, proof = booking
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
        "Inside cabin, 2 berths, with Bo Berg",
        stored.reference,
    ):
        assert name in text, name
    assert text.count("<svg") >= 3  # a code for each passenger and vehicle


async def test_there_is_a_genuine_code_for_everybody_on_every_leg(booking, resources):
    stored, _address, _proof = booking

    made = await tickets.tickets(resources, stored)

    assert [(t.holder, t.vehicle and t.vehicle.plate) for t in made] == [
        ("Ada Lund", None),
        ("Bo Berg", None),
        ("", "AB 12345"),
    ]
    assert [codes.read(resources.settings, t.code) for t in made] == [
        TicketCode(stored.reference, 1, holder, issue=1) for holder in ("p1", "p2", "v1")
    ]


async def test_a_code_of_the_first_kind_is_genuine_and_of_the_first_issue(resources):
    """Tickets that were mailed before codes carried an issue are shown at gates for months."""
    from maritime_app import signing

    old = f"FW1.AAAA2222.1.p1.{signing.sign(resources.settings, 'ticket', 'AAAA2222.1.p1')}"

    assert codes.read(resources.settings, old) == TicketCode("AAAA2222", 1, "p1", issue=1)


async def test_a_code_that_was_touched_is_not_genuine(booking, resources):
    stored, _address, _proof = booking
    genuine = (await tickets.tickets(resources, stored))[0].code
    version, reference, leg, holder, issue, signature = genuine.split(".")

    forged = [
        f"{version}.AAAA2222.{leg}.{holder}.{issue}.{signature}",
        f"{version}.{reference}.2.{holder}.{issue}.{signature}",
        f"{version}.{reference}.{leg}.p2.{issue}.{signature}",
        f"{version}.{reference}.{leg}.{holder}.2.{signature}",
        f"FW1.{reference}.{leg}.{holder}.{signature}",
        f"FW1.{reference}.{leg}.{holder}.{issue}.{signature}",
        ".".join((version, reference, leg, holder, issue, signature[::-1])),
        f"FW3.{reference}.{leg}.{holder}.{issue}.{signature}",
        f"{version}.{reference}.{leg}.{holder}.{issue}.",
        ".".join((version, reference, leg, holder, issue, "Ω" * 24)),
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

    assert not is_genuine(settings, codes.code_of(other, stored.reference, 1, "p1", 1))


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
    text = pdf_text.words(body)
    i18n.use("en")
    made = await tickets.tickets(resources, stored)
    view = views.tickets_view(stored.reference, made, sandbox=False)
    for stub in view.tickets:
        said = [stub.holder, stub.kind, stub.departs.time, stub.departs.place, stub.arrives.date]
        for fact in stub.facts:
            said += [fact.label, fact.value]
        for words in said:
            assert words.translate(pdf_text.ZERO_WIDTH) in text, words
        assert solid(stub.code) in solid(text)


def solid(text):
    """Without blanks and hyphens: a hyphen at the end of a line is none to who reads the text."""
    return text.replace(" ", "").replace("-", "")


async def test_the_pdf_can_be_read_aloud_in_its_language(client, resources):
    stored, _address, _proof = await confirmed(client, resources, language="de")

    body = (await tickets.pdf(resources, stored)).body

    assert pdf_text.is_tagged(body)
    assert pdf_text.language(body) == "de"


async def test_the_last_time_to_check_in_names_who_says_so(client, booking, resources):
    stored, _address, _proof = booking
    async with resources.db.acquire() as conn:
        usual = (await tickets.tickets(resources, stored))[0]
        await conn.execute(
            "insert into check_in_rule (operator_id, port_id, foot_minutes, vehicle_minutes,"
            " source) select id, null, 45, 90, 'test' from operator"
        )
        await conn.execute(
            "insert into check_in_rule (operator_id, port_id, terminal, source)"
            " select o.id, p.id, 'Pier 7', 'test' from operator o, port p where p.code = 'NOOSL'"
        )
    said = (await tickets.tickets(resources, stored))[0]

    i18n.use("en")
    line = i18n.isolated("Northern Test Line")
    assert check_in_words(usual.leg, usual.quays).endswith(f"ask {line}")
    assert check_in_words(said.leg, said.quays).endswith(f"says {line}")
    assert (usual.quays.check_in_minutes, said.quays.check_in_minutes) == (60, 90)  # by car
    assert (usual.quays.check_in.terminal, said.quays.check_in.terminal) == (None, "Pier 7")


async def test_many_passengers_take_several_pages(client, resources):
    people = [{**ADA, "given_name": f"Ada{number}"} for number in range(9)]
    stored, _address, _proof = await confirmed(client, resources, people, vehicles=())

    body = (await tickets.pdf(resources, stored)).body

    assert pdf_text.pages(body) >= 3
    assert all(f"Ada{number} Lund" in pdf_text.words(body) for number in range(9))


SOON = "There is a ticket once the booking is confirmed."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("held", SOON),
        ("paid", SOON),
        ("confirming", SOON),
        ("cancelled", "This booking is cancelled"),
        ("expired", "The time to pay ran out"),
        ("refused", "The operator could not confirm your places"),
    ],
)
async def test_before_the_confirmation_and_after_the_end_there_is_no_ticket(
    client, booking, resources, status, words
):
    """Of one that is over it is said what became of it, not that there will be a ticket."""
    _stored, address, proof = booking
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = $1", status)

    for file in ("ticket", "ticket.pdf", "trip"):
        async with client.get(f"{address}/{file}{proof}") as answer:
            assert answer.status == 409, file
            assert words in html.unescape(await answer.text()), file


async def test_a_ticket_that_cannot_be_printed_is_confirmed_all_the_same(shop, played, monkeypatch):
    def broken(_view):
        raise ticket_pdf.NotPrintable("the text could not be displayed with any font")

    monkeypatch.setattr(ticket_pdf, "draw", broken)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    await until(shop, booking, "confirmed")
    await until_mail(played, "booking_confirmation")

    async with played.db.acquire() as conn:
        assert (
            await conn.fetchval("select count(*) from alert where kind = 'ticket_not_printed'") == 1
        )


async def confirmed(client, res, people=(ADA, BO), vehicles=(CAR,), language="en"):
    """The booking as it is stored, its address, and the proof in its links."""
    ask = an_ask(await a_sailing(res.db), people=people, vehicles=vehicles)
    ask["legs"][0] |= {"cabin": "inside2", "fewer_berths": True}
    ask["contact"] = {**ask["contact"], "language": language}
    made = await book(client, ask)
    async with res.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
        stored = await service.by_id(
            res,
            await conn.fetchval("select id from booking where reference = $1", made["reference"]),
        )
    return stored, f"/bookings/{made['reference']}", f"?token={made['token']}"


@pytest.mark.parametrize(
    ("field", "text"),
    [("given_name", "Ada 😀"), ("family_name", "\u0f40"), ("given_name", "Bo\ue000")],
)
async def test_a_name_that_no_ticket_could_show_is_refused_in_helpful_words(
    client, db, field, text
):
    ask = an_ask(await a_sailing(db), people=[ADA, {**BO, field: text}])

    async with client.post("/api/v1/bookings", json=ask) as answer:
        refused = await answer.json()

    assert (answer.status, refused["code"]) == (422, "not_printable")
    assert list(refused["errors"]) == [f"passengers[1].{field}"]
    assert text[-1] in refused["detail"]
    assert "Latin" in refused["detail"]


async def test_a_plate_that_no_ticket_could_show_is_refused(client, db):
    ask = an_ask(await a_sailing(db), vehicles=[{**CAR, "plate": "♥ 1"}])

    async with client.post("/api/v1/bookings", json=ask) as answer:
        assert (answer.status, (await answer.json())["code"]) == (422, "not_printable")
