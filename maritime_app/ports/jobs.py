"""The weekly look at UNCTAD: a report is pulled when its version has moved."""

from maritime_app.jobs.runner import Cron, Task
from maritime_app.ports import service
from maritime_app.ports.statistics.tables import PULLED_REPORTS
from maritime_app.resources import Resources

_WEEK_SECONDS = 7 * 86_400.0


async def sync_unctad(res: Resources, *, report: str) -> str:
    """Pull one report of UNCTADstat if it has moved."""
    return await service.sync_unctad(res, report)


JOBS = [
    Task("ports.sync_unctad", sync_unctad, tries=3, timeout_seconds=600.0, first_delay_seconds=30.0)
]
CRONS = [
    Cron("ports.sync_unctad", every_seconds=_WEEK_SECONDS, payload={"report": report})
    for report in PULLED_REPORTS
]
