"""How close two ships will come (CPA) and when (TCPA), and who is near a ship."""

import math

import pytest
from hypothesis import given, strategies as st

from maritime_app import clock
from maritime_app.ids import uuid7
from maritime_app.vessels.neighbours.approach import Course, approach
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NEREID, NOON_MS, frame, position
from tests.vessels.listing import publish

MILE = 1852.0
METRE = 1 / 111_195


def at(north_m, east_m, knots, course, age_seconds=0.0, lat=0.0):
    """A ship so far north and east of (lat, 0)."""
    lon = east_m * METRE / math.cos(math.radians(lat))
    at_ms = NOON_MS - round(age_seconds * 1_000)
    return Course(lat + north_m * METRE, lon, knots, course, at_ms)


def test_it_works():
    """Head on, six miles apart, ten knots each: they meet in eighteen minutes."""
    found = approach(at(0, 0, 10, 0), at(6 * MILE, 0, 10, 180), NOON_MS)
    assert found.distance_m == pytest.approx(6 * MILE, rel=1e-3)
    assert found.bearing_deg == pytest.approx(0.0, abs=0.01)
    assert found.tcpa_seconds == pytest.approx(18 * 60, rel=1e-3)
    assert found.cpa_m == pytest.approx(0.0, abs=2.0)


def test_crossing_at_right_angles():
    """Three miles south of a crossing and three west of it, at the same speed."""
    found = approach(at(-3 * MILE, 0, 12, 0), at(0, -3 * MILE, 12, 90), NOON_MS)
    assert found.tcpa_seconds == pytest.approx(15 * 60, rel=1e-3)
    assert found.cpa_m == pytest.approx(0.0, abs=5.0)


def test_both_positions_are_brought_to_one_time_first():
    """The other's report is two minutes old: it is 617 m further on than it says."""
    found = approach(at(0, 0, 0, None), at(5_000, 0, 10, 180, age_seconds=120), NOON_MS)
    assert found.distance_m == pytest.approx(5_000 - 10 * MILE / 30, abs=2.0)


def test_ships_that_have_passed_come_no_nearer():
    found = approach(at(0, 0, 10, 180), at(MILE, 0, 10, 0), NOON_MS)
    assert found.tcpa_seconds is not None
    assert found.tcpa_seconds < 0
    assert found.cpa_m == pytest.approx(MILE, rel=1e-3)


def test_side_by_side_there_is_no_time():
    found = approach(at(0, 0, 10, 45), at(MILE, 0, 10, 45), NOON_MS)
    assert (found.tcpa_seconds, round(found.cpa_m)) == (None, round(found.distance_m))


def test_across_the_antimeridian():
    own, other = Course(10, 179.99, 10, 90, NOON_MS), Course(10, -179.99, 10, 270, NOON_MS)
    found = approach(own, other, NOON_MS)
    assert found.distance_m == pytest.approx(0.02 / METRE * math.cos(math.radians(10)), rel=1e-3)
    assert found.cpa_m == pytest.approx(0.0, abs=2.0)


@given(
    st.floats(-70, 70), st.floats(-9_000, 9_000), st.floats(-9_000, 9_000),
    st.floats(0, 30), st.floats(0, 360), st.floats(0, 30), st.floats(0, 360),
)  # fmt: skip
def test_nobody_is_nearer_at_any_other_time(lat, north, east, knots, course, speed, heading):
    """Against the same ships sailed on minute by minute; and the same seen from the other one."""
    own, other = at(0, 0, knots, course, lat=lat), at(north, east, speed, heading, lat=lat)
    found = approach(own, other, NOON_MS)
    back = approach(other, own, NOON_MS)
    assert found.cpa_m == pytest.approx(back.cpa_m, rel=1e-6, abs=0.01)
    for minute in range(0, 40, 4):
        then = approach(own, other, NOON_MS + minute * 60_000)
        assert found.cpa_m <= then.distance_m * 1.01 + 5.0


async def test_who_is_near_a_ship(client, resources):
    """One on a collision course, one that stands still, one ten miles away."""
    at_ms = clock.epoch_ms() - 5_000
    await publish(
        resources,
        frame("ShipStaticData", at_ms, UserID=NEREID, Name="NEREID", Type=70),
        position(AURORA, 55.0, 5.0, at_ms, 10.0, 0.0),
        position(NEREID, 55.05, 5.0, at_ms, 10.0, 180.0),
        position(NEREID + 1, 55.0, 5.02, at_ms, 0.0, None),
        position(NEREID + 2, 55.3, 5.0, at_ms, 10.0, 180.0),
    )

    async def listed():
        async with client.get(f"/api/v1/vessels/{AURORA}/neighbours") as answer:
            found = await answer.json()
            return found if len(found.get("neighbours", ())) == 2 else None

    found = await until(listed)
    first, second = found["neighbours"]
    assert (first["mmsi"], first["name"], first["is_close"]) == (NEREID, "NEREID", True)
    assert first["cpa_m"] < 50
    assert second["is_close"] is False

    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into port (id, code, unlocode, name, country, lat, lon, timezone, kind, source)"
            " values ($1, 'NOTES', 'NOTES', 'Test', 'NO', 55.01, 5.0, 'UTC', 'harbour', 'test')",
            uuid7(),
        )
    async with client.get(f"/api/v1/vessels/{AURORA}/neighbours") as answer:
        quiet, tag = await answer.json(), answer.headers["ETag"]
    assert quiet["in_harbour"] is True
    alone = f"/api/v1/vessels/{NEREID + 2}/neighbours?radius_m=100"
    async with client.get(alone) as answer:
        nobody = answer.headers["ETag"]
    assert nobody != tag
    async with client.get(alone, headers={"If-None-Match": nobody}) as answer:
        assert answer.status == 304
    assert [each["is_close"] for each in quiet["neighbours"]] == [False, False]
    async with client.get("/api/v1/vessels/230999999/neighbours") as answer:
        assert answer.status == 404
