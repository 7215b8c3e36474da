"""Ships that lie close together for hours, far from every harbour."""

import asyncio
from datetime import timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from maritime_app import clock
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.encounters.meetings import Place, reckoned
from maritime_app.vessels.encounters.model import FROM_HARBOUR_M
from maritime_app.vessels.encounters.recorder import EncounterRecorder
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import Motion, Report, Source, StationKind
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.port_calls.model import Harbour
from tests.vessels.frames import AURORA, NEREID, NOON_MS

MINUTE = 60_000
LAT, LON = 55.0, 5.0
METRE = 1 / 111_195  # in degrees of latitude
KIEL = Harbour(UUID(int=1), "DEKEL", 54.5, 10.2)


class Sea:
    """A feed whose recorder knows one harbour, without a database behind it."""

    def __init__(self, db=None, start_ms: int = NOON_MS) -> None:
        self.fleet, self.recorder, self.start_ms = Fleet(), EncounterRecorder(db), start_ms
        self.recorder.know(Harbours([KIEL], FROM_HARBOUR_M))

    def hear(self, minute, mmsi, metres=0.0, *, knots=0.4, flags=0, lat=LAT, lon=LON, course=0.0):
        """A ship so many metres north of the place; it drifts a little, as ships do."""
        drift = (minute % 2) * METRE
        motion = Motion(lat + metres * METRE + drift, lon, knots, course, None, 0)
        at_ms = self.start_ms + round(minute * MINUTE)
        for event in self.fleet.apply(
            Report(mmsi, StationKind.CLASS_A, at_ms, motion, flags=flags), Source.AISSTREAM
        ):
            self.recorder.handle(event)

    def meet(self, minutes, metres=300.0, **more):
        for minute in minutes:
            self.hear(minute, AURORA, **more)
            self.hear(minute + 0.25, NEREID, metres, **more)

    def found(self):
        return [meeting.stored() for meeting in self.recorder.waiting.events]


def test_it_works():
    """Two hours and ten minutes at 300 m; known from two hours on."""
    sea = Sea()
    sea.meet(range(119))
    assert sea.found() == []
    sea.meet(range(119, 131))
    (encounter,) = sea.found()
    assert (encounter.mmsi, encounter.other_mmsi) == (AURORA, NEREID)
    assert encounter.last_at - encounter.began_at >= timedelta(hours=2)
    assert encounter.closest_m == pytest.approx(300.0, abs=15.0)
    assert encounter.median_knots == 0.4
    assert encounter.ended_at is None


def test_a_clock_that_goes_back_does_not_hide_them(monkeypatch):
    sea = Sea()
    monkeypatch.setattr(clock, "epoch_ms", lambda: NOON_MS)
    sea.hear(200, AURORA)
    sea.meet(range(131))
    assert len(sea.found()) == 1


def test_they_part():
    sea = Sea()
    sea.meet(range(150))
    sea.hear(151, AURORA, knots=9.0)
    (over,) = sea.recorder.meetings.expire(NOON_MS + 171 * MINUTE)
    assert over.stored().ended_at == over.stored().last_at
    assert sea.recorder.meetings.pairs == {}


@pytest.mark.parametrize(
    "more",
    [
        {"metres": 600.0},  # too far apart
        {"knots": 2.5},  # too fast
        {"lat": 54.55, "lon": 10.2},  # within 10 km of a harbour
        {"flags": Flag.NOT_MEASURED},
        {"flags": Flag.BAD_CLOCK},
    ],
)
def test_that_is_no_encounter(more):
    sea = Sea()
    sea.meet(range(150), **more)
    assert sea.found() == []


def test_half_an_hour_apart_makes_two_meetings():
    """One and a half hours twice are no two hours."""
    sea = Sea()
    sea.meet(range(90))
    sea.meet(range(120, 210))
    assert sea.found() == []


def test_of_two_stations_with_one_number_nobody_knows_which_one_it_was():
    sea = Sea()
    sea.hear(0, AURORA)
    sea.fleet.ships[AURORA].shared = True
    sea.meet(range(1, 150))
    assert sea.found() == []


def test_nothing_is_found_before_the_harbours_are_known():
    sea = Sea()
    sea.recorder._harbours = None
    sea.meet(range(150))
    assert sea.recorder.meetings.pairs == {}


def test_the_same_time_for_both():
    """A report of ten minutes ago at 1.5 knots is 463 m on."""
    place = Place(LAT, LON, 1.5, 90.0, NOON_MS, Source.AISSTREAM)
    lat, lon = reckoned(place, NOON_MS + 10 * MINUTE)
    assert lat == pytest.approx(LAT)
    assert (lon - LON) / METRE * 0.5736 == pytest.approx(463.0, abs=1.0)


async def test_encounters_are_stored_shown_and_taken_up_again(client, resources):
    start_ms = clock.epoch_ms() - 4 * 3_600_000
    sea = Sea(resources.db, start_ms)
    sea.meet(range(150))
    await sea.recorder.waiting.write(resources.db)

    later = Sea(resources.db, start_ms)
    await later.recorder.load()
    later.meet(range(151, 200))
    for meeting in later.recorder.meetings.expire(clock.epoch_ms()):
        later.recorder._note(meeting)
    await later.recorder.waiting.write(resources.db)

    async with client.get(f"/api/v1/vessels/encounters?mmsi={NEREID}") as answer:
        (found,) = (await answer.json())["encounters"]
    assert [ship["mmsi"] for ship in found["ships"]] == [AURORA, NEREID]
    assert found["hours"] == pytest.approx(3.3, abs=0.05)
    assert found["ended_at"] is not None
    async with client.get("/api/v1/vessels/encounters.geojson") as answer:
        (feature,) = (await answer.json(content_type=None))["features"]
    assert feature["geometry"]["coordinates"] == [LON, pytest.approx(LAT, abs=0.004)]
    async with client.get("/api/v1/vessels/encounters.atom") as answer:
        assert len(ET.fromstring(await answer.text())) == 6
    async with client.get("/vessels/encounters") as page:
        assert str(NEREID) in await page.text()


async def test_the_recorder_stops_when_it_is_told(db):
    recorder, over = EncounterRecorder(db), asyncio.Event()
    over.set()
    await asyncio.wait_for(recorder.run(over), 60)
