"""Places by what travellers call them, for the box in the search form."""

from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.ferries.places import areas
from maritime_app.ports import service as ports
from maritime_app.ports.service import fold_name
from tests.factories import a_port, a_sailing

AHEAD = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()


@pytest.fixture
async def sailing(db):
    """Oslo to Kiel, and Piraeus, where nothing sails from yet."""
    await a_sailing(db)
    async with db.transaction() as conn:
        piraeus = a_port("GRPIR", "Piraeus", 37.9, 23.6, "Europe/Athens")
        await ports.seed_ports(conn, [piraeus])


async def test_it_works(client, sailing):
    assert await suggested(client, "osl") == ["NOOSL"]


@pytest.mark.parametrize("typed", ["OSLO", "óslo", "slo", "Ośló"])
async def test_capitals_accents_and_parts_do_not_matter(client, sailing, typed):
    assert await suggested(client, typed) == ["NOOSL"]


@pytest.mark.parametrize("typed", ["Berlin", "hamb", "HAMBURG"])
async def test_a_city_without_a_harbour_is_served_by_one(client, sailing, typed):
    assert await suggested(client, typed) == ["DEKEL"]


@pytest.mark.parametrize("typed", ["Athens", "Αθήνα", "أثينا"])
async def test_a_harbour_without_ferries_is_not_suggested(client, db, sailing, typed):
    assert await suggested(client, typed) == []

    async with db.acquire() as conn:
        await conn.execute(
            "update route set destination_id = (select id from port where code = 'GRPIR')"
        )
    assert await suggested(client, typed) == ["GRPIR"]


@pytest.mark.parametrize("typed", ["", " ", "zzz", "%", "'", "☠"])
async def test_what_nothing_is_called(client, sailing, typed):
    assert await suggested(client, typed) == []


async def test_too_long_to_be_a_name(client, sailing):
    async with client.get("/api/v1/ferries/places", params={"q": "x" * 81}) as answer:
        assert answer.status == 422


async def test_a_form_without_a_script_knows_cities_too(client, sailing):
    asked = {"from": "Oslo", "to": "Berlin", "date": AHEAD}
    async with client.get("/ferries", params=asked) as page:
        assert page.url.query["to"] == "DEKEL"


def test_every_area_has_names_and_harbours():
    """Each name is found by its beginning, and two letters name no area."""
    for name, codes in areas._areas():
        assert name
        assert all(len(code) == 5 and code.isupper() for code in codes)
        assert set(codes) <= set(areas.harbours(name))
    assert areas.harbours(fold_name("At")) == []


async def suggested(client, typed):
    """The codes of the places that may be meant."""
    async with client.get("/api/v1/ferries/places", params={"q": typed}) as answer:
        assert answer.status == 200, await answer.text()
        return [place["code"] for place in (await answer.json())["places"]]
