"""The demo world in the database: once, quickly, and rolled forward without touching what
was sold.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from maritime_app.ferries.demo import seed as demo_seed
from maritime_app.ferries.demo.codec import departures, load_world
from maritime_app.infra.db import Conn, Database
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


async def test_new_sailings_are_sold_by_the_list_that_follows(
    resources: Resources, db: Database
) -> None:
    """On the route of which staff have written one, by the last of a chain; a season's list that
    has ended leaves the next sailings to the authored one.
    """
    await demo_seed.seed_demo(resources, DAY)
    house = {r.code: r.fare for r in load_world().routes}
    one, season, other = await two_routes_of_one_list_and_another(db)
    async with db.transaction() as conn:
        first_list = await follow(conn, house[one], "NEXT")
        second_list = await follow(conn, "NEXT", "NEXT-2")
        await sell_by(conn, second_list, one, DAY, DAY + timedelta(days=200))
        await sell_by(conn, first_list, season, DAY, DAY + timedelta(days=20))

    await demo_seed.seed_demo(resources, DAY + timedelta(days=3))

    first = DAY + timedelta(days=91)
    assert await sold_by(db, one, first) == {"NEXT-2"}
    assert await sold_by(db, season, first) == {house[season]}
    assert await sold_by(db, other, first) == {house[other]}


async def test_a_list_that_ended_sells_nothing_after_its_last_day(
    resources: Resources, db: Database
) -> None:
    """Though every sailing that was there when it was written is sold by it."""
    await demo_seed.seed_demo(resources, DAY)
    house = {r.code: r.fare for r in load_world().routes}
    one, _season, _other = await two_routes_of_one_list_and_another(db)
    last = DAY + timedelta(days=93)
    async with db.transaction() as conn:
        lasting = await follow(conn, house[one], "LASTING")
        season = await follow(conn, "LASTING", "SEASON")
        await conn.execute("update fare set last_day = $2 where id = $1", season, last)
        await sell_by(conn, lasting, one, DAY, DAY + timedelta(days=10))
        await sell_by(conn, season, one, DAY + timedelta(days=10), DAY + timedelta(days=200))

    await demo_seed.seed_demo(resources, DAY + timedelta(days=3))
    assert await sold_by(db, one, DAY + timedelta(days=91)) == {"SEASON"}
    await demo_seed.seed_demo(resources, DAY + timedelta(days=9))
    assert await sold_by(db, one, last + timedelta(days=2)) == {"LASTING"}


async def two_routes_of_one_list_and_another(db: Database) -> list[str]:
    async with db.acquire() as conn:
        found = await conn.fetch(
            "select array_agg(code order by code) as codes from (select distinct r.code, s.fare_id"
            " from route r join sailing s on s.route_id = r.id) as sold"
            " group by fare_id order by count(*) desc limit 2"
        )
    return [*found[0]["codes"][:2], found[1]["codes"][0]]


async def follow(conn: Conn, code: str, new_code: str) -> UUID:
    row: UUID = await conn.fetchval(
        "insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, source,"
        " follows_id) select gen_random_uuid(), operator_id, $2, currency, infant_to_age,"
        " child_to_age, 'staff', id from fare where code = $1 returning id",
        code,
        new_code,
    )
    return row


async def sell_by(conn: Conn, fare_id: UUID, route: str, first: date, last: date) -> None:
    await conn.execute(
        "update sailing s set fare_id = $1 from route r where r.id = s.route_id and r.code = $2"
        " and s.departs_at between $3 and $4",
        fare_id,
        route,
        datetime.combine(first, time(), UTC),
        datetime.combine(last, time(), UTC),
    )


async def sold_by(db: Database, route: str, first: date) -> set[str]:
    async with db.acquire() as conn:
        rows = await conn.fetch(
            "select distinct f.code from sailing s join route r on r.id = s.route_id"
            " join fare f on f.id = s.fare_id where r.code = $1 and s.departs_at >= $2",
            route,
            datetime.combine(first, time(), UTC),
        )
    return {row["code"] for row in rows}
