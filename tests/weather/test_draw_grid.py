"""Waves and wind on a grid in view of a map: from copies alone, the same points for everybody."""

from datetime import timedelta

import msgspec
import pytest

from maritime_app import clock
from maritime_app.geo import Box
from maritime_app.outside_data import store
from maritime_app.outside_data.model import Copy
from maritime_app.weather.grid.lattice import lattice_in
from maritime_app.weather.model import CELLS_PER_PULL, SOURCE, MarineWeather, Waves, Wind, cell_of

GULF = {"lat_min": "37.0", "lat_max": "37.4", "lng_min": "23.0", "lng_max": "23.4"}


def points_in(box):
    return lattice_in(box).cells


def test_it_works():
    cells = points_in(Box(37.05, 37.25, 23.05, 23.35))
    assert cells == ["37.1,23.1", "37.1,23.2", "37.1,23.3", "37.2,23.1", "37.2,23.2", "37.2,23.3"]


def test_a_map_that_is_moved_asks_for_the_same_points():
    here, beside = points_in(Box(30, 45, 0, 30)), points_in(Box(30.4, 45.4, 1, 31))
    assert len(set(here) & set(beside)) > len(here) / 2


@pytest.mark.parametrize("degrees", [0.05, 0.3, 1.0, 4.0, 20.0, 60.0, 100.0])
def test_one_pull_brings_all_of_them(degrees):
    cells = points_in(Box(-degrees / 2, degrees / 2, 3.03, 3.03 + degrees))
    assert len(cells) == len(set(cells)) <= CELLS_PER_PULL


def test_across_the_antimeridian_too():
    cells = points_in(Box(-1, 1, 179, -179))
    assert "0.0,-180.0" in cells
    east = {float(cell.split(",")[1]) for cell in cells}
    assert min(east) == -180.0
    assert {lon > 0 for lon in east} == {True, False}
    assert all(abs(lon) >= 179 for lon in east)
    assert all(cell == cell_of(*(float(part) for part in cell.split(","))) for cell in cells)


def test_the_world_has_the_same_points_for_everybody():
    world = lattice_in(Box(-85, 85, -180, 180))
    assert world.is_worlds
    assert len(world.cells) == len(set(world.cells)) == 7 * 18
    assert {float(cell.split(",")[0]) for cell in world.cells} == set(range(-60, 61, 20))
    most_of_it = lattice_in(Box(-70, 75, -160, 178))
    assert most_of_it.is_worlds
    assert set(most_of_it.cells) < set(world.cells)


@pytest.mark.parametrize(("minutes", "jobs"), [(110, 0), (130, 1)])
async def test_the_world_is_pulled_each_two_hours(client, resources, minutes, jobs):
    world = {"lat_min": "-85", "lat_max": "85", "lng_min": "-180", "lng_max": "180"}
    for cell in lattice_in(Box(-85, 85, -180, 180)).cells:
        await remember(resources, cell, sea(2.5), minutes=minutes)
    async with client.get("/api/v1/weather/grid", params=world) as answer:
        found = await answer.json(content_type=None)
    assert (len(found["features"]), found["pending"]) == (7 * 18, 0)
    async with resources.db.acquire() as conn:
        assert len(await conn.fetch("select from job where task = $1", SOURCE.task)) == jobs


async def remember(res, cell, waves, *, minutes=1.0):
    at = clock.now() - timedelta(minutes=minutes)
    wind = Wind("Open-Meteo", at, speed_knots=17.0, direction_deg=350.0)
    body = msgspec.json.encode(MarineWeather(waves, wind))
    async with res.db.acquire() as conn:
        await store.put_copy(conn, SOURCE.name, cell, Copy(body, at))


def sea(height, distance_km=2.0):
    return Waves("Open-Meteo", 37.1, 23.1, distance_km, wave_height_m=height)


async def test_only_what_is_known_is_there(client, resources):
    """Land, what no model knows and what is hours old are no points; the rest is being pulled."""
    await remember(resources, "37.1,23.1", sea(1.2))
    await remember(resources, "37.1,23.2", sea(1.4, distance_km=60.0))
    await remember(resources, "37.1,23.3", sea(None))
    await remember(resources, "37.2,23.1", sea(2.0), minutes=30)
    await remember(resources, "37.2,23.2", sea(2.5), minutes=240)
    async with client.get("/api/v1/weather/grid", params=GULF) as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        found = await answer.json(content_type=None)
    places = [one["geometry"]["coordinates"] for one in found["features"]]
    assert places == [[23.1, 37.1], [23.1, 37.2]]
    assert found["features"][0]["properties"]["wind_knots"] == 17.0
    assert found["sources"] == ["Open-Meteo"]
    assert found["pending"] == 25 - 4
    assert found["retry_after_seconds"] > 0
    assert found["invented"] is False
    async with resources.db.acquire() as conn:
        tasks = await conn.fetch("select task from job where task = $1", SOURCE.task)
    assert len(tasks) == 1, "one job pulls them all"


async def test_the_moment_of_asking_makes_no_other_answer(client, resources):
    box = {"lat_min": "37.1", "lat_max": "37.15", "lng_min": "23.1", "lng_max": "23.15"}
    for cell in points_in(Box(37.1, 37.15, 23.1, 23.15)):
        await remember(resources, cell, sea(1.2))
    async with client.get("/api/v1/weather/grid", params=box) as answer:
        tag, first = answer.headers["ETag"], await answer.json(content_type=None)
    assert (first["pending"], answer.headers["Cache-Control"]) == (0, "public, max-age=60")
    async with client.get("/api/v1/weather/grid", params=box) as answer:
        assert (await answer.json(content_type=None))["as_of"] > first["as_of"]
        assert answer.headers["ETag"] == tag
    headers = {"If-None-Match": tag}
    async with client.get("/api/v1/weather/grid", params=box, headers=headers) as answer:
        assert answer.status == 304
    await remember(resources, "37.1,23.1", sea(1.3), minutes=0)
    async with client.get("/api/v1/weather/grid", params=box) as answer:
        assert answer.headers["ETag"] != tag


@pytest.mark.parametrize(
    "wrong", [{"lat_min": "38"}, {"lat_max": "91"}, {"lng_min": ""}, {"zoom": "3"}]
)
async def test_a_box_that_cannot_be_is_refused(client, wrong):
    async with client.get("/api/v1/weather/grid", params=GULF | wrong) as answer:
        assert answer.status in (400, 422)
