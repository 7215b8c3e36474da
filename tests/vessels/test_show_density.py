"""How many ships a day were in the cells of a box, for maps and programs."""

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from msgspec import structs

from maritime_app import clock
from maritime_app.app import create_app
from maritime_app.geo import Box
from maritime_app.vessels.density import store
from maritime_app.vessels.density.counting import TAG
from maritime_app.vessels.density.grid import SIZES, cells_in, finest_in
from maritime_app.vessels.density.model import DayCounted
from maritime_app.vessels.model import Source

ADDRESS = "/api/v1/vessels/density"
NEAR = {"lat_min": "55", "lat_max": "55.3", "lng_min": "5", "lng_max": "5.3"}
DAY = timedelta(days=1)


@pytest.fixture
def counted(resources):
    """Stores the counts of a day: (scale, y, x, other, passenger, cargo, tanker, fishing)."""

    async def count(days_ago, *cells, whole=True, hours=24, invented=False):
        day = (clock.now() - days_ago * DAY).date()
        until = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - days_ago * DAY
        async with resources.db.transaction() as conn:
            noted = DayCounted(day, whole, hours, [Source.AISSTREAM], until)
            await store.put_day(conn, noted, invented=invented)
            for cell in cells:
                await conn.execute(
                    "insert into vessel_density values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    day,
                    invented,
                    *cell,
                )
        await resources.cache.bump([TAG])
        return day.isoformat()

    return count


async def ask(client, **query):
    async with client.get(ADDRESS, params=NEAR | query) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_it_works(client, counted):
    """Three ships on one day and one on the other are two a day."""
    earlier = await counted(2, (1, 2901, 3701, 1, 0, 0, 0, 0), hours=20)
    later = await counted(1, (1, 2901, 3701, 0, 2, 1, 0, 0), (1, 2902, 3701, 1, 0, 0, 0, 0))
    status, answer = await ask(client)
    assert status == 200, answer
    north, south = answer["features"]
    assert north["geometry"] == {"type": "Point", "coordinates": [5.075, 55.125]}
    assert south["geometry"]["coordinates"] == [5.075, 55.075]
    assert south["properties"] == {"ships_per_day": 2}
    assert north["properties"] == {"ships_per_day": 0.5}
    assert (answer["cell_degrees"], answer["unit"], answer["whole"]) == (0.05, "ships a day", True)
    assert [(each["day"], each["heard_hours"]) for each in answer["days"]] == [
        (earlier, 20), (later, 24),
    ]  # fmt: skip
    assert (answer["heard_hours"], answer["sources"]) == (44, ["aisstream"])
    assert answer["as_of"] == answer["days"][-1]["until"]
    assert answer["invented"] is False
    assert "nobody was heard" in answer["coverage"]


async def test_of_some_classes(client, counted):
    await counted(1, (1, 2901, 3701, 0, 2, 1, 0, 0), (1, 2902, 3701, 5, 0, 0, 0, 0))
    _, answer = await ask(client, types="passenger,cargo")
    (cell,) = answer["features"]
    assert (cell["properties"]["ships_per_day"], answer["types"]) == (3.0, ["passenger", "cargo"])


async def test_of_as_many_days_as_are_asked_for(client, counted):
    await counted(9, (1, 2901, 3701, 8, 0, 0, 0, 0))
    await counted(1, (1, 2901, 3701, 2, 0, 0, 0, 0))
    for days, ships in (("7", 2.0), ("10", 5.0)):
        _, answer = await ask(client, days=days)
        assert answer["features"][0]["properties"]["ships_per_day"] == ships


async def test_a_day_on_which_nobody_was_heard_is_no_day_without_ships(client, counted):
    await counted(1, (1, 2901, 3701, 2, 0, 0, 0, 0))
    await counted(2, hours=0)
    _, answer = await ask(client)
    assert len(answer["days"]) == 1
    assert answer["features"][0]["properties"]["ships_per_day"] == 2.0


async def test_a_copy_that_has_counted_nothing_says_so(client):
    _, answer = await ask(client)
    assert (answer["as_of"], answer["days"], answer["features"]) == (None, [], [])


async def test_before_the_first_day_is_over_it_is_today_so_far(client, counted):
    await counted(0, (1, 2901, 3701, 2, 0, 0, 0, 0), whole=False, hours=3)
    _, answer = await ask(client)
    assert (answer["whole"], answer["heard_hours"], len(answer["features"])) == (False, 3, 1)
    await counted(1, (1, 2901, 3701, 1, 0, 0, 0, 0))
    _, answer = await ask(client)
    assert answer["whole"] is True
    assert answer["features"][0]["properties"]["ships_per_day"] == 1.0


async def test_invented_ships_answer_for_no_copy_that_hears_real_ones(resources, client, counted):
    """Nor while the answer of before is kept."""
    cell = (1, 2901, 3701, 1, 0, 0, 0, 0)
    real, played = await counted(1, cell), await counted(2, cell, invented=True)
    settings = structs.replace(resources.settings, sandboxed=("aisstream", "aishub"))
    application = create_app(replace(resources, settings=settings))
    async with TestClient(TestServer(application)) as sandbox:
        told = [await ask(one) for one in (sandbox, client)]
    assert [
        (answer["invented"], [each["day"] for each in answer["days"]]) for _, answer in told
    ] == [(True, [played]), (False, [real])]


async def test_a_box_across_the_antimeridian(client, counted):
    east, west = (1, 1460, 7199, 1, 0, 0, 0, 0), (1, 1460, 0, 1, 0, 0, 0, 0)
    await counted(1, east, west, (1, 1460, 3600, 1, 0, 0, 0, 0))
    box = {"lat_min": "-17.1", "lat_max": "-16.9", "lng_min": "179.9", "lng_max": "-179.9"}
    _, answer = await ask(client, **box)
    found = [each["geometry"]["coordinates"][0] for each in answer["features"]]
    assert found == [-179.975, 179.975]


async def test_the_world_has_great_cells_and_a_harbour_fine_ones(client, counted):
    await counted(1, (100, 29, 37, 4, 0, 0, 0, 0), (1, 2901, 3701, 1, 0, 0, 0, 0))
    world = {"lat_min": "-90", "lat_max": "90", "lng_min": "-180", "lng_max": "180"}
    _, answer = await ask(client, **world)
    assert answer["cell_degrees"] == 5.0
    assert [each["properties"]["ships_per_day"] for each in answer["features"]] == [4.0]


async def test_as_csv_with_the_same_keys(client, counted):
    day = await counted(1, (1, 2901, 3701, 0, 2, 1, 0, 0))
    async with client.get(ADDRESS, params=NEAR | {"format": "csv"}) as answer:
        assert answer.content_type == "text/csv"
        (row,) = csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig")))
    assert (row["lat"], row["lon"], row["ships_per_day"]) == ("55.075", "5.075", "3")
    assert (row["first_day"], row["last_day"], row["days"]) == (day, day, "1")
    assert (row["whole"], row["invented"], row["sources"]) == ("true", "false", "aisstream")


async def test_an_answer_that_has_not_changed_is_not_sent_again(client, counted):
    await counted(1, (1, 2901, 3701, 0, 2, 1, 0, 0))
    async with client.get(ADDRESS, params=NEAR) as first:
        etag = first.headers["ETag"]
    async with client.get(ADDRESS, params=NEAR, headers={"If-None-Match": etag}) as again:
        assert again.status == 304
    await counted(2, (1, 2901, 3701, 0, 2, 1, 0, 0))
    async with client.get(ADDRESS, params=NEAR, headers={"If-None-Match": etag}) as news:
        assert news.status == 200


async def test_the_map_leads_to_the_file_without_a_script(client, counted):
    await counted(1, (100, 29, 37, 4, 0, 0, 0, 0))
    async with client.get("/vessels") as page:
        text = html.unescape(await page.text())
    (address,) = set(re.findall(r'href="(/api/v1/vessels/density[^"]*)"', text))
    async with client.get(address) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/csv"
        assert len((await answer.text()).splitlines()) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat_min": "56"}, "lat_min"),
        ({"lng_max": "181"}, "lng_max"),
        ({"days": "0"}, "days"),
        ({"days": "93"}, "days"),
        ({"types": "cargo,submarine"}, "types"),
        ({"cell_degrees": "0.3"}, "cell_degrees"),
        ({"lat_min": "-90", "cell_degrees": "0.05", "lng_max": "9"}, "cell_degrees"),
        ({"format": "kml"}, "format"),
        ({"box": "1,2,3,4"}, "box"),
    ],
)
async def test_what_cannot_be_answered_is_said_at_the_field(client, query, field):
    status, answer = await ask(client, **query)
    assert status == 422
    assert list(answer["errors"]) == [field]


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ({}, False),
        ({"format": "csv"}, True),
        ({"days": "60"}, True),
        ({"lat_max": "60", "lng_max": "10", "cell_degrees": "0.05"}, True),
    ],
)
async def test_files_and_what_no_map_shows_count_as_exports(client, query, counts):
    async with client.get(ADDRESS, params=NEAR | query) as answer:
        assert answer.status == 200
        assert ("export" in answer.headers["RateLimit-Policy"]) is counts


def test_the_grid_has_no_seam():
    world = Box(-90, 90, -180, 180)
    for degrees in SIZES:
        cells = cells_in(world, degrees)
        assert cells.how_many == round(180 / degrees) * round(360 / degrees)
        assert cells_in(Box(90, 90, 180, 180), degrees).how_many == 1
        assert cells_in(Box(-90, -90, -180, -180), degrees).how_many == 1
    assert finest_in(world, 1).degrees == SIZES[-1]
    across = cells_in(Box(0, 1, 179, -179), 0.5)
    assert (across.how_many, len(across.columns)) == (8, 2)
