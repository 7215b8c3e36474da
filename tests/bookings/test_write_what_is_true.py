"""Tickets take a moment to draw: what is written with them is true when it is written."""

import asyncio

import pytest

from maritime_app.bookings import jobs, store as rows
from maritime_app.bookings.back_office import acts
from maritime_app.bookings.back_office.model import ResendRequest
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes import report
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeRequest, LegChange
from maritime_app.bookings.tickets import service as tickets
from maritime_app.errors import Conflict, Unavailable
from maritime_app.ferries.operations.model import ActingStaff
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute, value, values

MAILS = "select template from mail order by created_at"
WAITS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and wait_event_type = 'Lock'"
)


@pytest.fixture
async def booking(client, resources):
    """Two people on a sailing of ours, paid and confirmed."""
    sailing = await a_sailing(resources.db)
    return await confirmed_in_rows(resources, await book(client, an_ask(sailing)))


@pytest.fixture
async def changed(resources, booking):
    """The same on the sailing of the day after; its mail is to be written. Its change's id."""
    other = await a_sailing(resources.db, days_ahead=21)
    wanted = ChangeRequest(legs=[LegChange(1, str(other))])
    await ordering.order(resources, booking, ChangeOrder(wanted, 0))
    return await value(resources, "select id from booking_change")


@pytest.fixture
def while_drawn(monkeypatch):
    """Let something happen each time tickets are drawn; returns the versions that were."""

    def let(happen):
        drawn = []

        async def draw(_res, booking):
            drawn.append(booking.version)
            await happen(booking)
            return []

        monkeypatch.setattr(tickets, "printed", draw)
        return drawn

    return let


async def test_it_works(resources, changed, while_drawn):
    """Who cancels hears of that, and not of a change behind it."""
    while_drawn(lambda booking: cancellations.cancel(resources, booking, 0))

    assert await report.mail_tickets(resources, changed) == "not confirmed any more"

    assert await values(resources, MAILS) == ["cancellation"]


async def test_a_booking_that_changes_again_is_drawn_again_and_not_for_ever(
    resources, changed, while_drawn
):
    drawn = while_drawn(lambda _one: execute(resources, "update booking set version = version + 1"))

    with pytest.raises(Unavailable):
        await report.mail_tickets(resources, changed)

    assert drawn == [2, 3, 4]
    assert await values(resources, MAILS) == []


async def test_staff_send_no_ticket_of_what_was_just_cancelled(resources, booking, while_drawn):
    while_drawn(lambda booking: cancellations.cancel(resources, booking, 0))

    with pytest.raises(Conflict, match="just changed"):
        await acts.resend(resources, ActingStaff(), booking.reference, ResendRequest(0))

    assert await values(resources, MAILS) == ["cancellation"]


async def test_staff_write_to_the_address_of_now(resources, booking, while_drawn):
    """Who reads its mails can cancel: the address was changed because it is another's."""
    mail = "update booking set contact_email = 'bo@example.org'"
    while_drawn(lambda _one: execute(resources, mail))

    assert await acts.resend(resources, ActingStaff(), booking.reference, ResendRequest(0))

    assert await values(resources, "select recipient from mail") == ["bo@example.org"]


@pytest.mark.parametrize(
    "heard",
    ["update booking set status = 'paid'", "update payment set status = 'succeeded'"],
)
async def test_nobody_who_has_just_paid_hears_that_it_failed(client, resources, heard):
    made = await book(client, an_ask(await a_sailing(resources.db)))
    booking_id = await value(
        resources, f"select id from booking where reference = '{made['reference']}'"
    )
    payment_id = str(await value(resources, "select id from payment"))
    async with resources.db.transaction() as conn:
        await rows.lock_booking(conn, booking_id)
        await conn.execute(heard)
        telling = asyncio.create_task(jobs.report_failed_payment(resources, payment_id=payment_id))
        async with asyncio.timeout(60):
            while not telling.done() and not await value(resources, WAITS):
                await asyncio.sleep(0.01)

    assert await telling == "not waiting for money any more"
    assert await values(resources, MAILS) == []
