"""Hours of all ships, as the map plays them again."""

from datetime import UTC, datetime, timedelta

import pytest

from maritime_app import clock
from maritime_app.vessels import store
from maritime_app.vessels.model import Particulars, Source, StationKind, TrackPoint, Vessel
from maritime_app.vessels.replay.silences import HeardTime, silences
from tests.vessels.frames import AURORA, NEREID

BOX = {"lat_min": "54", "lat_max": "56", "lng_min": "4", "lng_max": "6"}


@pytest.fixture
async def sailed(resources):
    """Aurora sails north for an hour, a point each five minutes; Nereid is elsewhere."""
    now = clock.now().replace(microsecond=0)
    since = now - timedelta(hours=2)

    def point(mmsi, minute, lat, lon=5.0, distrusted=False):
        at = since + timedelta(minutes=minute)
        place = (lat, lon, 12.0, 0.0, 0, 0)
        return TrackPoint(mmsi, at, *place, Source.AISSTREAM, distrusted=distrusted)

    points = [point(AURORA, minute, 55.0 + minute / 300) for minute in range(0, 61, 5)]
    points += [point(AURORA, 62, 10.0, distrusted=True), point(NEREID, 10, 40.0)]
    points += [point(AURORA + 1, 30, 55.5, distrusted=True)]
    told = Vessel(
        AURORA, StationKind.CLASS_A, Particulars("AURORA", ship_type=60), now, Source.AISSTREAM, now
    )
    async with resources.db.transaction() as conn:
        days = since.date() - timedelta(days=1), now.date() + timedelta(days=1)
        await store.make_days(conn, *days)
        await store.copy_points(conn, sorted(points, key=lambda one: (one.mmsi, one.at)))
        await store.upsert_vessels(conn, [told])
    return since


async def played(client, since, hours=2.0, **more):
    until = since + timedelta(hours=hours)
    query = BOX | {"since": since.isoformat(), "until": until.isoformat()} | more
    async with client.get("/api/v1/vessels/replay", params=query) as answer:
        return answer.status, await answer.json()


async def test_it_works(client, sailed):
    status, answer = await played(client, sailed)
    assert status == 200, answer
    (ship,) = answer["ships"]
    assert (ship["mmsi"], ship["name"], ship["type"]) == (AURORA, "AURORA", "passenger")
    assert [point[0] for point in ship["points"]] == list(range(0, 3_601, 300))
    assert ship["points"][0][1:] == [55.0, 5.0, 12.0, 0.0]
    assert answer["truncated"] is False


async def test_one_point_a_step(client, sailed):
    _, answer = await played(client, sailed, step_seconds="1200")
    (ship,) = answer["ships"]
    assert 3 <= len(ship["points"]) <= 5


async def test_it_says_since_when_anything_is_held_and_when_nothing_was_heard(client, sailed):
    def at(minutes):
        return (sailed + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")

    _, answer = await played(client, sailed - timedelta(hours=2), 4.0)
    assert answer["held_since"] == at(0)
    before, after = answer["unheard"]
    assert (before["since"], before["until"]) == (at(-120), at(0))
    # A position that is not believed was heard, too; what is yet to come is no silence.
    assert after["since"] == at(62)
    assert at(119) < after["until"] < at(121)


async def test_an_empty_sea_is_no_silence(client, sailed):
    """Aurora is heard all the time, outside this box."""
    _, answer = await played(client, sailed, 1.0, lng_min="170", lng_max="171")
    assert (answer["ships"], answer["unheard"]) == ([], [])


async def test_a_copy_that_has_heard_nothing_yet_says_so(client):
    since = clock.now() - timedelta(hours=2)
    _, answer = await played(client, since, 1.0)
    assert (answer["held_since"], answer["ships"]) == (None, [])
    (silence,) = answer["unheard"]
    assert (silence["since"], silence["until"]) == (answer["since"], answer["until"])


@pytest.mark.parametrize(
    ("heard", "silent"),
    [
        ([], [(0, 60)]),
        ([(10, 19), (30, 40)], [(40, 60)]),
        ([(0, 10), (5, 7), (31, 45)], [(10, 31)]),
        ([(-5, 70)], []),
    ],
)
def test_twenty_minutes_are_a_silence(heard, silent):
    noon = datetime(2026, 8, 20, 12, tzinfo=UTC)

    def at(minutes):
        return noon + timedelta(minutes=minutes)

    times = [HeardTime(at(first), at(last)) for first, last in heard]
    found = silences(times, at(0), at(60))
    assert [(one.since, one.until) for one in found] == [(at(a), at(b)) for a, b in silent]


async def test_a_box_across_the_antimeridian(client, sailed):
    _, answer = await played(client, sailed, lng_min="170", lng_max="-170")
    assert answer["ships"] == []
    _, answer = await played(client, sailed, lng_min="4.9", lng_max="-170")
    assert len(answer["ships"]) == 1


@pytest.mark.parametrize(
    ("hours", "more", "field"),
    [
        (6.1, {}, "since"),
        (-1.0, {}, "since"),
        (1.0, {"lat_min": "57"}, "lat_min"),
        (1.0, {"step_seconds": "1"}, "step_seconds"),
    ],
)
async def test_what_cannot_be_played(client, sailed, hours, more, field):
    status, answer = await played(client, sailed, hours, **more)
    assert status == 422
    assert field in str(answer)


async def test_a_time_that_is_kept_no_more(client, sailed):
    status, _ = await played(client, sailed - timedelta(days=40))
    assert status == 422
