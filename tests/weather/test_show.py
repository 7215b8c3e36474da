"""The weather over HTTP: at a place, on a crossing, on pages; never waited for."""

import asyncio
from datetime import timedelta
from time import perf_counter
from urllib.parse import urlencode

import pytest

from maritime_app import clock, domains
from maritime_app.weather.crossing import Crossing

PLACE = "/api/vessels/marine-weather/"
OFF_PIRAEUS = {"lat": "37.94", "lng": "23.61"}


def a_crossing(hours_ahead: float = 2.0) -> dict[str, str]:
    """Piraeus to Heraklion, eight hours."""
    departs = clock.now() + timedelta(hours=hours_ahead)
    return {
        "from_lat": "37.94",
        "from_lng": "23.64",
        "to_lat": "35.34",
        "to_lng": "25.14",
        "departs": departs.isoformat(),
        "arrives": (departs + timedelta(hours=8)).isoformat(),
    }


async def answered(client, path, params):
    """The answer when the job has been."""
    async with asyncio.timeout(60):
        while True:
            async with client.get(path, params=params) as answer:
                if answer.status != 202:
                    return answer.status, await answer.text(), await _json(answer)
            await asyncio.sleep(0.2)


async def _json(answer):
    return await answer.json() if "json" in answer.content_type else None


async def test_it_works(shop):
    status, _, found = await answered(shop, PLACE, OFF_PIRAEUS)
    assert status == 200
    assert found["cell"] == "37.9,23.6"
    assert found["waves"]["source"] == "Open-Meteo"
    assert found["waves"]["wave_height_m"] > 0
    assert found["waves"]["at"]
    assert found["invented"] is True
    assert found["age_seconds"] < 60
    assert found["forecast"] is None


async def test_the_first_to_ask_is_told_when_to_come_back(client):
    """No worker runs here, and no service is reachable: the answer does not wait for either."""
    begun = perf_counter()
    async with client.get(PLACE, params=OFF_PIRAEUS) as answer:
        assert answer.status == 202
        assert int(answer.headers["Retry-After"]) > 0
        assert (await answer.json())["status"] == "pending"
    assert perf_counter() - begun < 4


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, {"lat", "lng"}),
        ({"lat": "1"}, {"lng"}),
        ({"lat": "91", "lng": "0"}, {"lat"}),
        ({"lat": "nan", "lng": "0"}, {"lat"}),
        ({"lat": "0", "lng": "181"}, {"lng"}),
    ],
)
async def test_a_place_that_is_none_is_refused_by_name(client, query, named):
    async with client.get(PLACE, params=query) as answer:
        assert answer.status == 422
        assert {field.split(".")[-1] for field in (await answer.json())["errors"]} == named


async def test_the_forecast_is_of_the_hour_that_was_asked_for(shop):
    at = clock.now() + timedelta(hours=6)
    _, _, found = await answered(shop, PLACE, OFF_PIRAEUS | {"lon": "23.61", "at": at.isoformat()})
    hour = found["forecast"]
    assert hour["wave_height_m"] > 0
    assert hour["wind_knots"] > 0
    _, _, beyond = await answered(
        shop, PLACE, OFF_PIRAEUS | {"at": (at + timedelta(days=30)).isoformat()}
    )
    assert beyond["forecast"] is None


async def test_a_part_of_a_page_says_source_age_and_that_it_is_invented(shop):
    status, text, _ = await answered(shop, "/weather", OFF_PIRAEUS)
    assert status == 200
    for words in ("Waves", "Wind", "force", "Open-Meteo", "Invented by the sandbox", "as of"):
        assert words in text, words


async def test_a_crossing_is_forecast_by_the_hours_of_its_places(shop):
    _, _, found = await answered(shop, "/api/v1/weather/crossing", a_crossing())
    places = found["waypoints"]
    assert len(places) == 5
    assert (places[0]["lat"], places[-1]["lat"]) == (37.94, 35.34)
    hours = [place["forecast"]["at"] for place in places]
    assert hours == sorted(hours)
    assert len(set(hours)) == 5
    _, text, _ = await answered(shop, "/weather/crossing", a_crossing())
    for words in ("Departure", "50 %", "Arrival", "Invented by the sandbox"):
        assert words in text, words


async def test_a_crossing_beyond_the_forecast_has_none(shop):
    _, text, _ = await answered(shop, "/weather/crossing", a_crossing(24 * 20))
    assert "There is no forecast for that day yet." in text


@pytest.mark.parametrize(
    "change", [{"arrives": "2020-01-01T00:00:00Z"}, {"to_lat": "95"}, {"departs": "2026-01-01"}]
)
async def test_what_is_no_crossing_is_refused(client, change):
    path = f"/api/v1/weather/crossing?{urlencode(a_crossing() | change)}"
    async with client.get(path) as answer:
        assert answer.status == 422


async def test_a_crossing_of_the_antimeridian_takes_the_short_way():
    now = clock.now()
    crossing = Crossing((-18.0, 178.0), (-18.0, -178.0), now, now + timedelta(hours=8))
    middle = crossing.waypoints()[2]
    assert abs(abs(middle.lon) - 180) < 0.1
    assert middle.at == now + timedelta(hours=4)


async def test_the_task_runs_by_hand_and_tests_itself(played):
    task = next(task for task in domains.TASKS if task.name == "weather.fetch_marine_weather")
    assert task.by_hand is not None
    assert task.selftest is not None
    assert await task.run(played) == "1 cell"
