"""Acts of staff that say nothing, come too late, or are about another booking."""

import pytest
from msgspec.structs import replace

from maritime_app.bookings import service as bookings
from maritime_app.bookings.back_office import acts, money_acts, service
from maritime_app.bookings.back_office.model import (
    BookingFilter,
    ContactRequest,
    GoodwillRequest,
    NoteRequest,
    PayAgainRequest,
)
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus, OpenChange
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.operations.model import ActingStaff
from maritime_app.ids import uuid7
from maritime_app.payments.model import RefundMethod
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book

HOUSE = ActingStaff()


@pytest.fixture
async def booking(client, resources):
    return await confirmed_in_rows(
        resources, await book(client, an_ask(await a_sailing(resources.db)))
    )


async def test_it_works(resources, booking):
    """A note of spaces, an address that reaches nobody, a change that nobody waits for."""
    reference = booking.reference
    with pytest.raises(Invalid):
        await acts.add_note(resources, HOUSE, reference, NoteRequest("  "))
    with pytest.raises(Invalid):
        wrong = ContactRequest("ada@example..org", "", "en")
        await acts.set_contact(resources, HOUSE, reference, wrong)

    await acts.withdraw_change(resources, HOUSE, reference)

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from audit") == 0
    assert (await bookings.by_id(resources, booking.id)).email == booking.email


async def test_money_is_not_given_twice_or_of_another_booking(resources, client, booking):
    async with resources.db.acquire() as conn:
        refund_id = await conn.fetchval(
            "insert into refund (id, payment_id, amount_minor, reason, status, unique_key)"
            " select gen_random_uuid(), id, 100, 'goodwill', 'failed', 'x' from payment"
            " returning id"
        )
    other = await book(client, an_ask(await a_sailing(resources.db)))
    for asked, reference in ((uuid7(), booking.reference), (refund_id, other["reference"])):
        again = PayAgainRequest(asked, 100, 100, RefundMethod.STRIPE)
        with pytest.raises(NotFound):
            await money_acts.pay_again(resources, HOUSE, reference, again)

    change = OpenChange(ChangeOrigin.CUSTOMER, ChangeStatus.ACCEPTED, 1, booking.expires_at)
    async with resources.db.acquire() as conn:
        with pytest.raises(Conflict) as open_still:
            given = GoodwillRequest(100, 0, "Sorry.")
            await money_acts._check_goodwill(conn, replace(booking, change=change), given)
    assert open_still.value.code == "change_open"


async def test_a_file_of_what_was_searched(resources, booking):
    found = await service.every(resources, HOUSE, BookingFilter(q="lund"))
    assert [one.reference for one in found] == [booking.reference]
    assert await service.every(resources, HOUSE, BookingFilter(q="nobody")) == []
