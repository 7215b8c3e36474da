"""Each call to a remote operator stands in the desk's timeline: what it was, what came of it."""

import pytest

from maritime_app import domains
from maritime_app.bookings.back_office import store
from maritime_app.bookings.back_office.model import EventKind
from maritime_app.bookings.back_office.timeline import titles
from maritime_app.bookings.pricing.operator_calls import Action, OperatorCalls
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import (
    OperatorRefused,
    OperatorUnavailable,
    OutcomeUnknown,
)
from tests.booked import cancel, drained, quoted, until
from tests.factories import an_ask, book, local_day, pay
from tests.rows import execute, values


@pytest.mark.demo
async def test_it_works(shop, played, monkeypatch):
    """A confirmation whose answer was lost, found again, and a cancellation; no mere look."""
    there = operators.of(played).gateways["NDL"]
    confirm = there.confirm

    async def losing(reference):
        await confirm(reference)
        raise OutcomeUnknown("NDL", "confirm")

    monkeypatch.setattr(there, "confirm", losing)
    booking = await held(shop)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await cancel(shop, booking, (await quoted(shop, booking))["fee"]["amount_minor"])
    await until(shop, booking, "cancelled")
    await drained(played)

    told = await calls(played, booking)
    assert [line.rpartition(", ")[0] for line in told] == [
        "Places asked for: answered | NDL, Reserved",
        "Asked whether the places are held: answered | NDL, Reserved",
        "Confirmation asked for: no answer, it may have been done | NDL",
        "Asked what became of it: answered | NDL, Booked",
        "Asked what became of it: answered | NDL, Booked",
        "Asked what cancelling costs: answered | NDL, 0",
        "Cancellation asked for: answered | NDL, Cancelled",
    ]
    assert all(line.endswith(" ms") for line in told)


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        (OperatorRefused("NDL", "SoldOut", "Ada Lund may not travel."), ("refused", "SoldOut")),
        (OperatorUnavailable("NDL", "is down"), ("unavailable", "")),
        (OutcomeUnknown("NDL", "hold"), ("unknown", "")),
        (RuntimeError("whatever"), ("unknown", "")),
    ],
)
async def test_no_answer_is_kept_as_what_it_was(resources, raised, outcome):
    """What an operator writes in words is not: it may name people."""

    async def asked():
        raise raised

    with pytest.raises(type(raised)):
        await OperatorCalls(resources.db, "NDL").kept(Action.HOLD, "7WN6N3E3-1", asked())

    kept = "select outcome || '|' || answer || '|' || reference from operator_call"
    assert await values(resources, kept) == ["|".join((*outcome, "7WN6N3E3"))]


@pytest.mark.demo
async def test_whoever_is_killed_has_asked(shop, played, monkeypatch):
    """What stands while nobody has answered stands for good where the process dies of it."""
    there, told = operators.of(played).gateways["NDL"], []
    confirm = there.confirm

    async def looking(reference):
        told.extend(await calls(played, booking))
        return await confirm(reference)

    booking = await held(shop)
    monkeypatch.setattr(there, "confirm", looking)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")

    assert told[-1] == "Confirmation asked for: no answer known | NDL"
    assert "no answer known" not in "".join(await calls(played, booking))


async def test_what_cannot_be_kept_stops_nothing(resources):
    await execute(resources, "drop table operator_call")

    async def asked():
        return "yes"

    assert (
        await OperatorCalls(resources.db, "NDL").kept(Action.HOLD, "7WN6N3E3-1", asked()) == "yes"
    )


def test_they_go_with_their_month():
    assert [table.wanted for table in domains.MONTHLY if table.name == "operator_call"] == ["false"]


async def held(shop):
    address = f"/api/v1/ferries/search?from=DEKEL&to=SEGOT&date={local_day(30)}&adults=2"
    async with shop.get(address) as answer:
        found = await answer.json()
    offer = next(one for one in found["outbound"] if one["operator"]["code"] == "NDL")
    return await book(shop, an_ask(offer["sailing_id"]))


async def calls(played, booking):
    """Title and detail of each, as the clerk's page has them."""
    async with played.db.acquire() as conn:
        booking_id = await conn.fetchval(
            "select id from booking where reference = $1", booking["reference"]
        )
        events = await store.timeline(conn, booking_id, 100)
    asked = (event for event in events if event.kind is EventKind.OPERATOR)
    return [f"{titles.title(event)} | {event.detail}" for event in asked]
