"""Two verbs act on one booking at the same moment, wherever the first one has come to.

Each ends, or is refused in words; what is kept of the money is what the booking says, places are
counted as they are taken, and PostgreSQL ends neither because they wait for each other.
"""

import pytest

from maritime_app import domains
from maritime_app.bookings import jobs, service as bookings, store as rows
from maritime_app.bookings.back_office import money_acts
from maritime_app.bookings.back_office.model import GoodwillRequest
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    LegChange,
    PassengerChange,
)
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.money import service as money
from maritime_app.errors import Conflict
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ops import invariants
from tests import signed_in
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book
from tests.paused import Meeting
from tests.rows import execute, value, values

OF_ROWS = {
    "broken_capacity",
    "misplaced_bookings",
    "orphaned_details",
    "double_refunds",
    "invoiced_bookings",
}
PAID = (
    "update payment set status = 'succeeded', received_minor = amount_minor, charge_id = 'ch_' ||"
    " id, intent_id = 'pi_' || id where kept_at is null"
)
GIVEN_AT_STRIPE = (
    "insert into refund (id, payment_id, amount_minor, reason, unique_key, status, origin) select"
    " gen_random_uuid(), id, amount_minor, 'goodwill', 'stripe:' || id, 'succeeded', 'stripe'"
    " from payment p where not exists (select from refund r where r.payment_id = p.id)"
)
# What arrived and is not (to go) back, and what the booking says of it. What counts as given back
# without us stands there a second time.
KEPT = (
    "select (select sum(received_minor) from payment where subject_id = b.id)"
    " - (select coalesce(sum(r.amount_minor), 0) from refund r join payment p on p.id ="
    " r.payment_id where p.subject_id = b.id and r.status <> 'covered')"
    " - case when b.status in ('paid', 'confirmed') then b.total_minor - b.goodwill_minor"
    " else coalesce(b.cancel_fee_minor, 0) end from booking b order by created_at desc limit 1"
)
# Who travels and has no place, or the other way round.
PLACES = (
    "select (select coalesce(sum(quantity), 0) from leg_capacity where booking_id = b.id and"
    " resource = 'passenger') - case when b.status in ('cancelled', 'expired') then 0 else (select"
    " count(*) from passenger where booking_id = b.id) end from booking b order by created_at desc"
    " limit 1"
)


async def accept(res, _booking_id):
    payment_id = await value(res, "select id from payment order by created_at desc limit 1")
    return await jobs.accept_payment(res, payment_id=str(payment_id))


async def expire(res, booking_id):
    return await confirmation.expire(res, booking_id)


async def follow(res, booking_id):
    return await money.follow(res, booking_id)


async def cancel(res, booking_id):
    booking = await bookings.by_id(res, booking_id)
    fee = (await cancellations.quote(res, booking)).fee
    return (await cancellations.cancel(res, booking, fee.amount_minor)).status


async def goodwill(res, booking_id):
    reference = (await bookings.by_id(res, booking_id)).reference
    ines = ActingStaff(staff_id=await value(res, "select id from staff"))
    return await money_acts.give_back(res, ines, reference, GoodwillRequest(1000, 0, "Sorry."))


async def move(res, booking_id):
    other = await value(res, "select id from sailing order by departs_at desc limit 1")
    return await change(res, booking_id, ChangeRequest(legs=[LegChange(1, str(other))]))


async def leave_one(res, booking_id):
    return await change(
        res, booking_id, ChangeRequest(passengers=[PassengerChange("Ada", "Lund", 1)])
    )


async def change(res, booking_id, wanted):
    booking = await bookings.by_id(res, booking_id)
    price = (await ordering.quote(res, booking, wanted)).difference.amount_minor
    return (await ordering.order(res, booking, ChangeOrder(wanted, price))).version


@pytest.fixture
def meeting(resources, monkeypatch):
    return Meeting(resources, monkeypatch)


async def test_it_works(client, resources, meeting):
    """The control: two that look before they lock both act on what they saw."""
    await held(client, resources)

    async def careless():
        if not await value(resources, "select goodwill_minor from booking"):
            await execute(resources, "update booking set goodwill_minor = goodwill_minor + 1")

    given = set()
    while meeting.goes_on:
        await execute(resources, "update booking set goodwill_minor = 0")
        await meeting.meet(careless, careless)
        given.add(await value(resources, "select goodwill_minor from booking"))
    assert given == {1, 2}


@pytest.mark.parametrize(
    ("first", "second"),
    [(accept, expire), (expire, accept), (accept, cancel), (cancel, accept), (accept, accept)],
)
async def test_whose_money_has_arrived(client, resources, meeting, first, second):
    while meeting.goes_on:
        booking = await held(client, resources)
        await execute(resources, PAID)
        if expire in (first, second):
            await execute(
                resources, f"update booking set expires_at = now() where id = '{booking}'"
            )
        await meet(resources, meeting, booking, first, second)


@pytest.mark.parametrize(("first", "second"), [(accept, follow), (follow, accept)])
async def test_whose_money_was_given_back_before_we_heard_of_it(
    client, resources, meeting, first, second
):
    while meeting.goes_on:
        booking = await held(client, resources)
        await execute(resources, f"{PAID}; {GIVEN_AT_STRIPE}")
        await meet(resources, meeting, booking, first, second)
        assert (await bookings.by_id(resources, booking)).status == "cancelled"


@pytest.mark.parametrize(
    ("first", "second"),
    [(cancel, goodwill), (goodwill, cancel), (leave_one, cancel), (cancel, leave_one)],
)
async def test_whose_journey_is_confirmed(client, resources, meeting, first, second):
    await signed_in.hire(resources)
    while meeting.goes_on:
        booking = await confirmed(client, resources)
        await meet(resources, meeting, booking, first, second)


async def held(client, res):
    """Two people on a sailing of ours in five days; leaving costs a quarter."""
    return (await booked(client, res)).id


async def confirmed(client, res):
    """The same, paid and confirmed."""
    made = await booked(client, res)
    return (await confirmed_in_rows(res, {"reference": made.reference})).id


async def booked(client, res):
    made = await book(client, an_ask(await a_sailing(res.db, days_ahead=5)))
    async with res.db.acquire() as conn:
        found = await rows.booking_by_reference(conn, made["reference"])
    assert found
    return found


async def meet(res, meeting, booking, first, second):
    """Let them meet, do what they have asked for, and look at what is left."""
    said = await meeting.meet(lambda: first(res, booking), lambda: second(res, booking))
    for one in said:
        assert not isinstance(one, BaseException) or isinstance(one, Conflict), said
    asked = "select id from job where task = 'bookings.follow_money' and state = 'queued'"
    if await values(res, asked):
        await jobs.follow_money(res, subject_id=str(booking))
        await execute(res, "update job set state = 'done' where task = 'bookings.follow_money'")
    assert await value(res, KEPT) == await value(res, PLACES) == 0, said
    looked_at = [one for one in domains.INVARIANTS if one.name in OF_ROWS]
    assert await invariants.broken(res, looked_at) == [], said
