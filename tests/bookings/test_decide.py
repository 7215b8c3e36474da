"""What only a person decides: the journey after a lost dispute, and money for a late arrival."""

from datetime import timedelta

import pytest

from maritime_app.bookings import service as bookings
from maritime_app.bookings.compensation import jobs, service as compensation
from maritime_app.payments import gateway
from tests import signed_in
from tests.booked import drained, nothing_is_broken, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import value

ALL = "/api/v1/back-office/bookings"


@pytest.fixture
async def staff(played):
    return await signed_in.token(played, "operator")


@pytest.fixture
async def disputed(shop, played, sandbox):
    """A booking whose payment the bank took back, and the dispute's id."""
    booking = await confirmed(shop, played)
    intent_id = await value(played, "select intent_id from payment")
    charge = (await gateway.of(played).intent(intent_id)).charge_id
    dispute = await at_stripe(shop, sandbox, charge=charge)
    await at_stripe(shop, sandbox, dispute=dispute["id"], won=False)
    await until_mail(played, "ticket_suspended")
    return booking, dispute["id"]


@pytest.fixture
async def late(shop, played):
    """A booking that arrived three hours and a half late, and what is proposed for it."""
    booking = await confirmed(shop, played)
    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = now() - interval '25 h', arrives_at = now() -"
            " interval '5 h', arrived_at = now() - interval '90 min'"
        )
        stored = await bookings.by_id(played, await conn.fetchval("select id from booking"))
    await jobs.follow_arrivals(played)
    async with played.db.acquire() as conn:
        (claim,) = await compensation.claims(conn, stored.id)
    return booking, claim


async def test_it_works(shop, played, staff, disputed):
    """They travel all the same: the ticket is good again, and it is in the log who said so."""
    booking, dispute_id = disputed
    asked = {"dispute_id": dispute_id, "decision": "honoured"}

    file = await acted(shop, staff, booking, "decide", asked)

    assert file["story"]["situation"] == "confirmed"
    assert ("act", "booking_dispute_decided") in events_of(file)
    assert [e["kind"] for e in file["timeline"] if e["kind"] == "dispute"]
    async with shop.post(address(booking, "decide"), json=asked, headers=staff) as answer:
        assert answer.status == 409


async def test_the_page_tells_the_dispute_and_takes_the_decision(shop, played, disputed):
    booking, dispute_id = disputed
    await signed_in.come_in(shop, played, "operator")
    page = f"/admin/bookings/{booking['reference']}"
    async with shop.get(page) as answer:
        shown = await answer.text()
    assert "The dispute was lost" in shown
    assert f'value="{dispute_id}"' in shown

    done = await signed_in.submit(
        shop, f"{page}/decide", dispute_id=dispute_id, decision="cancelled"
    )
    assert done.headers["Location"].endswith("?done=decide")
    await until(shop, booking, "cancelled")
    async with shop.get(page) as answer:
        assert "Dispute decided" in await answer.text()
    await drained(played)
    await nothing_is_broken(played)


async def test_compensation_is_paid_by_the_card(shop, played, staff, late):
    booking, claim = late
    assert claim.amount_minor == booking["total"]["amount_minor"] // 4
    asked = {"claim_id": str(claim.id), "approved": True}

    file = await acted(shop, staff, booking, "claim", asked)
    await drained(played)

    assert ("act", "booking_compensation") in events_of(file)
    refunded = "select sum(amount_minor) from refund where status = 'succeeded'"
    assert await value(played, refunded) == claim.amount_minor
    async with shop.post(address(booking, "claim"), json=asked, headers=staff) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "claim_decided")


async def test_a_no_needs_a_reason_and_a_claim_of_this_booking(shop, played, staff, late):
    booking, claim = late
    url, asked = address(booking, "claim"), {"claim_id": str(claim.id), "approved": False}
    async with shop.post(url, json=asked | {"note": "  "}, headers=staff) as answer:
        assert answer.status == 422
        assert list((await answer.json())["errors"]) == ["claim_note"]
    other = asked | {"claim_id": "0193d1a0-0000-7000-8000-000000000000", "note": "No."}
    async with shop.post(url, json=other, headers=staff) as answer:
        assert answer.status == 404

    await acted(shop, staff, booking, "claim", asked | {"note": "Storm, as said before."})
    assert await value(played, "select note from compensation_claim") == "Storm, as said before."
    assert await value(played, "select count(*) from refund") == 0


async def test_a_refund_of_another_booking_is_not_found(shop, played, staff, late):
    booking, claim = late
    await acted(shop, staff, booking, "claim", {"claim_id": str(claim.id), "approved": True})
    await drained(played)
    other = await confirmed(shop, played)
    refund_id = await value(played, "select id from refund")
    asked = {"refund_id": str(refund_id), "amount_minor": 1, "owed_minor": 1, "method": "stripe"}
    async with shop.post(address(other, "pay-again"), json=asked, headers=staff) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "refund")


async def test_nothing_goes_back_of_what_was_not_paid(shop, played, staff):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    asked = {"amount_minor": 100, "claimed_minor": 0, "note": "Sorry."}
    async with shop.post(address(booking, "refund"), json=asked, headers=staff) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "not_paid")


async def test_the_sales_of_a_month_as_page_and_file(shop, played):
    booking = await confirmed(shop, played)
    await signed_in.come_in(shop, played, "operator")
    today = booking["created_at"][:10]
    days = f"first={today}&last={today}"

    async with shop.get(f"/admin/bookings/sales?{days}") as answer:
        shown = await answer.text()
        assert answer.status == 200, shown
    async with shop.get(f"/admin/bookings/sales.csv?{days}") as answer:
        heads, line = (await answer.text("utf-8-sig")).strip().splitlines()

    assert "1 booking ·" in shown
    assert 'class="sales-chart"' in shown
    sold = dict(zip(heads.split(","), line.split(","), strict=True))
    assert (sold["day"], sold["bookings"]) == (today, "1")


async def confirmed(shop, played):
    sailing = await a_sailing(played.db, days_ahead=20 + timedelta(hours=1) / timedelta(days=1))
    booking = await book(shop, an_ask(sailing))
    await pay(shop, booking)
    shown = await until(shop, booking, "confirmed")
    return {**shown, "token": booking["token"]}


async def at_stripe(shop, sandbox, **fields):
    async with shop.session.post(f"{sandbox.url}/control/disputes", json=fields) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def acted(shop, staff, booking, act, asked):
    async with shop.post(address(booking, act), json=asked, headers=staff) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def address(booking, act):
    return f"{ALL}/{booking['reference']}/{act}"


def events_of(file):
    return [(event["kind"], event["name"]) for event in file["timeline"]]
