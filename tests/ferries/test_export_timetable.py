"""Our own sailings as a GTFS feed: what journey planners read back is what we sail."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from google.transit import gtfs_realtime_pb2 as specification
from hypothesis import HealthCheck, given, settings, strategies as st

from maritime_app import clock
from maritime_app.cli.commands.timetables import export_gtfs
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import service as editions
from maritime_app.ferries.timetables.export import codec, service
from maritime_app.ferries.timetables.export.model import (
    ExportedChange,
    ExportedSailing,
    ExportedStop,
)
from maritime_app.ferries.timetables.gtfs import codec as gtfs
from maritime_app.ferries.timetables.gtfs.model import Transfer, TransferKind
from maritime_app.ferries.timetables.realtime import service as realtime
from maritime_app.ferries.timetables.told import AHEAD, cancelled_until
from maritime_app.ports import service as ports
from tests.factories import a_sailing
from tests.ferries.feeds import zipped_rows

OSLO = ExportedStop("NOOSL", "Oslo", 59.9, 10.7, "Europe/Oslo")
KIEL = ExportedStop("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")
ADDRESS = "/api/v1/ferries/gtfs.zip"


def sailing(departs_at: datetime, hours: float, **changes: Any) -> ExportedSailing:
    """Oslo to Kiel."""
    fields: dict[str, Any] = {
        "id": uuid4(),
        "operator_code": "NOR",
        "operator_name": "Northern Test Line",
        "operator_demo": False,
        "operator_website": None,
        "operator_phone": None,
        "operator_email": None,
        "route_code": "OK",
        "route_name": "Oslo - Kiel",
        "ferry": "Aurora Borealis",
        "origin": OSLO,
        "destination": KIEL,
        "departs_at": departs_at,
        "arrives_at": departs_at + timedelta(hours=hours),
        "cars_allowed": True,
        "bicycles_allowed": None,
        "currency": "EUR",
        "adult_minor": 8_950,
    }
    return ExportedSailing(**(fields | changes))


def read_back(body: bytes) -> list[tuple[datetime, datetime]]:
    """Departure and arrival of every trip, as the specification reads them."""
    days = {row["trip_id"]: row["service_id"] for row in zipped_rows(body, "trips.txt")}
    calls: dict[str, list[datetime]] = {}
    for row in zipped_rows(body, "stop_times.txt"):
        midnight = datetime.strptime(days[row["trip_id"]], "%Y%m%d").replace(tzinfo=UTC)
        hours, minutes, seconds = (int(part) for part in row["departure_time"].split(":"))
        calls.setdefault(row["trip_id"], []).append(
            midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        )
    return sorted((first, last) for first, last in calls.values())


async def test_it_works(client, db):
    await a_sailing(db)
    async with client.get(ADDRESS) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/zip"
        body, tag = await answer.read(), answer.headers["ETag"]

    (agency,) = zipped_rows(body, "agency.txt")
    assert (agency["agency_name"], agency["agency_timezone"]) == (
        "Northern Test Line (invented)",
        "Etc/UTC",
    )
    stops = {row["stop_id"]: row["stop_timezone"] for row in zipped_rows(body, "stops.txt")}
    assert stops == {"NOOSL": "Europe/Oslo", "DEKEL": "Europe/Berlin"}
    (trip,) = zipped_rows(body, "trips.txt")
    assert (trip["trip_headsign"], trip["cars_allowed"]) == ("Kiel", "1")
    async with client.get(ADDRESS, headers={"If-None-Match": tag}) as again:
        assert again.status == 304


async def test_harbours_and_boats_have_their_names_in_other_scripts(resources, db):
    await a_sailing(db)
    async with db.transaction() as conn:
        ids = await ports.port_ids(conn, ["DEKEL"])
        await ports.add_names(conn, [(ids["DEKEL"], "Κίελο")])

    body = await service.feed(resources)

    said = [tuple(row.values()) for row in zipped_rows(body, "translations.txt")]
    assert said == [
        ("stops", "stop_name", "el", "Κίελο", "DEKEL", ""),
        ("trips", "trip_headsign", "el", "Κίελο", "", "Kiel"),
        ("stops", "stop_name", "ar", "كيل", "DEKEL", ""),  # ours
        ("trips", "trip_headsign", "ar", "كيل", "", "Kiel"),
    ]


def test_of_an_invented_operator_nobody_is_sent_to_its_addresses():
    one = sailing(
        datetime(2026, 12, 1, tzinfo=UTC),
        20,
        operator_demo=True,
        operator_website="https://north.example",
        operator_email="help@north.example",
    )
    (agency,) = zipped_rows(codec.packed(codec.tables([one], "F", "https://ours")), "agency.txt")
    assert (agency["agency_url"], agency["agency_email"]) == ("https://ours", "")


async def test_what_is_imported_again_departs_at_the_same_times(resources, db, tmp_path):
    for days in (3.0, 4.5, 6.25):
        await a_sailing(db, days_ahead=days)
    path = tmp_path / "own.zip"
    path.write_bytes(await service.feed(resources))

    report = await editions.import_file(resources, path, editions.Wish("ours", None, 14, False))
    assert report.added == 3

    async with db.acquire() as conn:
        sailings = [
            row["departs_at"]
            for row in await conn.fetch("select departs_at from sailing order by departs_at")
        ]
    assert [departs for departs, _ in read_back(path.read_bytes())] == sailings


async def test_whole_days_are_in_it(resources, db):
    """Whoever reads it in the evening finds this morning's boats: its window begins with a day, and
    with the one of the first boat that has not arrived (Oslo to Kiel takes 20 hours).
    """
    today = datetime.combine(clock.now().date(), time(), UTC)
    # An hour after the midnight with which the feed begins, and the last minute before it.
    for departs in (today - timedelta(hours=23), today - timedelta(hours=24, minutes=1)):
        await a_sailing(db, days_ahead=(departs - clock.now()) / timedelta(days=1))

    body = await service.feed(resources)

    first = f"{today - timedelta(days=1):%Y%m%d}"
    assert [row["date"] for row in zipped_rows(body, "calendar_dates.txt")] == [first]
    (info,) = zipped_rows(body, "feed_info.txt")
    assert info["feed_start_date"] == first


async def test_every_boat_that_is_told_in_realtime_is_in_it(resources, db):
    """A boat that has been at sea for days, too, with the others of its day."""
    slow = await a_sailing(db, days_ahead=-3.0)
    async with db.transaction() as conn:
        departed = await conn.fetchval("select departs_at from sailing")
        await conn.execute("update sailing set arrives_at = now() + interval '1 hour'")
    midnight = datetime.combine(departed.date(), time(), UTC)
    first = midnight + timedelta(minutes=1)
    beside = await a_sailing(db, days_ahead=(first - clock.now()) / timedelta(days=1))

    body = await service.feed(resources)

    trips = {row["trip_id"] for row in zipped_rows(body, "trips.txt")}
    assert trips == {str(slow), str(beside)}
    told = specification.FeedMessage.FromString(await realtime.feed(resources))
    assert {each.trip_update.trip.trip_id for each in told.entity} == {str(slow)}


async def test_every_trip_that_is_told_in_realtime_is_in_it(resources, db):
    """Cancelled ones as well, also one that would be at sea since days; what is cancelled for later
    is in neither feed.
    """
    sailings = [await a_sailing(db, days_ahead=days) for days in (-3.0, 0.1, 1.9, 4.1)]
    async with db.transaction() as conn:
        await conn.execute("update sailing set status = 'cancelled'")
        await conn.execute(
            "update sailing set arrives_at = now() + interval '1 hour' where id = $1", sailings[0]
        )
    sails = await a_sailing(db, days_ahead=1.0)

    trips = {row["trip_id"] for row in zipped_rows(await service.feed(resources), "trips.txt")}

    told = specification.FeedMessage.FromString(await realtime.feed(resources))
    relations = {
        each.trip_update.trip.trip_id: each.trip_update.trip.schedule_relationship
        for each in told.entity
    }
    cancelled, runs = (
        specification.TripDescriptor.CANCELED,
        specification.TripDescriptor.SCHEDULED,
    )
    assert relations == {str(each): cancelled for each in sailings[:3]} | {str(sails): runs}
    assert relations.keys() == trips


def test_both_feeds_tell_of_cancelled_sailings_of_every_boat_that_is_told():
    """At any time of the day, whatever runs within the hours ahead."""
    for hour in range(24):
        now = datetime(2026, 12, 1, hour, 59, tzinfo=UTC)
        assert cancelled_until(now) >= now + AHEAD, hour


async def test_a_sailing_that_is_cancelled_for_later_is_left_out(client, db):
    await a_sailing(db)
    async with db.acquire() as conn:
        await conn.execute("update sailing set status = 'cancelled'")
    async with client.get(ADDRESS) as answer:
        assert answer.status == 404


def test_a_fare_is_one_adults_with_the_harbour_tax():
    body = codec.packed(
        codec.tables([sailing(datetime(2026, 12, 1, 14, tzinfo=UTC), 20)], "F", "u")
    )
    (fare,) = zipped_rows(body, "fare_attributes.txt")
    assert (fare["price"], fare["currency_type"], fare["payment_method"]) == ("89.50", "EUR", "1")
    assert zipped_rows(body, "fare_rules.txt") == [
        {"fare_id": fare["fare_id"], "route_id": "NOR:OK"}
    ]


@pytest.mark.parametrize(("given", "written"), [(None, "0"), (True, "1"), (False, "2")])
def test_not_known_is_not_no(given, written):
    one = sailing(datetime(2026, 12, 1, tzinfo=UTC), 20, cars_allowed=given)
    assert (
        zipped_rows(codec.packed(codec.tables([one], "F", "u")), "trips.txt")[0]["cars_allowed"]
        == written
    )


def test_how_long_changing_takes_is_a_rule_where_one_can_change(tmp_path: Path) -> None:
    """At Kiel one boat arrives and another one leaves; at Oslo and Hamburg nobody changes."""
    at = datetime(2026, 12, 1, 8, tzinfo=UTC)
    hamburg = ExportedStop("DEHAM", "Hamburg", 53.5, 10.0, "Europe/Berlin")
    onward = {"origin": KIEL, "destination": hamburg, "operator_code": "SOU", "route_code": "KH"}
    sailings = [sailing(at, 6), sailing(at + timedelta(hours=9), 4, **onward)]
    changes = [
        ExportedChange("NOOSL", "NOR", 90),
        ExportedChange("DEKEL", "NOR", 90),
        ExportedChange("DEKEL", "SOU", 75),
    ]
    path = tmp_path / "own.zip"
    path.write_bytes(codec.packed(codec.tables(sailings, "F", "u", changes)))

    found, notices = gtfs.read(path)

    (rule,) = found.transfers
    kind = TransferKind.MINIMUM
    assert rule == Transfer(kind, "DEKEL", "DEKEL", to_line="SOU:KH", min_seconds=75 * 60)
    assert notices.left_out() == ()


def test_without_a_sailing_there_is_no_feed():
    with pytest.raises(ValueError, match="no sailings"):
        codec.tables([], "F", "u")


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - UTC below
            st.integers(1, 100 * 3600),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=60)
def test_every_time_is_read_back_to_the_second(times):
    sailings = [
        sailing(start.replace(tzinfo=UTC, microsecond=0), seconds / 3600)
        for start, seconds in times
    ]
    body = codec.packed(codec.tables(sailings, "F", "u"))
    expected = sorted(
        (each.departs_at, each.departs_at + timedelta(seconds=seconds))
        for each, (_start, seconds) in zip(sailings, times, strict=True)
    )
    assert read_back(body) == expected
    assert codec.packed(codec.tables(sailings, "F", "u")) == body


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(' ,";|=-'),
    min_size=1,
    max_size=30,
).filter(str.strip)


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - UTC below
            st.integers(60, 90 * 3600),
            st.sampled_from([OSLO, KIEL]),
            st.sampled_from(["NOR", "SOU"]),
            st.sampled_from([None, True, False]),
        ),
        min_size=1,
        max_size=12,
    ),
    names,
    names,
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_exported_is_read_back_the_same(tmp_path, rows, line, place):
    """Every sailing with its line, operator, stops and times, however things are called."""
    stops = {OSLO: msgspec.structs.replace(OSLO, name=place), KIEL: KIEL}
    sailings = [
        sailing(
            start.replace(tzinfo=UTC, microsecond=0),
            seconds / 3600,
            origin=stops[origin],
            destination=stops[KIEL if origin is OSLO else OSLO],
            operator_code=operator,
            route_code=f"{operator}{origin.code}",
            route_name=line,
            cars_allowed=cars,
        )
        for start, seconds, origin, operator, cars in rows
    ]
    path = tmp_path / "own.zip"
    path.write_bytes(codec.packed(codec.tables(sailings, "F", "https://fairway.example")))

    found, notices = gtfs.read(path)

    assert notices.left_out() == ()
    read = {
        (
            trip.id,
            found.lines[trip.line_id].name,
            found.lines[trip.line_id].agency_id,
            [found.stops[call.stop_id].name for call in trip.calls],
            trip.cars,
            found.services[trip.service_id].first,
            trip.calls[0].departs,
            trip.calls[-1].arrives - trip.calls[0].departs,
        ).__repr__()
        for trip in found.trips
    }
    assert read == {
        (
            str(each.id),
            line.strip(),
            each.operator_code,
            [each.origin.name.strip(), each.destination.name.strip()],
            each.cars_allowed,
            each.departs_at.date(),
            (each.departs_at - each.departs_at.replace(hour=0, minute=0, second=0)).seconds,
            round((each.arrives_at - each.departs_at).total_seconds()),
        ).__repr__()
        for each in sailings
    }


async def test_no_days_are_refused_in_words(resources, tmp_path):
    for days in (0, -1, 401):
        with pytest.raises(Invalid, match="Between 1 and 400 days"):
            await export_gtfs(tmp_path / "own.zip", res=resources, days=days)
    assert not (tmp_path / "own.zip").exists()
