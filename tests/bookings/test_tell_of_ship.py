"""Another ship sails: who is asked nothing hears of it after the commit, once."""

import pytest

from maritime_app.bookings import store
from maritime_app.bookings.changes import report
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.ship_changes import jobs, telling
from maritime_app.ferries.operations import service as operations
from tests.factories import a_sailing, an_ask, book
from tests.other_ship import a_ship, booked, change
from tests.rows import execute, values

IN_A_CABIN = {"inside2": 1}


async def told(res):
    """Do what the change of ship asked for, twice: a worker may die after it."""
    payloads = await values(
        res, "select payload from job where task = 'bookings.tell_of_ship' order by created_at"
    )
    for payload in [*payloads, *payloads]:
        await jobs.tell_of_ship(res, **payload)
    return await values(
        res,
        "select m.template || ' ' || b.reference from mail m join booking b"
        " on b.reference = m.context->>'reference'"
        " where m.template in ('other_ship', 'disruption_news') order by b.created_at",
    )


async def test_it_works(client, resources, monkeypatch):
    """Nobody waits for the mails of the others: they are written by tasks of so many each."""
    monkeypatch.setattr(telling, "_OF_ONE_TASK", 2)
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=6)
    keeping = [await booked(client, resources, an_ask(sailing)) for _one in range(3)]
    unpaid = await book(client, an_ask(sailing))

    await change(resources, sailing, losing=1)

    assert (
        await values(resources, "select id from mail where template <> 'booking_confirmation'")
        == []
    )
    assert await told(resources) == [
        *(f"other_ship {one.reference}" for one in keeping),
        f"disruption_news {unpaid['reference']}",
    ]
    assert (
        len(await values(resources, "select id from job where task = 'bookings.tell_of_ship'")) == 3
    )


@pytest.mark.parametrize(
    "meanwhile",
    [
        "update booking set status = 'cancelled' where id = '{id}'",
        "update booking_leg set place_lost_at = now() where booking_id = '{id}'",
        "delete from booking_leg where booking_id = '{id}'",
    ],
)
async def test_it_is_said_only_while_it_is_true(client, resources, meanwhile):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=6)
    first = await booked(client, resources, an_ask(sailing))
    other = await booked(client, resources, an_ask(sailing))
    await change(resources, sailing, losing=0)

    await execute(resources, meanwhile.format(id=first.id))

    assert await told(resources) == [f"other_ship {other.reference}"]


async def test_a_third_ship_is_told_of_instead(client, resources):
    sailing = await a_sailing(resources.db)
    for code in ("POL", "Vega"):
        await a_ship(resources.db, passengers=6, code=code)
    booking = await booked(client, resources, an_ask(sailing))
    for code in ("POL", "Vega"):
        await change(resources, sailing, ship=code, losing=0)

    assert await told(resources) == [f"other_ship {booking.reference}"]
    assert await values(
        resources, "select context->'news'->>'ship' from mail where template = 'other_ship'"
    ) == ["Vega"]


async def test_a_hold_that_was_paid_all_the_same_is_not_called_ended(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=1)
    unpaid = await book(client, an_ask(sailing))
    await change(resources, sailing, losing=1)
    await execute(
        resources,
        f"update booking set status = 'confirmed' where reference = '{unpaid['reference']}'",
    )

    assert await told(resources) == []


async def test_no_operator_s_numbers_are_held_while_cabins_are_given(
    client, resources, monkeypatch
):
    """Another booking is confirmed and invoiced in the middle of it; cabins are invoiced after."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    other = await a_sailing(resources.db, days_ahead=6)
    await a_ship(resources.db, passengers=100, cabins={"inside1": (4, 1)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    lodged = await booked(client, resources, ask)
    elsewhere = await booked(client, resources, an_ask(other))
    async with resources.db.transaction() as conn:
        await invoices.issue_confirmed(conn, lodged)
    real = operations.finish

    async def finish(*args):
        async with resources.db.transaction() as conn:
            await conn.execute("set local lock_timeout = '5s'")
            await invoices.issue_confirmed(conn, elsewhere)
        return await real(*args)

    monkeypatch.setattr(operations, "finish", finish)

    await change(resources, sailing, losing=0)

    async with resources.db.acquire() as conn:
        assert len(await invoices.of(conn, elsewhere)) == 1
        assert len(await invoices.of(conn, lodged)) == 1
    for change_id in await values(resources, "select id from booking_change"):
        for _once in range(2):
            await report.mail_tickets(resources, change_id)
    async with resources.db.acquire() as conn:
        documents = await invoices.of(conn, await store.booking_by_id(conn, lodged.id))
    assert [one.total_minor for one in documents] == [lodged.total_minor, 0]
    assert any("inside1" in line.item for line in documents[1].content.lines)
