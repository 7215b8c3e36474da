"""How staff find a booking: by whatever the person on the telephone can tell them."""

import unicodedata

import asyncpg
import pytest

from maritime_app.bookings.back_office.search_terms.spellings import folded_name, spellings
from maritime_app.bookings.back_office.search_terms.terms import terms
from maritime_app.infra.migrate import migrate
from tests import signed_in
from tests.booked import until
from tests.factories import ADA, BO, CAR, CONTACT, a_sailing, an_ask, book, local_day, pay
from tests.servers import beside

LIST = "/api/v1/back-office/bookings"


@pytest.fixture
async def staff(resources):
    return await signed_in.token(resources, "agent")


async def test_it_works(client, resources, staff):
    """One booking, by its reference in small letters with a space in it."""
    sailing = await a_sailing(resources.db)
    booking = await book(client, an_ask(sailing))
    reference = booking["reference"].lower()

    (found,) = await find(client, staff, f"{reference[:4]} {reference[4:]}")

    assert found["reference"] == booking["reference"]
    assert (found["family_name"], found["people"]) == ("Lund", 2)
    assert found["origin_name"] == "Oslo"


@pytest.mark.parametrize(
    "typed",
    [
        "lund",
        "Ląs, Bo",
        "ada@example.org",
        "ADA@EXAM",
        "555 01 23",
        "+47 555 01 23",
        "ab-12345",
        "AB 12345",
    ],
)
async def test_by_whatever_they_know(client, resources, staff, typed):
    sailing = await a_sailing(resources.db)
    people = [ADA, {**BO, "family_name": "Lās-Berg"}]
    booking = await book(
        client, {**an_ask(sailing, people=people), "vehicles": [CAR], "contact": CONTACT}
    )
    other = {"email": "other@example.org", "phone": "+47 999 00 99", "language": "en"}
    bo = {**BO, "family_name": "Nordmann"}
    await book(client, {**an_ask(sailing, people=[bo]), "contact": other})

    found = await find(client, staff, typed)

    assert [one["reference"] for one in found] == [booking["reference"]]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        (("Ada", "Lund"), "Ada Lund"),
        (("Ada", "Lund"), "lund ada"),
        (("Ada", "Lund"), "A Lund"),
        (("Ada Maria", "von der Lägde"), "Ada von der Laegde"),
        (("Jürgen", "Müller"), "Juergen Mueller"),
        (("Jurgen", "Mueller"), "Müller"),
        (("Lech", "Wałęsa"), "walesa"),
        (("Øyvind", "Østergård"), "Ostergaard"),
        (("Γιώργος", "Παπαδόπουλος"), "Papadopoulos"),
        (("Giorgos", "Papadopoulos"), "Παπαδοπουλος"),
        (("Иван", "Щербаков"), "Shcherbakov, Ivan"),
        (("Ada", "Lund"), "ada"),
        (("Ada Maria", "Lund"), "Maria"),
        (("Jean-Pierre", "Lund"), "pierre"),
        (("Jean-Pierre", "Lund"), "jeanpierre"),
        (("Gabriel", "García Márquez"), "marquez"),
        (("Gabriel", "García Márquez"), "Márquez, Gab"),
        (("Ada", "von der Lägde"), "vonderlagde"),
        (("Γιώργος", "Παπαδόπουλος"), "Giorgos"),
        (("Øyvind", "Østergård"), "oyvind"),
        (("علی\u200cرضا", "پناهی\u200cفر"), "علیرضا"),
        (("Seán", "O’Neill"), "sean oneill"),
    ],
)
async def test_by_a_name_on_another_keyboard(client, resources, staff, written, typed):
    """Any word of a name, in any order, without marks, as in passports, in another script."""
    given, family = written
    sailing = await a_sailing(resources.db)
    people = [{**ADA, "given_name": given, "family_name": family}]
    booking = await book(client, an_ask(sailing, people=people))
    await book(client, an_ask(sailing, people=[{**BO, "given_name": "Cy"}]))

    assert [one["reference"] for one in await find(client, staff, typed)] == [booking["reference"]]


@pytest.mark.parametrize(
    "typed", ["Bo Lund", "Lund, Bo", "Ada Berg", "Lundqvist", "Adalund", "und", "Ada Ada Bo"]
)
async def test_somebody_else_of_that_name_is_not_found(client, resources, staff, typed):
    await book(client, an_ask(await a_sailing(resources.db)))
    assert await find(client, staff, typed) == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Mueller", "muller"),
        ("Müller", "mueller"),
        ("Lodz", "łodz"),
        ("Strauss", "strauß"),
        ("Ioannou", "ιωαννου"),
        ("Παπαδόπουλος", "papadopoulos"),
        ("Ivanov", "иванов"),
    ],
)
def test_a_name_has_a_few_spellings(typed, written):
    found = spellings(typed)
    assert (found[0], written in found, len(found) < 100) == (folded_name(typed), True, True)
    assert spellings(" - ") == []


async def test_by_the_card(shop, played):
    staff = await signed_in.token(played, "agent")
    sailing = await a_sailing(played.db)
    booking = await book(shop, an_ask(sailing))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")

    (found,) = await find(shop, staff, "4242")

    assert found["reference"] == booking["reference"]
    assert await find(shop, staff, "4243") == []


@pytest.mark.parametrize("typed", ["%", "_____", "nobody", "' or 1=1 --", "\\", "a", "@"])
async def test_what_fits_nothing_finds_nothing(client, resources, staff, typed):
    await book(client, an_ask(await a_sailing(resources.db)))
    assert await find(client, staff, typed) == []


async def test_lists_by_day_operator_sailing_and_state(client, resources, staff):
    sailing = await a_sailing(resources.db, days_ahead=20)
    elsewhere = await a_sailing(resources.db, days_ahead=25)
    await book(client, an_ask(sailing))
    await book(client, an_ask(elsewhere))
    day = local_day(20)

    for query, count in (
        ("", 2),
        (f"?day={day}", 1),
        (f"?sailing={sailing}", 1),
        ("?operator=NOR", 2),
        ("?operator=XYZ", 0),
        ("?status=held", 2),
        ("?status=confirmed", 0),
        ("?attention=true", 0),
    ):
        async with client.get(LIST + query, headers=staff) as answer:
            assert answer.status == 200, await answer.text()
            assert len((await answer.json())["bookings"]) == count, query


async def test_a_file_holds_no_formula(client, resources):
    """A traveller called =HYPERLINK(...) is text in the clerk's spreadsheet."""
    sailing = await a_sailing(resources.db)
    evil = {**ADA, "family_name": "=HYPERLINK(x)"}
    await book(client, an_ask(sailing, people=[evil]))
    await signed_in.come_in(client, resources, "agent")

    async with client.get("/admin/bookings.csv") as answer:
        text = await answer.text()

    assert answer.headers["Cache-Control"] == "no-store"
    assert "'=HYPERLINK(x)" in text


async def test_staff_of_an_operator_see_what_sails_with_it(client, resources):
    booking = await book(client, an_ask(await a_sailing(resources.db)))
    own = await signed_in.token(resources, "operator", operator="NOR")
    async with resources.db.transaction() as conn:
        await conn.execute(
            "insert into operator (id, code, name, kind, source)"
            " values (gen_random_uuid(), 'OTH', 'Other Line', 'house', 'test')"
        )
    foreign = await signed_in.token(resources, "operator", operator="OTH")

    assert len(await find(client, own, "lund")) == 1
    assert await find(client, foreign, "lund") == []
    async with client.get(f"{LIST}/{booking['reference']}", headers=foreign) as answer:
        assert answer.status == 403


async def test_nobody_else_finds_anything(client, resources):
    analyst = await signed_in.token(resources, "analyst")
    for headers, status in (({}, 401), (analyst, 403)):
        async with client.get(LIST, headers=headers) as answer:
            assert answer.status == status


async def test_a_capital_sigma_at_the_end_is_a_sigma(client, resources, staff):
    """PostgreSQL's versions and locales do not agree what its small letter is."""
    people = [{**ADA, "family_name": "ΠΑΠΑΔΟΠΟΥΛΟΣ"}, {**BO, "family_name": "Παπάς-Νικολάου"}]
    booking = await book(client, an_ask(await a_sailing(resources.db), people=people))

    for typed in ("Παπαδόπουλος", "παπαδοπουλοσ", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπας", "παπασνικ"):
        found = await find(client, staff, typed)
        assert [one["reference"] for one in found] == [booking["reference"]], typed


async def test_the_same_folding_in_python_and_sql(resources):
    """Of whole names, and of every letter with a capital, a mark or another form."""
    names = ["O’Neill", "von der Lägde", "Ångström-Øst", "ΠΑΠΑΔΌΠΟΥΛΟΣ ΣΑΣ", "Nguyễn", "Şahin"]
    letters = [
        char
        for char in map(chr, [*range(1, 0xD800), *range(0xE000, 0x110000)])
        if unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm", "Mn")
        or unicodedata.decomposition(char)
    ]
    texts = [*names, *(f"a{letter}" for letter in letters), *(f"{letter}b" for letter in letters)]
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select t, folded_name(t) from unnest($1::text[]) t", texts)

    assert {(row[0], row[1]) for row in rows if row[1] != folded_name(row[0])} == set()
    assert len(rows) == len(texts) > 20_000


async def test_the_same_folding_in_a_turkish_database(database_server):
    """Where lower() makes a dotless i of I, and upper() a dotted one of i."""
    conn = database_server.conn
    if not await conn.fetchval("select true from pg_collation where collname = 'tr-x-icu'"):
        pytest.skip("this PostgreSQL knows no Turkish")
    await conn.execute(
        "create database turkish template template0 locale_provider icu icu_locale 'tr'"
    )
    url = beside(database_server.url, "turkish")
    try:
        await migrate(url)
        turkish = await asyncpg.connect(url)
        try:
            assert await turkish.fetchval("select lower('IŞIK')") == "ışık"
            for name in ("IŞIK", "İpek", "Yılmaz", "ΠΑΠΑΣ", "Lund"):
                assert await turkish.fetchval("select folded_name($1)", name) == folded_name(name)
            assert await turkish.fetchval("select alphanumeric('ib 123')") == terms("ib 123").plate
        finally:
            await turkish.close()
    finally:
        await conn.execute("drop database turkish with (force)")


async def test_names_are_worked_out_without_a_call_for_each(db):
    """Part of the index's expression and of the question: a call costs each new passenger 5 us."""
    async with db.transaction() as conn:
        await conn.execute("set local enable_seqscan = off")
        plan = await conn.fetch(
            "explain select from passenger where name_words(given_name, family_name) @@ 'lund'"
        )

    lines = "\n".join(row[0] for row in plan)
    assert "Bitmap Index Scan on passenger_by_name_words" in lines
    assert "name_words(" not in lines
    assert "array_to_tsvector(" in lines


def test_a_number_is_a_telephone_or_a_card():
    assert terms("0555 0123").phone == "3210555%"
    assert terms("4242").card == "4242"
    assert terms("4242").phone is None
    assert terms("lund").phone is None


async def find(client, staff, typed):
    """What the search answers."""
    async with client.get(LIST, params={"q": typed}, headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        return (await answer.json())["bookings"]
