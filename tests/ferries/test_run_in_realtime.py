"""How our own sailings go, as GTFS-Realtime: read with the specification's own bindings."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from google.transit import gtfs_realtime_pb2 as specification
from hypothesis import given, strategies as st

from maritime_app import clock
from maritime_app.ferries.timetables.export import service as export
from maritime_app.ferries.timetables.realtime import codec, service
from maritime_app.ferries.timetables.realtime.model import RunningSailing, ShipPosition
from maritime_app.ferries.timetables.realtime.protobuf import integer
from tests.factories import a_sailing
from tests.ferries.feeds import zipped_rows
from tests.vessels.frames import AURORA, position
from tests.vessels.listing import publish

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADDRESS = "/api/v1/ferries/gtfs-realtime.pb"


def sailing(**changes: Any) -> RunningSailing:
    """Oslo to Kiel, left an hour ago."""
    fields: dict[str, Any] = {
        "id": uuid4(),
        "operator_code": "NOR",
        "route_code": "OK",
        "origin_code": "NOOSL",
        "destination_code": "DEKEL",
        "departs_at": NOW - timedelta(hours=1),
        "arrives_at": NOW + timedelta(hours=19),
        "expected_departs_at": None,
        "expected_arrives_at": None,
        "departed_at": None,
        "arrived_at": None,
        "is_cancelled": False,
        "reason": None,
        "note": None,
        "ferry": "Aurora Borealis",
        "mmsi": AURORA,
    }
    return RunningSailing(**(fields | changes))


def ship(*, invented: bool = False) -> ShipPosition:
    return ShipPosition(AURORA, 58.5, 10.9, 190.0, 18.0, NOW - timedelta(seconds=20), invented)


def read(body: bytes):
    """The feed as the official bindings read it; a required field that is missing raises."""
    message = specification.FeedMessage()
    message.ParseFromString(body)
    assert message.IsInitialized()
    return message


def entities(*sailings: RunningSailing, ships=()):
    message = read(codec.feed(sailings, {each.mmsi: each for each in ships}, NOW))
    return {each.id.partition(":")[0]: each for each in message.entity}


async def test_it_works(client, db):
    await a_sailing(db, days_ahead=1)
    async with client.get(ADDRESS) as answer:
        assert answer.content_type == "application/x-protobuf"
        message = read(await answer.read())
    assert message.header.gtfs_realtime_version == "2.0"
    assert abs(message.header.timestamp - clock.now().timestamp()) < 60
    (update,) = [each.trip_update for each in message.entity]
    departure, arrival = update.stop_time_update
    assert (departure.stop_id, departure.departure.delay) == ("NOOSL", 0)
    assert (arrival.stop_id, arrival.arrival.delay) == ("DEKEL", 0)


async def test_its_trips_are_those_of_the_feed_of_timetables(resources, db):
    await a_sailing(db, days_ahead=1)
    trips = zipped_rows(await export.feed(resources), "trips.txt")
    message = read(await service.feed(resources))
    (trip,) = [each.trip_update.trip for each in message.entity]
    assert (trip.trip_id, trip.route_id) == (trips[0]["trip_id"], trips[0]["route_id"])
    assert trip.start_date == trips[0]["service_id"]


def test_a_boat_that_is_late_says_by_how_much():
    late = sailing(
        expected_departs_at=NOW - timedelta(minutes=20),
        expected_arrives_at=NOW + timedelta(hours=19, minutes=30),
    )
    departure, arrival = entities(late)["update"].trip_update.stop_time_update
    assert departure.departure.delay == 40 * 60
    assert departure.departure.time == int((NOW - timedelta(minutes=20)).timestamp())
    assert arrival.arrival.delay == 30 * 60


def test_a_boat_that_is_early_has_a_negative_delay():
    early = sailing(arrived_at=NOW - timedelta(minutes=10), arrives_at=NOW)
    assert entities(early)["update"].trip_update.stop_time_update[1].arrival.delay == -600


def test_what_does_not_sail_is_cancelled_and_says_why():
    found = entities(sailing(is_cancelled=True, reason="weather", note="Storm in Skagerrak"))
    update, alert = found["update"].trip_update, found["alert"].alert
    assert update.trip.schedule_relationship == specification.TripDescriptor.CANCELED
    assert not update.stop_time_update
    assert alert.cause == specification.Alert.WEATHER
    assert alert.effect == specification.Alert.NO_SERVICE
    assert alert.description_text.translation[0].text == "Storm in Skagerrak"
    assert alert.informed_entity[0].trip.trip_id == update.trip.trip_id


def test_a_ship_under_way_has_its_position():
    vehicle = entities(sailing(), ships=[ship()])["ship"].vehicle
    assert vehicle.position.latitude == pytest.approx(58.5)
    assert vehicle.position.bearing == pytest.approx(190.0)
    assert vehicle.position.speed == pytest.approx(9.26)
    assert vehicle.timestamp == int((NOW - timedelta(seconds=20)).timestamp())
    assert vehicle.vehicle.label == "Aurora Borealis"


def test_an_invented_ship_says_so():
    vehicle = entities(sailing(), ships=[ship(invented=True)])["ship"].vehicle
    assert vehicle.vehicle.label == "Aurora Borealis (invented)"


@pytest.mark.parametrize(
    "changes",
    [
        {"departs_at": NOW + timedelta(hours=1)},
        {"arrived_at": NOW - timedelta(minutes=5)},
        {"is_cancelled": True},
        {"mmsi": None},
    ],
)
def test_a_position_belongs_to_the_voyage_that_the_ship_is_on(changes):
    assert "ship" not in entities(sailing(**changes), ships=[ship()])


async def test_the_position_is_the_ships_own_report(resources, db):
    await a_sailing(db, days_ahead=-0.1)
    await publish(resources, position(AURORA, 58.5, 10.9, clock.epoch_ms() - 5_000))
    message = read(await service.feed(resources))
    (vehicle,) = [each.vehicle for each in message.entity if each.HasField("vehicle")]
    assert vehicle.position.latitude == pytest.approx(58.5)


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_number_is_read_back(value):
    event = specification.TripUpdate.StopTimeEvent()
    event.ParseFromString(integer(2, value))
    assert event.time == value
