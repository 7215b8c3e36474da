"""Money that staff owe: what of it a dispute holds at the bank of the customer, and what next."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from maritime_app.bookings.back_office.owed import OwedState, OwedStep, owed_refunds
from maritime_app.payments.model import (
    Dispute,
    Refund,
    RefundMethod,
    RefundOrigin,
    RefundStatus,
)
from tests import signed_in
from tests.booked import cancel, drained, nothing_is_broken, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay

ALL = "/api/v1/back-office/bookings"
PAYMENT, OTHER = UUID(int=1), UUID(int=2)
WHEN = datetime(2027, 5, 20, tzinfo=UTC)


async def test_it_works(shop, played, sandbox, switch):
    """A refund fails, and the bank takes the money: staff are told to pay nothing, everywhere."""
    await switch({"stripe": {"refunds": "fail_later", "refund_settles_seconds": 0.1}})
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=30)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await cancel(shop, booking, 0)
    await until_mail(played, "refund_failed")
    await signed_in.come_in(shop, played, "admin")
    total_minor = booking["total"]["amount_minor"]
    assert await listed(shop) == ("owed", "pay", total_minor, 0)

    await disputed(shop, sandbox, played)
    await until_withdrawn(played)
    await drained(played)

    assert await listed(shop) == ("held_by_dispute", "cover", total_minor, total_minor)
    async with shop.get("/admin/bookings?attention=true") as answer:
        assert "Owed, held by a dispute" in await answer.text()
    async with shop.get("/admin/bookings.csv?attention=true") as answer:
        head, row = (await answer.text()).strip().splitlines()
        assert head.endswith("owed,held_by_dispute,next_step")
        assert row.endswith("91.00,91.00,cover")
    page = f"/admin/bookings/{booking['reference']}"
    async with shop.get(page) as answer:
        assert "Count €91.00 as given back" in await answer.text()

    async with shop.get(f"{ALL}/{booking['reference']}") as answer:
        (owed,) = (await answer.json())["owed"]
    await signed_in.submit(
        shop,
        f"{page}/pay-again",
        refund_id=owed["refund_id"],
        owed_minor=str(total_minor),
        amount="91.00",
    )

    async with shop.get(f"{ALL}?attention=true") as answer:
        assert (await answer.json())["bookings"] == []
    await nothing_is_broken(played)


def test_what_a_dispute_holds_is_shared_by_the_claims_of_its_payment():
    claims = [a_claim(1, 700), a_claim(2, 500), a_claim(3, 400, payment_id=OTHER)]

    first, second, other = owed_refunds(claims, [a_dispute(1000)])

    assert [one.held.amount_minor for one in (first, second, other)] == [700, 300, 0]
    assert (second.state, second.next_step) == (OwedState.HELD, OwedStep.COVER)
    assert (other.state, other.next_step) == (OwedState.OWED, OwedStep.PAY)


def test_what_covers_a_claim_already_holds_no_other():
    covered = a_claim(1, 1000, status=RefundStatus.COVERED)

    (owed,) = owed_refunds([covered, a_claim(2, 300)], [a_dispute(1000)])

    assert owed.held.amount_minor == 0


@pytest.mark.parametrize("status", [RefundStatus.SUCCEEDED, RefundStatus.PENDING])
def test_nothing_is_owed_of_what_has_not_failed(status):
    assert owed_refunds([a_claim(1, 300, status=status)], []) == []


def a_claim(number, amount_minor, *, payment_id=PAYMENT, status=RefundStatus.FAILED):
    return Refund(
        UUID(int=100 + number),
        payment_id,
        amount_minor,
        "EUR",
        "cancelled",
        status,
        None,
        "pi_1",
        "bookings",
        UUID(int=9),
        WHEN,
        RefundOrigin.SERVICE,
        RefundMethod.STRIPE,
        None,
        "expired_or_canceled_card",
        None,
    )


def a_dispute(withdrawn_minor):
    return Dispute(
        id="du_1",
        payment_id=PAYMENT,
        amount_minor=withdrawn_minor,
        currency="EUR",
        reason="fraudulent",
        status="needs_response",
        withdrawn_minor=withdrawn_minor,
        respond_by=None,
        opened_at=WHEN,
        closed_at=None,
        decision=None,
        decided_by=None,
    )


async def listed(shop):
    async with shop.get(f"{ALL}?attention=true") as answer:
        (line,) = (await answer.json())["bookings"]
    return line["owed_state"], line["next_step"], line["owed_minor"], line["held_minor"]


async def disputed(shop, sandbox, played):
    async with played.db.acquire() as conn:
        charge = await conn.fetchval("select charge_id from payment")
    url = f"{sandbox.url}/control/disputes"
    async with shop.session.post(url, json={"charge": charge}) as answer:
        assert answer.status == 200, await answer.text()


async def until_withdrawn(played):
    async with asyncio.timeout(60):
        while True:
            async with played.db.acquire() as conn:
                if await conn.fetchval("select sum(withdrawn_minor) from dispute"):
                    return
            await asyncio.sleep(0.05)
