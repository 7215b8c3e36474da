"""The page of a booking goes along: before the crossing, at the gate, late, at sea, afterwards."""

from datetime import timedelta

import pytest

from maritime_app import clock, formatting
from maritime_app.bookings import service as bookings
from maritime_app.bookings.compensation import jobs, service
from maritime_app.bookings.compensation.model import MeasuredBy
from maritime_app.bookings.compensation.views import measured_words
from tests.factories import a_sailing, an_ask, book

H = timedelta(hours=1)
CROSSING = 20 * H  # from Oslo to Kiel
DIRECTIONS = "openstreetmap.org/?mlat="


@pytest.fixture
async def booking(client, resources):
    """Ada's and Bo's confirmed booking: reference and token."""
    made = await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed', confirmed_at = now()")
    return made


async def test_it_works(client, resources, booking):
    """Days before: when it leaves, when to be there, how to get there."""
    await leaves_in(resources, 72 * H + timedelta(minutes=30))

    page = await shown(client, booking)

    for words in ("Your ferry leaves in 3 days", "Check-in closes", "by timetable", DIRECTIONS):
        assert words in page, words
    assert "Have your codes ready" not in page


async def test_at_the_gate(client, resources, booking):
    await leaves_in(resources, 2 * H)

    page = await shown(client, booking)

    for words in ("Have your codes ready", "Check-in closes", DIRECTIONS, "Ada Lund", "Bo Berg"):
        assert words in page, words


@pytest.mark.parametrize(("late", "is_owed_help"), [(1 * H, False), (timedelta(minutes=91), True)])
async def test_late(client, resources, booking, late, is_owed_help):
    """Said by us first; from ninety minutes on what the operator owes those who wait."""
    await leaves_in(resources, 1 * H)
    await expected_later(resources, late)

    page = await shown(client, booking)

    assert ("1 h late" if late == H else "1 h 31 min late") in page.replace("\u00a0", " ")
    assert "It is expected to leave" in page
    assert "expected by" in page
    assert ("owes you meals and drinks" in page) is is_owed_help
    assert ("article 18" in page or "articles 17 and 18" in page) is is_owed_help


async def test_at_sea(client, resources, booking):
    await leaves_in(resources, -5 * H)

    page = await shown(client, booking)

    assert "On the way to" in page
    assert DIRECTIONS not in page


async def test_in_time_nothing_is_said_of_rights(client, resources, booking):
    await arrived(resources, late=timedelta(minutes=20))

    page = await shown(client, booking)

    assert "You have arrived in" in page
    assert "arrived late" not in page
    assert "owed compensation" not in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("weather", "weather that endangered the ship"),
        ("extraordinary", "extraordinary circumstances"),
        (None, "is being worked out; we write to you"),
    ],
)
async def test_late_and_why_nothing_is_owed_or_not_yet(client, resources, booking, reason, said):
    await arrived(resources, late=7 * H, reason=reason)

    page = await shown(client, booking)

    for words in ("Your ferry arrived late", "7 h later than in the timetable", said):
        assert words in page.replace("\u00a0", " "), words


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ("", "You need not ask for it"),
        ("approved", "It was approved. The page of your booking says where"),
        ("rejected", "It was turned down: The sea was closed."),
    ],
)
async def test_what_is_owed_and_where_it_stands(client, resources, booking, decided, said):
    """To the cent, with the times that were measured and the evidence to take along."""
    await arrived(resources, late=7 * H)
    await jobs.follow_arrivals(resources)
    owed = await claim_of(resources)
    if decided:
        await decide(resources, owed, is_approved=decided == "approved")

    page = (await shown(client, booking)).replace("\u00a0", " ")

    amount = formatting.money(owed.amount).replace("\u00a0", " ")
    for words in ("You are owed compensation", "50 %", amount, said, "/evidence/1"):
        assert words in page, words


@pytest.mark.parametrize("by", MeasuredBy)
def test_who_says_when_it_arrived_is_in_words(by):
    assert measured_words(by)


async def shown(client, booking):
    async with client.get(f"/bookings/{booking['reference']}?token={booking['token']}") as page:
        assert page.status == 200
        return await page.text()


async def leaves_in(resources, ahead):
    leaves = clock.now() + ahead
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = $1, arrives_at = $2", leaves, leaves + CROSSING
        )


async def expected_later(resources, by):
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update sailing set expected_departs_at = departs_at + $1,"
            " expected_arrives_at = arrives_at + $1",
            by,
        )


async def arrived(resources, late, reason=None):
    """It made fast two hours ago, that much after its time."""
    lands = clock.now() - 2 * H - late
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update sailing set departs_at = $1, arrives_at = $2, departed_at = $1,"
            " arrived_at = $2::timestamptz + $3::interval, reason = $4",
            lands - CROSSING,
            lands,
            late,
            reason,
        )


async def claim_of(resources):
    async with resources.db.acquire() as conn:
        (claim,) = await service.claims(conn, await conn.fetchval("select id from booking"))
    return claim


async def decide(resources, claim, *, is_approved):
    async with resources.db.transaction() as conn:
        clerk = await conn.fetchval(
            "insert into staff (id, email, name, role, password_hash)"
            " values (gen_random_uuid(), 'c@example.org', 'Clerk', 'agent', '') returning id"
        )
        stored = await bookings.by_id(resources, await conn.fetchval("select id from booking"))
        note = "" if is_approved else "The sea was closed."
        await service.decide(conn, stored, claim.id, clerk, note, approved=is_approved)
