"""The feed announces typed events to its subscribers, in order; none can break the feed."""

import asyncio

import pytest

from maritime_app import clock
from maritime_app.vessels.codes.flags import integrity_of
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ReportRejected,
    ShipExpired,
    VoyageChanged,
)
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.model import FeedState, Rejection, Source
from tests.vessels.frames import AURORA, frame, position

DAY_MS = 86_400_000


class Listener:
    """A subscriber that remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[FeedEvent] = []

    def handle(self, event: FeedEvent) -> None:
        self.events.append(event)

    async def run(self, over: asyncio.Event) -> None:
        await over.wait()

    def kinds(self) -> list[type]:
        return [type(event) for event in self.events]


class Broken(Listener):
    """A detector with a fault."""

    def handle(self, event: FeedEvent) -> None:
        raise ZeroDivisionError


def subscribed(*subscribers):
    """A feed with one source, whose events they hear."""
    feed = MergedFeed(60.0)
    for subscriber in subscribers:
        feed.announcer.subscribe(subscriber)
    return feed, feed.intake("test", Source.AISSTREAM)


def test_it_works():
    listener, at_ms = Listener(), clock.epoch_ms()
    _, intake = subscribed(listener)
    intake.take(frame("ShipStaticData", at_ms, Name="AURORA BOREALIS", Type=60))
    intake.take(position(AURORA, 59.5, 24.5, at_ms))
    intake.take(position(AURORA, 59.501, 24.5, at_ms + 1))
    assert listener.kinds() == [
        VoyageChanged,
        PositionReported,
        FeedStateChanged,
        PositionReported,
    ]
    first, second = listener.events[1], listener.events[3]
    assert isinstance(first, PositionReported)
    assert isinstance(second, PositionReported)
    assert (first.previous, first.previous_ms) == (None, 0)
    assert (second.previous, second.previous_ms) == (first.report.motion, at_ms)
    assert second.ship.motion is second.report.motion


def test_a_rejected_report_is_announced_with_its_reason():
    listener, at_ms = Listener(), clock.epoch_ms()
    _, intake = subscribed(listener)
    intake.take(position(AURORA, 59.5, 24.5, at_ms))
    intake.take(position(AURORA, 30.0, -40.0, at_ms + 1))
    last = listener.events[-1]
    assert isinstance(last, ReportRejected)
    assert last.reason is Rejection.JUMP
    assert intake.outcomes == {"stored": 1, "implausible_jump": 1}


def test_what_changes_nothing_announces_nothing():
    listener, at_ms = Listener(), clock.epoch_ms()
    _, intake = subscribed(listener)
    for second in range(3):
        intake.take(frame("ShipStaticData", at_ms + second, Name="AURORA BOREALIS", Type=60))
    assert listener.kinds() == [VoyageChanged]
    assert intake.outcomes["stored"] == 3


def test_a_new_ship_type_changes_the_group():
    listener, at_ms = Listener(), clock.epoch_ms()
    _, intake = subscribed(listener)
    intake.take(frame("ShipStaticData", at_ms, Name="AURORA BOREALIS"))
    intake.take(frame("ShipStaticData", at_ms + 1, Name="AURORA BOREALIS", Type=60))
    changes = [event for event in listener.events if isinstance(event, VoyageChanged)]
    assert [change.regrouped for change in changes] == [False, True]


def test_a_ship_not_heard_for_a_day_expires():
    listener, at_ms = Listener(), clock.epoch_ms()
    feed, intake = subscribed(listener)
    intake.take(position(AURORA, 59.5, 24.5, at_ms))
    feed.expire(at_ms + DAY_MS + 1)
    last = listener.events[-1]
    assert isinstance(last, ShipExpired)
    assert last.ship.mmsi == AURORA
    assert not feed.fleet.ships


def test_the_state_of_the_feed_is_announced_when_it_turns():
    listener = Listener()
    _, intake = subscribed(listener)
    intake.opened()
    intake.take(position(AURORA, 59.5, 24.5, clock.epoch_ms()))
    intake.turn(FeedState.SILENT, "nothing arrives")
    intake.turn(FeedState.SILENT, "nothing arrives")
    states = [event.state for event in listener.events if isinstance(event, FeedStateChanged)]
    assert states == [FeedState.CONNECTING, FeedState.LIVE, FeedState.SILENT]


def test_what_comes_together_is_told_in_order_and_as_it_was():
    listener, at_ms = Listener(), clock.epoch_ms() - 20_000
    _, intake = subscribed(Broken(), listener)
    places = [(at_ms, 59.5), (at_ms + 10_000, 59.501), (at_ms + 20_000, 59.516)]  # 320 knots
    intake.take_all([position(AURORA, lat, 24.5, each_ms) for each_ms, lat in places])
    told = [event for event in listener.events if isinstance(event, PositionReported)]
    assert [(event.report.at_ms, event.motion.lat) for event in told] == places
    assert [integrity_of(event.flags) for event in told[1:]] == ["plausible", "doubtful"]
    assert integrity_of(told[0].ship.flags) == "doubtful"  # the ship itself is as of now


def test_what_came_before_a_refusal_is_told():
    listener = Listener()
    _, intake = subscribed(listener)
    frames = [position(AURORA, 59.5, 24.5, clock.epoch_ms()), b'{"error": "too many"}']
    with pytest.raises(aisstream.Ended):
        intake.take_all([*frames, position(AURORA, 59.501, 24.5, clock.epoch_ms())])
    assert listener.kinds().count(PositionReported) == 1


def test_a_subscriber_with_a_fault_does_not_end_the_feed():
    listener, at_ms = Listener(), clock.epoch_ms()
    _, intake = subscribed(Broken(), listener)
    for second in range(5):
        intake.take(position(AURORA, 59.5 + second / 1000, 24.5, at_ms + second))
    assert listener.kinds().count(PositionReported) == 5
    assert intake.outcomes["stored"] == 5
