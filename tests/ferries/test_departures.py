"""The next departures of a port, for people and for other pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.ferries.model import Operator, OperatorKind
from maritime_app.ferries.operators.model import OperatorSailing
from maritime_app.ferries.sailings import service as sailings
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ports import service as ports
from tests.factories import a_port, a_sailing
from tests.ferries.feeds import edited, feed


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


async def test_a_remote_sailing_that_somebody_booked_is_not_the_operators_timetable(
    client, resources
):
    """It was written down for the booking's sake; shown here it would be the only one, and without
    a fare.
    """
    await a_sailing(resources.db)
    departs = datetime.now(UTC) + timedelta(days=3)
    sailing = OperatorSailing(
        "NDL-OSL-KEL-1",
        "NDL",
        "NOOSL",
        "DEKEL",
        departs,
        departs + timedelta(hours=20),
        "Polarlicht",
        9991226,
    )
    operator = Operator("NDL", "Nordlicht Line", OperatorKind.REMOTE)
    await sailings.remote_sailing(resources, operator, sailing)

    async with client.get("/ferries/departures?port=NOOSL&fragment=1") as page:
        text = await page.text()

    assert "Aurora Borealis" in text
    assert "Nordlicht" not in text
    assert "timetable only" not in text


async def test_whoever_keeps_the_own_timetable_is_named(played):
    """What the list does not hold it says, and where to find it."""
    await a_sailing(played.db)
    async with TestClient(TestServer(create_app(played))) as market:
        async with market.get("/ferries/departures?port=NOOSL&fragment=1") as page:
            text = await page.text()
        assert "Not in this list: sailings of Nordlicht Line, Thalassa Ferries." in text
        assert 'href="/ferries?from=NOOSL"' in text

        async with played.db.acquire() as conn:
            await conn.execute("update port set code = 'stop:1' where code = 'NOOSL'")
        async with market.get("/ferries/departures?port=stop:1&fragment=1") as page:
            assert (
                "Not in this list" not in await page.text()
            )  # nobody outside is asked about a stop


async def test_a_port_nobody_knows(client):
    async with client.get("/ferries/departures?port=ZZNIL") as page:
        assert page.status == 404


async def test_behind_the_last_page_is_the_last_one(client, db):
    """It said that nothing leaves."""
    for days in (3.0, 4.0):
        await a_sailing(db, days_ahead=days)

    async with client.get("/ferries/departures?port=NOOSL&page=9") as page:
        assert page.url.query["page"] == "1"
        assert "Aurora Borealis" in await page.text()
    async with client.get("/api/v1/ports/NOOSL/departures?page=9") as answer:
        board = await answer.json()
    assert (board["boats"], board["total"], board["pages"]) == ([], 2, 1)


async def test_who_has_the_same_boats_already_is_not_sent_them_again(client, db):
    """The moment of asking was part of what was compared: no board was ever the same."""
    await a_sailing(db, days_ahead=1.0)
    address = "/api/v1/ports/NOOSL/departures"
    async with client.get(address) as first:
        tag, board = first.headers["ETag"], await first.json()
    async with client.get(address, headers={"If-None-Match": tag}) as again:
        assert (again.status, again.headers["ETag"]) == (304, tag)
    async with client.get(address) as later:
        assert (await later.json())["as_of"] > board["as_of"]

    await a_sailing(db, days_ahead=1.1)
    async with client.get(address, headers={"If-None-Match": tag}) as changed:
        assert changed.status == 200
        assert len((await changed.json())["boats"]) == 2


async def test_without_a_port_one_is_chosen(client):
    for kind in ("departures", "arrivals", "departures?port="):
        async with client.get(f"/ferries/{kind}", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/ports")


async def test_an_empty_board_says_how_far_it_looked(client, db):
    await a_sailing(db, days_ahead=70)

    async with client.get("/ferries/departures?port=NOOSL") as page:
        assert "No departures in the coming 60 days" in await page.text()


async def an_island_line(resources, db, tmp_path, changes=None) -> None:
    """A harbour that nothing leaves, 3.3 km from where the island line begins."""
    async with db.acquire() as conn:
        await ports.seed_ports(conn, [a_port("GRZZA", "Alpha roads", 37.93, 23.6, "Europe/Athens")])
    await editions.import_file(resources, feed(tmp_path, changes), editions.Wish("isle"))


async def test_where_nothing_leaves_the_quays_near_by_are_named(client, resources, db, tmp_path):
    await an_island_line(resources, db, tmp_path)

    async with client.get("/api/v1/ports/GRZZA/departures") as answer:
        board = await answer.json()
    assert [(each["place"]["code"], round(each["metres"], -2)) for each in board["near"]] == [
        ("isle:a", 3300)
    ]
    async with client.get("/ferries/departures?port=GRZZA") as page:
        text = await page.text()
    assert "Boats leave near here" in text
    assert '<a href="/ferries/departures?port=isle%3Aa">Alpha</a>' in text
    assert "3.3 km from here" in text

    async with client.get("/api/v1/ports/isle:a/departures") as answer:
        assert (await answer.json())["near"] == []  # its own boats are there
    async with client.get("/api/v1/ports/GRZZA/arrivals") as answer:
        assert (await answer.json())["near"] == []


async def test_a_quay_that_nothing_leaves_any_more_is_not(client, resources, db, tmp_path):
    """Where boats only end, and where the last one of ours has left, or the next one leaves after
    the sixty days for which a board looks.
    """
    await an_island_line(resources, db, tmp_path)
    roads = [
        a_port("GRZZD", "Delta roads", 35.31, 25.1, "Europe/Athens"),
        a_port("NOZZA", "Oslo roads", 59.91, 10.7, "Europe/Oslo"),
    ]
    async with db.acquire() as conn:
        await ports.seed_ports(conn, roads)
    await a_sailing(db, days_ahead=-1)
    await a_sailing(db, days_ahead=90)

    for code in ("GRZZD", "NOZZA"):
        async with client.get(f"/api/v1/ports/{code}/departures") as answer:
            assert (await answer.json())["near"] == []
    await a_sailing(db)
    async with client.get("/api/v1/ports/NOZZA/departures") as answer:
        assert [each["place"]["code"] for each in (await answer.json())["near"]] == ["NOOSL"]


@pytest.mark.parametrize(("begins_in_days", "known"), [(59, True), (61, False)])
async def test_a_quay_whose_season_is_far_off_is_not(
    client, resources, db, tmp_path, begins_in_days, known
):
    first = (datetime.now(UTC) + timedelta(days=begins_in_days)).strftime("%Y%m%d")
    await an_island_line(resources, db, tmp_path, edited("calendar.txt", "20260101", first))

    async with client.get("/api/v1/ports/GRZZA/departures") as answer:
        assert bool((await answer.json())["near"]) is known


async def test_programs_name_the_port_once(client, db):
    """The address has it: `port` and `arrivals` beside it were taken and had no effect."""
    for beside in ("port=DEKEL", "arrivals=true"):
        async with client.get(f"/api/v1/ports/NOOSL/departures?{beside}") as answer:
            assert answer.status == 422


async def test_a_line_of_a_timetable_is_no_formula(client, db):
    await a_sailing(db)
    async with db.acquire() as conn:
        await conn.execute("update ferry set name = '=1+1'")

    async with client.get("/api/v1/ports/NOOSL/departures.csv") as answer:
        assert ",'=1+1," in await answer.text()
