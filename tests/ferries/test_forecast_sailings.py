"""What a ship's delay does to its later sailings: turn-round and recovery, not "stays late"."""

import random
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any
from uuid import uuid4

import pytest
from google.transit import gtfs_realtime_pb2 as specification
from msgspec import structs

from maritime_app import clock
from maritime_app.ferries.forecasts import berth, service, store
from maritime_app.ferries.forecasts.habits import habits, passed
from maritime_app.ferries.forecasts.later import later
from maritime_app.ferries.forecasts.model import (
    Expected,
    ForecastBasis,
    Habits,
    PassedSailing,
    SailingForecast,
    ShipSailing,
)
from maritime_app.ferries.timetables.realtime import service as realtime
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.model import Motion, Source, StationKind
from maritime_app.vessels.port_calls.model import PassedCall
from maritime_app.vessels.predictions.model import Basis, Prediction, Refusal
from tests.factories import a_sailing
from tests.vessels.frames import AURORA

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KIEL_ID = uuid4()
HABITS = Habits({"NOOSL": 1_800.0, "DEKEL": 1_800.0}, 0.05, 20)


def sailing(hours: float, *, back: bool = False, **changes: Any) -> ShipSailing:
    """A crossing of two hours between Oslo and Kiel, so many hours from now."""
    ends = ("DEKEL", "NOOSL") if back else ("NOOSL", "DEKEL")
    departs = NOW + timedelta(hours=hours)
    fields: dict[str, Any] = {
        "id": uuid4(),
        "mmsi": AURORA,
        "origin_code": ends[0],
        "destination_code": ends[1],
        "origin_lat": 59.9,
        "origin_lon": 10.7,
        "destination_id": KIEL_ID,
        "departs_at": departs,
        "arrives_at": departs + timedelta(hours=2),
        "departed_at": None,
        "arrived_at": None,
    }
    return ShipSailing(**(fields | changes))


def expected(after: timedelta) -> Expected:
    """An arrival so long after eight, give or take ten minutes."""
    return Expected(NOW + after, NOW + after - 10 * MINUTE, NOW + after + 10 * MINUTE)


def test_it_works():
    """An hour late; an hour in port was planned, half an hour is enough; 6 minutes are made up."""
    back = sailing(3, back=True)
    (found,) = later(expected(timedelta(hours=3)), [back], HABITS, NOW)
    assert found.departs_at == back.departs_at + 30 * MINUTE
    assert found.arrives_at == back.arrives_at + 24 * MINUTE
    assert found.low_at == found.arrives_at - 10 * MINUTE
    assert found.basis is ForecastBasis.TURN_ROUND


def test_nobody_leaves_before_the_timetable():
    back = sailing(3, back=True)
    (found,) = later(expected(timedelta(hours=2)), [back], HABITS, NOW)
    assert (found.departs_at, found.arrives_at) == (back.departs_at, back.arrives_at)


def test_a_delay_runs_out_over_the_day():
    rest = [sailing(3 * number, back=number % 2 == 1) for number in range(1, 5)]
    found = later(expected(timedelta(hours=4)), rest, HABITS, NOW)
    late = [each.arrives_at - one.arrives_at for each, one in zip(found, rest, strict=True)]
    assert late == sorted(late, reverse=True)
    assert late[0] > timedelta(hours=1)
    assert late[-1] == timedelta(0)


def test_a_turn_round_tells_only_where_the_ship_left_late():
    """Five late ones of 40 minutes tell; one on time waited for its timetable."""
    past = []
    for day in range(6):
        out, back = sailing(24 * day), sailing(24 * day + 3, back=True)
        late = timedelta(hours=1) if day < 5 else timedelta(0)
        past.append(PassedSailing(out, out.departs_at + late, out.arrives_at + late))
        departed = max(back.departs_at, out.arrives_at + late + 40 * MINUTE)
        past.append(PassedSailing(back, departed, departed + timedelta(minutes=114)))
    found = habits(past, [])
    assert found.turn_round_seconds["DEKEL"] == 40 * 60
    assert found.recovery == pytest.approx(0.025)  # of ten, half made 6 of 120 minutes good


def test_a_timetable_tells_where_no_ship_has():
    found = habits([], [sailing(0), sailing(3, back=True), sailing(24), sailing(26.5, back=True)])
    assert found == Habits({"DEKEL": 1_800.0, "NOOSL": 19 * 3_600.0}, 0.0, 0)


def test_what_staff_wrote_counts_before_what_the_ship_sent():
    own = sailing(0, arrived_at=NOW + timedelta(hours=2, minutes=30))
    calls = [
        PassedCall(AURORA, "NOOSL", NOW - timedelta(hours=2), NOW + 12 * MINUTE),
        PassedCall(AURORA, "DEKEL", NOW + timedelta(hours=2, minutes=20), None),
    ]
    (found,) = passed([own], calls)
    assert found.departed_at == NOW + 12 * MINUTE
    assert found.arrived_at == own.arrived_at
    assert passed([sailing(48)], calls) == []


def test_a_ship_hours_late_is_on_the_sailing_that_it_is_late_with():
    out, back = sailing(-4), sailing(-1, back=True)
    assert service.under_way([out, back], "NOOSL", NOW) == out
    assert service.under_way([out, back], "DEKEL", NOW) == back
    assert service.under_way([out, back], None, NOW) == back
    assert service.under_way([structs.replace(out, arrived_at=NOW)], "NOOSL", NOW) is None


def prediction(**changes: Any) -> Prediction:
    """Half past ten, give or take ten minutes."""
    at = expected(timedelta(hours=2.5))
    fields: dict[str, Any] = {
        "mmsi": AURORA,
        "port_id": KIEL_ID,
        "made_at": NOW,
        "position_at": NOW,
        "source": 2,
        "basis": Basis.TIMETABLE,
        "median_at": at.median_at,
        "low_at": at.low_at,
        "high_at": at.high_at,
    }
    return Prediction(**(fields | changes))


def test_a_prediction_goes_on_into_the_rest_of_the_day():
    rest = [sailing(-0.5), sailing(3, back=True)]
    first, second = service.forecast(rest[0], rest, prediction(), HABITS, NOW)
    assert (first.basis, first.arrives_at) == (ForecastBasis.POSITION, prediction().median_at)
    assert (second.basis, second.departs_at) == (ForecastBasis.TURN_ROUND, rest[1].departs_at)


@pytest.mark.parametrize(
    "changes",
    [
        {"refusal": Refusal.TOO_FEW, "median_at": None, "low_at": None, "high_at": None},
        {"port_id": uuid4()},
    ],
)
def test_nothing_follows_from_a_refusal_or_another_port(changes):
    one = sailing(-0.5)
    assert service.forecast(one, [one], prediction(**changes), HABITS, NOW) == []


def test_a_ship_that_still_lies_in_port_leaves_at_the_earliest_now():
    """Twenty minutes late already; of ten departures that were later, the middle one."""
    late = tuple(60.0 * minutes for minutes in (0, 2, 5, 12, *range(25, 125, 10)))
    known = structs.replace(HABITS, departures_late=late)
    one, back = sailing(-1 / 3), sailing(3, back=True)
    first, second = berth.moored(one, [one, back], known, NOW)
    assert first.basis is ForecastBasis.BERTH
    assert first.departs_at == NOW + 55 * MINUTE
    assert first.arrives_at == first.departs_at + timedelta(hours=2) - 6 * MINUTE
    assert NOW + timedelta(hours=2) - 6 * MINUTE < first.low_at < first.arrives_at < first.high_at
    assert second.basis is ForecastBasis.TURN_ROUND
    assert second.departs_at == first.arrives_at + 30 * MINUTE


def test_where_few_departures_tell_it_leaves_soon_or_as_late_again():
    one = sailing(-0.5)
    (first,) = berth.moored(one, [one], HABITS, NOW)
    assert (first.departs_at, first.low_at) == (NOW + 5 * MINUTE, NOW + 114 * MINUTE)
    assert first.high_at == NOW + 30 * MINUTE + 114 * MINUTE


@pytest.mark.parametrize("one", [sailing(-0.04), sailing(1), sailing(-1, departed_at=NOW)])
def test_a_ship_that_is_not_late_or_has_left_is_not_waited_for(one):
    assert berth.moored(one, [one], HABITS, NOW) == []


def test_departures_of_a_simulated_month_fall_within_their_bounds():
    """A ship that is late at random: eight in ten leave when it was said."""
    dice = random.Random(3)
    delays = [dice.expovariate(1 / 1_200) for _ in range(400)]
    known = structs.replace(HABITS, departures_late=tuple(delays[:200]), recovery=0.0)
    within = []
    for delay in delays[200:]:
        if delay < 600:
            continue
        one = sailing(-1 / 6)  # ten minutes late now
        (first,) = berth.moored(one, [one], known, NOW)
        arrived = one.arrives_at + timedelta(seconds=delay)
        within.append(first.low_at <= arrived <= first.high_at)
    assert 0.7 <= mean(within) <= 0.9


async def test_a_late_ship_at_its_berth_is_forecast_by_the_job(resources, db):
    """By its own report from the harbour; from elsewhere nothing follows."""
    own = await a_sailing(db, days_ahead=-0.01)
    async with db.transaction() as conn:
        row = await conn.fetchrow(
            "select f.mmsi, o.lat, o.lon from sailing s join ferry f on f.id = s.ferry_id"
            " join port o on o.id = s.origin_id where s.id = $1",
            own,
        )
    now_ms = clock.epoch_ms()
    for lat, expected_basis in ((row["lat"] + 1, None), (row["lat"], ForecastBasis.BERTH)):
        station = packed_report.Station(
            row["mmsi"], StationKind.CLASS_A, 60, ShipGroup.PASSENGER, 0, Source.SIMULATED
        )
        packed = packed_report.pack(station, now_ms, Motion(lat, row["lon"], 0.0))
        await resources.redis_cache.command(
            "HSET", live_store.last_key(Source.SIMULATED), row["mmsi"], packed
        )
        await service.predict(resources)
        found = (await service.forecasts(resources, [own])).get(own)
        assert (found.basis if found else None) == expected_basis


def a_day(dice: random.Random, number: int, *, late: timedelta) -> list[PassedSailing]:
    """Six crossings of 75 minutes with 45 in port; the first arrives late. Ships need 28 to 40
    minutes in port and make up to a tenth of a crossing good.
    """
    found: list[PassedSailing] = []
    ready = NOW + timedelta(days=number)
    for step in range(6):
        planned = sailing(24 * number + 2 * step, back=step % 2 == 1)
        planned = structs.replace(planned, arrives_at=planned.departs_at + 75 * MINUTE)
        departed = max(planned.departs_at, ready) + dice.uniform(0, 2) * MINUTE
        share = dice.uniform(0.03, 0.10) if departed - planned.departs_at > 5 * MINUTE else 0.0
        made_up = min(departed - planned.departs_at, 75 * MINUTE * share)
        arrived = departed + 75 * MINUTE - made_up + dice.gauss(0, 1.5) * MINUTE
        if step == 0:
            arrived += late
        found.append(PassedSailing(planned, departed, arrived))
        ready = arrived + dice.uniform(28, 40) * MINUTE
    return found


def test_later_sailings_of_a_simulated_month_are_half_as_wrong_as_staying_late():
    """Learned from the days before; each day the first sailing arrives 20 to 120 minutes late."""
    dice = random.Random(5)
    ours, stays = later_errors(dice)
    assert len(ours) > 100
    assert mean(ours) <= 0.5 * mean(stays)


def later_errors(dice: random.Random) -> tuple[list[float], list[float]]:
    """Minutes by which later arrivals were wrong: ours, and with the first delay all day."""
    past: list[PassedSailing] = []
    ours, stays = [], []
    for number in range(30):
        day = a_day(dice, number, late=dice.uniform(20, 120) * MINUTE)
        if number >= 5:
            known = habits(past, [each.sailing for each in (*past, *day)])
            first, rest = day[0], day[1:]
            arrival = Expected(*[first.arrived_at] * 3)
            late = first.arrived_at - first.sailing.arrives_at
            found = later(arrival, [each.sailing for each in rest], known, NOW)
            for each, truth in zip(found, rest, strict=True):
                ours.append(abs(each.arrives_at - truth.arrived_at) / MINUTE)
                stays.append(abs(truth.sailing.arrives_at + late - truth.arrived_at) / MINUTE)
        past += day
    return ours, stays


async def test_a_forecast_is_in_the_realtime_feed_and_on_the_trip(resources, db):
    """With its uncertainty: half of the width of the interval."""
    own = await a_sailing(db, days_ahead=0.1)
    now = clock.now()
    async with db.transaction() as conn:
        departs = await conn.fetchval("select departs_at from sailing where id = $1", own)
        arrives = departs + timedelta(hours=21)
        await store.upsert(
            conn,
            [
                SailingForecast(
                    own,
                    now,
                    departs + 30 * MINUTE,
                    arrives,
                    arrives - 20 * MINUTE,
                    arrives + 30 * MINUTE,
                    ForecastBasis.TURN_ROUND,
                )
            ],
        )
    message = specification.FeedMessage()
    message.ParseFromString(await realtime.feed(resources))
    departure, arrival = message.entity[0].trip_update.stop_time_update
    assert departure.departure.delay == 30 * 60
    assert (arrival.arrival.delay, arrival.arrival.uncertainty) == (3_600, 25 * 60)
    assert (await service.forecasts(resources, [own]))[own].arrives_at == arrives


async def test_the_job_says_what_it_did(resources, db):
    await a_sailing(db, days_ahead=0.1)
    assert await service.predict(resources) == "0 ships predicted, 0 sailings forecast"
