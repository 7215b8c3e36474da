"""Tasks that bring positions keep them for a while under a key that programs can look up."""

import asyncio

import pytest

from maritime_app import clock, domains
from maritime_app.cli.processes.sandbox_settings import missing_services
from maritime_app.geo import distance_m
from maritime_app.infra.upstreams.http import UpstreamDown
from maritime_app.settings.file import replace
from maritime_app.vessels.live import sources
from maritime_app.vessels.model import FeedState, Source
from maritime_app.vessels.snapshots import moment, service, simulation
from tests import signed_in
from tests.vessels.feeding import feed, feed_is, following, listening_to, until
from tests.vessels.frames import AURORA, position
from tests.vessels.listing import ask

TASKS = ("vessels.fetch_ais_hub", "vessels.fetch_ais_stream", "vessels.simulate")


async def cached(client, res, key):
    """What programs see under a key."""
    headers = await signed_in.token(res)
    async with client.get(f"/api/admin-tools/tasks/cached/{key}/", headers=headers) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_it_works(client, resources):
    """Simulated ships are labelled wherever they are."""
    assert "which exist nowhere" in await service.simulate(resources)

    kept = await cached(client, resources, service.SIMULATED_KEY)
    assert 110 < kept["seconds_left"] <= 120
    assert kept["value"]["source"] == "simulated"
    assert kept["value"]["invented"] is True
    assert kept["value"]["total"] == 24
    assert kept["value"]["vessels"][0]["name"].startswith("SIMULATED")


async def test_simulated_ships_sail_at_the_speed_they_report():
    """A minute later each is where dead reckoning has it."""
    now_ms = clock.epoch_ms()
    for before, after in zip(
        simulation.reports(now_ms), simulation.reports(now_ms + 60_000), strict=True
    ):
        here, there = before.motion, after.motion
        assert here is not None
        assert there is not None
        sailed_m = distance_m(here.lat, here.lon, there.lat, there.lon)
        assert abs(sailed_m - (here.sog_knots or 0) * 1852 / 60) < 5
        assert str(before.mmsi).startswith("289")


async def test_simulated_ships_are_shown_as_such(client, resources):
    async def nothing(connection):
        await connection.wait_closed()

    async with feed(nothing) as url:
        res = listening_to(resources, url)
        async with following(res):

            async def shown():
                await service.simulate(res)
                _, answer = await ask(client, lat_min="30", lng_min="-30")
                return answer.get("vessels")

            ships = await until(shown)
    assert {ship["source"] for ship in ships} == {"simulated"}


async def test_a_snapshot_of_the_stream_is_the_consumers(client, resources):
    """Nobody connects beside the consumer: the service punishes that."""
    at_ms = clock.epoch_ms() - 1000
    connections = []

    async def talk(connection):
        connections.append(connection)
        await connection.send(position(AURORA, 59.5, 24.5, at_ms))

    async with feed(talk) as url:
        res = listening_to(resources, url)
        async with following(res):
            await feed_is(res, FeedState.LIVE)

            async def kept():
                return not (await service.fetch_ais_stream(res)).startswith("0 ")

            await until(kept)
    assert len(connections) == 1
    snapshot = (await cached(client, resources, service.AIS_STREAM_KEY))["value"]
    assert [ship["mmsi"] for ship in snapshot["vessels"]] == [AURORA]
    assert snapshot["source"] == Source.AISSTREAM.code


async def test_without_a_consumer_it_looks_for_a_moment(resources, monkeypatch):
    monkeypatch.setattr(moment, "_SECONDS", 1.0)

    async def talk(connection):
        await connection.send(position(AURORA, 59.5, 24.5, clock.epoch_ms()))

    async with feed(talk) as url:
        outcome = await service.fetch_ais_stream(listening_to(resources, url))
    assert outcome == "1 reports of the aisstream stream"


async def test_a_stream_that_cannot_be_looked_at_is_said(resources):
    with pytest.raises(UpstreamDown, match="AISStream"):
        async with asyncio.timeout(60):
            await service.fetch_ais_stream(listening_to(resources, "ws://127.0.0.1:9/"))


def test_each_task_may_be_started_and_tests_itself():
    tasks = {task.name: task for task in domains.TASKS}
    assert all(tasks[name].by_hand and tasks[name].selftest for name in TASKS)


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"aishub": {"username": "ours"}}, Source.AISHUB),
        ({"vessels": {"nmea_tcp": ("receiver:10110",)}}, Source.NMEA),
        ({"vessels": {"nmea_udp": ("0.0.0.0:10110",)}}, Source.NMEA),
    ],
)
def test_real_ships_never_sail_beside_invented_ones(settings, given, source):
    """Another source and no key at AISStream: nothing is played, the other one is the source."""
    chosen = replace(settings, **given)
    assert not {"aisstream", "aishub"} & set(missing_services(chosen))
    assert [each.source for each in sources.configured(chosen)] == [source]
