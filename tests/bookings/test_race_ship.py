"""Others book, pay and die while another ship comes: nothing is oversold, and nobody is lost."""

import asyncio
from typing import Any

import pytest

from maritime_app.bookings.ship_changes import looking, moving, service as ship_changes
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries.operations import service as operations
from tests.booked import (
    taken,
)
from tests.factories import CAR, a_sailing, an_ask, book
from tests.killed import Death, Killed
from tests.other_ship import HOUSE, a_ship, booked, change, lost
from tests.rows import execute, value, values


async def test_it_works(client, resources, monkeypatch):
    """It comes between the look at who is aboard and the counters: it is found, and judged."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=2)
    first = await booked(client, resources, an_ask(sailing))
    real, raced = looking.plan, list[asyncio.Task[int]]()

    async def plan(*args):
        # It waits for the counters that are held, and is refused by what it finds then.
        raced.append(asyncio.create_task(answer_to_hold(client, an_ask(sailing))))
        await until_waiting(resources, raced[0])
        return await real(*args)

    monkeypatch.setattr(looking, "plan", plan)

    await change(resources, sailing, losing=0)

    assert await raced[0] == 409
    assert (await taken(resources.db, sailing))["passenger"] == 2
    assert await values(resources, "select reference from booking") == [first.reference]


async def test_a_high_vehicle_that_races_the_change(client, resources, monkeypatch):
    """What it was priced by is a minute old in another process: the hold looks under its lock."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, height_cm=140)
    real, raced = looking.plan, list[asyncio.Task[int]]()
    car = {**CAR, "height_cm": 150}

    async def plan(*args):
        raced.append(asyncio.create_task(answer_to_hold(client, an_ask(sailing, vehicles=[car]))))
        await until_waiting(resources, raced[0])
        return await real(*args)

    monkeypatch.setattr(looking, "plan", plan)

    await change(resources, sailing, losing=0)

    assert await raced[0] == 409
    assert await value(resources, "select count(*) from booking") == 0


async def test_who_comes_aboard_before_the_counters_are_held_is_found(
    client, resources, monkeypatch
):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=2)
    await booked(client, resources, an_ask(sailing))
    real, came, begun = operations.begin, list[dict[str, Any]](), list[int]()

    async def begin(*args):
        begun.append(1)
        found = await real(*args)
        if not came:
            came.append(await book(client, an_ask(sailing)))
        return found

    monkeypatch.setattr(operations, "begin", begin)

    await change(resources, sailing, losing=1)

    assert (await taken(resources.db, sailing))["passenger"] == 2
    ended = await values(resources, "select reference from booking where status = 'expired'")
    assert ended == [came[0]["reference"]]
    assert len(begun) == 2  # their booking is held as well, before it is ended


async def test_while_others_keep_coming_aboard_the_old_ship_sails(client, resources, monkeypatch):
    """It is not tried for ever: staff are told to close the sales first."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100)
    await booked(client, resources, an_ask(sailing))
    real, came = operations.begin, list[dict[str, Any]]()

    async def begin(*args):
        found = await real(*args)
        came.append(await book(client, an_ask(sailing)))
        return found

    monkeypatch.setattr(operations, "begin", begin)
    monkeypatch.setattr(ship_changes, "_MOST_TRIES", 2)

    with pytest.raises(Unavailable, match="Close its sales first"):
        await change(resources, sailing, losing=0)

    assert len(came) == 2
    assert (await operations.sailing(resources, HOUSE, sailing)).ferry != "Polaris"
    assert (await taken(resources.db, sailing))["passenger"] == 6
    kept = await values(resources, "select status from booking order by created_at")
    assert kept == ["confirmed", "held", "held"]


async def test_a_party_that_was_overlooked_keeps_the_ship_from_coming(
    client, resources, monkeypatch
):
    """The totals are the last word: more is never taken than the ship has."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=2)
    await booked(client, resources, an_ask(sailing))
    await book(client, an_ask(sailing))

    async def overlook(*_any):
        pass

    monkeypatch.setattr(moving, "end_holds", overlook)

    with pytest.raises(RuntimeError, match="more is taken than the ship has"):
        await change(resources, sailing, losing=1)

    after = await operations.sailing(resources, HOUSE, sailing)
    assert (after.version, after.ferry == "Polaris") == (1, False)
    assert (await taken(resources.db, sailing))["passenger"] == 4


async def test_others_lose_than_were_seen(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=2)
    await booked(client, resources, an_ask(sailing))
    seen = await ship_changes.preview(resources, HOUSE, sailing, "POL")
    await booked(client, resources, an_ask(sailing))

    with pytest.raises(Conflict) as refused:
        await change(resources, sailing, losing=len(seen.losing))

    assert refused.value.code == "other_parties"
    assert await value(resources, "select version from sailing") == 1
    assert await lost(resources) == []


async def test_an_operator_is_asked_about_one_of_them(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    booking = await booked(client, resources, an_ask(sailing))
    await execute(
        resources,
        "insert into booking_change (id, booking_id, number, origin, status, from_version,"
        f" content, total_minor, due_minor, expires_at) values (gen_random_uuid(), '{booking.id}',"
        " 1, 'customer', 'accepted', 1, '{\"legs\": [], \"items\": []}', 0, 0, now())",
    )

    with pytest.raises(Unavailable):
        await change(resources, sailing, losing=1)

    assert await lost(resources) == []


@pytest.mark.parametrize("before", [True, False])
async def test_a_death_at_any_step_loses_nobody(client, resources, monkeypatch, before):
    """One transaction: it is done whole, or not at all and done again."""
    death = Death(monkeypatch)
    death.install()
    step = 1
    while True:
        sailing = await a_sailing(resources.db, days_ahead=5)
        await a_ship(resources.db, passengers=2, code=f"P{step}")
        for _one in range(2):
            await booked(client, resources, an_ask(sailing))
        death.arm(step, before=before)
        try:
            await change(resources, sailing, ship=f"P{step}", losing=1)
        except Killed:
            death.arm(0, before=before)
            version = (await operations.sailing(resources, HOUSE, sailing)).version
            if version == 1:
                await change(resources, sailing, ship=f"P{step}", losing=1)
        happened = death.at == 0
        death.arm(0, before=before)
        assert (await taken(resources.db, sailing))["passenger"] == 2
        asked = await value(
            resources,
            "select count(*) from disrupted_party p join disruption d on d.id = p.disruption_id"
            f" where d.sailing_id = '{sailing}'",
        )
        assert asked == 1
        if not happened:
            break
        step += 1
    assert step > 1


async def answer_to_hold(client, ask):
    async with client.post("/api/v1/bookings", json=ask) as answer:
        return answer.status


async def until_waiting(res, acting):
    waits = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(60):
        while not acting.done() and not await value(res, waits):
            await asyncio.sleep(0.01)
