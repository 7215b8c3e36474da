"""The weekly look at UNCTAD, and the newest figures of a port for whoever asks by task."""

import msgspec

from maritime_app.jobs.model import Cron, Task
from maritime_app.ports import service
from maritime_app.ports.performance import cache_key
from maritime_app.ports.statistics.tables import PULLED_REPORTS
from maritime_app.resources import Resources

_WEEK_SECONDS = 7 * 86_400.0


class ReportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of UNCTADstat by its code; empty: every one that is pulled."""

    report: str = ""


class PortPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One port by its code; empty: any that has figures."""

    port: str = ""


async def sync_unctad(res: Resources, *, report: str = "") -> str:
    """Pull one report of UNCTADstat (or each) if it has moved."""
    reports = [report] if report else PULLED_REPORTS
    return "; ".join([await service.sync_unctad(res, each) for each in reports])


async def fetch_port_performance(res: Resources, *, port: str = "") -> str:
    """Put the newest figures of a port into the cache, for an hour."""
    code = port or await service.some_port(res)
    if code is None:
        return "no port has figures yet"
    body = await service.port_performance(res, code)
    return f"{code}: {len(body)} bytes under {cache_key(code.upper() if len(code) == 5 else code)}"


TASKS = [
    Task(
        "ports.sync_unctad",
        sync_unctad,
        tries=3,
        timeout_seconds=600.0,
        first_delay_seconds=30.0,
        by_hand=ReportPayload,
        selftest=ReportPayload("US.PLSCI"),
    ),
    Task(
        "ports.fetch_port_performance",
        fetch_port_performance,
        tries=3,
        timeout_seconds=60.0,
        by_hand=PortPayload,
        selftest=PortPayload(),
    ),
]
CRONS = [
    Cron("ports.sync_unctad", every_seconds=_WEEK_SECONDS, payload={"report": report})
    for report in PULLED_REPORTS
]
