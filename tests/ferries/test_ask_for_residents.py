"""Asking for who lives on an island: what they pay on each sailing, and the form that follows."""

import html
import re

import msgspec
import pytest

from maritime_app.bookings.checkout.party import at_home
from maritime_app.ferries import parties, residents
from maritime_app.ferries.fares.rules import kind_of_age
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.model import AgeBands, Party, PassengerKind
from maritime_app.money import Money
from tests.factories import PRICES, a_sailing, local_day

ADULT, CHILD, INFANT = PassengerKind.ADULT, PassengerKind.CHILD, PassengerKind.INFANT
OFF_ADULT, OFF_CHILD = PRICES["adult"] // 5, PRICES["child"] // 5


@pytest.fixture
async def sailing(db):
    """The Aurora Borealis, a fifth cheaper for who lives on Crete."""
    sailing = await a_sailing(db)
    async with db.acquire() as conn:
        await conn.execute(
            "insert into resident_discount (fare_id, area, percent, proofs)"
            " select id, 'GR-M', 20, '{identity_card}' from fare"
        )
    return sailing


def question(**asked):
    ends = {"from": "NOOSL", "to": "DEKEL", "date": local_day(20).isoformat()}
    return {**ends, "adults": 2, "resident_of": "GR-M", **asked}


async def offered(client, **asked):
    async with client.get("/api/v1/ferries/search", params=question(**asked)) as answer:
        assert answer.status == 200, await answer.text()
        (offer,) = (await answer.json())["outbound"]
    return offer


async def page_of(client, path, **asked):
    async with client.get(path, params=asked) as answer:
        return html.unescape(await answer.text())


async def test_it_works(client, sailing):
    anywhere = await offered(client, resident_of="", ages="9")
    at_home = await offered(client, ages="9")

    less = at_home["resident_discount"]["amount_minor"]
    assert less == 2 * OFF_ADULT + OFF_CHILD
    assert at_home["price"]["amount_minor"] == anywhere["price"]["amount_minor"] - less
    assert "resident_discount" not in anywhere


@pytest.mark.parametrize(
    ("asked", "less"),
    [
        ({"residents": 1, "ages": "9"}, OFF_ADULT),  # adults first
        ({"residents": 9}, 2 * OFF_ADULT),  # more than travel: all of them
        ({"adults": 0, "ages": "13,9", "residents": 1}, OFF_ADULT),  # then the oldest
        ({"resident_of": "GR-L"}, 0),  # no fare of this sailing knows it
    ],
)
async def test_so_many_of_them_pay_less(client, sailing, asked, less):
    offer = await offered(client, **asked)
    assert offer["resident_discount"]["amount_minor"] == less


async def test_page_strip_and_form_have_the_same_price(client, sailing):
    family = {"ages": "4,9", "residents": 3}
    offer = await offered(client, **family)
    total = offer["price"]["amount_minor"]

    page = await page_of(client, "/ferries", **question(**family))
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    form = await page_of(client, "/bookings/new", out=str(sailing), **carried)
    back = re.search(r'href="(/ferries\?[^"]+)">Back to the search', form)
    assert back
    again = await page_of(client, back[1])

    assert "2 adults, 2 children (4, 9), 3 of them residents: Crete" in page
    assert "€21.50 less for residents" in page
    assert f"<b>€{total / 100:.2f}</b>" in " ".join(page.split())
    assert '<option value="GR-M" selected>Crete</option>' in page
    assert f'name="total_minor" value="{total}"' in form
    chosen = re.findall(r'<select id="f-passengers-(\d)-resident_of".*?</select>', form, re.DOTALL)
    homes = re.findall(r"<option value=\"GR-M\" selected>", form)
    assert (len(chosen), len(homes)) == (4, 3)
    assert "3 of them residents: Crete" in again


async def test_a_form_opens_where_no_fare_knows_the_area(client, db):
    form = await page_of(
        client, "/bookings/new", out=str(await a_sailing(db)), adults=1, resident_of="GR-M"
    )
    assert f'name="total_minor" value="{PRICES["adult"] + 250}"' in form
    assert "resident_of=GR-M" in form  # and the search keeps it


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"resident_of": "", "residents": 1}, "Please say where they live."),
        ({"resident_of": "Crete"}, "resident_of"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field(client, sailing, asked, words):
    async with client.get("/api/v1/ferries/search", params=question(**asked)) as answer:
        assert answer.status == 422
        assert words in str((await answer.json())["errors"])
    page = await page_of(client, "/ferries", **question(**asked))
    assert 'aria-describedby="s-resident-of-note"' in page


async def test_nobody_is_asked_where_there_is_no_discount(client, db):
    await a_sailing(db)
    assert "Place of residence" not in await page_of(client, "/ferries", **question(resident_of=""))


async def test_days_have_it(resources, sailing):
    day, pair = local_day(20), Party(2, 0, 0, living_in="GR-M")
    (found,) = await lowest_fares.lowest_fares(resources, ("NOOSL", "DEKEL"), day, day, pair)
    assert found.price == Money(2 * (PRICES["adult"] + 250 - OFF_ADULT), "EUR")


@pytest.mark.demo
async def test_operators_outside_are_asked_as_for_anybody(played):
    """Their fares have no such discount: a question and an answer more would be for nothing."""
    await lowest_fares.want(played, ("GRPIR", "GRHER"), Party(2, 0, 0, living_in="GR-M"))
    async with played.db.acquire() as conn:
        assert await conn.fetchval("select party from party_way") == Party(2, 0, 0).key


def test_form_and_search_mean_the_same_people():
    """The rows of a form, by the classes of a sailing, are those whom a search counts."""
    bands = AgeBands()
    rows: list[dict[str, str]] = [{"kind": kind} for kind in (ADULT, CHILD, INFANT)]
    rows += [{"kind": kind_of_age(bands, age), "age": str(age)} for age in (2, 9, 15)]
    for count in range(7):
        asked = Party(1, 1, 1, ages=(2, 9, 15), living_in="GR-M", living_there=count)
        searched = [kind for _area, kind in parties.in_classes(asked, bands).residents]
        form = at_home({"passengers": rows}, "GR-M", count)["passengers"]
        assert sorted(row["kind"] for row in form if "resident_of" in row) == searched


def test_each_way_of_living_has_a_key_of_its_own():
    plain = Party(2, 0, 0)
    lives = [plain, *(msgspec.structs.replace(plain, living_in=a) for a in ("GR-M", "GR-L"))]
    lives.append(msgspec.structs.replace(plain, living_in="GR-M", living_there=1))
    assert len({party.key for party in lives}) == len(lives)
    assert {residents.elsewhere(party) for party in lives[:3]} == {plain}
