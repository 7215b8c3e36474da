"""The sandbox publishes a timetable, and how its boats go: for the product, and any reader."""

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from google.transit import gtfs_realtime_pb2 as specification
from gtfs_validator import cli as validator

from maritime_app import clock
from maritime_app.cli.commands import timetables as commands
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import pulling, service as editions
from maritime_app.ferries.timetables.updates import (
    asking,
    codec,
    pulling as updates_pulling,
    service as updates,
)
from maritime_app.ferries.timetables.updates.model import UpdatesRefused
from maritime_app.infra.upstreams.http import UpstreamError
from maritime_app.sandbox.gtfs import running, timetable

ATHENS = clock.zone("Europe/Athens")
CANCELED = specification.TripDescriptor.CANCELED


@pytest.fixture
def stopped(monkeypatch):
    """The clock stands still: no midnight comes in between."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def addresses(sandbox):
    """The timetable's, and that of how its boats go."""
    return f"{sandbox.url}/gtfs/feed.zip", f"{sandbox.url}/gtfs/realtime.pb"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the clocks of the boats' harbours."""
    return datetime.combine(day, time(hour, minute), ATHENS).astimezone(UTC)


async def test_it_works(client, resources, addresses, stopped):
    """The product's own puller reads all of it, and the board says it."""
    today = stopped.astimezone(ATHENS).date()
    zipped, live = addresses

    await commands.follow("sandbox", zipped, res=resources, realtime=live, alerts=live)

    async with client.get(f"/api/v1/ports/sandbox:ASTER/departures?date={today}") as answer:
        assert answer.status == 200, await answer.text()
        board = await answer.json()
    boats = {boat["listing"]["trip"]: boat["listing"] for boat in board["boats"]}
    assert len(boats) == 6
    assert all("(invented)" in boat["line"] for boat in boats.values())
    late, off = boats[timetable.LATE_TRIP]["live"], boats[timetable.CANCELLED_TRIP]["live"]
    assert datetime.fromisoformat(late["expected_departs_at"]) == at(today, 10, 25)
    assert off["cancelled"]
    assert not any(
        boat["live"]["cancelled"]
        for trip, boat in boats.items()
        if trip != timetable.CANCELLED_TRIP
    )
    (alert,) = board["alerts"]
    assert {each["language"] for each in alert["header"]} == {"en", "el"}
    assert (alert["effect"], alert["cause"]) == ("significant_delays", "weather")
    read = (await updates.followed(resources))["sandbox"]
    assert (read.unknown, read.added, read.left_out, read.error) == (0, 0, 0, "")
    assert await pulling.pull(resources, "sandbox") == "sandbox: not changed"


def test_the_validator_warns_of_nothing(tmp_path):
    path = tmp_path / "feed.zip"
    path.write_bytes(timetable.feed(timetable.first_day(running.today(clock.now()))))
    assert validator.main(["-i", str(path), "-o", str(tmp_path / "report")]) == 0
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["notices"] == []
    assert report["summary"]["counts"]["Trips"] == 12


async def test_who_has_it_already_gets_nothing(http, addresses):
    zipped, _live = addresses
    async with http.get(zipped) as answer:
        headers, body = answer.headers, await answer.read()
    assert body.startswith(b"PK")
    cases = [
        ({"If-None-Match": headers["ETag"]}, 304),
        ({"If-None-Match": f"W/{headers['ETag']}"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}, 200),
        ({"If-Modified-Since": headers["Last-Modified"]}, 304),
        ({"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
    ]
    for conditions, status in cases:
        async with http.get(zipped, headers=conditions) as answer:
            assert (answer.status, answer.headers["ETag"]) == (status, headers["ETag"]), conditions


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("broken", UpstreamError, "500"),
        ("empty", Invalid, "refused"),
        ("damaged", Invalid, "not a zip file"),
    ],
)
async def test_a_bad_file_takes_no_boat_away(
    resources, addresses, switch, stopped, fault, error, words
):
    zipped, _live = addresses
    await pulling.follow(resources, "sandbox", zipped)
    await switch({"gtfs": {"feed": fault}})

    with pytest.raises(error, match=words):
        await pulling.pull(resources, "sandbox")

    _feed, found = await editions.editions(resources, "sandbox")
    assert "active" in {each.state.value for each in found}
    await switch({"gtfs": {"feed": ""}})
    assert (await pulling.pull(resources, "sandbox")).startswith("sandbox: ")


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("broken", UpstreamError, "500"),
        ("empty", UpdatesRefused, "empty"),
        ("garbage", UpdatesRefused, "no GTFS-Realtime feed"),
        ("differential", UpdatesRefused, "DIFFERENTIAL"),
        ("old", UpdatesRefused, "older"),
    ],
)
async def test_bad_news_lose_none_that_were_read(
    resources, addresses, switch, stopped, fault, error, words
):
    zipped, live = addresses
    await commands.follow("sandbox", zipped, res=resources, realtime=live)
    before = (await updates.followed(resources))["sandbox"]
    await switch({"gtfs": {"realtime": fault}})

    with pytest.raises(error, match=words):
        await updates_pulling.follow(resources, "sandbox", live)

    after = (await updates.followed(resources))["sandbox"]
    assert (after.matched, after.said_at) == (before.matched, before.said_at)
    assert words in after.error


async def test_slow_answers_come_after_the_seconds_that_are_set(
    resources, http, addresses, switch, monkeypatch
):
    zipped, live = addresses
    await pulling.follow(resources, "sandbox", zipped)
    slow = {"feed": "slow", "realtime": "slow", "slow_seconds": 0.01}
    await switch({"gtfs": slow})
    for address in addresses:
        async with http.get(address) as answer:
            assert answer.status == 200

    await switch({"gtfs": {"slow_seconds": 60}})
    monkeypatch.setattr(asking, "_DEADLINE_SECONDS", 0.2)
    with pytest.raises(UpstreamError):
        await updates_pulling.follow(resources, "sandbox", live)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), http.get(zipped):
            pass


HOURS = [
    at(day, hour)
    for day in (date(2026, 11, 27), date(2026, 11, 30), date(2027, 3, 28), date(2026, 10, 25))
    for hour in (0, 1, 5, 6, 12, 23)
]


@pytest.mark.parametrize("now", HOURS, ids=str)
def test_every_hour_has_the_boats_of_its_day(now):
    """Also on Mondays, when the week is a new one, and on the days on which clocks change."""
    today = now.astimezone(ATHENS).date()
    made = specification.FeedMessage.FromString(running.feed(now, now))
    updates = [each.trip_update for each in made.entity if each.HasField("trip_update")]

    days: dict[str, set[str]] = {}
    for each in updates:
        days.setdefault(each.trip.start_date, set()).add(each.trip.trip_id)
    everything = {boat.trip for boat in timetable.boats()}
    assert days.pop(f"{today:%Y%m%d}") == everything
    at_sea = days.pop(f"{today - timedelta(days=1):%Y%m%d}", set())
    assert days == {}
    arrives_at = at(today - timedelta(days=1), 22, 30) + timedelta(hours=7)
    assert ("night-out-22" in at_sea) == (now <= arrives_at)
    assert timetable.first_day(today) <= today - timedelta(days=1)
    off = {each.trip.trip_id for each in updates if each.trip.schedule_relationship == CANCELED}
    assert off == {timetable.CANCELLED_TRIP}
    late = {
        each.trip.trip_id
        for each in updates
        for stop in each.stop_time_update
        if stop.arrival.delay
    }
    assert late == {timetable.LATE_TRIP}
    (alert,) = (each.alert for each in made.entity if each.HasField("alert"))
    (span,) = alert.active_period
    assert span.start <= now.timestamp() < span.end
    assert len(codec.message(running.feed(now, now), now).alerts) == 1


def test_its_times_are_those_of_its_timetable():
    """On the day on which clocks change, too: counted from noon minus 12 h."""
    day = date(2027, 3, 28)
    made = specification.FeedMessage.FromString(running.feed(at(day, 12), at(day, 12)))
    (late,) = (
        each.trip_update
        for each in made.entity
        if each.trip_update.trip.trip_id == timetable.LATE_TRIP
    )
    assert late.stop_time_update[0].departure.time == at(day, 10, 25).timestamp()


async def test_its_page_says_where_it_is_and_its_switches_what_they_do(http, sandbox, addresses):
    async with http.get(sandbox.url) as answer:
        page = await answer.text()
    assert all(address in page for address in addresses)
    async with http.get(f"{sandbox.url}/control") as answer:
        assert 'aria-describedby="gtfs.realtime-help"' in await answer.text()
