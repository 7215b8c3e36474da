"""Search engines: each public page at one address per language, and a map of them."""

import json
import re
from xml.etree import ElementTree as ET

import pytest

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


def canonical(page):
    """The addresses that the page has for search engines: one, or none."""
    found = re.findall(r'<link rel="canonical"\s+href="([^"]+)"', page)
    return [address.replace("&amp;", "&") for address in found]


def alternates(page):
    """The same page by language."""
    found = r'<link rel="alternate"\s+hreflang="([^"]+)"\s+href="([^"]+)"'
    return dict(re.findall(found, page))
