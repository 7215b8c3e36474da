"""Reminders, and news of ships that have not left, by the clock."""

from maritime_app.bookings.reminders import service
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def remind_travellers(res: Resources) -> str:
    """Write to everybody whose ferry leaves soon, or has not left when it should have."""
    reminded, told = await service.remind(res), await service.tell_in_port(res)
    return f"{reminded} reminded, {told} told that their ship has not left"


TASKS = [
    Task(
        "bookings.remind_travellers",
        remind_travellers,
        tries=3,
        timeout_seconds=120,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [Cron("bookings.remind_travellers", every_seconds=60)]
