"""Search engines: each public page at one address per language, and a map of them."""

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from maritime_app.ferries.lowest_fares import refreshing
from maritime_app.ferries.lowest_fares.model import LowestFare
from maritime_app.ferries.model import Place
from maritime_app.ferries.search.calendar.boat_trip import boat_trip
from maritime_app.money import Money
from tests.factories import a_sailing

LANGUAGES = {"en", "de", "el", "fr", "it", "ar"}
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


async def test_it_works(client, db, settings):
    await a_sailing(db)
    async with client.get("/sitemap.xml") as answer:
        assert answer.content_type == "application/xml"
        found = [each.text for each in ET.fromstring(await answer.text()).iter(LOC)]

    site = settings.public_url
    assert {f"{site}/ports/NOOSL?lang={code}" for code in LANGUAGES} <= set(found)
    assert f"{site}/ferries/departures?port=NOOSL&lang=de" in found
    assert len(found) == len(set(found))


async def test_robots_are_told_of_it(client, settings):
    async with client.get("/robots.txt") as answer:
        assert f"Sitemap: {settings.public_url}/sitemap.xml" in (await answer.text()).splitlines()


async def test_every_page_of_the_map_says_the_same_of_itself(client, db, settings):
    """What the map lists answers, and names itself as canonical."""
    await a_sailing(db)
    async with client.get("/sitemap.xml") as answer:
        addresses = [each.text or "" for each in ET.fromstring(await answer.text()).iter(LOC)]
    for address in addresses:
        if not address.endswith("lang=de"):
            continue
        async with client.get(address.removeprefix(settings.public_url)) as answer:
            assert answer.status == 200, address
            page = await answer.text()
        assert canonical(page) == [address]
        assert alternates(page).keys() == {"x-default", *LANGUAGES}


@pytest.mark.parametrize("page", ["/ferries?from=NOOSL&to=DEKEL&date={day}", "/bookings/find"])
async def test_what_is_gone_tomorrow_or_is_somebodys_has_no_address_to_be_found(client, db, page):
    await a_sailing(db)
    async with db.acquire() as conn:
        day = await conn.fetchval("select departs_at::date from sailing")
    async with client.get(page.format(day=day)) as answer:
        assert 'rel="canonical"' not in await answer.text()


async def test_the_way_to_a_port_is_told(client, db, settings):
    await a_sailing(db)
    async with client.get("/ports/NOOSL") as answer:
        page = await answer.text()

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    crumbs = json.loads(data)["itemListElement"]
    assert [(each["position"], each["name"]) for each in crumbs] == [(1, "Ports"), (2, "Oslo")]
    assert crumbs[1]["item"] == f"{settings.public_url}/ports/NOOSL"


async def test_a_way_is_found_with_its_prices(client, db, settings, resources):
    """As schema.org's BoatTrip; what is invented says so there, too."""
    await a_sailing(db)
    await refreshing.refresh(resources)
    path = "/ferries/calendar?from=NOOSL&to=DEKEL"

    async with client.get("/sitemap.xml") as answer:
        assert f"{settings.public_url}{path}&lang=it".replace("&", "&amp;") in await answer.text()
    async with client.get(path + "&lang=it") as answer:
        page = await answer.text()

    assert canonical(page) == [f"{settings.public_url}{path}&lang=it"]
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    trip = json.loads(data)
    assert trip["@type"] == "BoatTrip"
    assert trip["departureBoatTerminal"]["identifier"] == "NOOSL"
    assert (trip["offers"]["lowPrice"], trip["offers"]["priceCurrency"]) == ("45.50", "EUR")
    assert trip["disambiguatingDescription"]


def test_days_in_two_currencies_are_no_one_offer():
    oslo, kiel = (Place(code, code, "Europe/Oslo") for code in ("NOOSL", "DEKEL"))
    fares = [
        LowestFare(date(2026, 6, day), Money(4550, currency), 1, "OWN", datetime.now(UTC))
        for day, currency in enumerate(("EUR", "NOK"), start=1)
    ]

    one = boat_trip(oslo, kiel, fares[:1], "https://x", invented=False)
    assert one["offers"]["offerCount"] == 1
    assert "offers" not in boat_trip(oslo, kiel, fares, "https://x", invented=False)


async def test_a_shared_page_says_what_it_is(client):
    async with client.get("/ports") as answer:
        page = await answer.text()

    assert re.search(r'<meta property="og:title"\s+content="[^"]+">', page)
    assert re.search(r'<meta property="og:description"\s+content="[^"]+">', page)


def canonical(page):
    """The addresses that the page has for search engines: one, or none."""
    found = re.findall(r'<link rel="canonical"\s+href="([^"]+)"', page)
    return [address.replace("&amp;", "&") for address in found]


def alternates(page):
    """The same page by language."""
    found = r'<link rel="alternate"\s+hreflang="([^"]+)"\s+href="([^"]+)"'
    return dict(re.findall(found, page))
