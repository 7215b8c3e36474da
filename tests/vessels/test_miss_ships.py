"""Ships under way that fall silent: a gap, unless the feed was silent itself."""

import asyncio
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from maritime_app import clock
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.events import FeedStateChanged
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.gaps.recorder import GapRecorder
from maritime_app.vessels.gaps.silence import Silence
from maritime_app.vessels.model import FeedState, Motion, Report, Source, StationKind
from tests.vessels.frames import AURORA, NEREID, NOON_MS

HOUR = 3_600_000
FEED = Source.AISSTREAM


class Consumer:
    """A feed that has been alive since `start_ms`, without a database behind it."""

    def __init__(self, db=None, start_ms: int = NOON_MS) -> None:
        self.fleet = Fleet()
        self.recorder = GapRecorder(db, start_ms, ships=self.fleet.ships)
        self.turn(FeedState.LIVE, start_ms)

    def turn(self, state: FeedState, at_ms: int) -> None:
        self.recorder.handle(FeedStateChanged(FEED, state, "", at_ms))

    def hear(self, at_ms: int, lat: float, *, mmsi=AURORA, knots=12.0, flags=0, lon=10.0) -> None:
        motion = Motion(lat, lon, knots, 0.0, 0, 0)
        report = Report(mmsi, StationKind.CLASS_A, at_ms, motion, flags=flags)
        for event in self.fleet.apply(report, FEED):
            self.recorder.handle(event)

    @property
    def gaps(self):
        return self.recorder.waiting.events


def test_it_works():
    """Five hours and 60 miles later it is heard again; others were heard all the time."""
    feed = Consumer()
    feed.hear(NOON_MS + 60_000, 54.0)
    for hour in range(6):
        for second in range(120, 128):  # one report in eight counts
            at_ms = NOON_MS + hour * HOUR + second * 1_000
            feed.hear(at_ms, 54.5 + hour * 0.01, mmsi=NEREID, knots=1.0)
    feed.hear(NOON_MS + 5 * HOUR + 60_000, 55.0)
    (gap,) = feed.gaps
    assert gap.mmsi == AURORA
    assert gap.ended_at - gap.began_at == timedelta(hours=5)
    assert (gap.lat, gap.end_lat, gap.heard_share) == (54.0, 55.0, 1.0)


def test_it_is_one_from_four_hours_on_and_not_only_when_it_is_over():
    """Looked for once a minute: known while it goes on, and ended as the same."""
    feed = Consumer()
    feed.hear(NOON_MS, 54.0)
    feed.recorder.find_missing(NOON_MS + 4 * HOUR - 1)
    assert feed.gaps == []
    feed.recorder.find_missing(NOON_MS + 4 * HOUR + 60_000)
    feed.recorder.find_missing(NOON_MS + 4 * HOUR + 180_000)
    (gap,) = feed.gaps
    assert gap.ended_at is None
    feed.hear(NOON_MS + 6 * HOUR, 55.0)
    (ended,) = feed.gaps
    assert (ended.id, ended.ended_at - ended.began_at) == (gap.id, timedelta(hours=6))


def test_nobody_is_missed_while_the_feed_is_silent():
    feed = Consumer()
    feed.hear(NOON_MS, 54.0)
    feed.turn(FeedState.SILENT, NOON_MS + HOUR)
    feed.recorder.find_missing(NOON_MS + 9 * HOUR)
    assert feed.gaps == []


def test_less_than_four_hours_are_no_gap():
    feed = Consumer()
    feed.hear(NOON_MS, 54.0)
    feed.hear(NOON_MS + 4 * HOUR - 1, 54.8)
    assert feed.gaps == []


def test_a_ship_at_the_quay_may_be_silent():
    feed = Consumer()
    feed.hear(NOON_MS, 54.0, knots=0.0)
    feed.hear(NOON_MS + 9 * HOUR, 54.0, knots=0.0)
    assert feed.gaps == []


def test_the_feeds_own_silence_is_no_gap_of_a_ship():
    """Nine hours, of which the feed was away for six."""
    feed = Consumer()
    feed.hear(NOON_MS, 54.0)
    feed.turn(FeedState.SILENT, NOON_MS + HOUR)
    feed.turn(FeedState.LIVE, NOON_MS + 7 * HOUR)
    feed.hear(NOON_MS + 9 * HOUR, 55.8)
    assert feed.gaps == []


def test_a_restart_is_no_gap():
    """What was known before this process listened says nothing."""
    feed = Consumer(start_ms=NOON_MS + 8 * HOUR)
    feed.hear(NOON_MS, 54.0)
    feed.hear(NOON_MS + 9 * HOUR, 55.8)
    assert feed.gaps == []


@pytest.mark.parametrize("flag", [Flag.NOT_MEASURED, Flag.BAD_CLOCK])
def test_no_gap_stands_on_a_distrusted_position(flag):
    feed = Consumer()
    feed.hear(NOON_MS, 54.0)
    feed.hear(NOON_MS + 6 * HOUR, 55.2, flags=flag)
    assert feed.gaps == []


def test_where_nobody_else_is_heard_perhaps_nobody_listens():
    silence = Silence(NOON_MS)
    silence.heard(54.0, 10.0, NOON_MS + 3 * HOUR)
    assert silence.heard_share(54.5, 10.5, NOON_MS, NOON_MS + 5 * HOUR) == pytest.approx(0.25)
    assert silence.heard_share(10.0, 10.5, NOON_MS, NOON_MS + 5 * HOUR) == 0.0
    silence.forget(NOON_MS + 74 * HOUR)
    assert silence.heard_share(54.5, 10.5, NOON_MS + 2 * HOUR, NOON_MS + 4 * HOUR) == 1.0


async def test_gaps_are_stored_and_shown(client, resources):
    """One that goes on, because the ship was dropped after a day, and ends when it is heard."""
    start_ms = clock.epoch_ms() - 30 * HOUR
    feed = Consumer(resources.db, start_ms)
    feed.hear(start_ms, 54.0)
    for event in feed.fleet.expire(start_ms + 1, start_ms):
        feed.recorder.handle(event)
    await written(feed)
    async with client.get(f"/api/v1/vessels/gaps?mmsi={AURORA}") as answer:
        (gap,) = (await answer.json())["gaps"]
    assert (gap["ended_at"], gap["reception"], gap["source"]) == (None, "unknown", "aisstream")

    again = Consumer(resources.db, clock.epoch_ms())
    await again.recorder.refresh()
    again.hear(clock.epoch_ms(), 55.0)
    await written(again)
    async with client.get("/api/v1/vessels/gaps") as answer:
        (gap,) = (await answer.json())["gaps"]
    assert gap["hours"] == pytest.approx(30.0, abs=0.1)
    assert gap["metres"] == pytest.approx(111_195, rel=0.01)
    known = {"If-None-Match": answer.headers["ETag"]}
    async with client.get("/api/v1/vessels/gaps", headers=known) as answer:
        assert answer.status == 304  # though it was asked later
    async with client.get("/vessels/gaps") as page:
        text = await page.text()
    for words in (str(AURORA), "60 nm", "perhaps nobody listened"):
        assert words in text, words
    async with client.get("/api/v1/vessels/gaps.geojson") as answer:
        (feature,) = (await answer.json(content_type=None))["features"]
    assert (feature["id"], feature["properties"]) == (gap["id"], gap)
    assert feature["geometry"]["coordinates"] == [gap["lon"], gap["lat"]]
    async with client.get("/api/v1/vessels/gaps.atom") as answer:
        root = ET.fromstring(await answer.read())
    (entry,) = root.findall("{http://www.w3.org/2005/Atom}entry")
    assert "not heard for 30.0 h" in (entry.findtext("{http://www.w3.org/2005/Atom}title") or "")


async def written(feed: Consumer) -> None:
    """What the recorder writes when its time is over."""
    over = asyncio.Event()
    over.set()
    await feed.recorder.run(over)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "since=2020-01-01T00:00:00Z"])
async def test_what_cannot_be_answered_is_refused(client, query):
    async with client.get(f"/api/v1/vessels/gaps?{query}") as answer:
        assert answer.status == 422
