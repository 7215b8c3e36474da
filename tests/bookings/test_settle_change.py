"""The money of a change that nobody waits for any more, and changes that somebody overtakes."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from maritime_app.bookings import jobs as booking_jobs, service as bookings
from maritime_app.bookings.changes import completion, jobs, paying, report, service, store
from maritime_app.bookings.changes.model import Draft, GivenUp
from maritime_app.bookings.changes.orders import content as contents, ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    LegChange,
    VehicleChange,
)
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus
from maritime_app.bookings.pricing.model import LegRefused
from maritime_app.errors import Conflict
from maritime_app.infra.db import CommitUnknown
from maritime_app.payments import service as payments
from maritime_app.payments.model import PaymentStatus
from tests.booked import confirmed_in_rows, taken
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute, values

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

A_CAR = ChangeOrder(ChangeRequest(vehicles=[VehicleChange()]), 9200)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def booking(client, resources):
    """Two people on one sailing of ours, paid and confirmed."""
    sailing = await a_sailing(resources.db)
    return await confirmed_in_rows(resources, await book(client, an_ask(sailing)))


async def test_it_works(resources, booking):
    """A car more, paid: it is carried out, and the same news again changes nothing."""
    await ordering.order(resources, booking, A_CAR)
    paid = await paid_in_rows(resources)

    assert await accepted(resources, paid) == "paid: the change is carried out"
    assert await accepted(resources, paid) == "accepted before"
    assert (await bookings.by_id(resources, booking.id)).vehicles


@pytest.mark.parametrize(
    ("paid", "booking", "change", "reason"),
    [
        ({}, {}, {}, None),
        ({"received_minor": 9201}, {}, {}, "wrong_amount"),
        ({"received_minor": None}, {}, {}, "wrong_amount"),
        ({"currency": "NOK"}, {}, {}, "wrong_amount"),
        ({}, {}, {"status": ChangeStatus.ACCEPTED}, "paid_twice"),
        ({}, {}, {"status": ChangeStatus.APPLIED}, "paid_twice"),
        ({}, {}, {"status": ChangeStatus.WITHDRAWN}, "change_void"),
        ({}, {}, {"status": ChangeStatus.EXPIRED}, "change_void"),
        ({}, {}, {"status": ChangeStatus.REFUSED}, "change_void"),
        ({}, {"version": 2}, {}, "change_void"),
        ({}, {"status": BookingStatus.CANCELLED}, {}, "change_void"),
    ],
)
def test_which_money_can_be_kept_is_a_table(paid, booking, change, reason):
    known = {"status": ChangeStatus.HELD, "due_minor": 9200, "from_version": 1}
    assert reason == paying.why_void(
        fake(**{"received_minor": 9200, "currency": "EUR"} | paid),
        fake(**{"currency": "EUR", "status": BookingStatus.CONFIRMED, "version": 1} | booking),
        fake(**known | change),
    )


@pytest.mark.parametrize("wish", ["another sailing", "a car on the same one"])
async def test_money_for_what_is_not_sold_any_more_goes_back(client, resources, wish):
    """By whatever a change takes places of, also of a leg that it leaves where it was."""
    first, other = await a_sailing(resources.db), await a_sailing(resources.db, days_ahead=21)
    await execute(resources, "update fare set change_fee_minor = 700")
    booking = await confirmed_in_rows(resources, await book(client, an_ask(first)))
    is_car = wish.startswith("a car")
    change = A_CAR.change if is_car else ChangeRequest(legs=[LegChange(1, str(other))])
    due_minor = (await ordering.quote(resources, booking, change)).difference.amount_minor
    assert due_minor > 0
    await ordering.order(resources, booking, ChangeOrder(change, due_minor))
    paid = await paid_in_rows(resources)
    sold = first if is_car else other
    await execute(resources, f"update sailing set status = 'cancelled' where id = '{sold}'")

    with pytest.raises(Conflict):
        await paying.payment_page(resources, await bookings.by_id(resources, booking.id))

    assert await accepted(resources, paid) == "refunded: sailing_cancelled"
    assert await values(resources, "select status from booking_change") == ["expired"]
    assert (await taken(resources.db, sold))["lane_cm" if is_car else "passenger"] == 0
    assert await accepted(resources, paid) == "sent back before"
    assert await values(resources, "select reason from refund") == ["sailing_cancelled"]
    assert await values(resources, "select kind from alert") == ["refund_sailing_cancelled"]


async def test_what_is_over_cannot_be_paid(resources, booking):
    """A change whose time ran out, one that has nothing to pay, and a page without its change."""
    await ordering.order(resources, booking, A_CAR)
    await execute(resources, "update booking_change set expires_at = now()")
    with pytest.raises(Conflict, match="ran out"):
        await paying.payment_page(resources, booking)
    assert await jobs.end_changes(resources) == "1 ended, 0 looked after"
    with pytest.raises(Conflict, match="ran out"):
        await paying.payment_page(resources, booking)
    assert not await paying.withdraw_unpaid(resources, booking)

    await same_again(resources, booking, expires_at=datetime.now(UTC) - AN_HOUR)
    assert await jobs.end_changes(resources) == "1 ended, 0 looked after"

    await ordering.order(resources, booking, A_CAR)
    await execute(resources, "update booking_change set status = 'withdrawn' where status = 'held'")
    await jobs.end_changes(resources)
    assert await values(
        resources, "select distinct status from payment where part_id is not null"
    ) == ["closed"]


async def test_what_was_just_paid_or_still_can_be_ends_nothing(resources, booking, monkeypatch):
    async def open_still(_res, _payment_id):
        return PaymentStatus.OPEN

    await ordering.order(resources, booking, A_CAR)
    with monkeypatch.context() as patched:
        patched.setattr(payments, "close", open_still)
        with pytest.raises(CommitUnknown):
            await paying.withdraw_unpaid(resources, booking)
    await paid_in_rows(resources)
    await execute(resources, "update booking_change set expires_at = now()")

    await jobs.end_changes(resources)
    with pytest.raises(Conflict, match="just arrived"):
        await paying.withdraw_unpaid(resources, booking)

    assert await values(resources, "select status from booking_change") == ["held"]


async def test_a_late_look_at_the_hold_leaves_the_money_of_a_change_alone(resources, booking):
    """It was tried again until now: the booking is confirmed, and its change is just paid."""
    await ordering.order(resources, booking, A_CAR)
    paid = await paid_in_rows(resources)

    assert await confirmation.expire(resources, booking.id) == "not overdue"

    assert await accepted(resources, paid) == "paid: the change is carried out"
    assert await values(resources, "select id from refund") == []


async def test_a_change_is_decided_once(resources, booking):
    """Each step on a change that somebody else has ended changes nothing."""
    change = await same_again(resources, booking)
    async with resources.db.transaction() as conn:
        assert await service.withdraw(conn, resources, change.id, ChangeEvent.WITHDRAW)
        assert not await service.withdraw(conn, resources, change.id, ChangeEvent.WITHDRAW)
        assert not await service.accept(conn, change)
        with pytest.raises(Conflict, match="just changed"):
            await completion.decide(conn, resources, change)

    assert await completion.carry_out(resources, change.id) == "nothing to carry out: withdrawn"
    assert await completion.refuse(resources, change, "no") == "decided meanwhile"
    assert await report.mail_tickets(resources, change.id) == "nothing to report"


async def test_a_booking_that_is_another_one_meanwhile_stays_so(resources, booking):
    """Accepted, and then the booking has a new version: nothing is rewritten, places are free."""
    change = await same_again(resources, booking)
    async with resources.db.transaction() as conn:
        assert await service.accept(conn, change)
    await execute(resources, "update booking set version = version + 1")
    await execute(resources, "update booking_change set created_at = created_at - interval '1 h'")
    assert await jobs.end_changes(resources) == "0 ended, 1 looked after"

    assert await completion.carry_out(resources, change.id) == f"refused: {completion.VOID}"

    assert await values(resources, "select status from booking_change") == ["refused"]
    assert await values(resources, "select template from mail where template like 'change%'") == [
        "change_refused"
    ]
    assert await values(resources, "select count(*) from refund") == [0]


async def test_an_operator_that_keeps_what_was_replaced_is_an_alert(
    resources, booking, monkeypatch
):
    given_up = (GivenUp("NDL", "OLD-1"), GivenUp("NDL", "OLD-2"))
    change = await same_again(resources, booking, given_up=given_up)
    async with resources.db.transaction() as conn:
        await completion.decide(conn, resources, change)

    class Keeping:
        async def cancel(self, key):
            if key == "OLD-1":
                raise LegRefused("It has left.")
            return True

    monkeypatch.setattr(completion, "remote_operator", lambda _res, _code: Keeping())
    await execute(resources, "update booking set status = 'cancelled'")

    assert await completion.give_up_legs(resources, change.id) == "1 given up"
    assert await values(resources, "select kind from alert") == ["operator_keeps_booking"]
    assert await report.mail_tickets(resources, change.id) == "not confirmed any more"


async def test_what_happens_between_quote_and_hold_is_seen(resources, booking, monkeypatch):
    """Another price, another version, a ship that left, a deck that is full: nothing is taken."""
    sailing = UUID(booking.legs[0].sailing_id)
    before, hold = await taken(resources.db, sailing), ordering._hold_remotely
    steps = {
        "update capacity set total = taken where resource = 'lane_cm'": "sold_out",
        "update sailing set status = 'departed'": "departed",
        "update booking set version = version + 1": "booking_changed",
    }
    for meanwhile, code in steps.items():

        async def late(res, plan, meanwhile=meanwhile):
            await execute(res, "update sailing set status = 'scheduled'")
            await execute(res, meanwhile)
            return await hold(res, plan)

        monkeypatch.setattr(ordering, "_hold_remotely", late)
        await execute(resources, "update sailing set status = 'scheduled'")
        assert await refusal(resources, booking, A_CAR) == code
        await execute(resources, "update capacity set total = 9999 where resource = 'lane_cm'")

    assert await refusal(resources, booking, ChangeOrder(A_CAR.change, 1)) == "price_changed"
    await execute(resources, "update sailing set status = 'scheduled'")
    assert await refusal(resources, booking, ChangeOrder(ChangeRequest(), 0)) == "nothing_to_change"
    assert await taken(resources.db, sailing) == before


async def test_a_newer_order_replaces_what_waits_and_a_lost_answer_frees_nothing(
    resources, booking, monkeypatch
):
    offered = await same_again(resources, booking)
    await ordering.order(resources, booking, A_CAR)
    async with resources.db.acquire() as conn:
        assert (await store.change(conn, offered.id)).status is ChangeStatus.WITHDRAWN

    transaction = resources.db.transaction

    @asynccontextmanager
    async def unanswered(_db):
        async with transaction() as conn:
            yield conn
        if await values(resources, "select count(*) from booking_change") == [3]:
            raise CommitUnknown

    async def never(*_any):
        raise AssertionError("it may be written down")

    monkeypatch.setattr(ordering, "_release", never)
    monkeypatch.setattr(type(resources.db), "transaction", unanswered)
    with pytest.raises(CommitUnknown):
        await ordering.order(resources, booking, A_CAR)


async def same_again(res, booking, *, expires_at=None, given_up=()):
    """A held change that leaves the booking as it is."""
    async with res.db.transaction() as conn:
        reserved = await store.reserved_legs(conn, booking.id)
        content = msgspec.structs.replace(contents.as_it_is(booking, reserved), given_up=given_up)
        until = expires_at or datetime.now(UTC) + AN_HOUR
        draft = Draft(content, booking.total_minor)
        return await service.hold(conn, res, booking, draft, ChangeOrigin.STAFF, until)


async def paid_in_rows(res):
    """The payment of the change that is open has arrived; nobody has heard of it yet."""
    async with res.db.acquire() as conn:
        return await conn.fetchval(
            "update payment set status = 'succeeded', received_minor = amount_minor, intent_id ="
            " 'pi_' || id, charge_id = 'ch_' || id where part_id is not null and status = 'open'"
            " returning id"
        )


async def accepted(res, payment_id):
    return await booking_jobs.accept_payment(res, payment_id=str(payment_id))


async def refusal(res, booking, order):
    with pytest.raises(Conflict) as refused:
        await ordering.order(res, booking, order)
    return refused.value.code
