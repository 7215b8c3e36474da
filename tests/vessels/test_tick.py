"""A tick of the live map: the same bytes for all, and only what clients cannot work out."""

import asyncio

import pytest

from maritime_app import clock
from maritime_app.geo import Box, destination
from maritime_app.vessels.live.live_store import Delta
from maritime_app.vessels.map import frames, level
from maritime_app.vessels.map.client import HIGH_WATER_BYTES
from maritime_app.vessels.map.mercator import level_of, tiles_of
from maritime_app.vessels.model import FeedHealth, FeedState
from tests.vessels.frames import AURORA, NEREID
from tests.vessels.watching import Sea, places, report, tile_frames


async def test_it_works():
    """Everybody gets the very same bytes."""
    sea = Sea()
    _, one = sea.subscriber()
    _, other = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    assert len(tile_frames(one.written[-1])) == 1
    assert one.written[-1][-1] is other.written[-1][-1]


async def test_who_shows_the_same_tiles_shares_them_until_one_looks_elsewhere():
    sea = Sea()
    one, of_one = sea.subscriber()
    other, of_other = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    assert one.tiles is other.tiles
    sea.hub.subscribe(other, tiles_of(Box(36.0, 37.0, 24.0, 26.0), 8.5, 40))
    await sea.tick(report(AURORA, 59.51, 24.5, sea.now_ms + 1_000))
    assert len(tile_frames(of_one.written[-1])) == 1
    assert tile_frames(of_other.written[-1]) == []


async def test_two_reports_of_a_new_ship_that_come_together_are_one_ship_by_the_last():
    sea = Sea()
    _, pipe = sea.subscriber()
    first, last = (report(AURORA, lat, 24.5, sea.now_ms) for lat in (59.5, 59.6))
    await sea.tick(first, report(NEREID, 59.7, 24.5, sea.now_ms), last)
    assert sea.hub.columns.count == 2
    assert sorted(places(pipe)) == sorted([AURORA, NEREID])
    columns = sea.hub.columns
    assert columns.rows["lat"][columns.handles[AURORA]] == 59.6e7


async def test_a_ship_that_sails_as_reckoned_is_not_sent_again():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    for second in range(1, 20):
        here = destination(59.5, 24.5, 90.0, 12 * 1852 / 3600 * second)
        await sea.tick(report(AURORA, here.lat, here.lon, sea.now_ms + second * 1000))
        assert tile_frames(pipe.written[-1]) == []
    await sea.tick(report(AURORA, 59.502, 24.5, sea.now_ms + 21_000, cog=0.0))
    assert len(tile_frames(pipe.written[-1])) == 1


async def test_a_feed_that_nobody_has_followed_for_a_while_is_off_whatever_the_clock_does(
    monkeypatch,
):
    """Written an hour from now: the clock has gone back since."""
    sea = Sea()
    health = FeedHealth(FeedState.LIVE, last_position_ms=sea.now_ms)
    sea.hub._apply(Delta(b"1-0", 1, sea.now_ms, health=health))
    for off_ms, state in (
        (0, FeedState.LIVE), (14_000, FeedState.LIVE), (15_000, FeedState.OFF),
        (-1_000, FeedState.LIVE), (-3_600_000, FeedState.OFF),
    ):  # fmt: skip
        monkeypatch.setattr(clock, "epoch_ms", lambda off_ms=off_ms: sea.now_ms + off_ms)
        assert sea.hub.health().state is state, off_ms


async def test_what_was_not_worth_a_record_is_sent_once_the_ship_falls_silent(monkeypatch):
    """Else clients would sail it on by an older report, and stop it too early."""
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    here = destination(59.5, 24.5, 90.0, 12 * 1852 / 3600 * 10)
    await sea.tick(report(AURORA, here.lat, here.lon, sea.now_ms + 10_000))
    assert tile_frames(pipe.written[-1]) == []
    monkeypatch.setattr(clock, "epoch_ms", lambda: sea.now_ms + 26_000)
    heard = len(pipe.written)
    for _ in range(10):
        await sea.tick()
    whole = [tile[3] for parts in pipe.written[heard:] for tile in tile_frames(parts)]
    assert [full["age_ms"].tolist() for full in whole] == [[16_000]]


async def test_a_ship_that_is_forgotten_while_a_tick_is_made_leaves_no_ghost(monkeypatch):
    """A source that is switched off takes thousands away, between two portions of a tick."""
    monkeypatch.setattr(level, "_SHIPS_PER_PORTION", 1)
    sea = Sea()
    _, pipe = sea.subscriber()
    sea.hub.apply_reports(
        report(AURORA, 59.5, 24.5, sea.now_ms) + report(NEREID, 59.6, 24.5, sea.now_ms)
    )
    tick = asyncio.create_task(sea.hub.tick_once())
    await asyncio.sleep(0)
    sea.hub.remove(sea.hub.columns.handles_of([AURORA, NEREID]))
    await tick
    await sea.tick()
    assert places(pipe) == {}


async def test_a_slow_reader_is_not_written_to_and_then_gets_the_newest_only():
    sea = Sea()
    _, slow = sea.subscriber()
    _, quick = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    slow.waiting = HIGH_WATER_BYTES + 1
    before = len(slow.written)
    for step in range(1, 6):
        await sea.tick(report(AURORA, 59.5 + step / 1000, 24.5, sea.now_ms + step))
    assert len(slow.written) == before
    slow.waiting = 0
    await sea.tick()
    (whole,) = tile_frames(slow.written[-1])
    assert whole[2]
    assert whole[1] == tile_frames(quick.written[-2])[0][1]
    assert whole[3]["y"][0] == places(quick)[AURORA][1]


async def test_who_never_reads_is_dropped():
    sea = Sea()
    _, pipe = sea.subscriber()
    pipe.waiting = HIGH_WATER_BYTES + 1
    for step in range(20):
        await sea.tick(report(AURORA, 59.5 + step / 1000, 24.5, sea.now_ms + step))
    assert not pipe.aborted
    await sea.tick(report(AURORA, 59.6, 24.5, sea.now_ms + 20))
    assert pipe.aborted


async def test_who_answers_no_ping_is_cut():
    sea = Sea()
    client, pipe = sea.subscriber()
    for _ in range(89):
        await sea.tick()
    assert sum(parts == [frames.ping()] for parts in pipe.written) == 2
    assert not pipe.aborted
    client.unanswered_pings = 0
    for _ in range(31):
        await sea.tick()
    assert not pipe.aborted
    for _ in range(30):
        await sea.tick()
    assert pipe.aborted


async def test_a_ship_that_leaves_a_tile_goes_from_it_and_comes_to_the_next():
    sea = Sea()
    client, pipe = sea.subscriber()
    home = next(iter(tiles_of(Box(59.5, 59.5, 24.5, 24.5), 8.5, 40)))
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    away = next(tile for tile in client.tiles if tile.x > home.x and tile.y == home.y)
    lon = away.x / 256 * 360 - 180 + 0.1
    await sea.tick(report(AURORA, 59.5, lon, sea.now_ms + 1000))
    by_tile = {tile[0]: tile for tile in tile_frames(pipe.written[-1])}
    assert by_tile[home][5] == (0,)
    assert by_tile[away][3]["key"].tolist() == [AURORA]


async def test_far_out_one_ship_stands_for_its_neighbours_and_stays():
    sea = Sea()
    _, pipe = sea.subscriber(zoom=2.0)
    crowd = [
        report(AURORA + number, 59.5 + number / 10_000, 24.5, sea.now_ms) for number in range(50)
    ]
    for _ in range(6):
        await sea.tick(*crowd)
    shown = [
        int(mmsi)
        for parts in pipe.written
        for tile in tile_frames(parts)
        for mmsi in tile[3]["key"]
    ]
    assert len(shown) == 1


async def test_ships_not_heard_of_leave_the_map_and_are_forgotten_after_a_day():
    sea, hour_ms = Sea(), 3_600_000
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms))
    sea.hub.expire(sea.now_ms + 7 * hour_ms)
    await sea.tick()
    assert tile_frames(pipe.written[-1])[0][5] == (0,)
    assert list(sea.hub.columns.handles) == [AURORA]  # a day's positions may still be asked for
    sea.hub.expire(sea.now_ms + 25 * hour_ms)
    assert not sea.hub.columns.handles


async def test_a_report_of_yesterday_is_not_put_on_the_map():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, 59.5, 24.5, sea.now_ms - 7 * 3_600_000))
    assert tile_frames(pipe.written[-1]) == []


async def test_more_ships_than_there_was_room_for():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(
        *[report(200_000_000 + n, 59.1 + n / 10_000, 24.5, sea.now_ms) for n in range(9_000)]
    )
    shown = sum(len(tile[3]) for tile in tile_frames(pipe.written[-1]))
    inside = sum(1 for n in range(9_000) if 59.1 + n / 10_000 < 60.24)
    assert shown >= 8_000
    assert shown <= inside or inside == 9_000


@pytest.mark.parametrize(
    ("zoom", "level"), [(0.0, 0), (1.9, 1), (2.0, 2), (5.9, 5), (7.9, 6), (8.0, 8), (15.0, 8)]
)
def test_zoom_and_level(zoom, level):
    assert level_of(zoom) == level


def test_a_view_across_the_antimeridian_has_tiles_on_both_sides():
    columns = {tile.x for tile in tiles_of(Box(-1.0, 1.0, 179.0, -179.0), 6.0, 40)}
    assert columns == {0, 63}


def test_a_view_that_is_too_wide_for_its_zoom_gets_coarser_tiles():
    assert {tile.z for tile in tiles_of(Box(-80.0, 80.0, -180.0, 180.0), 12.0, 40)} == {2}
