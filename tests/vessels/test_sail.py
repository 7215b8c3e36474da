"""Both sides of the map sail a ship on from the same instant: clients draw it where it is."""

import math

import numpy as np
import pytest

from maritime_app.geo import destination, distance_m
from maritime_app.vessels.map import frames
from tests.vessels.frames import AURORA
from tests.vessels.sailing import drawn as drawn_fleet
from tests.vessels.watching import Sea, motion, report, tile_frames

LAT, LON, KNOTS, COURSE = 59.5, 24.5, 20.0, 60.0


def drawn(parts, now_ms):
    """Where a client draws the only ship of the last tile frame, by the protocol's document."""
    tile, _, _, full, moves, *_ = tile_frames(parts)[-1]
    record = full[0] if len(full) else moves[0]
    low_ms = int(np.frombuffer(raw_tile(parts), "<u4", 1, 12)[0])
    frame_ms = now_ms - ((now_ms - low_ms + 2**31) % 2**32 - 2**31)
    placed_ms = frame_ms - (int(record["age_ms"]) if len(full) else int(record["age"]) * 32)
    across = 2**tile.z
    lon = (tile.x + int(record["x"]) / 65536) / across * 360 - 180
    south = (tile.y + int(record["y"]) / 65536) / across
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south))))
    course, speed = motion(record)
    sailed_m = int(speed) / 10 * 1852 / 3_600_000 * (now_ms - placed_ms)
    return destination(lat, lon, int(course) * 360 / 4096, sailed_m)


def raw_tile(parts):
    """The payload of the last tile frame."""
    for part in reversed(parts):
        head = 2 if part[1] < 126 else 4 if part[1] == 126 else 10
        if part[head] == frames.TILE:
            return part[head:]
    raise AssertionError("no tile")


def reckoned(age_ms):
    return destination(LAT, LON, COURSE, KNOTS * 1852 / 3_600_000 * age_ms)


@pytest.mark.parametrize("age_ms", [-2_000, 0, 1_000, 7_000, 9_000, 60_000, 179_000])
async def test_it_works(age_ms):
    """A first report of any age is drawn within 50 m of where the ship is by now."""
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, LAT, LON, sea.now_ms - age_ms, KNOTS, COURSE))
    now, there = drawn(pipe.written[-1], sea.now_ms), reckoned(age_ms)
    assert distance_m(now.lat, now.lon, there.lat, there.lon) < 50


@pytest.mark.parametrize("age_ms", [-2_000, 0, 4_000, 30_000])
async def test_a_later_report_is_drawn_where_the_ship_is_too(age_ms):
    """A move when it is fresh, a full record when it is not: a move's age is one byte."""
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, 59.52, 24.5, sea.now_ms - 120_000, KNOTS, COURSE))
    await sea.tick(report(AURORA, LAT, LON, sea.now_ms - age_ms, KNOTS, COURSE))
    _, _, _, full, moves, *_ = tile_frames(pipe.written[-1])[-1]
    assert (len(full), len(moves)) == ((0, 1) if age_ms < frames.MOVE_MAX_AGE_MS else (1, 0))
    now, there = drawn(pipe.written[-1], sea.now_ms), reckoned(age_ms)
    assert distance_m(now.lat, now.lon, there.lat, there.lon) < 50


async def test_a_course_that_would_lead_elsewhere_is_sent_before_it_has():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(report(AURORA, LAT, LON, sea.now_ms, KNOTS, COURSE))
    here = reckoned(1_000)
    await sea.tick(report(AURORA, here.lat, here.lon, sea.now_ms + 1_000, KNOTS, COURSE + 8))
    assert len(tile_frames(pipe.written[-1])) == 1


async def test_far_out_a_ship_says_for_how_many_it_stands():
    sea = Sea()
    crowd = [report(AURORA + n, 59.5 + n / 10_000, 24.5, sea.now_ms) for n in range(50)]
    await sea.tick(*crowd)
    client, pipe = sea.subscriber(zoom=2.0)
    sea.hub.send_missed(client)
    shown = [record for parts in pipe.written for tile in tile_frames(parts) for record in tile[3]]
    assert [int(record["count"]) for record in shown] == [50]


async def test_a_fleet_is_drawn_within_fifty_metres_of_where_its_reports_lead(monkeypatch):
    """By the page's own JavaScript, for three minutes after the last report of every ship."""
    seen = await drawn_fleet(monkeypatch, ships=600)
    ages = np.histogram(seen.age_s, np.arange(0, 181, 30))[0]
    assert ages.min() > 500
    for since in range(0, 180, 30):
        off_m = seen.off_m[(seen.age_s >= since) & (seen.age_s < since + 30)]
        assert np.percentile(off_m, 99) < 50, since
