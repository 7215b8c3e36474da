"""A booking and its money when somebody was faster: each step repeats, and none is done twice."""

import re
from uuid import UUID

import pytest
from msgspec.structs import replace

from maritime_app.bookings import jobs, service as bookings, store as rows
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeRequest,
    PassengerChange,
)
from maritime_app.bookings.checkout import service as checkout
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.invoices import buyers, service as invoices
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.money import service as money
from maritime_app.bookings.pricing.model import LegRefused
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.trips import service as trips
from maritime_app.errors import Conflict, NotFound, Unavailable
from maritime_app.infra.db import CommitUnknown
from maritime_app.payments import service as payments
from maritime_app.payments.model import DisputeDecision, PaymentStatus
from tests.booked import confirmed_in_rows
from tests.factories import a_return, a_sailing, an_ask, book
from tests.rows import execute, value, values


@pytest.fixture
async def held(client, resources):
    """A way out and back of ours, held and not paid."""
    out = await a_sailing(resources.db)
    back = await a_return(resources.db, days_ahead=25)
    made = await book(client, an_ask(out, back))
    async with resources.db.acquire() as conn:
        booking_id = await conn.fetchval(
            "select id from booking where reference = $1", made["reference"]
        )
    return await bookings.by_id(resources, booking_id)


@pytest.fixture
async def confirmed(resources, held):
    """The same, paid and confirmed."""
    return await confirmed_in_rows(resources, {"reference": held.reference})


async def test_it_works(resources, held):
    """One leg has its answer already; the ticket is mailed once, whoever asks again."""
    sailing_id = held.legs[0].sailing_id
    left = await jobs.check_ferry_availability(resources, sailing_id=sailing_id)
    assert "passenger: 98" in left
    payment_id = await paid_in_rows(resources)
    assert await jobs.accept_payment(resources, payment_id=payment_id) == "paid"
    await execute(resources, "update booking_leg set operator_reference = 'X' where number = 1")

    assert await confirmation.confirm(resources, held.id) == "confirmed"
    assert await confirmation.confirm(resources, held.id) == "confirmed before"

    shown = await bookings.by_id(resources, held.id)
    assert shown.legs[0].operator_reference == "X"
    assert shown.legs[1].operator_reference not in (None, "X")
    assert await values(resources, "select count(distinct mail_id) from mail_attachment") == [1]


async def test_a_ticket_that_changes_while_it_is_drawn_is_drawn_again_and_not_for_ever(
    resources, confirmed, monkeypatch
):
    drawn = []

    async def changing(res, booking):
        drawn.append(booking.version)
        await execute(res, "update booking set version = version + 1")
        return []

    monkeypatch.setattr(tickets, "printed", changing)

    with pytest.raises(Unavailable):
        await confirmation.confirm(resources, confirmed.id)

    assert drawn == [1, 2, 3]
    assert await values(resources, "select count(*) from mail where template like '%confirm%'") == [
        0
    ]


async def test_what_has_ended_is_neither_paid_nor_confirmed_nor_refused(resources, held):
    await execute(resources, "update booking set expires_at = now()")
    assert await refused_to_pay(resources, held) == "not_payable"
    await execute(resources, "update booking set status = 'cancelled'")
    assert await refused_to_pay(resources, held) == "not_payable"

    assert await confirmation.confirm(resources, held.id) == "nothing to confirm: cancelled"
    assert await confirmation.refuse(resources, held, "no") == "decided meanwhile"
    assert await confirmation.expire(resources, held.id) == "not overdue"
    payment_id = str(await value(resources, "select id from payment"))
    assert "not waiting" in await jobs.report_failed_payment(resources, payment_id=payment_id)


async def test_a_refusal_gives_back_only_what_came(resources, held):
    """Beside the payment that arrived there is one that was closed."""
    await execute(
        resources,
        "update payment set status = 'closed';"
        " insert into payment (id, subject_kind, subject_id, amount_minor, currency, status,"
        " received_minor, kept_at, intent_id) select gen_random_uuid(), subject_kind, subject_id,"
        " amount_minor, currency, 'succeeded', amount_minor, now(), 'pi_1' from payment",
    )
    await execute(
        resources,
        "update booking set status = 'paid', paid_at = now(), created_at = now() - interval '1 h'",
    )
    assert await jobs.expire_holds(resources) == "0 overdue, 1 looked after"
    booking = await bookings.by_id(resources, held.id)

    assert await confirmation.refuse(resources, booking, "no") == "refused: no"

    assert await values(resources, "select amount_minor from refund") == [booking.total_minor]


async def test_an_operator_that_keeps_a_leg_is_an_alert(resources, confirmed, monkeypatch):
    class Keeping:
        async def cancel(self, key):
            if key.endswith("1"):
                raise LegRefused("It has left.")
            return True

    def source(_res, _booking, leg):
        return Keeping(), f"{leg.number}"

    monkeypatch.setattr(confirmation, "source_of_leg", source)
    await execute(resources, "update booking set status = 'cancelled', ended_at = now()")

    done = await confirmation.cancel_with_operators(resources, confirmed.id)

    assert done == "1 given back"
    assert await values(resources, "select kind from alert") == ["operator_keeps_booking"]


async def test_a_booking_that_stands_is_not_given_back(resources, confirmed):
    """Whoever asked for it, a version before this one even: its passengers have tickets."""
    done = await confirmation.cancel_with_operators(resources, confirmed.id)

    assert done == "nothing to give back: confirmed"


async def test_what_was_paid_or_may_be_is_not_cancelled(resources, held, monkeypatch):
    for stands, raised in (
        (PaymentStatus.SUCCEEDED, Conflict),
        (PaymentStatus.OPEN, CommitUnknown),
    ):

        async def close(_res, _payment_id, stands=stands):
            return stands

        monkeypatch.setattr(payments, "close", close)
        with pytest.raises(raised):
            await cancellations.cancel(resources, held, 0)

    assert (await bookings.by_id(resources, held.id)).status is BookingStatus.HELD


async def test_a_fee_of_another_version_cancels_nothing(resources, confirmed):
    """Legs and operators may be others by now: whoever quoted the fee looks again."""
    fee_minor = (await cancellations.quote(resources, confirmed)).fee.amount_minor
    people = [
        PassengerChange(person.given_name, person.family_name + "e", person.number)
        for person in confirmed.passengers
    ]
    await ordering.order(resources, confirmed, ChangeOrder(ChangeRequest(passengers=people), 0))

    with pytest.raises(Conflict) as refused:
        await cancellations.cancel(resources, confirmed, fee_minor)

    assert refused.value.code == "booking_changed"
    assert await values(resources, "select status from booking") == ["confirmed"]


async def test_who_has_made_a_part_of_it_chooses_on_another_page(resources, confirmed):
    """The way back does not sail; the way out was made."""
    await execute(
        resources,
        "update sailing set departs_at = now() - interval '1 day', arrives_at = now()"
        f" where id = '{confirmed.legs[0].sailing_id}';"
        f" update sailing set status = 'cancelled' where id = '{confirmed.legs[1].sailing_id}'",
    )
    with pytest.raises(Conflict) as refused:
        await cancellations.quote(resources, await bookings.by_id(resources, confirmed.id))
    assert refused.value.code == "partly_made"


async def test_a_dispute_is_this_bookings_and_ends_it_once(resources, confirmed):
    with pytest.raises(NotFound):
        await money.decide(resources, confirmed.id, "du_1", DisputeDecision.CANCELLED, "vera")
    await execute(
        resources,
        "insert into dispute (id, payment_id, amount_minor, currency, reason, status, opened_at)"
        " select 'du_1', id, amount_minor, currency, 'general', 'lost', now() from payment;"
        " update booking set status = 'cancelled'",
    )
    with pytest.raises(Conflict) as refused:
        await money.decide(resources, confirmed.id, "du_1", DisputeDecision.CANCELLED, "vera")
    assert refused.value.code == "booking_changed"
    assert await values(resources, "select decision from dispute") == [None]


async def test_all_of_it_back_after_departure_ends_nothing(resources, confirmed):
    """Somebody gave everything back at Stripe when the ferry had left: the journey was made."""
    await execute(
        resources,
        "insert into refund (id, payment_id, amount_minor, reason, status, unique_key, stripe_id,"
        " origin) select gen_random_uuid(), id, amount_minor, 'goodwill', 'succeeded', 'stripe:re',"
        " 're_1', 'stripe' from payment; update sailing set departs_at = now() - interval '1 h'",
    )
    assert "after departure" in await jobs.follow_money(resources, subject_id=str(confirmed.id))
    assert await values(resources, "select status from booking") == ["confirmed"]


async def test_documents_are_written_once_an_occasion(resources, confirmed, monkeypatch):
    """Goodwill of a booking that ended meanwhile, or was never invoiced, has no credit note."""
    async with resources.db.transaction() as conn:
        assert not await invoices.issue_goodwill(conn, confirmed, "goodwill")
        await invoices.issue_lower_fee(conn, confirmed, 0, "lower")
        assert await invoices.of(conn, confirmed) == []
        for _again in range(2):
            await invoices.issue_confirmed(conn, confirmed)
        assert len(await invoices.of(conn, confirmed)) == 1

    async def found(_conn):
        return [confirmed.id]

    monkeypatch.setattr(invoices, "uncredited_goodwill", found)
    await execute(resources, "update booking set status = 'cancelled'")
    assert await jobs.credit_goodwill(resources) == "0 written"


async def test_the_page_shows_a_changed_fee_and_refuses_what_has_ended(client, resources, held):
    token = bookings.token_of(resources, held.reference, Entry.BOOKED)
    page = f"/bookings/{held.reference}/cancel"
    async with client.get(f"{page}?token={token}") as shown:
        (csrf, *_more) = re.findall(r'name="csrf_token" value="([^"]+)"', await shown.text())
    async with client.post(page, data={"csrf_token": csrf, "fee_minor": "1"}) as answer:
        assert (answer.status, "The fee has changed" in await answer.text()) == (409, True)
    await execute(resources, "update booking set status = 'cancelled'")
    async with client.post(page, data={"csrf_token": csrf, "fee_minor": "0"}) as answer:
        assert (answer.status, "cannot be cancelled" in await answer.text()) == (409, True)


async def test_a_buyer_is_corrected_while_there_is_something_to_invoice(
    resources, confirmed, monkeypatch
):
    """What was invoiced and given back to nothing has nothing to be invoiced anew."""
    buyer = Buyer(company="Lund AB", address="Oslo")
    async with resources.db.transaction() as conn:
        await invoices.issue_confirmed(conn, confirmed)
        await conn.execute("update booking_item set amount_minor = 0")
    async with resources.db.transaction() as conn:
        nothing = await rows.booking_by_id(conn, confirmed.id)
        await invoices.issue_changed(conn, nothing, confirmed.id)
        before = len(await invoices.of(conn, confirmed))

    await buyers.set_buyer(resources, confirmed, buyer)

    async with resources.db.acquire() as conn:
        assert len(await invoices.of(conn, confirmed)) == before == 2
    monkeypatch.setattr(buyers, "_MOST_VERSIONS", 1)
    with pytest.raises(Conflict, match="too often"):
        await buyers.set_buyer(resources, confirmed, replace(buyer, company="Berg AB"))
    with pytest.raises(Conflict, match="Nothing is invoiced"):
        ended = replace(confirmed, status=BookingStatus.EXPIRED)
        await buyers.set_buyer(resources, ended, buyer)


async def test_another_operators_crossing_is_followed_without_a_forecast(resources, confirmed):
    await execute(
        resources,
        "update operator set kind = 'remote'; update sailing set remote_key = id::text,"
        " ferry_id = null",
    )
    booking = await bookings.by_id(resources, confirmed.id)

    shown = await trips.companion(resources, booking)

    assert (shown.map, shown.estimate.source) == (None, "by timetable")


async def test_what_there_is_not_is_not_found(resources):
    with pytest.raises(NotFound):
        await bookings.by_id(resources, UUID(int=7))


async def refused_to_pay(res, known):
    with pytest.raises(Conflict) as refused:
        await checkout.payment_page(res, await bookings.by_id(res, known.id))
    return refused.value.code


async def paid_in_rows(res):
    return str(
        await value(
            res,
            "update payment set status = 'succeeded', received_minor = amount_minor, intent_id ="
            " 'pi_1' returning id",
        )
    )
