"""What publishers of timetables tell travellers, read from the alerts of their GTFS-Realtime.

What publishers send is written with the specification's own bindings.
"""

import csv
import io
from contextlib import suppress
from datetime import timedelta

import pytest
from google.transit import gtfs_realtime_pb2 as specification
from hypothesis import given, strategies as st

from maritime_app import clock
from maritime_app.cli.commands import timetables as commands
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.model import Wording, in_language
from maritime_app.ferries.timetables.updates import codec, jobs, pulling
from maritime_app.ferries.timetables.updates.alerts import pulling as alerts_pulling, service
from maritime_app.ferries.timetables.updates.model import UpdatesRefused
from tests import signed_in
from tests.ferries.feeds import ISLAND, feed
from tests.ferries.realtime import DAY, NOW, message, publishing

SPOKEN = specification.Alert
AGENCIES = {
    "agency.txt": ISLAND["agency.txt"] + "B,Bay Boats,https://bay.example,Europe/Athens,\n",
    "routes.txt": ISLAND["routes.txt"] + "Q,B,8,Bay line,4\n",
    "stops.txt": ISLAND["stops.txt"]
    + "h,Harbour,36.00,24.00,1,,\nh1,Pier 1,36.00,24.00,0,h,\nh2,Pier 2,36.001,24.00,0,h,\n"
    + "e,Epsilon,36.30,24.10,0,,\n",
    "trips.txt": ISLAND["trips.txt"] + "Q,S,U,Epsilon\nQ,S,V,Epsilon\n",
    "stop_times.txt": ISLAND["stop_times.txt"]
    + "U,09:00:00,09:00:00,h1,1\nU,10:00:00,10:00:00,e,2\n"
    + "V,11:00:00,11:00:00,h2,1\nV,12:00:00,12:00:00,e,2\n",
}


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """The clock stands still until it is told to go on."""
    now = [NOW]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def go_on(by):
        now[0] += by

    return go_on


def alert(*entities, header=(("en", "Strike"),), description=(), url=(), periods=(), **more):
    """An alert about these entities: mappings of a selector's fields, `trip` of a trip's."""
    made = SPOKEN(**more)
    for each in entities:
        made.informed_entity.add(**each)
    fields = (
        (made.header_text, header),
        (made.description_text, description),
        (made.url, url),
    )
    for field, texts in fields:
        for language, text in texts:
            one = field.translation.add(text=text)
            if language:
                one.language = language
    for start, end in periods:
        one = made.active_period.add()
        if start:
            one.start = int(start.timestamp())
        if end:
            one.end = int(end.timestamp())
    return made


def late(seconds):
    """An update of the island line's trip."""
    made = specification.TripUpdate(delay=seconds)
    made.trip.trip_id, made.trip.start_date = "T", "20261126"
    return made


@pytest.fixture
async def publisher():
    async with publishing() as made:
        yield made


@pytest.fixture
async def isle(resources, tmp_path):
    """The island line and the bay line are shown."""

    async def shown(changes=None, **wish):
        file = feed(tmp_path, {**AGENCIES, **(changes or {})})
        await editions.import_file(resources, file, editions.Wish("isle", **wish))

    await shown()
    return shown


async def board(client, code="isle:a", kind="departures", day=DAY):
    async with client.get(f"/api/v1/ports/{code}/{kind}?date={day}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def told(client, code="isle:a", **more):
    """The headers on a port's board, and those with each of its boats."""
    shown = await board(client, code, **more)
    words = [each["header"][0]["text"] for each in shown["alerts"]]
    boats = [
        [one["header"][0]["text"] for one in each["listing"]["alerts"]] for each in shown["boats"]
    ]
    return words, boats


async def search(client, origin, destination, day=DAY):
    asked = {"from": origin, "to": destination, "date": str(day), "adults": 1}
    async with client.get("/api/v1/ferries/search", params=asked) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_it_works(client, resources, isle, publisher):
    publisher.say(
        alert(
            {"route_id": "R"},
            header=[("en", "Strike"), ("el", "Απεργία")],
            description=[("en", "No boats until noon.")],
            url=[("en", "https://island.example/strike")],
            periods=[(NOW - timedelta(hours=1), NOW + timedelta(hours=7))],
            cause=SPOKEN.STRIKE,
            effect=SPOKEN.NO_SERVICE,
            severity_level=SPOKEN.SEVERE,
        )
    )

    said = await alerts_pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 1 alerts, 0 about nothing here, 0 left out"
    shown = {
        "id": "A0",
        "feed": "isle",
        "publisher": "Bay Boats, Island Boats",
        "effect": "no_service",
        "cause": "strike",
        "severity": "severe",
        "header": [
            {"language": "en", "text": "Strike"},
            {"language": "el", "text": "Απεργία"},
        ],
        "description": [{"language": "en", "text": "No boats until noon."}],
        "url": [{"language": "en", "text": "https://island.example/strike"}],
        "periods": [{"from_at": "2026-11-26T04:00:00Z", "until": "2026-11-26T12:00:00Z"}],
        "until": "2026-11-26T12:00:00Z",
        "said_at": "2026-11-26T05:00:00Z",
        "read_at": "2026-11-26T05:00:00Z",
    }
    there = await board(client)
    assert there["alerts"] == [shown]
    assert there["boats"][0]["listing"]["alerts"] == [shown]
    (offer,) = (await search(client, "isle:a", "isle:d"))["outbound"]
    assert offer["listing"]["alerts"] == [shown]


async def test_pages_say_who_says_so_in_the_readers_language(client, resources, isle, publisher):
    publisher.say(
        alert(
            {"trip": {"trip_id": "T"}},
            header=[("en", "Rough sea <b>"), ("el", "Τρικυμία")],
            url=[("", "https://island.example/x"), ("en", "javascript:alert(1)")],
            effect=SPOKEN.DETOUR,
        ),
        alert({"stop_id": "a"}, header=[("en", "Pier closed")]),
    )
    await alerts_pulling.follow(resources, "isle", publisher.address)

    for address in (
        "/ferries/departures?port=isle:a&date=2026-11-26",
        "/ferries?from=isle:a&to=isle:d&date=2026-11-26&adults=1",
    ):
        async with client.get(f"{address}&lang=en") as answer:
            page = await answer.text()
        assert page.count("Rough sea &lt;b&gt;") == 1, address
        assert page.count("Pier closed") == 1, address
        assert "Another way than usual" in page
        assert "said by Bay Boats, Island Boats, " in page
        assert 'href="https://island.example/x"' in page
        assert "javascript:" not in page
        async with client.get(f"{address}&lang=el") as answer:
            assert 'lang="el"><bdi>Τρικυμία' in await answer.text()

    async with client.get("/api/v1/ports/isle:a/departures.csv?date=2026-11-26") as answer:
        (row,) = csv.DictReader(io.StringIO(await answer.text()))
    assert row["alerts"] == "Rough sea <b> | Pier closed"


CONCERNS = [
    # What an alert speaks of; the boards that say it, and the boats of which it is said.
    ({"route_id": "R"}, "a b c d", "T"),
    ({"agency_id": "A"}, "a b c d", "T"),
    ({"agency_id": "A", "route_id": "Q"}, "", ""),
    ({"agency_id": "elsewhere"}, "", ""),
    ({"route_type": 4}, "a b c d h e", "T U V"),
    ({"route_type": 3}, "", ""),
    ({"trip": {"trip_id": "U"}}, "", "U"),
    ({"trip": {"trip_id": "other"}}, "", ""),
    ({"stop_id": "a"}, "a", "T"),
    ({"stop_id": "h"}, "h", "U V"),
    ({"stop_id": "h2"}, "h", "V"),
    ({"stop_id": "e"}, "e", "U V"),
    ({"stop_id": "nowhere"}, "", ""),
    ({"stop_id": "a", "route_id": "Q"}, "a", ""),
    ({}, "a b c d h e", "T U V"),
]


@pytest.mark.parametrize(("entity", "ports", "trips"), CONCERNS)
async def test_it_stands_where_it_concerns_something(
    client, resources, isle, publisher, entity, ports, trips
):
    publisher.say(alert(entity))
    await alerts_pulling.follow(resources, "isle", publisher.address)

    boards = {code: await board(client, f"isle:{code}") for code in "abcdhe"}
    assert [code for code, shown in boards.items() if shown["alerts"]] == ports.split()
    boats = {
        boat["listing"]["trip"]: boat["listing"]["alerts"]
        for code in "ah"
        for boat in boards[code]["boats"]
    }
    assert sorted(trip for trip, alerts in boats.items() if alerts) == trips.split()
    shown = (await service.followed(resources))["isle"]
    assert (shown.kept > 0) == bool(ports or trips)
    assert shown.kept + shown.elsewhere == 1


# The ferry between Alpha and Beta: two boats there, one back, and one that goes about so often.
TO_AND_FRO = {
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,direction_id\n"
    "R,S,T,Beta,0\nR,S,O,Beta,0\nR,S,B,Alpha,1\nQ,S,U,Epsilon,0\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T,08:00:00,08:00:00,a,1\nT,10:00:00,10:00:00,b,2\n"
    "O,12:00:00,12:00:00,a,1\nO,13:00:00,13:00:00,b,2\n"
    "B,14:00:00,14:00:00,b,1\nB,15:00:00,15:00:00,a,2\n"
    "U,09:00:00,09:00:00,h1,1\nU,10:00:00,10:00:00,e,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "O,12:00:00,13:30:00,1800,0\n",
}
THERE, BACK = ["T 08", "O 12", "O 12", "O 13"], ["B 14"]
DIRECTIONS = [
    # What an alert speaks of; where it stands: on departures, on arrivals; with which boats.
    ({"route_id": "R", "direction_id": 0}, "a", "b", THERE),
    ({"route_id": "R", "direction_id": 1}, "b", "a", BACK),
    ({"trip": {"route_id": "R", "direction_id": 1}}, "b", "a", BACK),
    ({"route_id": "R", "direction_id": 0, "stop_id": "b"}, "", "b", THERE),
    ({"route_id": "R"}, "a b", "a b", THERE + BACK),
    ({"route_id": "Q", "direction_id": 1}, "", "", []),
    ({"trip": {"trip_id": "O"}}, "", "", THERE[1:]),
    ({"trip": {"trip_id": "O", "start_time": "13:00:00"}}, "", "", THERE[3:]),
    ({"trip": {"trip_id": "O", "start_time": "13:10:00"}}, "", "", THERE[3:]),
    ({"trip": {"trip_id": "O", "start_time": "13:31:00"}}, "", "", []),
    ({"trip": {"trip_id": "O", "start_time": "12:00:00", "start_date": "20261127"}}, "", "", []),
    ({"trip": {"trip_id": "T", "start_time": "08:01:00"}}, "", "", THERE[:1]),
    ({"trip": {"route_id": "R", "direction_id": 0, "start_time": "08:00:00"}}, "", "", THERE[:1]),
]


@pytest.mark.parametrize(("entity", "leaving", "arriving", "boats"), DIRECTIONS)
async def test_directions_and_runs_are_told_apart(
    client, resources, isle, publisher, entity, leaving, arriving, boats
):
    await isle(TO_AND_FRO, accept_loss=True)
    publisher.say(alert(entity))
    await alerts_pulling.follow(resources, "isle", publisher.address)

    departures = {code: await board(client, f"isle:{code}") for code in "ab"}
    arrivals = {code: await board(client, f"isle:{code}", "arrivals") for code in "ab"}

    assert [code for code, shown in departures.items() if shown["alerts"]] == leaving.split()
    assert [code for code, shown in arrivals.items() if shown["alerts"]] == arriving.split()
    for boards in (departures, arrivals):
        told = [
            f"{each['listing']['trip']} {each['listing']['run_start'] // 3600:02}"
            for code in "ab"
            for each in boards[code]["boats"]
            if each["listing"]["alerts"]
        ]
        assert sorted(told) == sorted(boats)


async def test_a_timetable_without_directions_has_it_at_both(client, resources, isle, publisher):
    plain = TO_AND_FRO["trips.txt"].replace("direction_id", "other")
    await isle({**TO_AND_FRO, "trips.txt": plain}, accept_loss=True)
    publisher.say(alert({"route_id": "R", "direction_id": 1}))
    await alerts_pulling.follow(resources, "isle", publisher.address)

    for code in "ab":
        shown = await board(client, f"isle:{code}")
        assert all(each["listing"]["alerts"] for each in shown["boats"])
        assert shown["alerts"]


async def test_it_ends_with_its_period(client, resources, isle, publisher, time):
    hour = timedelta(hours=1)
    publisher.say(
        alert({"stop_id": "a"}, header=[("", "for an hour")], periods=[(None, NOW + hour)]),
        alert({"stop_id": "a"}, header=[("", "always")]),
        alert(
            {"stop_id": "a"},
            header=[("", "tomorrow")],
            periods=[(NOW + 24 * hour, NOW + 26 * hour)],
        ),
        alert({"stop_id": "a"}, header=[("", "over")], periods=[(None, NOW - hour)]),
    )
    await alerts_pulling.follow(resources, "isle", publisher.address)

    words, boats = await told(client)
    assert words == ["for an hour", "always"]
    assert boats == [["always"]]  # the boat leaves when the hour is over
    words, boats = await told(client, day=DAY + timedelta(days=1))
    assert (words, boats) == (["always", "tomorrow"], [["always", "tomorrow"]])
    time(2 * hour)
    assert (await told(client))[0] == ["always"]
    time(hour)
    await resources.cache.bump([service.ALERTS_TAG])  # as half a minute that passes
    assert (await told(client))[0] == []  # nobody knows whether it still holds
    words, _boats = await told(client, day=DAY + timedelta(days=1))
    assert words == ["tomorrow"]


async def test_alerts_come_with_the_trips(client, resources, isle, publisher):
    publisher.say(alert({"route_id": "R"}), late(600))

    said = await pulling.follow(resources, "isle", publisher.address)

    assert said.endswith("left out; 1 alerts, 0 about nothing here, 0 left out")
    (boat,) = (await board(client))["boats"]
    assert boat["listing"]["live"]["expected_departs_at"] == "2026-11-26T06:10:00Z"
    assert len(boat["listing"]["alerts"]) == 1
    publisher.say(late(600))  # taken back
    await jobs.pull_realtime(resources)
    assert await told(client) == ([], [[]])

    publisher.say(alert({"route_id": "R"}))
    await jobs.pull_realtime(resources)
    await pulling.unfollow(resources, "isle")
    assert await service.followed(resources) == {}
    assert await told(client) == ([], [[]])


async def test_an_address_of_their_own_comes_before_the_trips(client, resources, isle, publisher):
    publisher.say(alert({"route_id": "R"}))
    await alerts_pulling.follow(resources, "isle", publisher.address)
    async with publishing() as other:
        other.say(alert({"route_id": "R"}, header=[("", "with the trips")]), late(60))
        await pulling.follow(resources, "isle", other.address)
        await jobs.pull_realtime(resources)

    assert (await told(client))[0] == ["Strike"]
    assert len(publisher.asked) == 2


async def test_who_has_nothing_new_is_asked_for_nothing(client, resources, isle, publisher, time):
    publisher.headers = {"ETag": '"v1"'}
    publisher.say(alert({"stop_id": "x"}))
    await alerts_pulling.follow(resources, "isle", publisher.address)
    time(timedelta(minutes=90))
    assert await jobs.pull_realtime(resources) == "isle: its alerts have not changed"
    assert publisher.asked == [None, '"v1"']
    assert (await service.followed(resources))["isle"].read_at == clock.now()

    # Another edition has the stop: what was left aside is asked for again.
    time(timedelta(minutes=1))
    more = {"stops.txt": AGENCIES["stops.txt"].replace("\na,", "\nx,")}
    calls = {"stop_times.txt": AGENCIES["stop_times.txt"].replace(",a,1", ",x,1")}
    await isle({**more, **calls}, accept_loss=True)
    assert "1 alerts" in await jobs.pull_realtime(resources)
    assert (await told(client, "isle:x"))[0] == ["Strike"]


async def test_what_cannot_be_read_loses_nothing(client, resources, isle, publisher, time):
    publisher.say(alert({"stop_id": "a"}))
    await alerts_pulling.follow(resources, "isle", publisher.address)
    publisher.body = b"<html>"
    assert "no GTFS-Realtime feed" in await jobs.pull_realtime(resources)
    publisher.status = 503
    for _minute in range(4):
        assert "answers 503" in await jobs.pull_realtime(resources)
    asked = len(publisher.asked)
    assert "left alone" in await jobs.pull_realtime(resources)
    assert len(publisher.asked) == asked
    kept = (await service.followed(resources))["isle"]
    assert (kept.failures, kept.kept) == (5, 1)
    assert (await told(client))[0] == ["Strike"]


async def test_a_timetable_that_was_moved_has_no_alerts(client, resources, isle, publisher):
    over = {
        "calendar.txt": ISLAND["calendar.txt"].replace("20260101,20281231", "20250101,20251231")
    }
    await isle(over, shift_to=DAY, accept_loss=True)
    publisher.say(alert({"route_id": "R"}), alert({}))

    said = await alerts_pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 0 alerts, 2 about nothing here, 0 left out"
    assert await told(client) == ([], [[]])


async def test_what_is_kept_is_bounded(client, resources, isle, publisher, monkeypatch):
    long = [("en", "x" * 10_000)]
    publisher.say(*(alert({"stop_id": "a"}, header=long, description=long) for _each in range(40)))
    monkeypatch.setattr(alerts_pulling, "_MOST_BYTES", 100_000)
    monkeypatch.setattr(alerts_pulling, "_MOST_ALERTS", 25)

    said = await alerts_pulling.follow(resources, "isle", publisher.address)

    assert said == "isle: 25 alerts, 0 about nothing here, 15 left out"
    monkeypatch.setattr(alerts_pulling, "_MOST_BYTES", 10_000)
    assert "isle: 2 alerts" in await jobs.pull_realtime(resources)
    (shown, _other) = (await board(client))["alerts"]
    assert len(shown["header"][0]["text"]) == 300
    assert len(shown["description"][0]["text"]) == 3_000


@pytest.mark.parametrize("name", ["agency_id", "route_id", "stop_id"])
def test_an_id_with_nul_costs_its_alert_alone(name):
    said = message(alert({name: "x\0"}), alert({"stop_id": "a"})).SerializeToString()

    read = codec.message(said, NOW)

    assert (len(read.alerts), read.alerts_left_out) == (1, 1)


def test_one_bad_alert_loses_no_other():
    silent = alert({"stop_id": "a"}, header=())
    backwards = alert({}, periods=[(NOW, NOW - timedelta(hours=1))])
    sideways = alert({"route_id": "R", "direction_id": 2})
    never = alert({"trip": {"trip_id": "T", "start_time": "8 o'clock"}})
    body = message(silent, alert({}), backwards, sideways, never).SerializeToString()

    read = codec.message(body, NOW)

    assert [each.id for each in read.alerts] == ["A1"]
    assert (read.alerts_left_out, read.left_out) == (4, 0)


GOOD = message(
    alert({"trip": {"trip_id": "T"}}, periods=[(NOW, None)]), late(5)
).SerializeToString()


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_byte_is_more_than_refused(place, byte):
    body = bytearray(GOOD)
    body[place] = byte
    with suppress(UpdatesRefused):
        codec.message(bytes(body), NOW)


WORDINGS = (Wording("de-AT", "Streik"), Wording("en", "Strike"), Wording("", "Απεργία"))


@pytest.mark.parametrize(
    ("wordings", "language", "text"),
    [
        (WORDINGS, "de", "Streik"),
        (WORDINGS, "en", "Strike"),
        (WORDINGS, "fr", "Απεργία"),
        (WORDINGS[:2], "fr", "Strike"),
        (WORDINGS[:1], "fr", "Streik"),
        ((), "fr", None),
    ],
)
def test_the_readers_language_comes_first(wordings, language, text):
    found = in_language(wordings, language)
    assert (found.text if found else None) == text


async def test_only_a_feed_that_is_there_is_followed(resources, publisher):
    with pytest.raises(NotFound):
        await alerts_pulling.follow(resources, "isle", publisher.address)
    with pytest.raises(NotFound):
        await alerts_pulling.unfollow(resources, "isle")
    with pytest.raises(Invalid):
        await alerts_pulling.follow(resources, "isle", "file:///etc/passwd")


async def test_the_command_line_follows_and_lets_go(capsys, resources, isle, publisher):
    publisher.say(alert({}))
    await commands.follow_alerts("isle", publisher.address, res=resources)
    await commands.list_feeds(res=resources)
    await commands.follow_alerts("isle", res=resources)

    read = capsys.readouterr()
    said = " ".join(f"{read.out} {read.err}".split())
    assert "isle: 1 alerts" in said
    assert f"{publisher.address}: read" in said
    assert "no alerts are read there any more" in said
    assert await service.followed(resources) == {}


async def test_programs_see_how_it_goes(client, resources, isle, publisher):
    publisher.say(alert({}), alert({"stop_id": "nowhere"}))
    await alerts_pulling.follow(resources, "isle", publisher.address)
    headers = await signed_in.token(resources, "admin")
    async with client.get("/api/v1/timetables", headers=headers) as answer:
        (listed,) = (await answer.json())["feeds"]
    assert (listed["alerts"]["kept"], listed["alerts"]["elsewhere"]) == (1, 1)
    async with client.get("/api/v1/timetables/isle", headers=headers) as answer:
        assert (await answer.json())["alerts"] == listed["alerts"]


async def test_staff_see_how_it_goes(client, resources, isle, publisher):
    publisher.say(alert({}))
    await alerts_pulling.follow(resources, "isle", publisher.address)
    publisher.body = b"<html>"
    await jobs.pull_realtime(resources)
    await signed_in.come_in(client, resources)
    async with client.get("/admin/timetables/isle") as answer:
        page = await answer.text()
    assert publisher.address in page
    assert "It was not read the last time" in page
