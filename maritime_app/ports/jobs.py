"""The weekly look at UNCTAD, PortWatch's days of a port, and a port's figures by task."""

from typing import Literal

import msgspec

from maritime_app.infra.upstreams.round import Round
from maritime_app.jobs.model import Cron, Task
from maritime_app.ports import service
from maritime_app.ports.performance import cache_key
from maritime_app.ports.statistics.tables import PULLED_REPORTS
from maritime_app.resources import Resources

_DAY_SECONDS = 86_400.0
_WEEK_SECONDS = 7 * _DAY_SECONDS
_MONTH_SECONDS = 30 * _DAY_SECONDS
_SYNC_SECONDS = 600.0
# Whoever looks at the port then asks again: that PortWatch is away, or the day's allowance used up,
# calls nobody for each of a thousand ports.
_ASKED_AGAIN_SECONDS = 600.0
_ONE_REPORT_SECONDS = 360.0  # asked for by queries and, where that fails, as bulk files


class ReportPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of UNCTADstat by its code; empty: every one that is pulled."""

    report: str = ""


class PortPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One port by its code; empty: any that has figures."""

    port: str = ""


async def sync_unctad(res: Resources, *, report: str = "") -> str:
    """Pull one report of UNCTADstat (or each) if it has moved; of each, a silent one keeps no other
    waiting.
    """
    if report:
        return await service.sync_unctad(res, report)
    outcomes: list[str] = []

    async def sync(each: str) -> None:
        outcomes.append(await service.sync_unctad(res, each))

    asking = Round("UNCTADstat", _SYNC_SECONDS - _ONE_REPORT_SECONDS)
    await asking.over(PULLED_REPORTS, sync)
    return asking.outcome("; ".join(outcomes) or "nothing pulled")


class EditionPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which edition of the index: the newest."""

    edition: Literal["newest"] = "newest"


class DisruptionsPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which disruptions: there is one list of all."""

    key: Literal["all"] = "all"


async def sync_cppi(res: Resources, *, edition: str = "newest") -> str:
    """Pull the newest edition of the World Bank's index, unless it was pulled lately."""
    del edition
    return await service.sync_cppi(res)


async def fetch_daily_calls(res: Resources, *, port: str = "") -> str:
    """Pull the newest days of a port from PortWatch, unless its copy is fresh."""
    code = port or await service.some_harbour(res)
    if code is None:
        return "there are no harbours yet"
    return await service.fetch_daily_calls(res, code)


async def fetch_disruptions(res: Resources, *, key: str = "all") -> str:
    """Pull PortWatch's disruptions, unless the copy is fresh."""
    del key
    return await service.fetch_disruptions(res)


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
        timeout_seconds=_SYNC_SECONDS,
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
    Task(
        "ports.sync_cppi",
        sync_cppi,
        tries=3,
        timeout_seconds=120.0,
        first_delay_seconds=60.0,
        by_hand=EditionPayload,
        selftest=EditionPayload(),
    ),
    Task(
        "ports.fetch_daily_calls",
        fetch_daily_calls,
        tries=3,
        timeout_seconds=120.0,
        first_delay_seconds=30.0,
        again_seconds=_ASKED_AGAIN_SECONDS,
        by_hand=PortPayload,
        selftest=PortPayload(),
    ),
    Task(
        "ports.fetch_disruptions",
        fetch_disruptions,
        tries=3,
        timeout_seconds=120.0,
        first_delay_seconds=30.0,
        again_seconds=_ASKED_AGAIN_SECONDS,
        by_hand=DisruptionsPayload,
        selftest=DisruptionsPayload(),
    ),
]
CRONS = [
    *(
        Cron("ports.sync_unctad", every_seconds=_WEEK_SECONDS, payload={"report": report})
        for report in PULLED_REPORTS
    ),
    Cron("ports.sync_cppi", every_seconds=_MONTH_SECONDS),
    Cron("ports.fetch_disruptions", every_seconds=_DAY_SECONDS),
]
