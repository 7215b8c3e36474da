"""Another ship ends changes and offers that wait: whoever they were for is not left without."""

from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    VehicleChange,
)
from maritime_app.bookings.ship_changes import service as ship_changes
from maritime_app.ferries.model import VehicleKind
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import CancelRequest, ChangeReason
from tests.booked import confirmed_in_rows, taken
from tests.factories import a_return, a_sailing, an_ask, book
from tests.other_ship import HOUSE, a_ship, booked, change, choice, written
from tests.rows import value, values


async def test_it_works(client, resources):
    """Who sleeps in other cabins on the way out keeps the offer of a way back."""
    out = await a_sailing(resources.db, days_ahead=5)
    back, other = [await a_return(resources.db, days_ahead=day) for day in (8, 9)]
    await a_ship(resources.db, passengers=100, cabins={"inside1": (4, 1)})
    legs = [{"sailing_id": str(out), "cabins": {"inside2": 1}}, {"sailing_id": str(back)}]
    made = await book(client, an_ask() | {"legs": legs})
    await confirmed_in_rows(resources, made)
    gone = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(resources, HOUSE, back, gone)
    await written(resources)
    assert held(await choice(client, made)) == [str(other)]

    await change(resources, out, losing=0)
    assert await values(resources, "select status from disrupted_party") == ["waiting"]
    await written(resources)

    shown = await choice(client, made)
    assert (held(shown), shown["status"]) == ([str(other)], "offered")
    assert (await taken(resources.db, out))["cabin:inside1"] == 2
    assert (await taken(resources.db, other))["passenger"] == 2
    told = await values(
        resources,
        "select context->'news'->>'held_cancelled' from mail where template ="
        " 'disruption_offer' order by id",
    )
    assert told == ["false", "false"]  # that sailing can still take them


async def test_a_change_that_adds_a_vehicle_which_the_ship_does_not_take(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, height_cm=140)
    await waiting_with_a_car(client, resources, sailing)

    seen = await ship_changes.preview(resources, HOUSE, sailing, "POL")
    assert (seen.losing, seen.ended) == ((), 1)
    await change(resources, sailing, losing=0)

    assert await values(resources, "select status from booking_change") == ["withdrawn"]
    assert (await taken(resources.db, sailing))["lane_cm"] == 0


async def test_a_change_that_fits_waits_on(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, height_cm=420)
    await waiting_with_a_car(client, resources, sailing)

    await change(resources, sailing, losing=0)

    assert await value(resources, "select status from booking_change") == "held"


async def waiting_with_a_car(client, res, sailing):
    """A booking whose change adds a high car, and waits for its payment."""
    booking = await booked(client, res, an_ask(sailing))
    high = VehicleChange(VehicleKind.CAR, height_cm=150)
    wanted = ChangeRequest(vehicles=[high])
    price = (await ordering.quote(res, booking, wanted)).difference.amount_minor
    await ordering.order(res, booking, ChangeOrder(wanted, price))
    assert await value(res, "select status from booking_change") == "held"


def held(shown):
    return [one["sailing_id"] for one in shown["alternatives"] if one["held"]]
