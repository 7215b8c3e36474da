"""Another ship ends changes and offers that wait: whoever they were for is not left without."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    VehicleChange,
)
from maritime_app.bookings.disruptions.model import Candidate
from maritime_app.bookings.ship_changes import seating, service as ship_changes
from maritime_app.bookings.ship_changes.seating import HeldClaim
from maritime_app.errors import Unavailable
from maritime_app.ferries.model import VehicleKind
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import CancelRequest, ChangeReason
from tests.booked import confirmed_in_rows, taken
from tests.factories import a_return, a_sailing, an_ask, book
from tests.other_ship import HOUSE, a_ship, booked, change, choice, written
from tests.rows import execute, value, values


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


async def test_a_change_that_an_operator_is_asked_for_keeps_its_places(client, resources):
    """It cannot be ended: what it holds is not given to others, and the ship must take it."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=3)
    await a_ship(resources.db, passengers=100, code="LOW", height_cm=140)
    await waiting_with_a_car(client, resources, sailing)
    await execute(
        resources,
        "insert into change_capacity (change_id, sailing_id, resource, quantity)"
        f" select id, '{sailing}', unnest(array['passenger', 'extra:dinner']), 1"
        " from booking_change;"
        " update booking_change set status = 'accepted'",
    )

    seen = await ship_changes.preview(resources, HOUSE, sailing, "POL")
    low = await ship_changes.preview(resources, HOUSE, sailing, "LOW")
    with pytest.raises(Unavailable):
        await change(resources, sailing, ship="LOW", losing=len(low.losing))

    taken_then = {one.resource: one.taken for one in seen.resources}
    assert taken_then["passenger"] == 3  # two who have booked, and the one of the change
    assert not [name for name in taken_then if name.startswith("extra:")]
    assert low.ended == 0
    assert await value(resources, "select status from booking_change") == "accepted"


@pytest.mark.pure
def test_extras_take_no_place_on_the_ship():
    """They belong to the fare: a ship that counts none of them takes who waits for one."""
    noon = datetime(2027, 5, 1, 12, tzinfo=UTC)
    ship = Candidate(UUID(int=1), noon, noon, noon, "Polaris", 420, None, {"passenger": 3}, {})
    one, another, third = (
        HeldClaim(UUID(int=n), {"passenger": n, "extra:dinner": 9}, 0, 0) for n in (1, 2, 3)
    )
    assert seating.seat(ship, [], [one, another, third]).ended == [third.change_id]
    assert ship.available == {"passenger": 0}


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
