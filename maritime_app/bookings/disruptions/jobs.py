"""Following every change of a sailing."""

from maritime_app.bookings.disruptions import store
from maritime_app.jobs.model import Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources


async def follow_sailing(res: Resources, *, sailing_id: str, version: int) -> str:
    """Let holds end with the sailing's sales."""
    del sailing_id, version
    async with res.db.transaction() as conn:
        shorter = await store.shorten_holds(conn, res.settings.sailings.sales_close_minutes)
        if shorter:
            await enqueue(conn, "bookings.expire_holds")
    return f"{shorter} holds end earlier"


TASKS = [Task("bookings.follow_sailing", follow_sailing, tries=15, timeout_seconds=60)]
