"""Money comes for a hold whose sailing is not sold any more: it goes back, and with it, in one
transaction, whatever the booking holds.
"""

import pytest

from maritime_app.bookings import jobs, service as bookings
from maritime_app.bookings.waiting import store as waiting
from maritime_app.bookings.waiting.model import NewWaiter
from maritime_app.ids import uuid7
from maritime_app.payments.refunds import service as refunds
from tests.booked import taken
from tests.factories import a_return, a_sailing, an_ask, book
from tests.rows import execute, value, values

ENDS = {
    "status = 'closed'": "sailing_closed",
    "status = 'cancelled'": "sailing_cancelled",
    "status = 'departed', departed_at = now()": "sailing_departed",
}
OFFERED = "select count(*) from job where task = 'bookings.offer_places'"
SENT = "select count(*) from job where task = 'payments.send_refund'"


@pytest.fixture
async def sailings(resources):
    """A way out and a way back."""
    return [await a_sailing(resources.db), await a_return(resources.db, days_ahead=25)]


@pytest.fixture
async def paid(client, resources, sailings):
    """A booking of both, held and just paid; returns its payment."""
    await book(client, an_ask(*sailings))
    made = await value(
        resources,
        "update payment set status = 'succeeded', received_minor = amount_minor, settled_at ="
        " now(), intent_id = 'pi_1', charge_id = 'ch_1' returning id",
    )
    return str(made)


@pytest.mark.parametrize("end", ENDS)
async def test_it_works(resources, sailings, paid, end):
    """Also what it holds of the other sailing, for which somebody waits."""
    out, back = sailings
    await wait_for(resources, back)
    await execute(resources, f"update sailing set {end} where id = '{out}'")

    said = await jobs.accept_payment(resources, payment_id=paid)

    assert said == f"refunded: {ENDS[end]}"
    assert await values(resources, "select status from booking") == ["expired"]
    assert [(await taken(resources.db, one))["passenger"] for one in sailings] == [0, 0]
    assert await values(resources, "select reason from refund") == [ENDS[end]]
    assert await values(resources, OFFERED) == [1]


async def test_it_stays_decided_when_sales_open_again(resources, sailings, paid):
    """The same news comes as often as it likes: a place is not bought with money that goes back."""
    await execute(resources, f"update sailing set status = 'closed' where id = '{sailings[0]}'")
    await jobs.accept_payment(resources, payment_id=paid)
    await execute(resources, "update sailing set status = 'scheduled'")

    assert await jobs.accept_payment(resources, payment_id=paid) == "sent back before"

    assert await values(resources, "select status from booking") == ["expired"]
    assert await values(resources, "select count(*) from refund") == [1]
    assert await values(resources, SENT) == [1]
    assert await values(resources, "select kind from alert") == ["refund_sailing_closed"]


async def test_whoever_dies_in_between_has_done_nothing(resources, sailings, paid, monkeypatch):
    """All of it happens at the next try, once."""
    await execute(resources, f"update sailing set status = 'closed' where id = '{sailings[0]}'")
    with monkeypatch.context() as dying:
        dying.setattr(refunds, "request_refund", dies)
        with pytest.raises(SystemError):
            await jobs.accept_payment(resources, payment_id=paid)
    assert await values(resources, "select status from booking") == ["held"]
    assert (await taken(resources.db, sailings[0]))["passenger"] == 2

    assert await jobs.accept_payment(resources, payment_id=paid) == "refunded: sailing_closed"

    assert (await taken(resources.db, sailings[0]))["passenger"] == 0
    assert await values(resources, "select count(*) from refund") == [1]


async def test_the_look_for_overdue_holds_finds_nothing_left(resources, sailings, paid):
    booking_id = await value(resources, "select id from booking")
    await execute(resources, f"update sailing set status = 'closed' where id = '{sailings[0]}'")
    await jobs.accept_payment(resources, payment_id=paid)
    await execute(resources, "update booking set expires_at = now() - interval '1 second'")

    assert (await jobs.expire_holds(resources)).startswith("0 overdue")
    assert await jobs.expire_hold(resources, booking_id=str(booking_id)) == "not overdue"

    assert (await bookings.by_id(resources, booking_id)).status == "expired"


async def test_a_page_that_is_still_open_is_closed(resources, sailings, paid):
    """Somebody paid by another session than the one that we know: that one takes no money now."""
    await execute(
        resources,
        "insert into payment (id, subject_kind, subject_id, amount_minor, currency)"
        " select gen_random_uuid(), subject_kind, subject_id, amount_minor, currency from payment",
    )
    await execute(resources, "update sailing set status = 'closed'")
    await jobs.accept_payment(resources, payment_id=paid)
    asked = "select payload->>'booking_id' from job where task = 'bookings.expire_hold'"
    (booking_id,) = await values(resources, asked)

    await jobs.expire_hold(resources, booking_id=booking_id)

    statuses = await values(resources, "select status from payment order by status")
    assert statuses == ["closed", "succeeded"]


async def wait_for(res, sailing):
    party = NewWaiter(uuid7(), sailing, "bo@example.org", "en", {"passenger": 1}, {})
    async with res.db.transaction() as conn:
        assert await waiting.add(conn, party, 9)


async def dies(*_arguments):
    raise SystemError
