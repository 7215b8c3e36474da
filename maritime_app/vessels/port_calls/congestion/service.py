"""The congestion of a port, out of the calls that are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.congestion import store
from maritime_app.vessels.port_calls.congestion.index import congestion
from maritime_app.vessels.port_calls.congestion.model import (
    WEEK,
    WEEKS_BEFORE,
    PortCongestion,
    Week,
)
from maritime_app.vessels.port_calls.congestion.queue import queue_now
from maritime_app.vessels.port_calls.model import CallTimes

_WEEKS_SECONDS: Final = 3_600  # what has gone changes with calls whose end is heard of late


async def port_congestion(
    res: Resources,
    code: str,
    calls: Sequence[CallTimes],
    now: datetime,
    sources: Sequence[Source],
    *,
    invented: bool,
) -> PortCongestion:
    """Return how busy a port is, out of its newest calls and of weeks that are an hour old at most;
    both are to be of these sources.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [midnight - number * WEEK for number in range(WEEKS_BEFORE + 1)]
    found = await _weeks(res, code, ends, sources)
    listened = await _listened(res, ends, sources)
    return congestion(found, listened, queue_now(calls, now), invented=invented)


async def _weeks(
    res: Resources, code: str, ends: Sequence[datetime], sources: Sequence[Source]
) -> list[Week]:
    async def fill() -> Filled:
        async with res.reads.acquire() as conn:
            found = await store.weeks(conn, code, ends, sources)
        return Filled(msgspec.json.encode(found), [], _WEEKS_SECONDS)

    key = f"vessels:weeks:{code}:{_of(ends, sources)}"
    return msgspec.json.decode((await res.cache.get(key, [], fill)).body, type=list[Week])


async def _listened(
    res: Resources, ends: Sequence[datetime], sources: Sequence[Source]
) -> list[datetime]:
    async def fill() -> Filled:
        async with res.reads.acquire() as conn:
            found = await store.listened(conn, ends, sources)
        return Filled(msgspec.json.encode(found), [], _WEEKS_SECONDS)

    key = f"vessels:listened:{_of(ends, sources)}"
    return msgspec.json.decode((await res.cache.get(key, [], fill)).body, type=list[datetime])


def _of(ends: Sequence[datetime], sources: Sequence[Source]) -> str:
    return f"{ends[0]:%Y-%m-%d}:{','.join(str(int(each)) for each in sorted(sources))}"
