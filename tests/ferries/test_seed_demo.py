"""The demo world in the database: once, quickly, and rolled forward without touching what
was sold.
"""

import asyncio
from datetime import date, timedelta

from maritime_app.ferries.demo import seed as demo_seed
from maritime_app.ferries.demo.codec import departures, load_world
from maritime_app.infra.db import Database
from maritime_app.resources import Resources

DAY = date(2026, 11, 22)


async def test_it_works(resources: Resources, db: Database) -> None:
    added = await demo_seed.seed_demo(resources, DAY)
    world = load_world()
    house = [route for route in world.routes if world.operator(route.operator).kind == "house"]
    days = [DAY + timedelta(days=number) for number in range(-1, 91)]
    assert added == sum(len(departures(world, route, day)) for route in house for day in days)
    async with db.acquire() as conn:
        counts = {
            table: await conn.fetchval(f"select count(*) from {table}")
            for table in ("port", "operator", "ferry", "route", "fare")
        }
        bare = await conn.fetchval(
            "select count(*) from sailing s where not exists (select 1 from capacity c where"
            " c.sailing_id = s.id and c.resource = 'passenger') or fare_id is null or ferry_id is"
            " null"
        )
        sold = await conn.fetchval("select sum(taken) from capacity")
        remote = await conn.fetchval(
            "select count(*) from sailing s join operator o on o.id = s.operator_id where o.kind"
            " <> 'house'"
        )
    assert counts == {
        "port": len(world.ports),
        "operator": len(world.operators),
        "ferry": len(world.ferries),
        "route": len(world.routes),
        "fare": len(world.fares),
    }
    assert (bare, sold, remote) == (0, 0, 0)


async def test_capacity_is_that_of_the_ship(resources: Resources, db: Database) -> None:
    await demo_seed.seed_demo(resources, DAY)
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select c.resource, c.total, s.max_height_cm, s.max_vehicle_kg from capacity c"
            " join sailing s on s.id = c.sailing_id where s.source_key ="
            " 'AEG-LAV-JMK-20261201-0730'"
        )
    jet = load_world().ferry("AEL")
    assert {row["resource"]: row["total"] for row in rows} == {
        "passenger": jet.passengers,
        "lane_cm": jet.decks[0].lane_cm,
        "cabin:reclining": jet.cabins[0].count,
        "pet": jet.pets,
        "extra:priority_boarding": 60,
        "extra:sports_equipment": 20,
    }
    assert {(row["max_height_cm"], row["max_vehicle_kg"]) for row in rows} == {(300, 12_000)}


async def test_a_low_car_deck_is_not_sold_to_campers(resources: Resources, db: Database) -> None:
    await demo_seed.seed_demo(resources, DAY)
    async with db.acquire() as conn:
        row = await conn.fetchrow(
            "select c.total, s.max_height_cm from capacity c join sailing s on s.id = c.sailing_id"
            " where s.source_key like 'AEG-PIR-HER-%' and c.resource = 'lane_cm' limit 1"
        )
    assert row is not None
    garage = max(load_world().ferry("KAL").decks, key=lambda deck: deck.height_cm)
    assert (row["total"], row["max_height_cm"]) == (garage.lane_cm, garage.height_cm)


async def test_a_second_start_writes_nothing(resources: Resources) -> None:
    await demo_seed.seed_demo(resources, DAY)
    assert await demo_seed.seed_demo(resources, DAY) == 0


async def test_rolling_on_leaves_what_was_sold(resources: Resources, db: Database) -> None:
    await demo_seed.seed_demo(resources, DAY)
    async with db.acquire() as conn:
        await conn.execute("update capacity set taken = 3 where resource = 'passenger'")
        before = await conn.fetchval("select count(*) from sailing")
    added = await demo_seed.seed_demo(resources, DAY + timedelta(days=1))
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from sailing") == before + added
        fresh = await conn.fetchval(
            "select count(*) from capacity where resource = 'passenger' and taken = 0"
        )
    assert 0 < added < 60
    assert fresh == added


async def test_a_gap_of_weeks_is_filled(resources: Resources, db: Database) -> None:
    await demo_seed.seed_demo(resources, DAY)
    await demo_seed.seed_demo(resources, DAY + timedelta(days=120))
    async with db.acquire() as conn:
        span = await conn.fetchrow(
            "select count(*) as sailings, max(departs_at)::date as last from sailing"
            " where source_key like 'AEG-PIR-HER-%' and departs_at > '2027-03-21'"
        )
    assert span is not None
    assert span["last"] == DAY + timedelta(days=210)


async def test_two_starts_at_once_write_it_once(resources: Resources, db: Database) -> None:
    added = await asyncio.gather(*(demo_seed.seed_demo(resources, DAY) for _ in range(3)))
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from sailing") == sum(added) == max(added)
