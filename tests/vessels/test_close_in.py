"""Ships that come as close as somebody wants to be told of: to one ship, in an area, at a port."""

import pytest
from hypothesis import given, strategies as st

from maritime_app.ids import uuid7
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.feed.events import ShipExpired
from maritime_app.vessels.neighbours.approach import Course, approach, is_close
from maritime_app.vessels.ship_alerts.detection import closings
from maritime_app.vessels.ship_alerts.detection.courses import MOST, Courses
from maritime_app.vessels.ship_alerts.model import Circle, Polygon
from tests.subscribed import act
from tests.vessels.alerts import KIEL, MINUTE, Feed, a_watch, address_of_alert, approaching
from tests.vessels.frames import AURORA, NEREID, NOON_MS

CLOSE = ShipEventKind.CLOSE
NORTH_OF_KIEL = Circle(KIEL.lat + 0.4, KIEL.lon, 20_000.0)  # where `approaching` is
JSON = {"email": "ada@example.org", "close": True}


def in_area(**more):
    return a_watch(CLOSE, **{"mmsi": None, "area": NORTH_OF_KIEL} | more)


def test_it_works():
    """Two ships meet in an area: its alert has them once, whichever is heard first."""
    feed = Feed(in_area())
    approaching(feed, range(12))
    (close,) = feed.alerts.waiting.events
    assert {close.mmsi, close.other_mmsi} == {AURORA, NEREID}
    assert close.metres == pytest.approx(200, abs=30)
    assert close.closest_at
    assert (close.closest_at - close.at).total_seconds() == pytest.approx(13.5 * 60, abs=60)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"close_miles": 0.1}, 0),  # 185 m; they pass at 200
        ({"close_miles": 0.25}, 1),
        ({"close_minutes": 5}, 0),  # they meet in a quarter of an hour
        ({"close_minutes": 15}, 1),
        ({"types": ("tanker",)}, 0),
        ({"area": Circle(KIEL.lat - 1.0, KIEL.lon, 20_000.0)}, 0),
        ({"area": Polygon(((54.7, 9.9), (54.7, 10.5), (55.1, 10.5), (55.1, 9.9)))}, 1),
        ({"mmsi": NEREID, "area": None}, 1),
        ({"mmsi": NEREID}, 1),
        ({"mmsi": AURORA + 1, "area": None}, 0),
    ],
)
def test_as_close_as_was_asked(wanted, told):
    feed = Feed(in_area(**wanted))
    approaching(feed, range(3))
    assert len(feed.told()) == told


def test_far_off_and_in_an_hour_if_that_was_asked():
    """Thirty kilometres apart, abreast at 3 km: in 48 minutes."""
    feed = Feed(a_watch(CLOSE, close_miles=2.0, close_minutes=60))
    approaching(feed, range(3), start_m=30_000.0, off_m=3_000.0)
    assert feed.told() == [CLOSE]


def test_each_alert_has_its_own_moment():
    """One wants half an hour's notice, one five minutes': both are told, one later."""
    early, late = in_area(), in_area(close_minutes=5)
    feed = Feed(early, late)
    approaching(feed, range(3))
    assert [one.alert_id for one in feed.alerts.waiting.events] == [early.id]
    approaching(feed, range(3, 13))
    assert [one.alert_id for one in feed.alerts.waiting.events] == [early.id, late.id]


def test_another_alert_that_is_switched_on_meanwhile_changes_nothing():
    watch = in_area()
    feed = Feed(watch)
    approaching(feed, range(1))
    feed.alerts.watch([watch, in_area(area=Circle(10.0, 10.0, 5_000.0))])
    approaching(feed, range(1, 3))
    assert feed.told() == [CLOSE]


def test_who_lies_still_or_has_gone_is_no_longer_looked_at():
    feed = Feed(in_area())
    feed.hear(0, 40_000, knots=10)
    assert feed.alerts.closings._own
    feed.hear(1, 40_300, knots=0.1)
    assert not feed.alerts.closings._own
    feed.hear(2, 40_300, knots=10)
    feed.alerts.handle(ShipExpired(feed.fleet.ships[AURORA]))
    assert not feed.alerts.closings._own
    feed.hear(3, 40_600, knots=10)
    feed.alerts.closings.expire(NOON_MS + 10 * MINUTE)
    assert not feed.alerts.closings._own


def test_a_followed_ship_leaves_nothing_behind_as_it_sails():
    """Over six degrees: who is near is looked for where it is, not where it was."""
    feed = Feed(a_watch(CLOSE))
    for minute in range(100):
        feed.hear(minute, minute * 6_000, knots=20)
    sea = feed.alerts.closings
    assert set(sea._around_ships.values()) == {1}
    assert len(sea._around_ships) == len(sea._around[AURORA][1])
    sea.forget(AURORA)
    assert not sea._around_ships


@given(
    st.floats(-70, 70), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(0.6, 30),
    st.floats(0, 360), st.floats(0.6, 30), st.floats(0, 360), st.integers(-170, 170),
    st.sampled_from([185.0, 926.0, 5_556.0]), st.sampled_from([300.0, 1_800.0, 3_600.0]),
)  # fmt: skip
def test_nobody_who_is_close_is_overlooked(
    lat, north, east, knots, course, speed, heading, late, metres, seconds
):
    """All at once as one by one, across the antimeridian, by reports of different moments."""
    own = Course(lat, 179.9, knots, course, NOON_MS - late * 1_000)
    there = (179.9 + east + 540.0) % 360.0 - 180.0
    other = Course(lat + north, there, speed, heading, NOON_MS)
    courses = Courses()
    courses.put(1, Course(-lat, 0.0, 10.0, 0.0, NOON_MS), metres, seconds)
    courses.put(7, own, metres, seconds)
    courses.drop(1)
    found = approach(own, other, NOON_MS)
    if is_close(found, own, other, metres=metres, seconds=seconds):
        assert courses.met_by(other, 180_000) == [7]
    elif found.cpa_m > 2.1 * metres and abs(knots - speed) > 0.1:
        assert courses.met_by(other, 180_000) == []


def test_a_crowd_leaves_room_for_other_alerts(monkeypatch):
    """Forty ships all meet in one place, within two alerts of three pairs at most."""
    monkeypatch.setattr(closings, "_MOST_PAIRS_OF_ALERT", 3)
    crowded, other = in_area(), in_area()
    feed = Feed(crowded, other)
    for minute in range(3):
        way = minute * 10 * 1852 / 60
        for number in range(20):
            feed.hear(minute, 40_000 + way, mmsi=AURORA + number, knots=10, course=0.0)
            feed.hear(minute, 44_000 - way, mmsi=NEREID + number, knots=10, course=180.0)
    told = [one.alert_id for one in feed.alerts.waiting.events]
    assert sorted(told, key=str) == sorted([crowded.id] * 3 + [other.id] * 3, key=str)
    feed.alerts.watch([other])
    assert feed.alerts.closings._pairs_of[crowded.id] == 0


def test_there_is_room_for_so_many_ships():
    courses = Courses()
    here = Course(54.0, 10.0, 10.0, 0.0, NOON_MS)
    assert all(courses.put(key, here, 926.0, 1_800.0) for key in range(MOST))
    assert not courses.put(MOST, here, 926.0, 1_800.0)
    courses.drop(0)
    assert courses.put(MOST, here, 926.0, 1_800.0)
    assert len(courses.met_by(Course(54.1, 10.0, 10.0, 180.0, NOON_MS), 1_000)) == MOST


@pytest.mark.parametrize(
    "where",
    [
        {"port": "DEKEL", "radius_m": 20_000},
        {"lat": 54.9, "lng": 10.2, "radius_m": 20_000},
        {"mmsi": AURORA},
    ],
)
async def test_asked_for_and_shown(client, resources, where):
    """By a program: its page, its mail's link and JSON say how close and how soon."""
    await add_port(resources)
    wanted = {"close_miles": 0.25, "close_minutes": 10}
    async with client.post("/api/v1/vessels/alerts", json=JSON | where | wanted) as answer:
        assert answer.status == 202, await answer.text()
    here = await address_of_alert(resources)
    await act(client, here, SubscriptionEvent.CONFIRM)
    async with client.get(f"/api/v1{here}") as answer:
        told = await answer.json()
    assert (told["close"], told["close_miles"], told["close_minutes"]) == (True, 0.25, 10)
    async with client.get(here) as page:
        assert "within 0.25 nm in the next 10 min" in " ".join((await page.text()).split())


async def test_the_form_of_a_port_begins_with_arrivals(client, resources):
    """Not with whoever sails through the circle around it."""
    await add_port(resources)
    async with client.get("/vessels/alerts/new?port=DEKEL") as page:
        text = " ".join((await page.text()).split())
        assert page.status == 200
    assert 'name="arrive" value="true" checked' in text
    assert 'name="enter" value="true" >' in text
    assert '<option value="0.5" selected>' in text
    assert '<option value="30" selected>' in text


async def add_port(resources):
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into port (id, code, unlocode, name, country, lat, lon, timezone, kind, source)"
            " values ($1, 'DEKEL', 'DEKEL', 'Kiel', 'DE', 54.5, 10.2, 'UTC', 'harbour', 'test')",
            uuid7(),
        )
