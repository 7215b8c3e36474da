"""Positions, ships and tracks over HTTP, and the pages."""

from datetime import datetime, timedelta

import pytest

from maritime_app import clock
from maritime_app.vessels import jobs, store
from maritime_app.vessels.model import (
    Particulars,
    Source,
    StationKind,
    TrackPoint,
    Vessel,
)
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NEREID, position
from tests.vessels.listing import BOX, ask, publish, seen, two_ships


async def test_it_works(client, resources):
    await two_ships(resources)
    found = await seen(client, 2)
    ships = {ship["mmsi"]: ship for ship in found["vessels"]}
    aurora = ships[AURORA]
    assert (aurora["name"], aurora["type"], aurora["lat"], aurora["lon"]) == (
        "AURORA BOREALIS",
        "passenger",
        59.5,
        24.5,
    )
    assert 0 < aurora["age_seconds"] < 60
    assert not aurora["stale"]
    assert (ships[NEREID]["sog_knots"], ships[NEREID]["cog_deg"]) == (None, None)
    assert found["feed"]["state"] == "live"


async def test_box_types_pages_and_ages(client, resources):
    await two_ships(resources)
    await seen(client, 2)
    _, found = await ask(client, types="cargo")
    assert [ship["mmsi"] for ship in found["vessels"]] == [NEREID]
    _, found = await ask(client, limit="1", offset="1")
    assert (found["total"], found["count"]) == (2, 1)
    _, found = await ask(client, max_age_seconds="1")
    assert found["total"] == 0
    _, found = await ask(client, lat_min="50")
    assert [ship["mmsi"] for ship in found["vessels"]] == [AURORA]
    _, found = await ask(client, format="geojson")
    assert {feature["geometry"]["type"] for feature in found["features"]} == {"Point"}


async def test_a_box_across_the_antimeridian_and_lon_as_a_name(client, resources):
    at_ms = clock.epoch_ms()
    await publish(
        resources, position(AURORA, 0.5, 179.9, at_ms), position(NEREID, 0.5, -179.9, at_ms)
    )
    around = {"lat_min": "0", "lat_max": "1", "lon_min": "179", "lon_max": "-179"}

    async def both():
        answer = await client.get("/api/vessels/live-positions/", params=around)
        return (await answer.json())["total"] == 2

    assert await until(both)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat_min": "north"}, "lat_min"),
        ({"lat_min": "95"}, "lat_min"),
        ({"lat_min": "61", "lat_max": "60"}, "lat_min"),
        ({"lng_min": "361"}, "lng_min"),
        ({"limit": "0"}, "limit"),
        ({"limit": "5001"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"types": "submarine"}, "types"),
        ({"format": "xml"}, "format"),
        ({"max_age_seconds": "0"}, "max_age_seconds"),
        ({"lat_min": "nan"}, "lat_min"),
    ],
)
async def test_impossible_queries_name_the_field(client, query, field):
    status, problem = await ask(client, **query)
    assert status == 422
    assert field in problem["errors"]


async def test_a_missing_box_names_every_edge(client):
    answer = await client.get("/api/vessels/live-positions/")
    assert set((await answer.json())["errors"]) == set(BOX)


async def test_without_a_feed_the_answer_says_so(client):
    _, found = await ask(client)
    assert (found["total"], found["feed"]["state"]) == (0, "off")


async def test_one_ship(client, resources):
    await two_ships(resources)
    answer = await client.get(f"/api/v1/vessels/{AURORA}")
    ship = await answer.json()
    assert (ship["name"], ship["position"]["lat"], ship["feed"]["state"]) == (
        "AURORA BOREALIS",
        59.5,
        "live",
    )
    assert (await client.get("/api/v1/vessels/111111111")).status == 404
    assert (await client.get("/api/v1/vessels/nereid")).status == 404


def point(at, lat, lon):
    return TrackPoint(AURORA, at, lat, lon, 12.0, 90.0, 90, 0)


async def given_track(res, *points):
    days = [at.date() for at, _, _ in points]
    async with res.db.acquire() as conn:
        await store.make_days(conn, min(days), max(days))
        await store.copy_points(conn, [point(*values) for values in points])
        known = Particulars(name="AURORA BOREALIS")
        now = clock.now()
        ship = Vessel(AURORA, StationKind.CLASS_A, known, now, Source.AISSTREAM, now)
        await store.upsert_vessels(conn, [ship])


async def test_a_track_breaks_at_gaps(client, resources):
    now = clock.now()
    await given_track(
        resources,
        (now - timedelta(hours=5), 59.0, 24.0),
        (now - timedelta(hours=4, minutes=50), 59.1, 24.0),
        (now - timedelta(hours=2), 59.5, 24.0),
        (now - timedelta(hours=1, minutes=50), 59.6, 24.0),
    )
    track = await (await client.get(f"/api/v1/vessels/{AURORA}/track")).json()
    assert [len(piece) for piece in track["pieces"]] == [2, 2]
    oldest = datetime.fromisoformat(track["held_since"])
    assert abs(oldest - (now - timedelta(hours=5))) < timedelta(milliseconds=1)
    geojson = await (await client.get(f"/api/v1/vessels/{AURORA}/track?format=geojson")).json()
    assert [len(line) for line in geojson["geometry"]["coordinates"]] == [2, 2]
    text = await (await client.get(f"/api/v1/vessels/{AURORA}/track?format=csv")).text()
    assert len(text.splitlines()) == 5
    short = await (await client.get(f"/api/v1/vessels/{AURORA}/track?hours=3")).json()
    assert short["points"] == 2


async def test_a_track_across_the_antimeridian_is_two_lines(client, resources):
    now = clock.now()
    await given_track(
        resources,
        (now - timedelta(minutes=20), 0.0, 179.9),
        (now - timedelta(minutes=10), 0.0, -179.9),
    )
    geojson = await (await client.get(f"/api/v1/vessels/{AURORA}/track?format=geojson")).json()
    lines = geojson["geometry"]["coordinates"]
    assert [line[-1][0] if index == 0 else line[0][0] for index, line in enumerate(lines)] == [
        180.0,
        -180.0,
    ]


@pytest.mark.parametrize(
    "query", ["hours=0", "hours=1000", "format=pdf", "since=2020-01-01T00:00:00Z", "simplify_m=-1"]
)
async def test_impossible_intervals_are_refused(client, query):
    assert (await client.get(f"/api/v1/vessels/{AURORA}/track?{query}")).status == 422


async def test_a_ship_that_redis_does_not_have_is_shown_with_its_last_point(client, resources):
    await given_track(resources, (clock.now() - timedelta(hours=5), 59.0, 24.0))
    ship = await (await client.get(f"/api/v1/vessels/{AURORA}")).json()
    assert (ship["name"], ship["position"]["lat"], ship["position"]["stale"]) == (
        "AURORA BOREALIS",
        59.0,
        True,
    )


async def test_search_by_a_part_of_a_name_or_a_number(client, resources):
    await given_track(resources, (clock.now(), 59.0, 24.0))
    for text in ("aur", "AURORA b", "borealis", str(AURORA)):
        found = await (await client.get("/api/v1/vessels", params={"q": text})).json()
        assert [ship["mmsi"] for ship in found] == [AURORA]
    for text in ("%%", "_urora", "australis"):
        assert await (await client.get("/api/v1/vessels", params={"q": text})).json() == []
    assert (await client.get("/api/v1/vessels?q=a")).status == 422


@pytest.mark.parametrize("name", ["ΑΓΙΟΣ ΝΙΚΟΛΑΟΣ", "İNCİ", "STRAẞE"])
async def test_search_by_a_name_whose_small_letters_are_a_matter_of_version(
    client, resources, name
):
    await given_track(resources, (clock.now(), 59.0, 24.0))
    async with resources.db.acquire() as conn:
        await conn.execute("update vessel set name = $1", name)
    for text in (name, name[:5]):
        found = await (await client.get("/api/v1/vessels", params={"q": text})).json()
        assert [ship["name"] for ship in found] == [name]


async def test_the_pages_work_without_javascript(client, resources):
    await given_track(resources, (clock.now() - timedelta(hours=1), 59.0, 24.0))
    await two_ships(resources)
    await seen(client, 2)
    page = await (await client.get("/vessels")).text()
    assert "NEREID" in page
    assert f'href="/vessels/{AURORA}"' in page
    ship = await (await client.get(f"/vessels/{AURORA}")).text()
    assert "AURORA BOREALIS" in ship
    assert (await client.get("/vessels/999")).status == 404
    found = await (await client.get("/vessels?q=aurora")).text()
    assert "AURORA BOREALIS" in found


async def test_old_days_are_dropped_and_coming_days_made(resources):
    today = clock.now().date()
    async with resources.db.acquire() as conn:
        await store.make_days(conn, today - timedelta(days=32), today - timedelta(days=29))
    assert await jobs.drop_old_positions(resources) == "2 days and 0 port calls dropped"
    assert await jobs.make_position_days(resources) == "5 days made"
    assert await jobs.make_position_days(resources) == "0 days made"
    async with resources.db.acquire() as conn:
        days = await store.partition_days(conn)
    assert days[0] == today - timedelta(days=30)
    assert days[-1] == today + timedelta(days=3)


async def test_ships_of_which_nobody_has_heard_for_longer_than_a_year_are_forgotten(resources):
    await two_ships(resources)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into vessel (mmsi, kind, source, first_seen_at, seen_at, static_at)"
            " values (1, 0, 1, now(), now() - interval '399 days', now()),"
            " (2, 0, 1, now(), now() - interval '401 days', now())"
        )
        await jobs.drop_old_positions(resources)
        kept = await conn.fetch("select mmsi from vessel where source = 1 and mmsi < 10")
    assert [row["mmsi"] for row in kept] == [1]
