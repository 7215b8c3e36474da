"""What cannot be read, packed or stored costs itself: never its line, never what came beside it."""

from contextlib import asynccontextmanager
from typing import cast

import asyncpg
import pytest

from maritime_app import clock
from maritime_app.infra.db import Database
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.ais import decode as decoding
from maritime_app.vessels.events.refused_rows import store_rows
from maritime_app.vessels.feed import intake as intakes, publisher
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.model import FeedState, Motion, Rejection, Report, Source, StationKind
from tests.vessels.frames import AURORA, NEREID, NOON_MS, frame, position

SECOND_MS = 1_000


@pytest.fixture
def now(monkeypatch):
    """The clock, which a test moves on."""
    moment = {"ms": NOON_MS}
    monkeypatch.setattr(clock, "epoch_ms", lambda: moment["ms"])
    return moment


@pytest.fixture
def intake(now):
    return MergedFeed(60.0).intake("aisstream", Source.AISSTREAM)


def test_it_works(intake, monkeypatch):
    """One frame that we fail to decode, between two that are stored."""
    decode = decoding.decode

    def failing(body, now_ms):
        if body == b"poison":
            raise ZeroDivisionError
        return decode(body, now_ms)

    monkeypatch.setattr(intakes, "decode", failing)
    for body in (position(AURORA, 59.5, 24.5, NOON_MS), b"poison", position(NEREID, 37, 25, 1)):
        intake.take(body)
    assert intake.outcomes == {"stored": 2, Rejection.FAULT: 1}
    assert intake.state is FeedState.LIVE


def test_a_report_that_the_fleet_fails_on_costs_itself(intake):
    apply = intake._apply

    def failing(report, source):
        if report.mmsi == AURORA:
            raise OverflowError
        return apply(report, source)

    intake._apply = failing
    intake.take(position(AURORA, 59.5, 24.5, NOON_MS))
    intake.take(position(NEREID, 37.0, 25.0, NOON_MS))
    assert intake.outcomes == {Rejection.FAULT: 1, "stored": 1}


def test_a_report_that_cannot_be_packed_leaves_its_batch():
    ships = [Ship(mmsi, StationKind.CLASS_A) for mmsi in (AURORA, NEREID, 1)]
    for ship in ships:
        ship.motion, ship.at_ms = Motion(59.5, 24.5), NOON_MS
    ships[1].at_ms = -1
    before = tally["vessels_reports_not_packed"]
    assert [report.key for report in publisher._packed(ships)] == [AURORA, 1]
    assert tally["vessels_reports_not_packed"] == before + 1


def test_a_time_before_1970_is_none(intake):
    intake.take(position(AURORA, 59.5, 24.5, -1))
    assert intake.outcomes == {Rejection.BAD_TIME: 1}


def test_a_mother_ship_is_a_number_or_nobody(intake):
    """The field's four sides may be written with more digits than a ship can send."""
    size = {"A": 2_000_000_000, "B": 1, "C": 1, "D": 1}
    part = {"Valid": True, "ShipType": 36, "CallSign": "", "Dimension": size}
    sent = frame("StaticDataReport", NOON_MS, UserID=982_301_110, PartNumber=True, ReportB=part)
    report = decoding.decode(sent, NOON_MS)
    assert isinstance(report, Report)
    assert report.particulars is not None
    assert report.particulars.mothership is None


def test_a_clock_that_goes_back_hides_no_silence(intake, now):
    """An hour's step would say "live" for an hour."""
    intake.opened()
    intake.take(position(AURORA, 59.5, 24.5, NOON_MS))
    now["ms"] -= 3_600 * SECOND_MS
    assert not intake.is_silent()
    now["ms"] += 60 * SECOND_MS
    assert intake.is_silent()
    assert intake.state is FeedState.SILENT


def test_another_line_that_opens_hides_no_silence(intake, now):
    """A receiver that hangs up and is called again each minute would say "live" for ever."""
    intake.opened()
    intake.take(position(AURORA, 59.5, 24.5, NOON_MS))
    now["ms"] += 50 * SECOND_MS
    intake.opened()
    assert not intake.is_silent()
    assert intake.health().state is FeedState.LIVE
    now["ms"] += 15 * SECOND_MS
    assert not intake.is_silent()  # the new line may still speak
    assert intake.health().state is FeedState.SILENT


def test_a_line_on_which_garbage_goes_on_is_counted_and_not_cut(intake, now):
    intake.opened()
    for _ in range(200):
        now["ms"] += SECOND_MS
        intake.take(b"{")
        assert not intake.is_silent()
    assert intake.state is FeedState.UNUSABLE
    assert intake.outcomes == {Rejection.MALFORMED: 200}
    now["ms"] += 60 * SECOND_MS
    assert intake.is_silent()


class Table:
    """A database that takes no row with 13 in it."""

    def __init__(self):
        self.rows = []

    @asynccontextmanager
    async def acquire(self):
        yield self

    async def store(self, _conn, rows):
        if 13 in rows:
            raise asyncpg.DataError
        self.rows += rows


async def test_a_row_that_is_refused_costs_itself():
    table, before = Table(), tally["vessels_rows_refused"]
    await store_rows(cast(Database, table), table.store, range(40))
    assert table.rows == [number for number in range(40) if number != 13]
    assert tally["vessels_rows_refused"] == before + 1
