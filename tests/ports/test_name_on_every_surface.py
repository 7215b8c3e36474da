"""A port is called by its name in the reader's script wherever people read it.

Kiel has such names, Oslo has none. Programs get the name that is stored.
"""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from maritime_app import clock, formatting, i18n
from maritime_app.bookings.mailing.mail_content import (
    BookingMail,
    MailLeg,
    MailOperator,
    MailPlace,
)
from maritime_app.bookings.mailing.mails import CONFIRMATION
from maritime_app.emails import render
from maritime_app.emails.model import Mail
from maritime_app.ids import uuid7
from maritime_app.money import Money
from maritime_app.names import port_names
from tests.bookings import pdf_text
from tests.factories import a_sailing, an_ask, book

KIEL = {"en": "Kiel", "de": "Kiel", "el": "Κίελο", "ar": "كيل"}
PIRAEUS = {"en": "Piraeus", "fr": "Piraeus", "el": "Πειραιάς", "ar": "بيرايوس"}
PAGES = [
    "/",
    "/ports/GRPIR/calls",
    "/ferries",
    "/ferries?from=GRPIR&to=GRHER&date={day}",
    "/ferries/calendar?from=GRPIR&to=GRHER",
    "/ferries/departures?port=GRPIR",
    "/ferries/destinations?from=GRPIR",
]
BESIDE_THE_STORED_NAME = ["/ports/GRPIR", "/ports?country=GR"]
LEAVES = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)
TRIP = BookingMail(
    reference="W7XN4QTR",
    status="confirmed",
    legs=(
        MailLeg(
            MailPlace("NOOSL", "Oslo", "Europe/Oslo"),
            MailPlace("DEKEL", "Kiel", "Europe/Berlin"),
            LEAVES,
            LEAVES + timedelta(hours=20),
            MailOperator("Northern Test Line"),
            None,
        ),
    ),
    passengers=(),
    vehicles=(),
    total=Money(12_350, "EUR"),
    booking_url="http://ferries.example/bookings/W7XN4QTR",
    ticket_url="http://ferries.example/bookings/W7XN4QTR/ticket",
    pay_url="http://ferries.example/bookings/W7XN4QTR/pay",
)


@pytest.mark.demo
async def test_it_works(client: Any) -> None:
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    for address in [*PAGES, *BESIDE_THE_STORED_NAME]:
        for language, name in PIRAEUS.items():
            text = await read(client, address.format(day=day), language)
            assert name in text, (address, language)
            if address in PAGES and name != "Piraeus":
                assert "Piraeus" not in text, (address, language)


async def test_a_booking_and_all_that_comes_with_it(client: Any, resources: Any) -> None:
    for language in ("el", "ar"):
        name = KIEL[language]
        ask = an_ask(await a_sailing(resources.db))
        ask["contact"] = {**ask["contact"], "language": language}
        sailing = ask["legs"][0]["sailing_id"]
        form = await read(client, f"/bookings/new?out={sailing}&adults=1", language)
        made = await book(client, ask)
        await confirm(resources, made["reference"])
        address, proof = f"/bookings/{made['reference']}", f"?token={made['token']}"
        said = {"form": form}
        for part in ("", "/ticket", "/cancel", "/change"):
            said[part or "booking"] = await read(client, f"{address}{part}{proof}", language)
        async with client.get(f"{address}/ticket.pdf{proof}") as answer:
            said["PDF"] = pdf_text.words(await answer.read())
        async with client.get(f"{address}/calendar.ics{proof}") as answer:
            said["calendar"] = (await answer.text()).replace("\r\n ", "")

        for surface, text in said.items():
            assert name in text, (surface, language)
        if language == "ar":
            assert "<bdi>Oslo</bdi>" in said["booking"]


@pytest.mark.parametrize(("language", "name"), KIEL.items())
async def test_what_search_engines_and_assistants_read_calls_it_as_the_page_does(
    client: Any, resources: Any, language: str, name: str
) -> None:
    """A page per language, a mail in the traveller's: their programs show it to the same reader."""
    sailing = await a_sailing(resources.db)
    ask = an_ask(sailing)
    made = await book(client, {**ask, "contact": {**ask["contact"], "language": language}})
    for address in (
        "/ferries/calendar?from=NOOSL&to=DEKEL",
        f"/bookings/{made['reference']}?token={made['token']}",
    ):
        async with client.get(address, headers={"Accept-Language": language}) as answer:
            found = re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>',
                               await answer.text())  # fmt: skip
        (data,) = (
            each for each in map(msgspec.json.decode, found) if "Breadcrumb" not in str(each)
        )
        trip = data[0]["reservationFor"] if isinstance(data, list) else data
        terminal = trip["arrivalBoatTerminal"]
        assert terminal["name"] == name
        assert terminal.get("alternateName") == ("Kiel" if name != "Kiel" else None)


async def confirm(res: Any, reference: str) -> None:
    async with res.db.acquire() as conn:
        await conn.execute(
            "update booking set status = 'confirmed' where reference = $1", reference
        )


@pytest.mark.parametrize(("language", "name"), KIEL.items())
def test_a_mail(settings: Any, resources: Any, language: str, name: str) -> None:
    mail = Mail(uuid7(), "ada@example.org", language, msgspec.to_builtins(TRIP), sent=False)

    made = render.message(settings, CONFIRMATION, mail)

    for form in ("plain", "html"):
        part = made.get_body(preferencelist=(form,))
        assert part is not None
        assert name in part.get_content()


async def test_programs_get_the_name_that_is_stored(client: Any, resources: Any) -> None:
    await a_sailing(resources.db)

    for address in ("/api/v1/ports/DEKEL", "/api/v1/ferries/places?q=Kiel"):
        assert '"name":"Kiel"' in await read(client, address, "el")


@pytest.mark.parametrize(
    ("language", "code", "name", "in_text", "in_html"),
    [
        ("en", "DEKEL", "Kiel", "Kiel", "Kiel"),
        ("el", "DEKEL", "Kiel", "Κίελο", "Κίελο"),
        ("ar", "DEKEL", "Kiel", "كيل", "كيل"),
        ("ar", "NOOSL", "Oslo", "\u2068Oslo\u2069", "<bdi>Oslo</bdi>"),
        ("en", "feed:1", "المرسى", "\u2068المرسى\u2069", "<bdi>المرسى</bdi>"),
        ("ar", "feed:1", "<b>", "\u2068<b>\u2069", "<bdi>&lt;b&gt;</bdi>"),
    ],
)
def test_a_name_that_runs_the_other_way_orders_nothing_around_it(
    language: str, code: str, name: str, in_text: str, in_html: str
) -> None:
    port_names.replace({"DEKEL": ["Kiel", "Κίελο", "كيل"]})
    port = SimpleNamespace(code=code, name=name)

    with i18n.using(language):
        assert formatting.port_text(port) == in_text
        assert str(formatting.port_html(port)) == in_html


async def read(client: Any, address: str, language: str) -> str:
    """What is on it for people: without what is for scripts and search engines."""
    async with client.get(address, headers={"Accept-Language": language}) as answer:
        assert answer.status == 200, address
        text = await answer.text()
    return re.sub(r"(?s)<script.*?</script>|https?://\S+", "", text)
