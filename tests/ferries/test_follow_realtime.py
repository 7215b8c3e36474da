"""How the boats of others' timetables go, read from their publishers' GTFS-Realtime.

What publishers send is written with the specification's own bindings.
"""

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from google.transit import gtfs_realtime_pb2 as specification
from hypothesis import given, strategies as st
from msgspec import structs

from maritime_app import clock
from maritime_app.cli.commands import timetables as commands
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.updates import asking, codec, jobs, pulling, running, service
from maritime_app.ferries.timetables.updates.model import (
    PlannedCall,
    PlannedTrip,
    UpdatesRefused,
)
from maritime_app.infra.upstreams.http import UpstreamError
from tests import signed_in
from tests.ferries.feeds import ISLAND, edited, feed
from tests.ferries.realtime import DAY, NOW, message, publishing

LEAVES = datetime(2026, 11, 26, 6, tzinfo=UTC)
TRIP = specification.TripDescriptor
STOP = specification.TripUpdate.StopTimeUpdate


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """The clock stands still until it is told to go on."""
    now = [NOW]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def go_on(by):
        now[0] += by

    return go_on


def update(*stops, trip="T", day="20261126", state=TRIP.SCHEDULED, **more):
    """An update of the island line's trip."""
    made = specification.TripUpdate(**more)
    made.trip.trip_id, made.trip.start_date = trip, day
    made.trip.schedule_relationship = state
    made.stop_time_update.extend(stops)
    return made


def at(stop_id="", sequence=None, *, arrival=None, departure=None, state=STOP.SCHEDULED):
    """What is said of a call: seconds late, or an instant."""
    made = STOP(schedule_relationship=state)
    if stop_id:
        made.stop_id = stop_id
    if sequence is not None:
        made.stop_sequence = sequence
    for event, said in ((made.arrival, arrival), (made.departure, departure)):
        if isinstance(said, datetime):
            event.time = int(said.timestamp())
        elif said is not None:
            event.delay = said
    return made


@pytest.fixture
async def publisher():
    async with publishing() as made:
        yield made


@pytest.fixture
async def isle(resources, tmp_path):
    """The island line is shown."""

    async def shown(changes=None, **wish):
        wanted = editions.Wish("isle", **wish)
        await editions.import_file(resources, feed(tmp_path, changes), wanted)

    await shown()
    return shown


async def board(client, code="isle:a", kind="departures", day=DAY):
    async with client.get(f"/api/v1/ports/{code}/{kind}?date={day}") as answer:
        assert answer.status == 200, await answer.text()
        return (await answer.json())["boats"]


async def search(client, origin, destination, day=DAY):
    asked = {"from": origin, "to": destination, "date": str(day), "adults": 1}
    async with client.get("/api/v1/ferries/search", params=asked) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def one(resources):
    return (await service.followed(resources))["isle"]


async def test_it_works(client, resources, isle, publisher):
    publisher.say(update(at("a", 1, departure=600)))

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 1 matched, 0 unknown, 0 added, 0 left out"
    (boat,) = await board(client)
    assert boat["at"] == "2026-11-26T06:00:00Z"
    assert boat["expected_at"] == "2026-11-26T06:10:00Z"
    assert boat["listing"]["live"] == {
        "cancelled": False,
        "departure_skipped": False,
        "arrival_skipped": False,
        "expected_departs_at": "2026-11-26T06:10:00Z",
        "expected_arrives_at": "2026-11-26T12:10:00Z",
        "said_at": "2026-11-26T05:00:00Z",
    }
    (arriving,) = await board(client, "isle:d", "arrivals")
    assert arriving["expected_at"] == "2026-11-26T12:10:00Z"
    (tomorrows,) = await board(client, day=DAY + timedelta(days=1))
    assert tomorrows["expected_at"] is tomorrows["listing"]["live"] is None


async def test_the_board_and_the_table_of_it_say_who_says_so(client, resources, isle, publisher):
    publisher.say(update(at("b", 2, state=STOP.SKIPPED), delay=900))
    await pulling.follow(resources, "isle", publisher.address)

    async with client.get("/ferries/departures?port=isle:a&date=2026-11-26") as answer:
        page = await answer.text()
    assert "now 08:15" in page
    assert "said by Island Boats, " in page
    async with client.get("/api/v1/ports/isle:a/departures.csv?date=2026-11-26") as answer:
        (row,) = csv.DictReader(io.StringIO(await answer.text()))
    assert (row["expected_at"], row["said_at"]) == (
        "2026-11-26T08:15+02:00",
        "2026-11-26T05:00:00Z",
    )

    async with client.get("/ferries/departures?port=isle:b&date=2026-11-26") as answer:
        page = await answer.text()
    assert "does not call here" in page
    assert "Cancelled" not in page


async def test_a_cancelled_boat_is_offered_by_nothing(client, resources, isle, publisher):
    publisher.say(update(state=TRIP.CANCELED))
    await pulling.follow(resources, "isle", publisher.address)

    (boat,) = await board(client)
    assert (boat["status"], boat["expected_at"]) == ("cancelled", None)
    (offer,) = (await search(client, "isle:a", "isle:d"))["outbound"]
    assert (offer["bookable"], offer["why_not"]) == (False, "cancelled")
    assert offer["listing"]["live"]["cancelled"]
    asked = "/ferries?from=isle:a&to=isle:d&date=2026-11-26&adults=1"
    async with client.get(asked) as answer:
        page = await answer.text()
    assert "Cancelled by the operator" in page
    assert "said by Island Boats" in page


async def test_a_call_that_is_skipped_is_offered_at_neither_end(client, resources, isle, publisher):
    publisher.say(update(at("a", 1, departure=60), at("c", 3, state=STOP.SKIPPED)))
    await pulling.follow(resources, "isle", publisher.address)

    for ends, why in (("ac", "cancelled"), ("cd", "cancelled"), ("ad", "timetable_only")):
        (offer,) = (await search(client, *(f"isle:{end}" for end in ends)))["outbound"]
        assert offer["why_not"] == why, ends
    (boat,) = await board(client, "isle:a")
    assert boat["status"] == "scheduled"
    assert [stop["skipped"] for stop in boat["listing"]["via"]] == [False, True]
    (boat,) = await board(client, "isle:c")
    assert boat["status"] == "cancelled"
    assert boat["listing"]["live"]["departure_skipped"]


CONNECTING = {
    "routes.txt": ISLAND["routes.txt"] + "R2,A,8,Onward line,4\n",
    "stops.txt": ISLAND["stops.txt"] + "e,Epsilon,35.30,26.10,0,,\n",
    "trips.txt": ISLAND["trips.txt"] + "R2,S,T2,Epsilon\nR2,S,T3,Epsilon\n",
    "stop_times.txt": ISLAND["stop_times.txt"]
    + "T2,15:00:00,15:00:00,d,1\nT2,17:00:00,17:00:00,e,2\n"
    + "T3,19:00:00,19:00:00,d,1\nT3,21:00:00,21:00:00,e,2\n",
}


async def test_a_boat_that_is_late_misses_what_leaves_before(client, resources, isle, publisher):
    await isle(CONNECTING)
    await pulling.follow(resources, "isle", publisher.address)
    journey = (await search(client, "isle:a", "isle:e"))["outbound_connections"][0]
    assert journey["legs"][1]["sailing"]["listing"]["trip"] == "T2"

    publisher.say(update(delay=2 * 3600))
    await jobs.pull_realtime(resources)
    await resources.cache.bump(["timetables"])  # as a minute that passes

    journey = (await search(client, "isle:a", "isle:e"))["outbound_connections"][0]
    assert journey["legs"][1]["sailing"]["listing"]["trip"] == "T3"


async def test_what_is_not_in_the_timetable_is_counted(client, resources, isle, publisher):
    publisher.say(
        update(trip="X"),
        update(day="20300101"),  # no service
        update(trip="new", state=TRIP.ADDED),
        update(at("b", arrival=LEAVES - timedelta(days=9))),  # as no ship sails
        update(day="2026"),
        update(at("a", departure=60), day=""),
    )

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 1 matched, 2 unknown, 1 added, 2 left out"
    (boat,) = await board(client)
    assert boat["expected_at"] == "2026-11-26T06:01:00Z"


async def test_a_trip_that_replaces_one_calls_where_it_says(client, resources, isle, publisher):
    """All of its stops are said, in its own order: at the others nobody waits for it."""
    late = LEAVES + timedelta(minutes=20)
    stops = at("a", 7, departure=late), at("d", 8, arrival=late + timedelta(hours=6))
    publisher.say(update(*stops, state=TRIP.REPLACEMENT))

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 1 matched, 0 unknown, 0 added, 0 left out"
    (boat,) = await board(client)
    assert boat["expected_at"] == "2026-11-26T06:20:00Z"
    assert [stop["skipped"] for stop in boat["listing"]["via"]] == [True, True]


async def test_trips_of_one_name_are_told_apart_by_their_days(client, resources, isle, publisher):
    """Of the edition that begins tomorrow, and of the one that sails until then."""
    tomorrow = DAY + timedelta(days=1)
    at_nine = edited("stop_times.txt", "T,08:00:00,08:00:00,a", "T,09:00:00,09:00:00,a")
    begins = edited("calendar.txt", "20260101", f"{tomorrow:%Y%m%d}")
    said = f"feed_publisher_name,feed_start_date\nIsland,{tomorrow:%Y%m%d}\n"
    await isle({**at_nine, **begins, "feed_info.txt": said})
    late = at("a", 1, departure=60)
    publisher.say(update(late), update(late, day=f"{tomorrow:%Y%m%d}"))

    told = await pulling.follow(resources, "isle", publisher.address)

    assert told == "isle: 2 matched, 0 unknown, 0 added, 0 left out"
    for day, sails in ((DAY, "2026-11-26T06:01:00Z"), (tomorrow, "2026-11-27T07:01:00Z")):
        assert [boat["expected_at"] for boat in await board(client, day=day)] == [sails]


async def test_a_run_of_frequencies_is_told_by_its_time(client, resources, isle, publisher):
    rows = "trip_id,start_time,end_time,headway_secs\nT,08:00:00,11:00:00,3600\n"
    await isle({"frequencies.txt": rows}, accept_loss=True)
    late, vague = update(delay=600), update()
    late.trip.start_time = "09:00:00"
    publisher.say(late, vague)

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said.startswith("isle: 1 matched, 1 unknown")
    times = [boat["expected_at"] for boat in await board(client)]
    assert times == [None, "2026-11-26T07:10:00Z", None]


async def test_a_timetable_that_was_moved_has_no_live_boats(client, resources, isle, publisher):
    """Its boats do not sail on these days: no publisher speaks of them."""
    over = edited("calendar.txt", "20260101,20281231", "20250101,20251231")
    await isle(over, shift_to=DAY, accept_loss=True)
    publisher.say(update(delay=600))

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said.startswith("isle: 0 matched, 1 unknown")
    (boat,) = await board(client)
    assert boat["listing"]["live"] is None


GOOD = message(update(at("a", departure=600), at("b", arrival=60))).SerializeToString()
BAD = [
    (b"", "empty"),
    (b"<!doctype html><title>Sorry</title>", "no GTFS-Realtime feed"),
    (b'{"header": {}}', "no GTFS-Realtime feed"),
    (b"PK\x03\x04" + bytes(60), "no GTFS-Realtime feed"),
    (b"\x12\x00", "no header"),
    (bytes(60), "no GTFS-Realtime feed: a field of no number"),
    (GOOD[:-3], "no GTFS-Realtime feed"),
    (message(kind=specification.FeedHeader.DIFFERENTIAL).SerializeToString(), "DIFFERENTIAL"),
    (message(at=NOW - timedelta(seconds=1)).SerializeToString(), "older than the one"),
    (message(at=NOW + timedelta(hours=1)).SerializeToString(), "in the future"),
]


@pytest.mark.parametrize(("body", "words"), BAD, ids=[words for _body, words in BAD])
async def test_what_cannot_be_read_loses_nothing(client, resources, isle, publisher, body, words):
    publisher.say(update(delay=600))
    await pulling.follow(resources, "isle", publisher.address)
    publisher.body = body

    assert words in await jobs.pull_realtime(resources)

    kept = await one(resources)
    assert words in kept.error
    assert (kept.matched, kept.failures) == (1, 1)
    (boat,) = await board(client)
    assert boat["expected_at"] == "2026-11-26T06:10:00Z"

    publisher.say(update(delay=1200))
    await jobs.pull_realtime(resources)
    kept = await one(resources)
    assert (kept.error, kept.failures) == ("", 0)


@given(st.binary(max_size=300) | st.builds(lambda end: GOOD[:end], st.integers(0, len(GOOD) - 1)))
def test_no_bytes_are_more_than_refused(body):
    with suppress(UpdatesRefused):
        assert codec.message(body, NOW).said_at <= NOW


def test_one_bad_entity_loses_no_other():
    made = message(update(trip="before"), update(trip="broken"), update(trip="after"))
    body = made.SerializeToString().replace(b"broken", b"\xff\xfe\xff\xfe\xff\xfe")

    read = codec.message(body, NOW)

    assert [each.trip for each in read.updates] == ["before", "after"]
    assert read.left_out == 1


def test_an_id_with_nul_costs_its_update_alone():
    """No database holds one: asked for, it failed, and with it what every publisher said."""
    said = message(update(trip="T\0"), update(at("a\0", departure=60)), update(trip="after"))

    read = codec.message(said.SerializeToString(), NOW)

    assert [each.trip for each in read.updates] == ["after"]
    assert read.left_out == 2


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
            st.integers(-3600, 86_400),
            st.integers(0, 2**31 - 1),
            st.sampled_from([TRIP.SCHEDULED, TRIP.ADDED, TRIP.CANCELED]),
        ),
        max_size=5,
    )
)
def test_what_the_bindings_write_is_read(written):
    updates = [
        update(at("s", order, arrival=late), trip=trip, state=state)
        for trip, late, order, state in written
    ]

    read = codec.message(message(*updates).SerializeToString(), NOW)

    assert (read.said_at, read.left_out) == (NOW, 0)
    found = [
        (each.trip, event.delay if event else None, stop.sequence, int(each.state))
        for each in read.updates
        for stop in each.stops
        for event in [stop.arrival]
    ]
    assert found == written


PLANNED = PlannedTrip(
    "T",
    "Europe/Athens",
    [8 * 3600],
    [DAY],
    [
        PlannedCall(1, "a", 0, 0),
        PlannedCall(5, "b", 7200, 7800),
        PlannedCall(6, "a", 14_400, 15_000),
        PlannedCall(9, "d", 21_600, 21_600),
    ],
    [None],
)
NONE = (None, None)
CARRIED = [
    # What is said, and seconds late (arrival, departure) at each call; "-" where it is skipped.
    ([], [NONE] * 4),
    ([at("a", 1, departure=60)], [(None, 60), (60, 60), (60, 60), (60, 60)]),
    ([at("b", 5, arrival=120)], [NONE, (120, 120), (120, 120), (120, 120)]),
    ([at("b", 5, departure=120)], [NONE, (None, 120), (120, 120), (120, 120)]),
    (
        [at("a", 1, departure=60), at("b", 5, arrival=90, departure=0), at("d", 9, arrival=-30)],
        [(None, 60), (90, 0), (0, 0), (-30, -30)],
    ),
    (
        [at("a", 1, departure=60), at("b", 5, state=STOP.SKIPPED)],
        [(None, 60), "-", (60, 60), (60, 60)],
    ),
    (
        [at("a", 1, departure=60), at("b", 5, state=STOP.NO_DATA), at("d", 9, arrival=5)],
        [(None, 60), NONE, NONE, (5, 5)],
    ),
    ([at("a", 1, departure=60), at("b", 5)], [(None, 60), (60, 60), (60, 60), (60, 60)]),
    (
        [at(sequence=6, arrival=LEAVES + timedelta(seconds=14_430))],
        [NONE, NONE, (30, 30), (30, 30)],
    ),
    # Twice at one stop: by its order, or in turn.
    ([at("a", 6, arrival=60)], [NONE, NONE, (60, 60), (60, 60)]),
    ([at("a", departure=10), at("a", arrival=60)], [(None, 10), (10, 10), (60, 60), (60, 60)]),
    ([at("elsewhere", departure=10)], [NONE] * 4),
]


@pytest.mark.parametrize(("stops", "late"), CARRIED)
def test_a_delay_holds_until_something_else_is_said(stops, late):
    (found,) = codec.message(message(update(*stops)).SerializeToString(), NOW).updates

    run = running.running(found, PLANNED, DAY, 8 * 3600)

    assert [
        "-"
        if call.skipped
        else tuple(
            None if expected is None else (expected - planned).total_seconds()
            for planned, expected in (
                (call.arrives_at, call.expected_arrives_at),
                (call.departs_at, call.expected_departs_at),
            )
        )
        for call in run.calls
    ] == late


def test_an_edition_of_before_the_order_was_kept_is_told_by_its_stops():
    calls = [structs.replace(call, sequence=None) for call in PLANNED.calls]
    said = update(at("a", 1, departure=60), at("a", 6, state=STOP.SKIPPED), at(sequence=9))
    (found,) = codec.message(message(said).SerializeToString(), NOW).updates

    run = running.running(found, structs.replace(PLANNED, calls=calls), DAY, 8 * 3600)

    assert [call.skipped for call in run.calls] == [False, False, True, False]
    assert run.calls[0].expected_departs_at == LEAVES + timedelta(minutes=1)


def test_a_delay_of_the_trip_holds_for_all_of_it():
    body = message(update(at("b", 5, arrival=0), delay=300)).SerializeToString()
    (found,) = codec.message(body, NOW).updates

    calls = running.running(found, PLANNED, DAY, 8 * 3600).calls

    late = [timedelta(minutes=5), *[timedelta()] * 3]
    assert [call.expected_departs_at for call in calls] == [
        call.departs_at + by for call, by in zip(calls, late, strict=True)
    ]


async def test_what_is_old_is_not_live(client, resources, isle, publisher, time):
    """A time holds for minutes, a cancellation for hours."""
    publisher.say(update(delay=600))
    await pulling.follow(resources, "isle", publisher.address)
    await pulling.unfollow(resources, "isle")
    (boat,) = await board(client)
    assert boat["listing"]["live"] is None

    await pulling.follow(resources, "isle", publisher.address)
    time(timedelta(minutes=6))
    (boat,) = await board(client)
    assert boat["expected_at"] is boat["listing"]["live"] is None

    publisher.say(update(state=TRIP.CANCELED), at=NOW + timedelta(minutes=1))
    await jobs.pull_realtime(resources)
    for passed, status in ((timedelta(hours=1), "cancelled"), (timedelta(hours=2), "scheduled")):
        time(passed)
        await resources.cache.bump([service.UPDATES_TAG])  # as half a minute that passes
        (boat,) = await board(client)
        assert boat["status"] == status


async def test_who_has_nothing_new_is_asked_for_nothing(resources, isle, publisher):
    publisher.headers = {"ETag": '"v1"'}
    publisher.say(update(delay=600))
    await pulling.follow(resources, "isle", publisher.address)

    assert await jobs.pull_realtime(resources) == "isle: not changed"

    assert publisher.asked == [None, '"v1"']
    assert (await one(resources)).matched == 1


async def test_who_does_not_answer_is_left_alone(resources, isle, publisher, time):
    assert await jobs.pull_realtime(resources) == "no feed has realtime updates"
    await pulling.follow(resources, "isle", publisher.address)
    publisher.status = 503
    for _minute in range(5):
        assert "answers 503" in await jobs.pull_realtime(resources)
    asked = len(publisher.asked)

    assert "left alone" in await jobs.pull_realtime(resources)
    assert len(publisher.asked) == asked
    time(timedelta(minutes=6))
    publisher.headers = {"Retry-After": "120"}
    await jobs.pull_realtime(resources)
    assert (await one(resources)).rest_until == clock.now() + timedelta(seconds=120)


async def test_too_many_boats_are_refused(resources, isle, publisher, monkeypatch):
    publisher.say(update(delay=60))
    await pulling.follow(resources, "isle", publisher.address)
    monkeypatch.setattr(pulling, "_MOST_KEPT_BYTES", 100)
    assert "too many boats" in await jobs.pull_realtime(resources)
    assert (await one(resources)).matched == 1


async def test_an_answer_is_bounded(resources, isle, publisher):
    publisher.body = bytes(asking.MOST_BYTES + 1)
    with pytest.raises(UpstreamError, match="larger"):
        await pulling.follow(resources, "isle", publisher.address)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "x", "https://" + "x" * 1000])
async def test_an_address_is_of_the_web(resources, isle, address):
    with pytest.raises(Invalid):
        await pulling.follow(resources, "isle", address)


async def test_only_a_feed_that_is_there_is_followed(resources, publisher):
    with pytest.raises(NotFound):
        await pulling.follow(resources, "isle", publisher.address)
    with pytest.raises(NotFound):
        await pulling.unfollow(resources, "isle")


@pytest.fixture
async def broken(resources, isle, publisher):
    """A trip of the timetable and one that it does not have; then nonsense."""
    publisher.say(update(), update(trip="X"))
    await pulling.follow(resources, "isle", publisher.address)
    publisher.body = b"<html>"
    await jobs.pull_realtime(resources)


async def test_the_command_line_follows_and_lets_go(capsys, resources, isle, publisher):
    publisher.say(update(), update(trip="X"))
    await commands.follow_updates("isle", publisher.address, res=resources)
    await commands.list_feeds(res=resources)
    await commands.follow_updates("isle", res=resources)

    read = capsys.readouterr()
    said = " ".join(f"{read.out} {read.err}".split())

    assert "isle: 1 matched, 1 unknown" in said
    assert f"{publisher.address}: read" in said
    assert "no realtime updates are read any more" in said
    assert await service.followed(resources) == {}


@pytest.mark.usefixtures("broken")
async def test_programs_see_how_it_goes(client, resources):
    headers = await signed_in.token(resources, "admin")
    async with client.get("/api/v1/timetables", headers=headers) as answer:
        (listed,) = (await answer.json())["feeds"]
    assert (listed["realtime"]["matched"], listed["realtime"]["unknown"]) == (1, 1)
    assert "no GTFS-Realtime feed" in listed["realtime"]["error"]
    async with client.get("/api/v1/timetables/isle", headers=headers) as answer:
        assert (await answer.json())["realtime"] == listed["realtime"]


@pytest.mark.usefixtures("broken")
async def test_staff_see_how_it_goes(client, resources, publisher):
    await signed_in.come_in(client, resources)
    async with client.get("/admin/timetables") as answer:
        assert "not read" in await answer.text()
    async with client.get("/admin/timetables/isle") as answer:
        page = await answer.text()
    assert "It was not read the last time" in page
    assert publisher.address in page
