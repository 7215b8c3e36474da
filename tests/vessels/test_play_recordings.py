"""Recorded files as a source: labelled so, never live, and never in a ship's way that is heard."""

import asyncio
import gzip
from dataclasses import replace as with_values
from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from pyais import encode_dict

from maritime_app.settings.file import replace
from maritime_app.vessels.codes.flags import DISTRUSTED, Flag, integrity_of
from maritime_app.vessels.feed.events import FeedEvent, PositionReported
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.live import live_store, packed_report, sources
from maritime_app.vessels.model import FeedState, Motion, Rejection, Report, Source, StationKind
from maritime_app.vessels.recordings import playing, reading
from maritime_app.vessels.recordings.playing import Pace
from maritime_app.vessels.recordings.request import recording_of
from tests.vessels.feeding import following, until
from tests.vessels.frames import AURORA, NEREID, NOON_MS, recorded as recorded_frames

LONG_AGO = 1_740_000_000  # 19 February 2025, 21:20 UTC


def tagged(second: int, **fields) -> bytes:
    """A sentence of a message with these fields, with the receiver's time in a tag block."""
    (line,) = encode_dict({"type": 1, "mmsi": AURORA, "lat": 59.5, "lon": 24.5, **fields})
    block = f"c:{LONG_AGO + second}"
    check = 0
    for letter in block:
        check ^= ord(letter)
    return f"\\{block}*{check:02X}\\{line}".encode()


@pytest.fixture
def recording(tmp_path) -> Path:
    """Two ships within two seconds, a line that is damaged and one without a time."""
    path: Path = tmp_path / "baltic.nmea"
    (untimed,) = encode_dict({"type": 1, "mmsi": AURORA, "lat": 1.0, "lon": 1.0})
    lines = [tagged(0, speed=12.0), b"rubbish", untimed.encode(), tagged(2, mmsi=NEREID, lat=58.0)]
    path.write_bytes(b"\n".join(lines))
    return path


def test_it_works(recording):
    found = list(reading.reports(recording))
    first, *between, last = found
    assert isinstance(first, Report)
    assert isinstance(last, Report)
    assert (first.mmsi, first.at_ms) == (AURORA, LONG_AGO * 1000)
    assert (last.mmsi, last.at_ms) == (NEREID, (LONG_AGO + 2) * 1000)
    assert between == [Rejection.MALFORMED, Rejection.BAD_TIME]


def test_frames_of_aisstream_are_read_packed_or_not(tmp_path):
    frames = recorded_frames()[:40]
    plain, packed = tmp_path / "world.jsonl", tmp_path / "world.jsonl.gz"
    plain.write_bytes(b"\n".join(frames))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    found = list(reading.reports(plain))
    assert len(found) == 40
    assert sum(isinstance(one, Report) for one in found) > 20
    assert list(reading.reports(packed)) == found


@pytest.mark.parametrize(
    ("text", "path", "speed"),
    [
        ("var/a.nmea", "var/a.nmea", 1.0),
        ("var/a.nmea@10", "var/a.nmea", 10.0),
        ("var/me@home.nmea", "var/me@home.nmea", 1.0),
        ("var/me@home.nmea@0.5", "var/me@home.nmea", 0.5),
    ],
)
def test_a_file_and_its_speed(text, path, speed):
    assert recording_of(text) == (Path(path), speed)


@pytest.mark.parametrize("speed", ["0", "-1", "61", "nan", "inf"])
def test_a_speed_that_cannot_be_is_refused(speed):
    with pytest.raises(ValueError, match="times its speed"):
        recording_of(f"a.nmea@{speed}")


def test_pauses_are_as_in_the_file_or_shorter():
    assert Pace(1_000, 50_000, 1.0).due_ms(4_000) == 53_000
    assert Pace(1_000, 50_000, 10.0).due_ms(4_000) == 50_300


def test_a_night_without_reports_is_not_waited_for():
    pace = Pace(0, 50_000, 1.0)
    assert pace.without_gap(600_000, 50_000) is pace
    assert pace.without_gap(8 * 3_600_000, 60_000) == Pace(8 * 3_600_000, 60_000, 1.0)


def report(at_ms=NOON_MS, lat=59.5, **more) -> Report:
    motion = Motion(lat, 24.5, 12.0, 90.0, 90, 0)
    return changed(Report(AURORA, StationKind.CLASS_A, at_ms, motion), **more)


def test_a_ship_that_is_heard_takes_the_place_of_its_recording():
    fleet = MergedFeed(90).fleet
    fleet.apply(report(flags=Flag.RECORDED), Source.RECORDED)
    (event,) = fleet.apply(report(NOON_MS + 1_000, lat=10.0), Source.AISSTREAM)
    assert isinstance(event, PositionReported)
    assert event.previous is None, "where it was then says nothing of where it is now"
    assert event.ship.flags & (Flag.RECORDED | Flag.SHARED_NUMBER | Flag.RELOCATED) == 0


def test_no_recording_takes_the_place_of_a_ship_that_is_heard():
    feed = MergedFeed(90)
    feed.fleet.apply(report(lat=10.0), Source.AISSTREAM)
    intake = feed.intake("recording", Source.RECORDED)
    playing._take(report(), intake, feed.fleet)
    kept = feed.fleet.ships[AURORA].motion
    assert kept is not None
    assert kept.lat == 10.0
    assert intake.outcomes == {Rejection.OUTRUN: 1}


def test_what_is_recorded_makes_no_event_and_is_never_live():
    feed = MergedFeed(90)
    told, shown = Heard(), Heard()
    feed.announcer.subscribe(told)
    feed.played.subscribe(shown)
    intake = feed.intake("recording", Source.RECORDED)
    intake.alive = (FeedState.RECORDED, "a recording")
    playing._take(report(), intake, feed.fleet)
    feed.expire(2**50)
    assert told.events == []
    assert [type(event).__name__ for event in shown.events] == [
        "PositionReported",
        "FeedStateChanged",
        "ShipExpired",
    ]
    assert feed.health(1).state is FeedState.RECORDED


class Heard:
    """A subscriber that remembers."""

    def __init__(self) -> None:
        self.events: list[FeedEvent] = []

    def handle(self, event: FeedEvent) -> None:
        self.events.append(event)

    async def run(self, over: asyncio.Event) -> None:
        await over.wait()


def test_it_is_not_doubtful_but_nothing_stands_on_it():
    assert Flag.RECORDED & DISTRUSTED
    assert integrity_of(Flag.RECORDED) == "plausible"


async def test_its_ships_are_on_the_map_labelled(resources, recording, client):
    settings = replace(
        resources.settings,
        aisstream={"api_key": ""},
        vessels={"recording": f"{recording}@60"},
    )
    res = with_values(resources, settings=settings)
    assert [each.name for each in sources.configured(settings)] == ["recording"]
    async with following(res):

        async def heard():
            reports, _ = await live_store.packed_vessel(res.redis_cache, NEREID, [Source.RECORDED])
            return packed_report.unpack(reports[0]) if reports else None

        found = await until(heard)
        assert found.station.flags & Flag.RECORDED
        assert found.at_ms > LONG_AGO * 1000, "its place is drawn where it is played"

        async def over():
            health = await live_store.health(res.redis_cache)
            return health if health.state is FeedState.OFF and health.stored else None

        (health,) = (await until(over)).sources
    assert health.reason == "the recording is over"
    assert health.rejected == {Rejection.MALFORMED: 1, Rejection.BAD_TIME: 1}


async def test_a_file_that_is_not_there_is_a_state_of_the_source(resources, tmp_path):
    settings = replace(
        resources.settings,
        aisstream={"api_key": ""},
        vessels={"recording": str(tmp_path / "nothing.nmea")},
    )
    async with following(with_values(resources, settings=settings)):

        async def refused():
            health = await live_store.health(resources.redis_cache)
            return health if health.state is FeedState.REFUSED else None

        found = await until(refused)
    assert found.reason == "the recording cannot be read (FileNotFoundError)"
