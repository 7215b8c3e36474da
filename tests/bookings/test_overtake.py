"""Two connections at the same rows: the second looks before the first one's commit, waits for it,
and then acts on what it finds, not on what it saw.
"""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from maritime_app.bookings import money_back, service as bookings, store as rows
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes import completion, service as changes, store as change_store
from maritime_app.bookings.changes.model import Draft
from maritime_app.bookings.changes.orders import content as contents, ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    LegChange,
    VehicleChange,
)
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.disruptions import choices, service as disruptions, store, writers
from maritime_app.bookings.fare_alerts import store as fare_alerts
from maritime_app.bookings.fare_alerts.model import AlertKind, NewAlert
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.bookings.push import store as push
from maritime_app.bookings.push.model import Subscription
from maritime_app.bookings.waiting import store as waiting
from maritime_app.bookings.waiting.model import NewWaiter
from maritime_app.errors import Conflict
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from maritime_app.ids import uuid7
from tests.booked import confirmed_in_rows, taken
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute, value, values

HOUSE, NOW = ActingStaff(), datetime.now(UTC)
A_CAR = ChangeOrder(ChangeRequest(vehicles=[VehicleChange()]), 9200)
WAITS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock'"
)
CANCEL = "update sailing set status = 'cancelled', version = version + 1 where id = $1"


@pytest.fixture
async def other(resources):
    """The sailing of the day after."""
    return await a_sailing(resources.db, days_ahead=6)


@pytest.fixture
async def booking(client, resources, other):
    """Two people on a sailing of ours in five days, paid and confirmed."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    return await confirmed_in_rows(resources, await book(client, an_ask(sailing)))


@pytest.fixture
async def offered(resources, booking):
    """The same: its sailing was cancelled, and it is offered the day after."""
    sailing = booking.leg_rows[1].sailing_id
    asked = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(resources, HOUSE, sailing, asked)
    await disruptions.follow(resources, sailing, 2)
    disruption_id = await value(resources, "select id from disruption")
    assert await writers.write_to_parties(resources, disruption_id) == "1 written to"
    return booking


async def test_it_works(resources, offered, other):
    """Nobody moves to a sailing that is just being cancelled, though places are held there."""
    moving = choices.rebook(resources, offered, str(other))

    with pytest.raises(Conflict) as refused:
        await after(resources, moving, CANCEL, other)

    assert refused.value.code == "sailing_cancelled"
    assert await values(resources, "select status from disrupted_party") == ["offered"]
    choice = await choices.choice(resources, offered)
    assert choice.alternatives == ()


async def test_a_change_to_a_sailing_that_is_just_being_cancelled(resources, booking, other):
    wanted = ChangeRequest(legs=[LegChange(1, str(other))])
    price = (await ordering.quote(resources, booking, wanted)).difference.amount_minor
    ordering_it = ordering.order(resources, booking, ChangeOrder(wanted, price))

    with pytest.raises(Conflict) as refused:
        await after(resources, ordering_it, CANCEL, other)

    assert refused.value.code == "sailing_cancelled"
    assert (await taken(resources.db, other))["passenger"] == 0


async def test_a_change_whose_operator_was_asked_while_our_leg_was_cancelled(
    resources, booking, other
):
    async with resources.db.transaction() as conn:
        before = contents.as_it_is(booking, await change_store.reserved_legs(conn, booking.id))
        there = contents.moved(before, 1, other, {"passenger": 2})
        draft, until = Draft(there, booking.total_minor), booking.expires_at
        origin = ChangeOrigin.CUSTOMER
        change = await changes.hold(conn, resources, booking, draft, origin, until)
        assert change
        assert await changes.accept(conn, change)
    carrying_out = completion.carry_out(resources, change.id)

    assert await after(resources, carrying_out, CANCEL, other) == f"refused: {completion.VOID}"

    assert (await taken(resources.db, other))["passenger"] == 0
    assert (await bookings.by_id(resources, booking.id)).legs == booking.legs


async def test_late_money_for_a_sailing_that_is_just_being_cancelled(resources, booking):
    """Nobody follows an expired booking: it may not come aboard behind the cancellation."""
    await execute(resources, "update booking set status = 'expired'; delete from leg_capacity")
    await execute(resources, "update payment set kept_at = null")
    payment_id = await value(resources, "select id from payment")
    accepting = confirmation.accept_payment(resources, payment_id)

    outcome = await after(resources, accepting, CANCEL, booking.leg_rows[1].sailing_id)

    assert outcome == "refunded: sailing_cancelled"


async def test_a_change_while_somebody_is_let_aboard(resources, booking):
    admit = (
        "insert into admission (id, booking_id, leg_number, holder, sailing_id, gate, admitted_at)"
        " select gen_random_uuid(), l.booking_id, 1, 'p1', l.sailing_id, 'A', now()"
        " from booking_leg l where l.booking_id = $1"
    )
    ordering_it = ordering.order(resources, booking, A_CAR)

    with pytest.raises(Conflict, match="just changed"):
        await after(resources, ordering_it, admit, booking.id, holding=booking)

    assert await values(resources, "select count(*) from booking_change") == [0]


async def test_a_fee_is_not_kept_out_of_what_staff_are_just_giving_back(resources, booking):
    await execute(resources, "update sailing set departs_at = now() + interval '1 hour'")
    seen = await bookings.by_id(resources, booking.id)
    fee_minor = (await cancellations.quote(resources, seen)).fee.amount_minor
    assert fee_minor == seen.total_minor
    cancelling = cancellations.cancel(resources, seen, fee_minor)

    async def give_back(conn):
        await money_back.give_back(conn, seen, 1000, "goodwill", "goodwill:1")
        await rows.add_goodwill(conn, seen.id, 1000)

    with pytest.raises(Conflict, match="just changed"):
        await after(resources, cancelling, give_back, holding=seen)

    assert await values(resources, "select status from booking") == ["confirmed"]


async def test_a_party_that_has_just_chosen_is_not_asked_again(resources, offered):
    """The look at those whose operator said no was before the one that asked them again."""
    await execute(resources, "update booking_change set status = 'refused'")
    await execute(resources, "update disrupted_party set status = 'moving'")

    async def settle():
        async with resources.db.transaction() as conn:
            return await store.settle_parties(conn)

    refund = "update disrupted_party set status = 'refunded', ended_at = now()"
    assert await after(resources, settle(), refund) == 0

    assert await values(resources, "select status from disrupted_party") == ["refunded"]


@pytest.mark.parametrize("list_of", ["alerts", "waiting parties", "browsers"])
async def test_the_last_place_of_a_list_is_given_once(resources, booking, other, list_of):
    async def join(conn):
        return await joined(conn, list_of, booking, other)

    async def join_too():
        async with resources.db.transaction() as conn:
            return await join(conn)

    assert not await after(resources, join_too(), join)


async def joined(conn, list_of, booking, sailing):
    """Ask for a place on a list of one, everybody for another thing; say whether they have it."""
    new = uuid7()
    if list_of == "alerts":
        day = date(2099, 1, 1) + timedelta(days=new.int % 300)
        wish = (AlertKind.PLACES, "NOOSL", "DEKEL", day, None, "ada@example.org", "en", 12, None)
        return await fare_alerts.add(conn, NewAlert(new, *wish), 1)
    if list_of == "waiting parties":
        party = NewWaiter(new, sailing, f"{new}@example.org", "en", {"passenger": 1}, {})
        return await waiting.add(conn, party, 1)
    address = f"https://push.example.org/{new}"
    keys = (address, bytes(65), bytes(16), "en", "v" * 87)
    return await push.add(conn, Subscription(new, booking.id, *keys, NOW), 1)


async def after(res, act, first, *arguments, holding=None):
    """Let `act` wait for rows that a first transaction has changed; return what comes of it."""
    async with res.db.transaction() as conn:
        if holding:
            await rows.lock_booking(conn, holding.id)
        await (first(conn) if callable(first) else conn.execute(first, *arguments))
        acting = asyncio.create_task(act)
        await until_waiting(res, acting)
    return await acting


async def until_waiting(res, acting):
    """Wait until somebody waits for a row that another connection holds, or has not waited."""
    async with asyncio.timeout(60):
        while not acting.done() and not await value(res, WAITS):
            await asyncio.sleep(0.01)
