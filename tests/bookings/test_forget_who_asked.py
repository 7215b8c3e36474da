"""Alerts and places in a line go as long after their end as everything else about people."""

import pytest

from maritime_app.bookings.fare_alerts.jobs import erase_fare_alerts
from maritime_app.bookings.waiting.jobs import erase_waiting_parties
from tests.factories import a_sailing

ALERT = """
    insert into fare_alert (id, kind, status, origin_id, destination_id, day, email, language,
                            cool_down_hours, party, people, ended_at)
    select gen_random_uuid(), 'places', 'ended', origin_id, destination_id, '2026-07-01',
           'ada@example.org', 'en', 24, 'x', '{}', now() - make_interval(days => $1)
    from sailing limit 1
"""
PARTY = """
    insert into waiting_party (id, sailing_id, status, email, language, places, reference, ended_at)
    values (gen_random_uuid(), $1, 'left', 'ada@example.org', 'en', '[]', $2,
            now() - make_interval(days => $3))
"""


@pytest.fixture
async def sailing(played):
    return await a_sailing(played.db, days_ahead=5)


async def test_it_works(played, sailing):
    async with played.db.acquire() as conn:
        for days in (119, 121, 300):
            await conn.execute(ALERT, days)

        assert await erase_fare_alerts(played) == "2 alerts"
        assert await conn.fetchval("select count(*) from fare_alert") == 1
    assert await erase_fare_alerts(played) == "0 alerts"


async def test_who_waited_is_forgotten_but_not_what_a_booking_came_from(played, sailing):
    async with played.db.acquire() as conn:
        await conn.execute(PARTY, sailing, None, 119)
        await conn.execute(PARTY, sailing, None, 121)
        await conn.execute(PARTY, sailing, "ABCD2345", 121)

        assert await erase_waiting_parties(played) == "2 parties"
        kept = await conn.fetch("select email, reference from waiting_party order by email")
    assert [tuple(row) for row in kept] == [("", "ABCD2345"), ("ada@example.org", None)]
    assert await erase_waiting_parties(played) == "0 parties"
