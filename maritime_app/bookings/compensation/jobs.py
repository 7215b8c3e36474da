"""Measuring when ships arrive, and proposing what is owed for it, by the clock."""

from maritime_app.bookings.compensation import service
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def follow_arrivals(res: Resources) -> str:
    """Measure when ships left and arrived, and write to everybody who is owed something for it."""
    measured = await service.measure(res)
    return f"{measured} measured, {await service.propose(res)} proposed"


TASKS = [
    Task(
        "bookings.follow_arrivals",
        follow_arrivals,
        tries=3,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [Cron("bookings.follow_arrivals", every_seconds=60)]
