"""Following every change of a sailing, writing to everybody aboard, reminding, deadlines."""

from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.disruptions import service, store, writers
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources

_MOST_AT_ONCE = 500
_SLOT_SECONDS = 10


async def follow_sailing(res: Resources, *, sailing_id: str, version: int) -> str:
    """Work out what a change of a sailing means for everybody aboard."""
    return await service.follow(res, UUID(sailing_id), version)


async def write_to_parties(res: Resources, *, disruption_id: str) -> str:
    """Write to those aboard who were not written to yet."""
    return await writers.write_to_parties(res, UUID(disruption_id))


async def look_after_disruptions(res: Resources) -> str:
    """Go on with whatever a dead worker left, remind, and end what has run out."""
    slot = int(clock.now().timestamp() // _SLOT_SECONDS)
    async with res.db.transaction() as conn:
        settled = await store.settle_parties(conn)
    async with res.db.transaction() as conn:
        again = await store.ask_again(conn) + len(await store.lose_offers(conn))
        waiting = await store.unwritten(conn)
        for disruption_id in waiting:
            await writers.enqueue_writer(conn, disruption_id, f"again:{slot}")
        reminders = await store.due_reminders(conn, _MOST_AT_ONCE)
        late = await store.past_deadline(conn, _MOST_AT_ONCE)
    for party in reminders:
        await service.remind(res, party)
    for party in late:
        await service.pass_deadline(res, party)
    return (
        f"{settled} settled, {again} asked again, {len(waiting)} waiting,"
        f" {len(reminders)} reminded, {len(late)} late"
    )


TASKS = [
    Task("bookings.follow_sailing", follow_sailing, tries=15, timeout_seconds=60),
    Task("bookings.write_to_parties", write_to_parties, tries=15, timeout_seconds=90),
    Task(
        "bookings.look_after_disruptions",
        look_after_disruptions,
        tries=3,
        timeout_seconds=120,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [Cron("bookings.look_after_disruptions", every_seconds=_SLOT_SECONDS)]
