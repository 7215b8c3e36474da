"""Telling by the clock, posting one event, and erasing who asked."""

from uuid import UUID

from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.resources import Resources
from maritime_app.vessels.ship_alerts import store, telling
from maritime_app.vessels.ship_alerts.service import SHIP_ALERTS


async def tell_ship_alerts(res: Resources) -> str:
    """Tell of events; end alerts whose last day is over."""
    expired = await SHIP_ALERTS.expire(res)
    return f"{await telling.tell(res)} told, {expired} expired"


async def post_ship_event(res: Resources, crossing_id: str) -> str:
    """Post one event to the address of its alert; its parameter is that of stored jobs."""
    return await telling.post(res, UUID(crossing_id))


async def erase_ship_alerts(res: Resources) -> str:
    """Erase alerts as long after they ended as other personal data."""
    days = res.settings.privacy.personal_days
    return f"{await erase_in_batches(res.db, store.SQL.erase_alerts, days)} alerts"


TASKS = [
    Task(
        "vessels.tell_ship_alerts",
        tell_ship_alerts,
        tries=2,
        timeout_seconds=60,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        telling.POST_TASK,
        post_ship_event,
        tries=telling.TRIES + 2,
        timeout_seconds=30,
        first_delay_seconds=10,
    ),
    Task(
        "vessels.erase_ship_alerts",
        erase_ship_alerts,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("vessels.tell_ship_alerts", every_seconds=30),
    Cron("vessels.erase_ship_alerts", every_seconds=86_400),
]
