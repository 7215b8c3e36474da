"""Rows are locked in one order (docs/decisions.md): two transactions never wait for each other."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from maritime_app.bookings import service as bookings, store as rows
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeRequest, LegChange
from maritime_app.bookings.disruptions import jobs, service as disruptions, store, writers
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.model import BookingRequest
from maritime_app.bookings.money import service as money
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.extras import ExtraUnit
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActingStaff,
    CancelRequest,
    ChangeReason,
    TimesRequest,
)
from maritime_app.ferries.price_lists import service as price_lists
from maritime_app.ferries.price_lists.model import PriceListRequest, SoldExtra
from maritime_app.ids import uuid7
from maritime_app.infra.alerts import raise_alert, settle_alert
from maritime_app.payments import store as payments
from maritime_app.payments.model import DisputeDecision, RefundOrigin, RefundStatus
from maritime_app.payments.refunds import store as refunds
from tests.booked import confirmed_in_rows, taken
from tests.factories import a_sailing, an_ask, book, local_day
from tests.paused import Meeting
from tests.rows import execute, value, values

HOUSE = ActingStaff()
WAITS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock'"
)


@pytest.fixture
async def late(client, resources):
    """A party that may leave a late sailing, which was cancelled just now: nobody follows yet."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    booking = await confirmed_in_rows(resources, await book(client, an_ask(sailing)))
    found = await operations.sailing(resources, HOUSE, sailing)
    asked = TimesRequest(
        found.version, found.departs_at + timedelta(hours=3), reason=ChangeReason.WEATHER
    )
    await operations.retime(resources, HOUSE, sailing, asked)
    await disruptions.follow(resources, sailing, 2)
    await writers.write_to_parties(resources, await value(resources, "select id from disruption"))
    await operations.cancel(resources, HOUSE, sailing, CancelRequest(2, ChangeReason.WEATHER, ""))
    return booking


async def test_it_works(resources, late):
    """A party chooses while everybody aboard is being asked anew."""
    sailing = late.leg_rows[1].sailing_id
    async with resources.db.transaction() as conn:
        await rows.lock_booking(conn, late.id)
        party = await store.open_party(conn, late.id)
        assert party
        following = asyncio.create_task(disruptions.follow(resources, sailing, 3))
        await until_waiting(resources, following)
        assert await store.apply(conn, party, PartyEvent.KEEP)

    assert "cancelled" in await following
    assert await values(resources, "select status from disrupted_party") == ["kept", "waiting"]


async def test_whoever_looks_after_parties_waits_for_nobody(resources, late):
    """What the look every ten seconds finds busy is left for the next one."""
    await disruptions.follow(resources, late.leg_rows[1].sailing_id, 3)
    await execute(resources, "update disrupted_party set status = 'moving' where ended_at is null")
    async with resources.db.transaction() as conn:
        await rows.lock_booking(conn, late.id)
        await conn.execute("update booking set status = 'cancelled'")
        await conn.execute("update disrupted_party set status = 'ended' where ended_at is null")
        said = await jobs.look_after_disruptions(resources)

    assert said.startswith("0 settled, 0 asked again")


async def test_a_dispute_is_decided_while_news_of_it_arrives(resources, late):
    """News holds the payment, then its alert; so does whoever ends the booking for it."""
    payment_id = await value(resources, "select id from payment")
    subject = ("dispute", "dp_1")
    await execute(
        resources,
        "insert into dispute (id, payment_id, amount_minor, currency, reason, status, opened_at)"
        " select 'dp_1', id, amount_minor, currency, 'fraudulent', 'lost', now() from payment",
    )
    async with resources.db.transaction() as conn:
        await raise_alert(conn, "dispute", "Lost.", subject=subject, stage="lost")
    async with resources.db.transaction() as conn:
        await payments.lock_payment(conn, payment_id)
        refuse = DisputeDecision.CANCELLED
        deciding = asyncio.create_task(money.decide(resources, late.id, "dp_1", refuse, "Ines"))
        await until_waiting(resources, deciding)
        await settle_alert(conn, "dispute", subject, stage="lost")

    await deciding
    assert await values(resources, "select status from booking") == ["cancelled"]


async def test_a_booking_ends_for_a_refund_while_news_of_it_arrives(resources, late):
    """News holds the payment, then the refund; so does whoever ends the booking for it."""
    payment_id = await value(resources, "select id from payment")
    async with resources.db.transaction() as conn:
        assert await given_at_stripe(conn, payment_id, late.total_minor)
    async with resources.db.transaction() as conn:
        await payments.lock_payment(conn, payment_id)
        following = asyncio.create_task(money.follow(resources, late.id))
        await until_waiting(resources, following)
        assert not await given_at_stripe(conn, payment_id, late.total_minor)

    assert await following == "all of it went back: cancelled"


async def test_two_parties_take_each_others_sailing(client, resources, monkeypatch):
    """Each holds places on one sailing before it frees those on the other."""
    sailings = [await a_sailing(resources.db, days_ahead=day) for day in (5, 6)]
    booked = [await confirmed_in_rows(resources, await book(client, an_ask(s))) for s in sailings]
    both_hold, real = asyncio.Barrier(2), capacity.release

    async def release(*args):
        with suppress(TimeoutError):  # where one waits for the other from the beginning
            await asyncio.wait_for(both_hold.wait(), 2)
        await real(*args)

    orders = []
    for booking, other in zip(booked, reversed(sailings), strict=True):
        wanted = ChangeRequest(legs=[LegChange(1, str(other))])
        price = (await ordering.quote(resources, booking, wanted)).difference.amount_minor
        orders.append(ordering.order(resources, booking, ChangeOrder(wanted, price)))
    monkeypatch.setattr(capacity, "release", release)

    moved = await asyncio.gather(*orders)

    assert [str(one.leg_rows[1].sailing_id) for one in moved] == [str(s) for s in sailings[::-1]]
    for sailing in sailings:
        assert (await taken(resources.db, sailing))["passenger"] == 2


@pytest.mark.parametrize("is_written_first", [True, False])
async def test_a_scarce_extra_is_held_while_a_list_is_written(
    resources, monkeypatch, is_written_first
):
    """A hold has the counters of extras before it asks for the key of its sailing."""
    sailing = str(await a_sailing(resources.db))
    await execute(
        resources,
        "insert into fare_extra (fare_id, kind, unit, price_minor, per_sailing)"
        " select fare_id, 'lounge', 'person', 2500, 500 from sailing",
    )
    async with resources.db.transaction() as conn:
        await capacity.add_extras(conn, [UUID(sailing)])
    leg = {"sailing_id": sailing, "extras": {"lounge": 1}}
    request = msgspec.convert(an_ask() | {"legs": [leg]}, BookingRequest)
    meeting = Meeting(resources, monkeypatch)

    async def hold():
        await bookings.hold(resources, request, f"R{uuid7().hex[-8:]}".upper(), 30)

    async def write():
        known = await price_lists.price_list(
            resources, HOUSE, await value(resources, "select fare_id from sailing")
        )
        asked = PriceListRequest(
            known.revision,
            f"L-{uuid7()}",
            [route.code for route in known.routes],
            local_day(1),
            known.fare.prices | {"adult": known.fare.prices["adult"] + 1},
            extras=[SoldExtra("lounge", ExtraUnit.PERSON, 2500, 500)],
        )
        await price_lists.write_following(resources, HOUSE, known.fare.id, asked)

    first, second = (write, hold) if is_written_first else (hold, write)
    while meeting.goes_on:
        assert await meeting.meet(first, second) == [None, None]


async def given_at_stripe(conn, payment_id, amount_minor):
    return await refunds.add_refund(
        conn,
        uuid7(),
        payment_id,
        amount_minor,
        "goodwill",
        "stripe:re_1",
        status=RefundStatus.SUCCEEDED,
        origin=RefundOrigin.STRIPE,
        stripe_id="re_1",
    )


async def until_waiting(res, acting):
    async with asyncio.timeout(60):
        while not acting.done() and not await value(res, WAITS):
            await asyncio.sleep(0.01)
