"""Lists of ships: filters, numbers, pages that no report can move, formats."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from maritime_app import clock
from maritime_app.vessels.map.routes import HUB
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NEREID, frame, position
from tests.vessels.listing import BOX, ask, publish, seen, two_ships
from tests.vessels.watching import report

PATH = "/api/vessels/live-positions/"
KML = "{http://www.opengis.net/kml/2.2}"


def numbers(found):
    return sorted(ship["mmsi"] for ship in found["vessels"])


async def test_it_works(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    _, found = await ask(client, speed_min="5")
    assert numbers(found) == [AURORA]
    (aurora,) = found["vessels"]
    assert (aurora["kind"], aurora["flag"], aurora["source"]) == ("class-a", "FI", "aisstream")
    assert (aurora["accuracy"], aurora["flags"], aurora["hypothesis"]) == ("high", [], 0)
    assert aurora["static_at"] is not None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"flag": "GR"}, [NEREID]),
        ({"flag": "fi,gr"}, [AURORA, NEREID]),
        ({"status": "under-way"}, [AURORA, NEREID]),
        ({"status": "moored"}, []),
        ({"speed_max": "5"}, []),
        ({"source": "aishub"}, []),
        ({"source": "aisstream"}, [AURORA, NEREID]),
        ({"mmsi": str(NEREID)}, [NEREID]),
        ({"mmsi": f"{NEREID},{AURORA}", "types": "passenger"}, [AURORA]),
        ({"since": "2020-01-01T00:00:00Z"}, [AURORA, NEREID]),
        ({"since": "2099-01-01T00:00:00Z"}, []),
        ({"lng_max": "350"}, [AURORA, NEREID]),
    ],
)
async def test_filters(client, resources, query, expected):
    await two_ships(resources)
    await seen(client, 2)
    _, found = await ask(client, **query)
    assert numbers(found) == sorted(expected)


async def test_by_number_no_box_is_needed(client, resources):
    at_ms = clock.epoch_ms()
    static = frame("ShipStaticData", at_ms, Name="AURORA", ImoNumber=9074729)
    await publish(resources, static, position(AURORA, 59.5, 24.5, at_ms))
    await seen(client, 1)
    for query in (f"mmsi={AURORA}", "imo=9074729", "imo=IMO9074729"):
        found = await (await client.get(f"{PATH}?{query}")).json()
        assert numbers(found) == [AURORA]


@pytest.mark.parametrize(
    "query",
    [{"flag": "XX"}, {"status": "asleep"}, {"source": "rumour"}, {"mmsi": "a"}, {"fields": "all"},
     {"cursor": "next"}, {"speed": "5"}],
)  # fmt: skip
async def test_what_cannot_be_asked_is_named(client, query):
    status, problem = await ask(client, **query)
    assert status == 422
    assert set(query) <= set(problem["errors"]) or "speed" in str(problem)


async def test_pages_by_cursor_lose_nobody_while_ships_report(client, resources):
    """The order is that of the numbers: a report between two pages moves nobody."""
    hub, now_ms = client.app[HUB], clock.epoch_ms()
    fleet = [report(230_000_000 + n, 59.5, 24.5, now_ms - n) for n in range(250)]
    hub.apply_reports(b"".join(fleet))
    listed: list[int] = []
    cursor = "0"
    while cursor:
        _, page = await ask(client, limit="40", cursor=cursor)
        listed += numbers(page)
        cursor = page["next_cursor"] or ""
        hub.apply_reports(b"".join(report(230_000_000 + n, 59.5, 24.5, now_ms) for n in range(250)))
    assert listed == [230_000_000 + n for n in range(250)]


async def test_an_unchanged_page_is_not_sent_again(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    first = await client.get(PATH, params=BOX)
    tag = first.headers["ETag"]
    for known in (tag, f'"another", {tag}', tag.removeprefix("W/")):
        again = await client.get(PATH, params=BOX, headers={"If-None-Match": known})
        assert (again.status, again.headers["Cache-Control"]) == (304, "no-cache")
    await publish(resources, position(AURORA, 59.6, 24.5, clock.epoch_ms()))

    async def changed():
        answer = await client.get(PATH, params=BOX)
        return answer.headers["ETag"] != first.headers["ETag"]

    assert await until(changed)


async def test_every_format(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    answer = await client.get(PATH, params={**BOX, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(await answer.text("utf-8-sig"))))
    assert {int(row["mmsi"]) for row in rows} == {AURORA, NEREID}
    answer = await client.get(PATH, params={**BOX, "format": "kml"})
    marks = ET.fromstring(await answer.text()).iter(f"{KML}Placemark")
    assert len(list(marks)) == 2
    answer = await client.get(PATH, params={**BOX, "format": "geojson"})
    assert answer.content_type == "application/geo+json"
    answer = await client.get(PATH, params={**BOX, "fields": "extended"})
    assert "length_m" in (await answer.json())["vessels"][0]
    answer = await client.get(PATH, params={**BOX, "fields": "simple"})
    assert "imo" not in (await answer.json())["vessels"][0]


async def test_a_name_that_would_be_a_formula_is_text(client, resources):
    at_ms = clock.epoch_ms()
    static = frame("ShipStaticData", at_ms, Name="=1+1")
    await publish(resources, static, position(AURORA, 59.5, 24.5, at_ms))
    await seen(client, 1)
    answer = await client.get(PATH, params={**BOX, "format": "csv"})
    (row,) = csv.DictReader(io.StringIO(await answer.text("utf-8-sig")))
    assert row["name"] == "'=1+1"


@pytest.mark.parametrize("coding", ["gzip", "br", "br, gzip, deflate, zstd", "deflate"])
@pytest.mark.parametrize("form", ["json", "geojson", "csv", "kml"])
async def test_a_long_list_is_packed_once(client, resources, coding, form):
    """A browser that takes every coding reads what a program without any does."""
    at_ms = clock.epoch_ms() - 5_000
    ships = [position(AURORA + number, 40 + number / 10, 24.5, at_ms) for number in range(60)]
    await publish(resources, *ships)
    await seen(client, 60)
    query = {**BOX, "format": form}
    texts = []
    for accepted in ("identity", coding):
        headers = {"Accept-Encoding": accepted}
        async with client.get(PATH, params=query, headers=headers) as answer:
            assert answer.status == 200
            texts.append(await answer.text())
    assert len(texts[0]) > 2_000
    assert len(texts[0]) == pytest.approx(len(texts[1]), abs=200)  # ages differ by a digit
    assert texts[1].isprintable() or "\n" in texts[1]
