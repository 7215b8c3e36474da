"""Alerts of port calls, gaps, encounters and close ships: what has happened, and to whom."""

import pytest

from maritime_app import clock
from maritime_app.ids import uuid7
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.events.model import EventShip, ShipEvent, ShipEventKind
from maritime_app.vessels.feed.events import ShipExpired
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import FeedState, Source
from maritime_app.vessels.ship_alerts.jobs import tell_ship_alerts
from maritime_app.vessels.ship_alerts.model import Circle
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder
from tests.subscribed import act, written
from tests.vessels.alerts import MINUTE, Feed, a_watch, address_of_alert, approaching
from tests.vessels.frames import AURORA, NEREID, NOON_MS

MOORED = NavigationStatus.MOORED
ARRIVE, DEPART = ShipEventKind.ARRIVE, ShipEventKind.DEPART
GAP, ENCOUNTER, CLOSE = ShipEventKind.GAP, ShipEventKind.ENCOUNTER, ShipEventKind.CLOSE


def test_it_works():
    """A ship arrives and leaves: the alert has both, with the port, as one visit."""
    feed = Feed(a_watch(ARRIVE, DEPART))
    feed.call()
    arrived, left = feed.alerts.waiting.events
    assert (arrived.kind, left.kind) == (ARRIVE, DEPART)
    assert arrived.visit_id == left.visit_id
    assert (arrived.port_code, left.port_code, arrived.is_quiet) == ("DEKEL", "DEKEL", False)
    assert arrived.not_before
    assert (arrived.at - arrived.not_before).total_seconds() == 600


def test_it_is_told_once_however_often_it_swings():
    """At the quay it sheers, and drifts out to 3.5 km at anchor: neither is leaving."""
    feed = Feed(a_watch(ARRIVE, DEPART))
    feed.hear(0, 9_000, knots=12)
    for minute in range(20, 90):
        feed.hear(minute, 2_900 if minute % 2 else 3_500, knots=0.1 if minute % 2 else 0.4)
    assert feed.told() == [ARRIVE]


def test_who_lay_there_when_it_was_first_heard_has_not_arrived():
    feed = Feed(a_watch(ARRIVE, DEPART))
    feed.hear(0, 100, status=MOORED)
    feed.hear(10, 110, status=MOORED)
    assert (feed.noted(), feed.told()) == ([ARRIVE], [])
    feed.hear(40, 4_600, knots=8)
    assert feed.told() == [DEPART]


def test_who_passes_by_has_not_arrived():
    feed = Feed(a_watch(ARRIVE, DEPART))
    for minute, metres in ((0, 9_000), (20, 2_000), (40, -4_600)):
        feed.hear(minute, metres, knots=12)
    assert feed.noted() == []


@pytest.mark.parametrize("flag", [Flag.NOT_MEASURED, Flag.BAD_CLOCK])
def test_no_arrival_stands_on_a_distrusted_position(flag):
    """Seen outside by a position that nobody believes: it may have lain there all the time."""
    feed = Feed(a_watch(ARRIVE))
    feed.hear(0, 9_000, knots=12, flags=flag)
    feed.hear(20, 100, status=MOORED)
    assert feed.told() == []


def test_an_arrival_while_the_feed_was_silent_is_told_to_nobody():
    feed = Feed(a_watch(ARRIVE))
    feed.hear(0, 9_000, knots=12)
    feed.turn(FeedState.SILENT, 1)
    feed.turn(FeedState.LIVE, 61)
    feed.hear(61, 100, status=MOORED)
    assert (feed.noted(), feed.told()) == ([ARRIVE], [])


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"mmsi": NEREID}, 0),
        ({"mmsi": None, "port_code": "DEKEL", "area": Circle(54.5, 10.2, 500.0)}, 1),
        ({"mmsi": None, "port_code": "DKCPH", "area": Circle(54.5, 10.2, 500.0)}, 0),
        ({"mmsi": None, "area": Circle(54.5, 10.2, 500.0)}, 1),
        ({"mmsi": None, "area": Circle(50.0, 10.2, 500.0)}, 0),
        ({"mmsi": None, "area": Circle(54.5, 10.2, 500.0), "types": ("tanker",)}, 0),
        ({"area": Circle(50.0, 10.2, 500.0)}, 0),
    ],
)
def test_whose_alert_it_is(more, count):
    """One ship anywhere or in an area; every ship of a type at a port or in an area."""
    feed = Feed(a_watch(ARRIVE, **more))
    feed.call()
    assert len(feed.told()) == count


def test_a_gap_is_told_when_it_is_over():
    """Five hours, while another one was heard near by."""
    feed = Feed(a_watch(GAP))
    feed.hear(0, 30_000, knots=12)
    for minute in range(0, 300, 10):
        feed.hear(minute, 20_000 + minute, mmsi=NEREID, knots=0.5)
    feed.hear(300, 90_000, knots=12)
    (gap,) = feed.alerts.waiting.events
    assert (gap.kind, gap.is_quiet, gap.mmsi) == (GAP, False, AURORA)
    assert gap.not_before
    assert (gap.at - gap.not_before).total_seconds() == 5 * 3600


def test_a_gap_is_told_while_it_goes_on_and_not_again_at_its_end():
    feed = Feed(a_watch(GAP))
    feed.hear(0, 30_000, knots=12)
    for minute in range(0, 250, 10):
        feed.hear(minute, 20_000 + minute, mmsi=NEREID, knots=0.5)
    feed.gaps.find_missing(NOON_MS + 250 * MINUTE)
    assert feed.told() == [GAP]
    feed.hear(300, 90_000, knots=12)
    assert feed.told() == [GAP]


def test_a_gap_where_nobody_was_heard_is_told_to_nobody():
    feed = Feed(a_watch(GAP))
    feed.hear(0, 30_000, knots=12)
    feed.hear(300, 90_000, knots=12)
    assert (feed.noted(), feed.told()) == ([GAP], [])


def test_a_ship_that_was_dropped_is_told_of_once(monkeypatch):
    monkeypatch.setattr(clock, "epoch_ms", lambda: NOON_MS + 1_440 * MINUTE)
    feed = Feed(a_watch(GAP))
    feed.hear(0, 30_000, knots=12)
    for recorder in feed.recorders:
        recorder.handle(ShipExpired(feed.fleet.ships[AURORA]))
    assert feed.noted() == [GAP]
    feed.fleet = Fleet()
    feed.hear(1_500, 90_000, knots=12)
    assert feed.noted() == [GAP]


def test_two_ships_that_lie_beside_one_another_are_told_of_once():
    feed = Feed(a_watch(ENCOUNTER), a_watch(ENCOUNTER, mmsi=NEREID))
    for minute in range(150):
        drift = minute % 2
        feed.hear(minute, 60_000 + drift, knots=0.4)
        feed.hear(minute + 0.25, 60_300 + drift, mmsi=NEREID, knots=0.4)
    first, second = feed.alerts.waiting.events
    assert (first.kind, first.mmsi, first.other_mmsi) == (ENCOUNTER, AURORA, NEREID)
    assert (second.kind, second.mmsi, second.other_mmsi) == (ENCOUNTER, NEREID, AURORA)
    assert first.metres == pytest.approx(300, abs=15)


def test_a_ship_that_comes_close_is_told_once_with_when_and_how_close():
    """Nine kilometres apart at 20 knots: in a quarter of an hour they are 200 m apart."""
    feed = Feed(a_watch(CLOSE))
    approaching(feed, range(12))
    (close,) = feed.alerts.waiting.events
    assert (close.kind, close.mmsi, close.other_mmsi) == (CLOSE, AURORA, NEREID)
    assert close.metres == pytest.approx(200, abs=30)
    assert close.closest_at
    assert (close.closest_at - close.at).total_seconds() == pytest.approx(13.5 * 60, abs=60)


@pytest.mark.parametrize(
    "more",
    [
        {"off_m": 1_500.0},  # passes at a distance
        {"start_m": 30_000.0, "minutes": range(5)},  # later than in half an hour
        {"north_m": 0.0, "start_m": 2_000.0},  # in a harbour, at first
        {"minutes": range(1)},  # said by one report only
    ],
)
def test_that_is_not_close(more):
    feed = Feed(a_watch(CLOSE))
    minutes = more.pop("minutes", range(3))
    approaching(feed, minutes, **more)
    assert feed.noted() == []


def test_who_turns_away_and_back_is_told_of_once():
    """For a few minutes they would pass at a mile, then at 200 m again."""
    feed = Feed(a_watch(CLOSE))
    approaching(feed, range(3))
    approaching(feed, range(3, 6), off_m=1_700.0)
    approaching(feed, range(6, 9))
    assert feed.noted() == [CLOSE]


def test_a_watched_ship_that_is_not_believed_comes_close_to_nobody():
    feed = Feed(a_watch(CLOSE))
    feed.hear(0, 40_000, knots=10)
    feed.hear(1, 40_300, knots=10, flags=Flag.NOT_MEASURED)
    for minute in range(1, 4):
        feed.hear(minute + 0.1, 46_000 - 300 * minute, mmsi=NEREID, knots=10, course=180.0)
    assert feed.noted() == []


def test_an_alert_that_is_over_is_told_nothing():
    feed = Feed(a_watch(CLOSE, ARRIVE))
    approaching(feed, range(1))
    feed.alerts.watch([])
    approaching(feed, range(1, 9))
    feed.call(100)
    assert feed.noted() == []


JSON = {"email": "ada@example.org", "mmsi": AURORA, "arrive": True}


async def test_one_ship_is_followed_everywhere(client, resources):
    """Asked for without a place, confirmed, told by mail; the same arrival a second time is not."""
    asked = JSON | {"close": True, "gap": True}
    async with client.post("/api/v1/vessels/alerts", json=asked) as answer:
        assert answer.status == 202, await answer.text()
    here = await address_of_alert(resources)
    await act(client, here, SubscriptionEvent.CONFIRM)
    recorder = AlertRecorder(resources.db)
    await recorder.refresh()
    arrived = an_event(ARRIVE, port="DEKEL")
    for _time in range(2):  # as after a restart
        recorder.happened(arrived)
        await recorder.waiting.write(resources.db)
    recorder.happened(an_event(CLOSE, EventShip(NEREID, 0, "NEREID"), metres=231.4))
    recorder.happened(an_event(DEPART))  # nobody asked for it
    await recorder.waiting.write(resources.db)
    assert await tell_ship_alerts(resources) == "2 told, 0 expired"
    assert await written(resources) == ["ship_alert_confirm", "ship_alert_news"]
    async with client.get(f"/api/v1{here}") as answer:
        told = await answer.json()
    assert (told["circle"], told["arrive"], told["depart"], told["close"]) == (
        None,
        True,
        False,
        True,
    )
    assert {
        (one["kind"], one["port"], one["other_ship"], one["metres"]) for one in told["events"]
    } == {
        ("arrive", "DEKEL", None, None),
        ("close", None, "NEREID", 231),
    }
    async with client.get(here) as page:
        text = await page.text()
        assert page.status == 200, text
    assert "everywhere" in text
    assert "has arrived in port" in text
    assert "NEREID, 231 m" in " ".join(text.split())
    async with client.get(f"/api/v1{here}.atom") as answer:
        assert b"comes close to another ship" in await answer.read()


async def test_a_pair_that_was_told_of_is_not_told_again_after_a_restart(client, resources):
    async with client.post("/api/v1/vessels/alerts", json=JSON | {"close": True}) as answer:
        assert answer.status == 202, await answer.text()
    await act(client, await address_of_alert(resources), SubscriptionEvent.CONFIRM)
    first = AlertRecorder(resources.db)
    await first.refresh()
    first.happened(an_event(CLOSE, EventShip(NEREID, 0), metres=200.0))
    await first.waiting.write(resources.db)

    feed = Feed(db=resources.db)
    await feed.alerts.refresh()
    now_minute = (clock.epoch_ms() - NOON_MS) / MINUTE
    approaching(feed, [now_minute, now_minute + 1])
    assert feed.noted() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mmsi": 0}, "port"),  # every ship everywhere
        ({"mmsi": 0, "port": "XXNIX"}, "port"),
        ({"mmsi": 0, "port": "DEKEL", "close": True}, "radius_m"),  # the harbour and no more
        ({"close": True, "close_miles": 5}, "close_miles"),
        ({"close": True, "close_minutes": 0}, "close_minutes"),
        ({"enter": True}, "port"),  # into what?
        ({"arrive": False}, "enter"),
        ({"lat": 54.5}, "port"),
    ],
)
async def test_what_cannot_be_is_named(client, wrong, field):
    async with client.post("/api/v1/vessels/alerts", json=JSON | wrong) as answer:
        assert answer.status == 422, await answer.text()
        assert f'"{field}"' in await answer.text()


async def test_the_form_of_a_ship_begins_with_its_port_calls(client):
    async with client.get(f"/vessels/alerts/new?mmsi={AURORA}") as page:
        text = " ".join((await page.text()).split())
        assert page.status == 200
    assert 'name="arrive" value="true" checked' in text
    assert 'name="enter" value="true" >' in text


def an_event(kind, *others, **more):
    """What the feed's leader has found of the watched ship just now."""
    at_ms = clock.epoch_ms()
    return ShipEvent(
        kind=kind,
        id=uuid7(),
        ships=(EventShip(AURORA, 0, "AURORA"), *others),
        source=Source.AISSTREAM,
        at_ms=at_ms,
        not_before_ms=at_ms - MINUTE,
        lat=54.5,
        lon=10.2,
        knots=0.1,
        **more,
    )
