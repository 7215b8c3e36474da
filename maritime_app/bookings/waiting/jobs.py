"""Offering places to whoever waits, and looking after what a dead worker left."""

from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.waiting import offers, store
from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources

_MOST_AT_ONCE = 200
_SLOT_SECONDS = 10
_STUCK_AFTER_SECONDS = 120.0  # twice what a try may take


async def offer_places(res: Resources, *, sailing_id: str) -> str:
    """Offer free places of a sailing to whoever waits first."""
    return f"{await offers.offer(res, UUID(sailing_id))} offered"


async def look_after_waiting_lists(res: Resources) -> str:
    """Go on with offers that a dead worker left, end those that were decided, look for room."""
    minutes = res.settings.sailings.sales_close_minutes
    async with res.db.acquire() as conn:
        stuck = await store.stuck(conn, _STUCK_AFTER_SECONDS, _MOST_AT_ONCE)
        decided = await store.decided(conn, _MOST_AT_ONCE)
        unsold = await store.unsold(conn, minutes, _MOST_AT_ONCE)
    for party in stuck:
        await offers.finish(res, party)
    for one in decided:
        await offers.settle(res, one.waiter, one.booking_status)
    for party in unsold:
        await offers.close(res, party)
    slot = str(int(clock.now().timestamp() // _SLOT_SECONDS))
    async with res.db.transaction() as conn:
        for sailing_id in await store.waited_with_room(conn, _MOST_AT_ONCE):
            await offers.enqueue_offer(conn, sailing_id, slot)
    return f"{len(stuck)} gone on with, {len(decided)} decided, {len(unsold)} closed"


async def erase_waiting_parties(res: Resources) -> str:
    """Erase who waited, as long after it ended as other personal data."""
    days = res.settings.privacy.personal_days
    return f"{await erase_in_batches(res.db, store.SQL.erase_waiters, days)} parties"


TASKS = [
    Task("bookings.offer_places", offer_places, tries=8, timeout_seconds=60),
    Task(
        "bookings.look_after_waiting_lists",
        look_after_waiting_lists,
        tries=3,
        timeout_seconds=120,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "bookings.erase_waiting_parties",
        erase_waiting_parties,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("bookings.look_after_waiting_lists", every_seconds=_SLOT_SECONDS),
    Cron("bookings.erase_waiting_parties", every_seconds=86_400),
]
