"""Days of tracks become counts of ships in the cells that they crossed."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from maritime_app import clock
from maritime_app.vessels import store
from maritime_app.vessels.density import counting, store as density_store
from maritime_app.vessels.density.model import CLASSES, KEPT_DAYS, DayCounted, ShipClass
from maritime_app.vessels.jobs import count_density, drop_old_positions
from maritime_app.vessels.model import Particulars, Source, StationKind, TrackPoint, Vessel
from tests.vessels.frames import AURORA, NEREID

DAY = timedelta(days=1)


@pytest.fixture
def yesterday():
    """The beginning of the newest day that has been over for an hour."""
    return datetime.combine((clock.now() - timedelta(hours=1)).date(), time(), UTC) - DAY


@pytest.fixture
def sails(resources, yesterday):
    """Stores where ships were: (ship, minutes since yesterday began, latitude, longitude)."""

    async def sail(*fixes, distrusted=(), source=Source.AISSTREAM):
        points = [
            TrackPoint(
                mmsi, yesterday + timedelta(minutes=minute), lat, lon, 12.0, 0.0, 0, 0, source,
                distrusted=index in distrusted,
            )
            for index, (mmsi, minute, lat, lon) in enumerate(fixes)
        ]  # fmt: skip
        async with resources.db.transaction() as conn:
            await store.make_days(conn, yesterday.date() - 2 * DAY, yesterday.date() + 2 * DAY)
            await store.copy_points(conn, points)

    return sail


async def counts(res, day, scale=1):
    """Ships by the middle of their cell, of all classes."""
    async with res.db.acquire() as conn:
        rows = await conn.fetch(
            "select y, x, other + passenger + cargo + tanker + fishing as ships"
            " from vessel_density where day = $1 and scale = $2 order by y, x",
            day.date(),
            scale,
        )
    side = scale / 20
    return {
        (round((row["y"] + 0.5) * side - 90, 3), round((row["x"] + 0.5) * side - 180, 3)): (
            row["ships"]
        )
        for row in rows
    }


async def test_it_works(resources, yesterday, sails):
    """Between two fixes 20 minutes apart Aurora crossed the cell in the middle, too."""
    await sails((AURORA, 600, 55.01, 5.01), (AURORA, 620, 55.12, 5.01))
    assert "days counted" in await count_density(resources)
    crossed = {(55.025, 5.025): 1, (55.075, 5.025): 1, (55.125, 5.025): 1}
    assert await counts(resources, yesterday) == crossed
    assert await counts(resources, yesterday, scale=20) == {(55.5, 5.5): 1}


@pytest.mark.parametrize(
    ("minutes", "lat", "distrusted"),
    [(31, 55.12, ()), (1, 55.12, ()), (20, 55.12, (1,))],
    ids=["a gap of the track", "too fast for a ship", "a position that is not believed"],
)
async def test_nothing_is_filled_in_where_nobody_knows(
    resources, yesterday, sails, minutes, lat, distrusted
):
    await sails(
        (AURORA, 600, 55.01, 5.01), (AURORA, 600 + minutes, lat, 5.01), distrusted=distrusted
    )
    await count_density(resources)
    seen = {(55.025, 5.025): 1, (55.125, 5.025): 1}
    if distrusted:
        del seen[(55.125, 5.025)]
    assert await counts(resources, yesterday) == seen


async def test_no_line_is_drawn_past_a_position_that_is_not_believed(resources, yesterday, sails):
    fixes = (AURORA, 600, 55.01, 5.01), (AURORA, 605, 10.0, 5.01), (AURORA, 620, 55.12, 5.01)
    await sails(*fixes, distrusted=(1,))
    await count_density(resources)
    assert await counts(resources, yesterday) == {(55.025, 5.025): 1, (55.125, 5.025): 1}


async def test_a_ship_sails_across_the_antimeridian(resources, yesterday, sails):
    await sails((AURORA, 600, -17.01, 179.93), (AURORA, 620, -17.01, -179.93))
    await count_density(resources)
    crossed = [(-17.025, lon) for lon in (-179.975, -179.925, 179.925, 179.975)]
    assert await counts(resources, yesterday) == dict.fromkeys(crossed, 1)


async def test_a_ship_that_comes_twice_is_one_and_another_one_is_another(
    resources, yesterday, sails
):
    twice = (AURORA, 100, 55.01, 5.01), (AURORA, 300, 56.01, 5.01), (AURORA, 600, 55.02, 5.01)
    await sails(*twice, (NEREID, 100, 55.02, 5.02))
    await count_density(resources)
    assert await counts(resources, yesterday) == {(55.025, 5.025): 2, (56.025, 5.025): 1}
    assert await counts(resources, yesterday, scale=100) == {(57.5, 7.5): 2}


async def test_a_ship_is_counted_on_the_day_on_which_it_was_there(resources, yesterday, sails):
    """It crosses midnight in the middle of a leg: two cells on each day, the middle one on both."""
    await sails((AURORA, -10, 55.01, 5.01), (AURORA, 10, 55.16, 5.01))
    await count_density(resources)
    before, after = [(55.025, 5.025), (55.075, 5.025)], [(55.075, 5.025), (55.125, 5.025)]
    assert await counts(resources, yesterday - DAY) == dict.fromkeys(before, 1)
    assert await counts(resources, yesterday) == dict.fromkeys([*after, (55.175, 5.025)], 1)


async def test_ships_are_counted_by_class(resources, yesterday, sails):
    now = clock.now()
    told = [
        Vessel(mmsi, kind, Particulars("A", ship_type=kind_of), now, Source.AISSTREAM, now)
        for mmsi, kind, kind_of in [
            (AURORA, StationKind.CLASS_A, 60),
            (AURORA + 1, StationKind.CLASS_A, 43),
            (AURORA + 2, StationKind.CLASS_A, 71),
            (AURORA + 3, StationKind.CLASS_B, 36),
            (AURORA + 4, StationKind.AIRCRAFT, None),
        ]
    ]
    async with resources.db.transaction() as conn:
        await store.upsert_vessels(conn, told)
    nobody_told = NEREID
    await sails(
        *((each.mmsi, 60, 55.01, 5.01) for each in told),
        (nobody_told, 60, 55.01, 5.01),
        (111_232_506, 60, 55.01, 5.01),  # a search and rescue aircraft, by its number
        (970_012_345, 60, 55.01, 5.01),  # a distress transmitter
    )
    await count_density(resources)
    async with resources.db.acquire() as conn:
        row = await conn.fetchrow("select * from vessel_density where scale = 1")
    assert {each.code: row[each.code] for each in ShipClass} == {
        "other": 2, "passenger": 2, "cargo": 1, "tanker": 0, "fishing": 0,
    }  # fmt: skip


def test_every_type_that_a_ship_can_tell_has_a_class():
    assert len(CLASSES) == 256
    assert [ShipClass(CLASSES[told]).code for told in (30, 40, 60, 79, 80, 0, 52, 255)] == [
        "fishing", "passenger", "passenger", "cargo", "tanker", "other", "other", "other",
    ]  # fmt: skip


async def test_slices_of_ships_add_up(resources, yesterday, sails, monkeypatch):
    monkeypatch.setattr(counting, "_POINTS_PER_SLICE", 2)
    await sails(*((AURORA + ship, minute, 55.01, 5.01) for ship in range(5) for minute in (1, 2)))
    await count_density(resources)
    assert await counts(resources, yesterday) == {(55.025, 5.025): 5}


async def test_a_day_that_is_counted_again_stays_as_it_was(resources, yesterday, sails):
    await sails((AURORA, 600, 55.01, 5.01), (AURORA, 620, 55.12, 5.01))
    await count_density(resources)
    once = await counts(resources, yesterday)
    async with resources.db.acquire() as conn:
        await conn.execute("update vessel_density_day set whole = false")
    await asyncio.gather(count_density(resources), count_density(resources))
    assert await counts(resources, yesterday) == once
    assert await count_density(resources) == "0 days counted"


async def test_a_count_that_was_ended_half_way_leaves_nothing_and_is_made_again(
    resources, yesterday, sails, monkeypatch
):
    monkeypatch.setattr(counting, "_POINTS_PER_SLICE", 1)
    await sails((AURORA, 600, 55.01, 5.01), (NEREID, 600, 55.01, 5.01))
    whole_count, slices = density_store.count_ships, []

    async def killed_at_the_second(*args, **named):
        slices.append(args)
        if len(slices) == 2:
            raise asyncio.CancelledError
        return await whole_count(*args, **named)

    monkeypatch.setattr(density_store, "count_ships", killed_at_the_second)
    with pytest.raises(asyncio.CancelledError):
        await count_density(resources)
    assert await counts(resources, yesterday) == {}
    monkeypatch.setattr(density_store, "count_ships", whole_count)
    await count_density(resources)
    assert await counts(resources, yesterday) == {(55.025, 5.025): 2}


async def test_a_run_ends_and_the_next_one_goes_on(resources, yesterday, sails, monkeypatch):
    monkeypatch.setattr(counting, "_SECONDS_PER_RUN", -1.0)
    await sails((AURORA, 60, 55.01, 5.01), (AURORA, 60 - 24 * 60, 55.01, 5.01))
    assert await count_density(resources) == "1 days counted"
    assert await counts(resources, yesterday)  # the newest first
    assert not await counts(resources, yesterday - DAY)
    await count_density(resources)
    assert await counts(resources, yesterday - DAY)


async def test_days_of_tracks_are_made_and_dropped_while_a_day_is_counted(
    resources, yesterday, sails, monkeypatch
):
    """Who waits for a lock on the tracks stops everybody behind it: the count holds none."""
    monkeypatch.setattr(counting, "_POINTS_PER_SLICE", 1)
    await sails((AURORA, 600, 55.01, 5.01), (NEREID, 600, 55.01, 5.01))
    add_ships, added = density_store.add_ships, []

    async def with_other_work(conn, day, counted, *, invented):
        await add_ships(conn, day, counted, invented=invented)
        added.append(day)
        async with resources.db.acquire() as other:
            await other.execute("set lock_timeout = '1s'")
            await store.make_days(other, yesterday.date() + 9 * DAY, yesterday.date() + 9 * DAY)
            await store.drop_days(other, yesterday.date() - DAY)
            await other.execute("reset lock_timeout")

    monkeypatch.setattr(density_store, "add_ships", with_other_work)
    await count_density(resources)
    assert added
    assert await counts(resources, yesterday) == {(55.025, 5.025): 2}


async def test_today_is_counted_as_long_as_no_day_is_whole(resources, yesterday, sails):
    now = clock.now()
    minute = (now.replace(hour=0, minute=0, second=0) - yesterday).total_seconds() / 60
    await sails((AURORA, minute, 55.01, 5.01))
    await count_density(resources)
    assert await counts(resources, now) == {(55.025, 5.025): 1}
    await sails((NEREID, minute, 55.01, 5.01))
    assert await count_density(resources) == "0 days counted"  # an hour's ships: each five minutes
    async with resources.db.acquire() as conn:
        await conn.execute("update vessel_density_day set until_at = until_at - interval '6 min'")
    await count_density(resources)
    assert await counts(resources, now) == {(55.025, 5.025): 2}


async def test_invented_ships_are_counted_apart_and_simulated_ones_not_at_all(
    resources, yesterday, sails
):
    await sails((AURORA, 60, 55.01, 5.01), source=Source.SANDBOX)
    await sails((NEREID, 60, 55.01, 5.01), source=Source.SIMULATED)
    await count_density(resources)
    assert await counts(resources, yesterday) == {}


async def test_counts_outlive_tracks_by_weeks_and_then_go(resources, yesterday, sails):
    await sails((AURORA, 60, 55.01, 5.01))
    await count_density(resources)
    old = yesterday - KEPT_DAYS * DAY
    async with resources.db.acquire() as conn:
        noted = DayCounted(old.date(), True, 24, [Source.AISSTREAM], old)
        await density_store.put_day(conn, noted, invented=False)
        await conn.execute(
            "insert into vessel_density select $1, invented, scale, y, x, other, passenger, cargo,"
            " tanker, fishing from vessel_density where day = $2",
            old.date(),
            yesterday.date(),
        )
    assert await counts(resources, old) == await counts(resources, yesterday) != {}
    await drop_old_positions(resources)
    async with resources.db.acquire() as conn:
        left = await conn.fetchval("select min(day) from vessel_density_day")
    assert left > old.date()
    assert not await counts(resources, old)
    assert await counts(resources, yesterday)
