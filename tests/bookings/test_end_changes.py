"""The look at changes whose time ran out, and at those that hang."""

import pytest

from maritime_app.bookings.changes import jobs
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    VehicleChange,
)
from maritime_app.errors import Unavailable
from maritime_app.payments import gateway
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute, values

A_CAR = ChangeOrder(ChangeRequest(vehicles=[VehicleChange()]), 9200)
RAN_OUT = "update booking_change set expires_at = now() where status = 'held'"
WITH_PAGES = "update payment set session_id = 'cs_' || id where part_id is not null"
STATUSES = "select status from booking_change order by status"


@pytest.fixture
async def ordered(client, resources):
    """Three bookings, each with a change that waits for money on a page of Stripe's."""
    for _ in range(3):
        sailing = await a_sailing(resources.db)
        booking = await confirmed_in_rows(resources, await book(client, an_ask(sailing)))
        await ordering.order(resources, booking, A_CAR)
    await execute(resources, WITH_PAGES)


@pytest.fixture
def asked(resources, monkeypatch):
    """Sessions that Stripe was asked to end; for the first it is silent."""
    sessions = []

    async def expire_session(session_id):
        sessions.append(session_id)
        if len(sessions) == 1:
            raise Unavailable("Our payment provider does not answer.")

    monkeypatch.setattr(gateway.of(resources), "expire_session", expire_session)
    return sessions


async def test_it_works(resources, ordered, asked):
    """Stripe is silent for one: the other is ended, what hangs is looked after, and then that one
    has its turn.
    """
    await execute(
        resources,
        "update booking_change set status = 'accepted', created_at = now() - interval '1 hour'"
        " where id = (select id from booking_change limit 1);"
        "update payment set status = 'succeeded', received_minor = amount_minor, intent_id ="
        " 'pi_' || id, charge_id = 'ch_' || id where part_id ="
        f" (select id from booking_change where status = 'accepted'); {RAN_OUT}",
    )

    with pytest.raises(Unavailable) as left:
        await jobs.end_changes(resources)

    words = "1 ended, 1 looked after; Stripe did not answer for 1, was not asked for 0"
    assert str(left.value) == words
    assert await values(resources, STATUSES) == ["accepted", "expired", "held"]
    looked_after = "select count(*) from job where unique_key like 'look_after_change:%'"
    assert await values(resources, looked_after) == [1]
    assert await jobs.end_changes(resources) == "1 ended, 1 looked after"
    assert len(asked) == 3


async def test_a_page_of_what_is_withdrawn_is_closed_though_another_cannot_be(
    resources, ordered, asked
):
    await execute(resources, "update booking_change set status = 'withdrawn'")

    with pytest.raises(Unavailable, match="did not answer for 1, was not asked for 0"):
        await jobs.end_changes(resources)

    statuses = "select status from payment where part_id is not null order by status"
    assert await values(resources, statuses) == ["closed", "closed", "open"]
