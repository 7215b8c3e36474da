"""Mails before departure, and when a ship has not left: each once per version of its time."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from maritime_app.bookings.reminders import rules, service
from maritime_app.bookings.reminders.jobs import remind_travellers
from maritime_app.bookings.reminders.model import Due, ReminderKind, Waiting
from maritime_app.ids import uuid7
from tests.factories import a_sailing, an_ask, book

DAY = ReminderKind.DAY
S, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
async def booked(client, resources):
    """Let time pass: the ferry of a confirmed booking leaves in so many hours."""
    await book(client, an_ask(await a_sailing(resources.db)))

    async def leaves_in(hours, confirmed_hours_ago=100.0):
        async with resources.db.acquire() as conn:
            await conn.execute(
                "update booking set status = 'confirmed',"
                " confirmed_at = now() - make_interval(mins => $1)",
                int(confirmed_hours_ago * 60),
            )
            await conn.execute(
                "update sailing set departs_at = now() + make_interval(mins => $1),"
                " arrives_at = now() + make_interval(mins => $1) + interval '20 h'",
                int(hours * 60),
            )

    return leaves_in


async def test_it_works(resources, booked):
    await booked(23.9)

    assert (await remind_travellers(resources)).startswith("1 reminded")
    assert (await remind_travellers(resources)).startswith("0 reminded")

    assert await kinds(resources) == ["day"]
    assert await written(resources) == ["reminder"]


@pytest.mark.parametrize(
    ("hours", "confirmed_hours_ago", "expected"),
    [
        (24.5, 100, []),
        (1.9, 100, ["hours"]),
        (-0.1, 100, []),
        # They have just got the ticket: nobody needs to be reminded of that.
        (23.0, 0.5, []),
        (1.5, 0.2, []),
        (1.5, 10, ["hours"]),
    ],
)
async def test_who_is_reminded_of_what(resources, booked, hours, confirmed_hours_ago, expected):
    await booked(hours, confirmed_hours_ago)
    await remind_travellers(resources)
    assert await kinds(resources) == expected


async def test_a_stopped_worker_loses_nothing(resources, booked):
    """It comes back five hours late: what still helps is written, once; what does not is not."""
    await booked(19.0)
    await remind_travellers(resources)
    assert await kinds(resources) == ["day"]
    await booked(1.0)
    await remind_travellers(resources)
    await remind_travellers(resources)
    assert await kinds(resources) == ["day", "hours"]
    assert await written(resources) == ["reminder", "reminder"]


async def test_a_new_time_is_a_new_reminder(resources, booked):
    """By less than an hour it is news, which disruptions tell; by more it is another time."""
    await booked(23.0)
    await remind_travellers(resources)
    for hours, reminded in ((0.5, 1), (1.5, 2), (1.5, 2)):
        async with resources.db.acquire() as conn:
            await conn.execute(
                "update sailing set expected_departs_at = departs_at + make_interval(mins => $1),"
                " expected_arrives_at = arrives_at + make_interval(mins => $1)",
                -int(hours * 60),
            )
        await remind_travellers(resources)
        assert len(await written(resources)) == reminded


async def test_a_cancelled_booking_is_left_in_peace(resources, booked):
    await booked(20.0)
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'cancelled'")
    await remind_travellers(resources)
    assert await written(resources) == []


@pytest.mark.parametrize(
    ("late", "kind"),
    [
        (15 * MINUTE - S, None),
        (15 * MINUTE, ReminderKind.IN_PORT),
        (90 * MINUTE, ReminderKind.IN_PORT),
        (90 * MINUTE + S, ReminderKind.IN_PORT_LONG),
    ],
)
def test_how_late_it_is_decides_to_the_second(late, kind):
    waiting = Waiting(uuid7(), 230111000, "NOOSL", NOON)
    assert rules.in_port_kind(waiting, NOON + late) is kind


@pytest.mark.parametrize(
    ("state", "heard_minutes_ago", "port", "told"),
    [
        ("moored", 5, "NOOSL", 1),
        ("under_way", 5, "NOOSL", 0),
        ("moored", 11, "NOOSL", 0),  # too old to say anything of now
        ("moored", 5, "DEKEL", 0),
    ],
)
async def test_a_ship_at_its_berth_after_its_time_is_said_first_by_us(
    resources, booked, state, heard_minutes_ago, port, told
):
    await booked(-0.5)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into port_call (id, mmsi, hypothesis, source, port_id, state, entered_at,"
            " last_at, stopped_at, anchored_seconds, berth_seconds, left_unseen) select"
            " gen_random_uuid(), 230111000, 0, 8, id, $1, now() - interval '5 h',"
            " now() - make_interval(mins => $2), now() - interval '4 h', 0, 0, false from port"
            " where code = $3",
            state,
            heard_minutes_ago,
            port,
        )

    await remind_travellers(resources)
    await remind_travellers(resources)

    assert await written(resources) == ["in_port"] * told
    async with resources.db.acquire() as conn:
        alerts = await conn.fetchval("select count(*) from alert where kind = 'not_departed'")
    assert alerts == told


async def kinds(resources):
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select kind from reminder order by sent_at")
    return [row["kind"] for row in rows]


async def written(resources):
    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select template from mail where template in ('reminder', 'in_port') order by id"
        )
    return [row["template"] for row in rows]


async def test_what_has_changed_meanwhile_is_not_written(resources, booked):
    """Another time, no leg, no sailing, no booking, or another writer was faster."""
    await booked(19.0)
    async with resources.db.acquire() as conn:
        leaves_at = await conn.fetchval("select departs_at from sailing")
        due = Due(await conn.fetchval("select id from booking"), 1, leaves_at)
        later = replace(due, leaves_at=leaves_at + MINUTE)
        assert await service._write_to(resources, DAY, [later, replace(due, leg_number=2)]) == 0
        await conn.execute("update sailing set status = 'cancelled'")
        assert await service._write_to(resources, DAY, [due]) == 0
        await conn.execute("update sailing set status = 'scheduled'")
        await conn.execute("update booking set status = 'cancelled'")
        assert await service._write_to(resources, DAY, [due]) == 0
        await conn.execute("update booking set status = 'confirmed'")

    assert await service._write_to(resources, DAY, [due, due]) == 1
