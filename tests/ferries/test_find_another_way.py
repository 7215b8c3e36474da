"""No search is a dead end: where one can go, other days and ports, what was searched last."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.ferries.jobs import refresh_lowest_fares
from maritime_app.ferries.search.searched import pairs
from maritime_app.ports import service as ports
from tests.factories import a_port, a_sailing

AHEAD = (datetime.now(UTC) + timedelta(days=19)).date().isoformat()


@pytest.fixture
async def sailing(db):
    """Oslo to Kiel in twenty days; Drammen lies near Oslo, Lübeck near Kiel, Bergen far away."""
    await a_sailing(db)
    others = [
        a_port("NODRM", "Drammen", 59.74, 10.2, "Europe/Oslo"),
        a_port("NOBGO", "Bergen", 60.4, 5.3, "Europe/Oslo"),
        a_port("DELBC", "Lübeck", 53.87, 10.68, "Europe/Berlin"),
    ]
    async with db.transaction() as conn:
        await ports.seed_ports(conn, others)


async def answer(client, what, **query):
    async with client.get(f"/api/v1/ferries/{what}", params=query) as got:
        return got.status, await got.json()


async def test_it_works(client, sailing):
    status, found = await answer(client, "destinations", **{"from": "NOOSL"})

    assert (status, found["from"]["name"]) == (200, "Oslo")
    (there,) = found["destinations"]
    assert (there["place"]["code"], there["sold"]) == ("DEKEL", True)
    assert there["operators"] == ["Northern Test Line"]


async def test_a_page_says_where_one_can_go_and_for_how_much(client, sailing, resources):
    await refresh_lowest_fares(resources)
    async with client.get("/ferries/destinations", params={"from": "NOOSL", "lang": "de"}) as got:
        assert got.status == 200
        page = " ".join((await got.text()).split())

    assert 'data-place="[10.' in page  # what the map draws
    assert re.search(r'href="/ferries\?from=NOOSL&amp;to=DEKEL&amp;date=20\d\d-', page)
    assert "45,50 €" in page
    async with client.get("/ferries/destinations", params={"from": "ZZNIL"}) as got:
        assert got.status == 404


async def test_prices_are_those_of_the_party_that_was_asked_for(client, sailing):
    """Two adults, a child and a car; the links lead on with them. Whom nobody carries has none."""
    family = {"from": "NOOSL", "adults": 2, "children": 1, "vehicles": "car"}
    (there,) = (await answer(client, "destinations", **family))[1]["destinations"]
    family_minor = 2 * 4300 + 2150 + 3 * 250 + 9200
    assert there["from_price"] == {"amount_minor": family_minor, "currency": "EUR"}

    async with client.get("/ferries/destinations", params=family) as got:
        page = " ".join((await got.text()).split())
    assert "€207.00" in page
    assert "for: 2 adults, 1 child, car." in page
    assert re.search(r"date=20[\d-]+&amp;adults=2&amp;children=1&amp;vehicles=car", page)
    async with client.get("/ferries", params=family) as got:
        assert "€207.00" in await got.text()

    (there,) = (await answer(client, "destinations", **family | {"vehicles": "van"}))[1][
        "destinations"
    ]
    assert there["from_price"] is None
    assert (await answer(client, "destinations", **{"from": "NOOSL", "adults": 0}))[0] == 422


async def test_nothing_leaves_from_there(client, sailing):
    assert (await answer(client, "destinations", **{"from": "DEKEL"}))[1]["destinations"] == []
    assert (await answer(client, "destinations", **{"from": "ZZNIL"}))[0] == 404


@pytest.mark.parametrize(
    ("origin", "destination", "near"),
    [
        ("NODRM", "DEKEL", {"origins": ["NOOSL"], "destinations": []}),
        ("NOOSL", "DELBC", {"origins": [], "destinations": ["DEKEL"]}),
        ("NOBGO", "DEKEL", {"origins": [], "destinations": []}),
    ],
)
async def test_a_port_nearby_serves_as_well(client, sailing, origin, destination, near):
    query = {"from": origin, "to": destination, "date": AHEAD}
    _status, found = await answer(client, "alternatives", **query)

    assert {end: [each["place"]["code"] for each in found[end]] for end in near} == near


async def test_another_day(client, db, sailing):
    query = {"from": "NOOSL", "to": "DEKEL", "date": AHEAD}
    _status, found = await answer(client, "alternatives", **query)

    sql = "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
    async with db.acquire() as conn:
        assert found["days"] == [(await conn.fetchval(sql)).isoformat()]


async def test_the_page_of_an_empty_result_leads_on(client, sailing):
    query = {"from": "NODRM", "to": "DEKEL", "date": AHEAD, "adults": 2}
    async with client.get("/ferries", params=query) as got:
        page = await got.text()

    assert f"/ferries?from=NOOSL&amp;to=DEKEL&amp;date={AHEAD}&amp;adults=2" in page
    assert "/ferries?from=NODRM" in page


async def test_a_form_without_a_destination_says_where_one_can_go(client, sailing):
    async with client.get("/ferries", params={"from": "NOOSL", "to": "", "date": AHEAD}) as got:
        page = await got.text()

    assert "Where one can go from Oslo" in page
    assert f"/ferries?from=NOOSL&amp;to=DEKEL&amp;date={AHEAD}" in page


async def test_what_was_searched_last(client, sailing):
    cookies = {"searched": "NOOSL:DEKEL|NOOSL:GONE|x"}
    for path in ("/ferries", "/ferries/searched"):
        async with client.get(path, cookies=cookies) as got:
            page = await got.text()
            assert page.count("/ferries?from=NOOSL&amp;to=DEKEL") == 1
            assert "GONE" not in page


@pytest.mark.parametrize(
    ("cookie", "found"),
    [
        ("", []),
        ("A:B", [("A", "B")]),
        ("isle%3Aa:isle%3Ab|C:D", [("isle:a", "isle:b"), ("C", "D")]),
        ("A:B:C", []),
        (":", []),
        ("A:%00", []),
        ("|".join(["A:B"] * 9), [("A", "B")] * 4),
        ("A:" + "B" * 200, []),
        ("A:B|" + "x" * 2000, []),
    ],
)
def test_a_cookie_is_bounded_and_may_be_anything(cookie, found):
    assert pairs(cookie) == found
