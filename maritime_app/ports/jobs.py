"""The weekly look at UNCTAD: a report is pulled when its version has moved."""

import msgspec

from maritime_app.jobs.model import Cron, Task
from maritime_app.ports import service
from maritime_app.ports.statistics.tables import PULLED_REPORTS
from maritime_app.resources import Resources

_WEEK_SECONDS = 7 * 86_400.0


class ReportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of UNCTADstat by its code."""

    report: str


async def sync_unctad(res: Resources, *, report: str) -> str:
    """Pull one report of UNCTADstat if it has moved."""
    return await service.sync_unctad(res, report)


TASKS = [
    Task(
        "ports.sync_unctad",
        sync_unctad,
        tries=3,
        timeout_seconds=600.0,
        first_delay_seconds=30.0,
        by_hand=ReportPayload,
        selftest=ReportPayload("US.PLSCI"),
    )
]
CRONS = [
    Cron("ports.sync_unctad", every_seconds=_WEEK_SECONDS, payload={"report": report})
    for report in PULLED_REPORTS
]
