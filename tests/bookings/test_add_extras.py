"""Extras that an operator's clerk adds: named in every language, sold, printed, told the crew."""

import re

import msgspec
import pytest

from maritime_app import ids
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.extra_kinds import service as extra_kinds
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ferries.price_lists import service as price_lists
from maritime_app.ferries.price_lists.model import NewListRequest
from tests import rows, signed_in
from tests.booked import fields_of, filled_form, nothing_is_broken, until
from tests.bookings import pdf_text
from tests.factories import a_sailing, an_ask, book, pay
from tests.paused import Meeting

PAGE = "/admin/sailings/extras"
CODE = "nor_parking"
NAMES = {"en": "Parking", "de": "Parkplatz", "el": "Στάθμευση"}
PARKING = {"names": NAMES, "operator": "NOR"}


async def test_it_works(shop, played):
    """Added by hand, priced by a list, bought in the form's words, on ticket, list and invoice."""
    sailing = await a_sailing(played.db)
    await signed_in.come_in(shop, played, "operator")
    fields = fields_of(await shown(shop, PAGE))
    names = {f"name-{language}": name for language, name in NAMES.items()}
    text = await posted(shop, PAGE, fields | names | {"act": "preview"})
    assert "Parkplatz" in text
    assert await rows.value(played, count_of_added()) == 0
    for _time in range(2):
        text = await posted(shop, PAGE, fields | names | {"act": "write"})
        assert "Added." in text
    assert await rows.value(played, count_of_added()) == 1
    detail = "select detail::text from audit where action = 'extra_added'"
    assert "Parkplatz" in await rows.value(played, detail)

    await price_it(shop)
    form = await shown(shop, f"/bookings/new?out={sailing}&adults=2", language="de")
    assert "Parkplatz" in form
    assert f'name="legs-0-extra_{CODE}"' in form
    chosen = await filled_form(shop, sailing) | {f"legs-0-extra_{CODE}": "1", "part": "price"}
    assert "Parking" in await posted(shop, "/bookings/draft", chosen)

    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "extras": {CODE: 1}}]}
    booking = await book(shop, ask)
    await pay(shop, booking)
    shows = await until(shop, booking, "confirmed")
    assert shows["legs"][0]["extras"] == {CODE: 1}
    address = f"/bookings/{booking['reference']}/ticket?token={booking['token']}"
    assert "Parking" in await shown(shop, address)
    assert "Στάθμευση" in await shown(shop, address, language="el")
    crew = await signed_in.token(played, "boarding")
    async with shop.get(f"/boarding/{sailing}/manifest", headers=crew) as answer:
        assert "Parking" in await answer.text()
    async with shop.get(f"/boarding/{sailing}", headers=crew) as answer:
        assert f'"{CODE}":"Parking"' in await answer.text()
    (invoice,) = shows["invoices"]
    async with shop.get(invoice["url"].removeprefix(played.settings.public_url)) as answer:
        assert "Parking" in pdf_text.words(await answer.read())
    await nothing_is_broken(played)


async def test_all_that_is_wrong_is_said_at_once(client, resources):
    await a_sailing(resources.db)
    await signed_in.come_in(client, resources, "operator")
    fields = fields_of(await shown(client, PAGE))
    entered = fields | {"name-en": "", "name-de": "x" * 41, "name-ar": "\u200b"}
    async with client.post(PAGE, data=entered | {"act": "write"}) as answer:
        assert answer.status == 422
        text = await answer.text()
    wrong = set(re.findall(r'<li>\s*<a href="#f-([^"]+)"', text))
    assert wrong == {"name-en", "name-de", "name-ar"}
    assert fields_of(text)["name-de"] == "x" * 41


async def test_no_name_stands_for_two(client, resources):
    """Not that of one which everybody sells, nor one of its own."""
    await a_sailing(resources.db)
    clerk = await signed_in.token(resources, "operator")
    await added(client, clerk, PARKING)
    for name in ("Lounge", "parking", " Parking "):
        ask = {"operator": "NOR", "names": {"en": name}}
        async with client.post("/api/v1/fares/extras", json=ask, headers=clerk) as answer:
            assert answer.status == 422, name
            assert (await answer.json())["errors"] == {
                "names.en": "There is an extra of this name already."
            }


async def test_what_is_sold_is_not_taken_back(client, resources):
    """What nothing sells is, and another operator's clerk takes nothing back."""
    await a_sailing(resources.db)
    clerk = await signed_in.token(resources, "operator")
    await rows.execute(
        resources,
        "insert into operator (id, code, name, kind, source)"
        " values (gen_random_uuid(), 'OTH', 'Other Lines', 'house', 'test')",
    )
    other = await signed_in.token(resources, "operator", "OTH")
    await added(client, clerk, PARKING)
    taken_back = f"/api/v1/fares/extras/{CODE}/remove"
    async with client.post(taken_back, headers=other) as answer:
        assert answer.status == 404
    await rows.execute(
        resources,
        "insert into fare_extra (fare_id, kind, unit, price_minor)"
        f" select id, '{CODE}', 'booking', 900 from fare",
    )
    async with client.post(taken_back, headers=clerk) as answer:
        assert answer.status == 409
        assert "stays" in await answer.text()
    await rows.execute(resources, "delete from fare_extra")
    async with client.post(taken_back, headers=clerk) as answer:
        assert answer.status == 200
    assert await rows.value(resources, count_of_added()) == 0


async def test_no_other_operator_sells_it(client, resources):
    await a_sailing(resources.db)
    clerk = await signed_in.token(resources, "operator")
    await added(client, clerk, PARKING)
    await rows.execute(
        resources,
        "insert into operator (id, code, name, kind, source)"
        " values (gen_random_uuid(), 'OTH', 'Other Lines', 'house', 'test')",
    )
    ask = {
        "operator": "OTH",
        "code": "X",
        "currency": "EUR",
        "prices": {"adult": 1},
        "ages": {"infant_to": 3, "child_to": 12},
        "extras": [{"kind": CODE, "unit": "booking", "price_minor": 1}],
    }
    async with client.post("/api/v1/fares", json=ask, headers=clerk) as answer:
        assert answer.status == 422
        assert set((await answer.json())["errors"]) == {f"extras.{CODE}"}


@pytest.mark.parametrize("is_sold_first", [True, False])
async def test_one_that_is_taken_back_while_a_list_is_written(
    client, resources, monkeypatch, is_sold_first
):
    """Either is refused in words, whichever statement of the one meets the other."""
    await a_sailing(resources.db)
    clerk = await signed_in.token(resources, "operator")
    someone = ActingStaff(staff_id=await rows.value(resources, "select id from staff"))
    meeting = Meeting(resources, monkeypatch)

    async def sell():
        asked = {
            "operator": "NOR",
            "code": f"X-{ids.uuid7()}",
            "currency": "EUR",
            "prices": {"adult": 1},
            "ages": {"infant_to": 3, "child_to": 12},
            "extras": [{"kind": CODE, "unit": "booking", "price_minor": 1}],
        }
        await price_lists.start(resources, someone, msgspec.convert(asked, NewListRequest))

    async def take_back():
        await extra_kinds.remove(resources, someone, CODE)

    first, second = (sell, take_back) if is_sold_first else (take_back, sell)
    while meeting.goes_on:
        await rows.execute(resources, "delete from fare_extra")
        await rows.execute(resources, f"delete from extra_kind where code = '{CODE}'")
        await added(client, clerk, PARKING)
        said = await meeting.meet(first, second)
        refused = [one for one in said if one is not None]
        assert [type(one) for one in refused] in ([Invalid], [Conflict]), said


async def added(client, clerk, ask):
    async with client.post("/api/v1/fares/extras", json=ask, headers=clerk) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["code"] == CODE


async def price_it(client):
    """By the form of the price list, as a clerk does."""
    listed = await shown(client, "/admin/sailings/fares")
    (path,) = set(re.findall(r'href="(/admin/sailings/fares/[0-9a-f-]{36})"', listed))
    entered = fields_of(await shown(client, path)) | {
        f"extra-{CODE}": "yes",
        f"extra-{CODE}-price": "9",
        f"extra-{CODE}-unit": "booking",
    }
    assert "Saved." in await posted(client, path, entered)


def count_of_added():
    return "select count(*) from extra_kind where operator_id is not null"


async def shown(client, path, language=""):
    headers = {"Accept-Language": language} if language else {}
    async with client.get(path, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def posted(client, path, fields):
    async with client.post(path, data=fields) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()
