"""Looking at prices and places by the clock, and deleting what ended."""

from maritime_app.bookings.fare_alerts import service, store
from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources


async def tell_fare_alerts(res: Resources) -> str:
    """Write to those whose alert has news; end alerts whose day has come."""
    expired = await service.FARE_ALERTS.expire(res)
    return f"{await service.tell(res)} told, {expired} expired"


async def erase_fare_alerts(res: Resources) -> str:
    """Delete alerts, as long after they ended as other personal data."""
    days = res.settings.privacy.personal_days
    return f"{await erase_in_batches(res.db, store.SQL.erase_alerts, days)} alerts"


TASKS = [
    Task(
        "bookings.tell_fare_alerts",
        tell_fare_alerts,
        tries=3,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "bookings.erase_fare_alerts",
        erase_fare_alerts,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("bookings.tell_fare_alerts", every_seconds=300),
    Cron("bookings.erase_fare_alerts", every_seconds=86_400),
]
