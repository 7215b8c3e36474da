"""Looking for alerts to tell of, twice a minute; posting one of them."""

from uuid import UUID

from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.ops.notices import service
from maritime_app.resources import Resources


async def tell_alerts(res: Resources) -> str:
    """Tell of what opened."""
    return f"{await service.tell(res)} alerts"


async def post_alert(res: Resources, alert_id: str, opening: int) -> str:  # noqa: ARG001 - makes the job one of its own
    """Post one alert to the webhook."""
    return await service.post(res, UUID(alert_id))


TASKS = [
    Task(
        "ops.tell_alerts",
        tell_alerts,
        tries=2,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(service.POST_TASK, post_alert, tries=10, timeout_seconds=30),
]
CRONS = [Cron("ops.tell_alerts", every_seconds=30)]
