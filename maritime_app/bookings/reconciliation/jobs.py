"""The nightly task."""

from maritime_app.bookings.reconciliation import service
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def reconcile(res: Resources) -> str:
    """Compare our books with Stripe's balance and the operators' statements."""
    return await service.reconcile(res)


TASKS = [
    Task("bookings.reconcile", reconcile, tries=5, timeout_seconds=900, by_hand=NoPayload),
]
CRONS = [Cron("bookings.reconcile", every_seconds=86_400)]
