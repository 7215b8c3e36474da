"""Other cabins for many at once: all of them or none, and nobody pays or sleeps otherwise."""

import pytest

from maritime_app.bookings.changes import service as changes, store as change_store
from maritime_app.errors import Conflict
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.operations import service as operations
from tests.booked import taken
from tests.factories import a_sailing, an_ask
from tests.other_ship import HOUSE, a_ship, booked, change
from tests.rows import execute, value, values

CABINS = ("cabin:inside1", "cabin:inside2")


@pytest.fixture
async def sailing(client, resources):
    """Two parties in a cabin for two each; the other ship has cabins for one only."""
    made = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, cabins={"inside1": (8, 1)})
    ask = an_ask(made) | {"legs": [{"sailing_id": str(made), "cabins": {"inside2": 1}}]}
    for _one in range(2):
        await booked(client, resources, ask)
    return made


async def test_it_works(resources, sailing):
    before = await prices(resources)

    await change(resources, sailing, losing=0)

    now = await taken(resources.db, sailing)
    assert [now.get(name, 0) for name in CABINS] == [4, 0]
    assert await values(resources, "select status from booking_change") == ["applied", "applied"]
    assert await prices(resources) == before


@pytest.mark.parametrize("status", ["confirmed", "paid"])
async def test_cabins_that_are_gone_after_all_change_nothing(
    resources, sailing, monkeypatch, status
):
    """Whoever has a ticket, and whoever has none yet."""
    await execute(resources, f"update booking set status = '{status}'")

    async def reserve(*_any):
        return False

    monkeypatch.setattr(capacity, "reserve", reserve)

    with pytest.raises(RuntimeError, match="the cabins are gone"):
        await change(resources, sailing, losing=0)

    await nothing_changed(resources, sailing)


async def test_a_booking_that_was_written_meanwhile_is_not_written_over(
    resources, sailing, monkeypatch
):
    real = changes.hold_all

    async def hold_all(conn, *args):
        await conn.execute(
            "update booking set version = version + 1"
            " where id = (select id from booking order by id limit 1)"
        )
        return await real(conn, *args)

    monkeypatch.setattr(changes, "hold_all", hold_all)

    with pytest.raises(Conflict) as refused:
        await change(resources, sailing, losing=0)

    assert refused.value.code == "booking_changed"
    await nothing_changed(resources, sailing)


async def test_a_change_that_was_decided_otherwise_takes_all_with_it(
    resources, sailing, monkeypatch
):
    real = change_store.rewrite_all

    async def rewrite_all(conn, requests):
        await conn.execute(
            "update booking_change set status = 'withdrawn'"
            " where id = (select id from booking_change order by id limit 1)"
        )
        return await real(conn, requests)

    monkeypatch.setattr(change_store, "rewrite_all", rewrite_all)

    with pytest.raises(Conflict) as refused:
        await change(resources, sailing, losing=0)

    assert refused.value.code == "booking_changed"
    await nothing_changed(resources, sailing)


async def nothing_changed(res, sailing):
    """The old ship sails, everybody sleeps where they did, and no change was written."""
    now = await taken(res.db, sailing)
    assert [now.get(name, 0) for name in CABINS] == [0, 2]
    assert (await operations.sailing(res, HOUSE, sailing)).version == 1
    assert await value(res, "select count(*) from booking_change") == 0
    lines = "select count(*) from booking_item where item = 'cabin:inside1'"
    assert await value(res, lines) == 0


async def prices(res):
    """What each booking costs, and the sum of its lines."""
    return await values(
        res,
        "select b.total_minor || ' ' || sum(i.amount_minor) from booking b"
        " join booking_item i on i.booking_id = b.id group by b.id order by b.id",
    )
