"""What staff do with a booking is in the log as soon as it is done: they may die at any step."""

import asyncio

import pytest

from maritime_app.bookings import service as bookings
from maritime_app.bookings.back_office import acts, money_acts
from maritime_app.bookings.back_office.model import (
    ContactRequest,
    DecideRequest,
    GoodwillRequest,
    NoteRequest,
)
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    PassengerChange,
)
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.payments.model import DisputeDecision
from tests import signed_in
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book
from tests.killed import Death, Killed
from tests.rows import execute, value

LOST = (
    "insert into dispute (id, payment_id, amount_minor, currency, reason, status, opened_at)"
    " select 'du_1', id, amount_minor, currency, 'general', 'lost', now() from payment limit 1"
)
ONE_MORE = ChangeRequest(
    passengers=[
        PassengerChange("Ada", "Lund", 1),
        PassengerChange("Bo", "Berg", 2),
        PassengerChange("Cy", "Dahl"),
    ]
)


async def honour(res, ines, reference):
    asked = DecideRequest("du_1", DisputeDecision.HONOURED)
    await money_acts.decide(res, ines, reference, asked, "Ines")


async def end(res, ines, reference):
    asked = DecideRequest("du_1", DisputeDecision.CANCELLED)
    await money_acts.decide(res, ines, reference, asked, "Ines")


async def withdraw(res, ines, reference):
    await acts.withdraw_change(res, ines, reference)


async def note(res, ines, reference):
    await acts.add_note(res, ines, reference, NoteRequest("She called."))


async def write_elsewhere(res, ines, reference):
    await acts.set_contact(res, ines, reference, ContactRequest("bo@example.org", "", "en"))


async def give_back(res, ines, reference):
    await money_acts.give_back(res, ines, reference, GoodwillRequest(500, 0, "Sorry."))


DECIDED = "select count(*) from dispute where decision is not null"
ACTS = {
    honour: ("booking_dispute_decided", DECIDED),
    end: ("booking_dispute_decided", DECIDED),
    withdraw: (
        "booking_change_withdrawn",
        "select count(*) from booking_change where status = 'withdrawn'",
    ),
    note: ("booking_note", "select count(*) from booking_note"),
    write_elsewhere: (
        "booking_contact",
        "select count(*) from booking where contact_email = 'bo@example.org'",
    ),
    give_back: ("booking_goodwill", "select count(*) from booking where goodwill_minor > 0"),
}


@pytest.fixture
async def standing(client, resources):
    """A confirmed booking with a lost dispute and a change that waits for money; its reference."""
    made = await book(client, an_ask(await a_sailing(resources.db, days_ahead=20)))
    booking = await confirmed_in_rows(resources, made)
    price = (await ordering.quote(resources, booking, ONE_MORE)).difference.amount_minor
    await ordering.order(resources, booking, ChangeOrder(ONE_MORE, price))
    await execute(resources, LOST)
    return (await bookings.by_id(resources, booking.id)).reference


@pytest.mark.parametrize("act", list(ACTS))
async def test_it_works(resources, standing, monkeypatch, act):
    """Killed after the next transaction, and done again: act and line are both there, or none."""
    ines = ActingStaff(staff_id=await signed_in.hire(resources))
    death, (action, done) = Death(monkeypatch), ACTS[act]
    death.install()

    async def killed():
        death.arm(1, before=False)
        await act(resources, ines, standing)

    for _time in range(5):
        with pytest.raises(Killed):
            await asyncio.create_task(killed())
        logged = f"select count(*) from audit where action = '{action}'"
        assert await value(resources, logged) == await value(resources, done)
        if await value(resources, done):
            return
    pytest.fail("it was never done")
