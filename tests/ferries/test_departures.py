"""The next departures of a port, for people and for other pages."""

import re

from tests.factories import a_sailing


async def test_it_works(client, db):
    await a_sailing(db)

    async with client.get("/ferries/departures?port=NOOSL") as page:
        text = await page.text()

    assert page.status == 200
    assert "<!doctype html>" in text.lower()
    for words in ("Kiel", "Northern Test Line", "Aurora Borealis"):
        assert words in text


async def test_other_pages_take_only_the_table(client, db):
    await a_sailing(db)

    async with client.get("/ferries/departures?port=NOOSL&fragment=1") as page:
        text = await page.text()

    assert "Kiel" in text
    assert "<html" not in text


async def test_a_departure_leads_to_its_search(client, db):
    await a_sailing(db)
    async with client.get("/ferries/departures?port=NOOSL&fragment=1") as page:
        link = re.search(r'href="(/ferries\?from=NOOSL[^"]+)"', await page.text())
    assert link

    async with client.get(link[1].replace("&amp;", "&")) as results:
        assert "Aurora Borealis" in await results.text()


async def test_what_is_only_listed_leads_nowhere(client, db):
    await a_sailing(db)
    async with db.acquire() as conn:
        await conn.execute("update sailing set fare_id = null")

    async with client.get("/ferries/departures?port=NOOSL&fragment=1") as page:
        assert "/ferries?from=" not in await page.text()


async def test_what_has_left_is_not_shown(client, db):
    await a_sailing(db, days_ahead=-0.1)

    async with client.get("/ferries/departures?port=NOOSL&fragment=1") as page:
        assert "Aurora Borealis" not in await page.text()


async def test_a_port_nobody_knows(client):
    for question in ("port=XXXXX", "port=", ""):
        async with client.get(f"/ferries/departures?{question}") as page:
            assert page.status == 404
