"""The consumer follows a feed: what arrives is stored in Redis and PostgreSQL, and what goes wrong
is said.
"""

import asyncio
from dataclasses import replace as with_values
from http import HTTPStatus
from pathlib import Path

import msgspec
from aiohttp.test_utils import TestClient, TestServer
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from maritime_app import clock
from maritime_app.app import create_app
from maritime_app.sandbox.ais.server import serve_ais
from maritime_app.vessels import service, store
from maritime_app.vessels.api.requests import VesselTrackRequest
from maritime_app.vessels.feed import inbox, intake
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.live.live_store import VesselUnderWay
from maritime_app.vessels.model import FeedHealth, FeedState, Motion, Report, Source, StationKind
from tests.vessels.feeding import feed, feed_is, following, listening_to, until
from tests.vessels.frames import AURORA, NEREID, frame, position, recorded

MINUTE_MS = 60_000
ACTIVE = (Source.AISSTREAM,)


def sends(*bodies, then=None):
    """A feed that sends these frames and then waits (or does something else)."""

    async def talk(connection):
        for body in bodies:
            await connection.send(body)
        if then is not None:
            await then(connection)

    return talk


async def ship_in_redis(res, mmsi, source=Source.AISSTREAM):
    reports, _ = await live_store.packed_vessel(res.redis_cache, mmsi, [source])
    return packed_report.unpack(reports[0]) if reports else None


async def test_it_works(resources):
    at_ms = clock.epoch_ms() - 1000
    static = frame("ShipStaticData", at_ms, Name="AURORA BOREALIS", Type=60)
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, at_ms), static)) as url,
        following(listening_to(resources, url)),
    ):
        seen = await until(lambda: ship_in_redis(resources, AURORA))
        assert (seen.motion.lat, seen.at_ms) == (59.5, at_ms)
        health = await feed_is(resources, FeedState.LIVE)
        assert health.stored <= 2
    async with resources.db.acquire() as conn:
        vessel = await store.vessel_by_mmsi(conn, AURORA, ACTIVE)
        last = await store.last_point(conn, AURORA, ACTIVE)
    assert vessel is not None
    assert last is not None
    assert (vessel.particulars.name, vessel.particulars.ship_type) == ("AURORA BOREALIS", 60)
    assert last.lat == 59.5


async def test_every_recorded_message_is_accounted_for(resources, tmp_path):
    port = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    file = Path(__file__).parent / "data" / "frames.jsonl.gz"
    player = asyncio.create_task(
        serve_ais("127.0.0.1", 0, file, 1000.0, stop=stop, listening=port.set_result)
    )
    res = listening_to(resources, f"ws://127.0.0.1:{await port}/ais/v0/stream")

    async def all_counted():
        health = await live_store.health(res.redis_cache)
        return health if health.frames >= len(recorded()) + 1 else None

    async with following(res):
        health = await until(all_counted)
    stop.set()
    await player
    assert health.frames == len(recorded()) + 1  # and the confirmation
    assert health.stored + sum(health.rejected.values()) == health.frames
    assert health.rejected["subscription_confirmation"] == 1


async def test_text_frames_binary_frames_and_rubbish(resources):
    at_ms = clock.epoch_ms() - 1000
    bodies = (
        b"{",
        "no json",
        position(NEREID, 37.0, 25.0, at_ms),
        position(AURORA, 59.5, 24.5, at_ms).decode(),
    )
    async with feed(sends(*bodies)) as url, following(listening_to(resources, url)):
        assert await until(lambda: ship_in_redis(resources, AURORA))
        assert await until(lambda: ship_in_redis(resources, NEREID))

        async def counted():
            return (await live_store.health(resources.redis_cache)).rejected.get("malformed") == 2

        assert await until(counted)


async def test_a_message_in_fragments_is_taken_among_whole_ones(resources):
    at_ms = clock.epoch_ms() - 1000
    whole, parted = position(NEREID, 37.0, 25.0, at_ms), position(AURORA, 59.5, 24.5, at_ms)
    bodies = (whole, [parted[:100], parted[100:200], parted[200:]], b"{")
    async with feed(sends(*bodies)) as url, following(listening_to(resources, url)):
        assert await until(lambda: ship_in_redis(resources, AURORA))
        assert await until(lambda: ship_in_redis(resources, NEREID))


async def test_nothing_is_taken_after_a_refusal(resources):
    at_ms = clock.epoch_ms() - 1000
    bodies = (
        position(AURORA, 59.5, 24.5, at_ms),
        '{"error": "Api Key Is Not Valid"}',
        position(NEREID, 37.0, 25.0, at_ms),
    )
    async with feed(sends(*bodies)) as url, following(listening_to(resources, url)):
        await feed_is(resources, FeedState.BAD_KEY)
        assert await until(lambda: ship_in_redis(resources, AURORA))
        assert await ship_in_redis(resources, NEREID) is None


async def test_a_bad_key_is_said_and_not_hammered(resources):
    asked = []

    async def refuse(connection):
        asked.append(connection)
        await connection.send('{"error": "Api Key Is Not Valid"}')

    async with feed(refuse) as url, following(listening_to(resources, url)):
        health = await feed_is(resources, FeedState.BAD_KEY)
        assert "key" in health.reason
        await asyncio.sleep(0.3)
    assert len(asked) == 1


async def test_too_many_connections_is_refused_and_the_wait_is_kept(resources):
    asked = []

    async def busy(connection, request):
        asked.append(request)
        return Response(
            HTTPStatus.TOO_MANY_REQUESTS,
            "busy",
            Headers({"Retry-After": "60", "Content-Length": "0"}),
            b"",
        )

    async def nothing(connection):
        await connection.wait_closed()

    async with serve(nothing, "127.0.0.1", 0, process_request=busy) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with following(listening_to(resources, f"ws://127.0.0.1:{port}/")):
            health = await feed_is(resources, FeedState.REFUSED)
            assert "429" in health.reason
            await asyncio.sleep(0.3)
    assert len(asked) == 1


async def test_a_silent_feed_is_said(resources):
    at_ms = clock.epoch_ms() - 1000
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(resources, url, silent_after_seconds=1.0)),
    ):
        await feed_is(resources, FeedState.LIVE)
        health = await feed_is(resources, FeedState.SILENT)
    assert health.last_position_ms is not None


async def test_the_socket_is_closed_properly_at_the_end(resources):
    codes = []

    async def listen(connection):
        await connection.send(position(AURORA, 59.5, 24.5, clock.epoch_ms()))
        await connection.wait_closed()
        codes.append(connection.close_code)

    async with feed(listen) as url, following(listening_to(resources, url)):
        await feed_is(resources, FeedState.LIVE)
    assert codes == [1000]


async def test_two_processes_one_leader_and_a_quick_hand_over(resources):
    open_now, most = set(), []

    async def listen(connection):
        open_now.add(connection)
        most.append(len(open_now))
        await connection.send(position(AURORA, 59.5, 24.5, clock.epoch_ms()))
        await connection.wait_closed()
        open_now.discard(connection)

    async with feed(listen) as url:
        res = listening_to(resources, url)
        async with following(res) as first_stop:
            first = await feed_is(res, FeedState.LIVE)
            async with following(res):
                await asyncio.sleep(0.3)
                first_stop.set()

                async def taken_over():
                    health = await live_store.health(res.redis_cache)
                    return health.epoch > first.epoch and health.state is FeedState.LIVE

                assert await until(taken_over)
    assert most == [1, 1]


async def test_a_flushed_redis_is_filled_again_from_memory(resources):
    at_ms = clock.epoch_ms() - 1000
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(resources, url)),
    ):
        await until(lambda: ship_in_redis(resources, AURORA))
        await resources.redis_cache.command("FLUSHDB")
        assert await until(lambda: ship_in_redis(resources, AURORA))


async def test_a_restart_starts_warm_and_older_reports_stay_out(resources):
    at_ms = clock.epoch_ms() - 1000
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(resources, url)),
    ):
        await until(lambda: ship_in_redis(resources, AURORA))
    older = sends(
        position(AURORA, 59.4, 24.4, at_ms - MINUTE_MS), position(NEREID, 37.0, 25.0, at_ms)
    )
    async with feed(older) as url, following(listening_to(resources, url)):
        await until(lambda: ship_in_redis(resources, NEREID))
        seen = await ship_in_redis(resources, AURORA)
    assert seen is not None
    assert seen.at_ms == at_ms


async def test_ferries_under_way_are_offered_to_the_home_page(resources):
    at_ms = clock.epoch_ms()
    static = frame("ShipStaticData", at_ms, Name="AURORA BOREALIS", Type=60, Destination="TALLINN")
    async with (
        feed(sends(static, position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(resources, url)),
    ):
        ships = await until(lambda: service.vessels_under_way(resources, 5))
    assert [(ship.mmsi, ship.name, ship.destination) for ship in ships] == [
        (AURORA, "AURORA BOREALIS", "TALLINN")
    ]


async def test_ships_of_a_follower_of_the_release_before_break_no_page(resources, client):
    """It does not tell their source, while a new release is rolled out."""
    line = VesselUnderWay(AURORA, "AURORA BOREALIS", "passenger", 59.5, 24.5, 12.0, 90.0, None, 0)
    told = {name: getattr(line, name) for name in line.__struct_fields__ if name != "source"}
    await resources.redis_cache.command("SET", live_store.UNDER_WAY, msgspec.json.encode([told]))
    async with client.get("/") as answer:
        assert answer.status == 200
        assert "AURORA BOREALIS" not in await answer.text()


async def test_the_home_page_names_no_ship_of_a_source_that_is_off(resources, client):
    """Another process may still follow it, and the page of before is kept for a while."""
    at_ms = clock.epoch_ms()
    under_way = [
        VesselUnderWay(mmsi, name, "passenger", 59.5, 24.5, 12.0, 90.0, None, at_ms, source)
        for mmsi, name, source in (
            (AURORA, "AURORA BOREALIS", Source.AISSTREAM),
            (NEREID, "NEREID OF NOWHERE", Source.SANDBOX),
        )
    ]
    await live_store.write_health(
        resources.redis_cache, 1, at_ms, health=FeedHealth(), under_way=under_way
    )
    played = msgspec.structs.replace(resources.settings, sandboxed=("aisstream",))
    application = create_app(with_values(resources, settings=played))

    page = await (await client.get("/")).text()
    async with TestClient(TestServer(application)) as other:
        page_of_the_sandbox = await (await other.get("/")).text()

    assert "AURORA BOREALIS" in page
    assert "NEREID OF NOWHERE" not in page
    assert "AURORA BOREALIS" not in page_of_the_sandbox
    assert "NEREID OF NOWHERE" in page_of_the_sandbox


async def test_a_days_partition_is_made_when_its_first_point_comes(resources):
    """Of yesterday too: the map forgets a ship after 24 hours, its track does not."""

    async def newest_point():
        async with resources.db.acquire() as conn:
            return await store.last_point(conn, AURORA, ACTIVE)

    async with (
        feed(sends(position(AURORA, 59.5, 24.5, clock.epoch_ms() - 25 * 3_600_000))) as url,
        following(listening_to(resources, url)),
    ):
        point = await until(newest_point)
    async with resources.db.acquire() as conn:
        assert await store.partition_days(conn) == [point.at.date()]
    assert await ship_in_redis(resources, AURORA) is None


async def test_what_an_earlier_source_brought_is_not_shown_as_a_later_ones(resources):
    """The sandbox first, then a real key on the same stores: nothing of the first is left."""
    at_ms = clock.epoch_ms() - 1000
    invented = frame("ShipStaticData", at_ms, Name="INVENTED", Type=60)
    played = with_values(
        resources, settings=msgspec.structs.replace(resources.settings, sandboxed=("aisstream",))
    )
    async with (
        feed(sends(invented, position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(played, url)),
    ):
        await feed_is(played, FeedState.LIVE)
        assert (await until(lambda: service.search(played, "INVENTED", 5)))[0].mmsi == AURORA
        assert (await service.vessel(played, AURORA)).source == "sandbox"
    elsewhere = position(AURORA, -30.0, -120.0, clock.epoch_ms() - 500)
    async with feed(sends(elsewhere)) as url, following(listening_to(resources, url)):
        ship = await until(lambda: ship_in_redis(resources, AURORA))
        assert (ship.motion.lat, ship.station.source) == (-30.0, Source.AISSTREAM)
        shown = await service.vessel(resources, AURORA)
    assert (shown.name, shown.source, shown.destination) == (None, "aisstream", None)
    assert await service.search(resources, "INVENTED", 5) == []
    history = await service.track(resources, AURORA, VesselTrackRequest())
    assert {round(point.lat) for piece in history.pieces for point in piece} == {-30}


async def test_garbage_does_not_make_a_feed_live(resources):
    async def babble(connection):
        for _ in range(30):
            await connection.send("{")

    async with (
        feed(babble) as url,
        following(listening_to(resources, url, silent_after_seconds=1.0)),
    ):
        health = await feed_is(resources, FeedState.UNUSABLE)
    assert (health.stored, health.last_position_ms) == (0, None)
    assert health.rejected.keys() == {"malformed"}
    assert health.rejected["malformed"] >= 30  # it says so again to whoever comes again


async def test_a_safety_text_is_kept_with_time_and_sender(resources):
    at_ms = clock.epoch_ms() - 1000
    text = frame("SafetyBroadcastMessage", at_ms, UserID=970_111_222, Text="SART TEST")
    async with feed(sends(text)) as url, following(listening_to(resources, url)):
        (heard,) = await until(lambda: service.safety_texts(resources))
    assert (heard.mmsi, heard.text, heard.test) == (970_111_222, "SART TEST", True)


async def test_a_source_that_is_pulled_and_brings_nothing_any_more_is_silent(
    resources, monkeypatch
):
    """It has no connection whose end is heard: it was live for ever, and the map with it."""
    monkeypatch.setattr(intake, "_PULLED_EVERY_MS", 0)
    async with (
        feed(sends()) as url,
        following(listening_to(resources, url, silent_after_seconds=1.0)),
    ):
        await feed_is(resources, FeedState.SILENT)
        pulled = [Report(AURORA, StationKind.CLASS_A, clock.epoch_ms(), Motion(37.0, 25.0))]
        await inbox.deliver(resources.redis_cache, "aishub", Source.AISHUB, pulled)
        await feed_is(resources, FeedState.LIVE)

        health = await feed_is(resources, FeedState.SILENT)
    by_name = {source.name: source.state for source in health.sources}
    assert by_name["aishub"] is FeedState.SILENT


async def test_a_source_that_is_pulled_lives_although_the_stream_is_always_quicker(resources):
    """It tells of a minute ago: it was unusable for ever, or waited for its first position."""
    now_ms = clock.epoch_ms()
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, now_ms - 1000))) as url,
        following(listening_to(resources, url)),
    ):
        await until(lambda: ship_in_redis(resources, AURORA))

        async def pulled(age_ms):
            report = Report(
                AURORA, StationKind.CLASS_A, now_ms - age_ms, Motion(59.5001, 24.5, 0.1)
            )
            await inbox.deliver(resources.redis_cache, "aishub", Source.AISHUB, [report])

        async def state():
            health = await live_store.health(resources.redis_cache)
            return {source.name: source.state for source in health.sources}.get("aishub")

        await pulled(3_600_000)  # an hour old: that is no sign of life
        assert await until(state) is FeedState.CONNECTING
        await pulled(90_000)

        async def lives():
            return await state() is FeedState.LIVE

        assert await until(lives)


async def test_a_job_brings_reports_and_the_consumer_merges_them(resources):
    at_ms = clock.epoch_ms() - 1000
    async with (
        feed(sends(position(AURORA, 59.5, 24.5, at_ms))) as url,
        following(listening_to(resources, url)),
    ):
        await until(lambda: ship_in_redis(resources, AURORA))
        motion = Motion(37.0, 25.0)
        pulled = [Report(mmsi, StationKind.CLASS_A, at_ms, motion) for mmsi in (AURORA, NEREID)]
        await inbox.deliver(resources.redis_cache, "aishub", Source.AISHUB, pulled)
        assert await until(lambda: ship_in_redis(resources, NEREID, Source.AISHUB))
        health = await live_store.health(resources.redis_cache)
    by_name = {source.name: source for source in health.sources}
    assert by_name["aishub"].stored == 1
    assert by_name["aishub"].rejected == {"implausible_jump": 1}
