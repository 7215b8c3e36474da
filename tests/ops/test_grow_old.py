"""What cleans up, and what looks at what is new, finds it by an index: a copy that has kept
millions of rows for years is not read from one end to the other for a thousand of them.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from maritime_app.infra import queries

NOW = datetime(2026, 7, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
FIRST = UUID("019a3cb6-bc00-7000-8000-000000000000")
STATES = ["moored", "left"]
LOOKS = [
    ("bookings", "erase_documents", "booking", (1, 1000)),
    ("bookings", "lock_people", "booking", (120, 1000)),
    ("bookings", "erase_people", "booking", ([FIRST],)),
    ("emails", "erase_mails", "mail", (120, 1000)),
    ("payments", "erase_events", "stripe_event", (120, 1000)),
    ("payments", "erase_refund_notes", "refund", (120, 1000)),
    ("bookings_waiting", "erase_waiters", "waiting_party", (120, 1000)),
    ("bookings_fare_alerts", "erase_alerts", "fare_alert", (120, 1000)),
    ("bookings_mandates", "erase_mandates", "mandate", (120, 1000)),
    ("bookings_devices", "delete_ended_devices", "booking_device", (90, 1000)),
    ("vessels_ship_alerts", "erase_alerts", "ship_alert", (120, 1000)),
    ("vessels_port_calls", "delete_old_port_calls", "port_call", (NOW,)),
    ("vessels_gaps", "delete_old_gaps", "vessel_gap", (NOW,)),
    ("vessels_encounters", "delete_old_encounters", "vessel_encounter", (NOW,)),
    ("vessels_density", "delete_old_density", "vessel_density", (NOW.date(),)),
    ("vessels_predictions", "delete_old_estimates", "arrival_estimate", (NOW,)),
    ("vessels_predictions", "unlearned_calls", "port_call", (NOW, 100)),
    ("vessels_port_calls", "measured_calls", "port_call", ("DEKEL", NOW, 9_000, [1])),
    ("vessels_port_calls", "count_port_calls", "port_call", (None, None, NOW, NOW, STATES, [1])),
    (
        "vessels_congestion",
        "weeks_of_port",
        "port_call",
        ("DEKEL", [NOW, NOW - WEEK], NOW, WEEK, WEEK, [1]),
    ),
    ("vessels_congestion", "listened_weeks", "port_call", ([NOW, NOW - WEEK], [1])),
    ("vessels", "search_vessels", "vessel", ("AB", None, 20, [1])),
    ("web", "delete_expired_keys", "idempotency_key", ()),
    ("bookings_invariants", "touched_sailings", "booking_leg", (NOW, FIRST)),
    ("bookings_back_office", "timeline", "waiting_party", (FIRST, 200)),
]


async def plan(conn, domain, name, args):
    """The plan that PostgreSQL makes where it has any other way than to read a whole table."""
    query = getattr(queries.load(domain), name)
    async with conn.transaction():
        await conn.execute("set local enable_seqscan = off")
        return "\n".join(row[0] for row in await conn.fetch(f"explain {query.sql}", *args))


@pytest.mark.parametrize(
    ("domain", "name", "table", "args"), LOOKS, ids=[f"{look[0]}.{look[1]}" for look in LOOKS]
)
async def test_it_works(db, domain, name, table, args):
    async with db.acquire() as conn:
        found = await plan(conn, domain, name, args)

    assert table in found
    assert not any(
        f"Seq Scan on {part}" in found for part in (table, f"{table}_20", f"{table}_other")
    ), found


async def test_without_its_index_the_whole_table_is_read(db):
    async with db.acquire() as conn:
        dropped = conn.transaction()
        await dropped.start()
        await conn.execute("drop index fare_alert_ended")
        found = await plan(conn, "bookings_fare_alerts", "erase_alerts", (120, 1000))
        await dropped.rollback()

    assert "Seq Scan on fare_alert" in found
