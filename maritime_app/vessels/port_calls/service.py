"""The calls of a port or ship, and what is measured of a port."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.vessels.events.paging import Ended, page, read_cursor
from maritime_app.vessels.live import sources
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls import store
from maritime_app.vessels.port_calls.beside import PortMeasuresResponse, beside
from maritime_app.vessels.port_calls.congestion.service import port_congestion
from maritime_app.vessels.port_calls.measures import PortMeasures, measures
from maritime_app.vessels.port_calls.model import ListedCall, MeasuredCall, PassedCall
from maritime_app.vessels.port_calls.official_anomaly import official_anomaly
from maritime_app.vessels.port_calls.official_coverage import (
    first_whole_day,
    official_coverage,
)
from maritime_app.vessels.port_calls.responses import (
    PortCallResponse,
    PortCallsRequest,
    PortCallsResponse,
    call_response,
)

_MEASURED: Final = timedelta(days=30)
_MOST_MEASURED: Final = 20_000
_SHIP_CALLS: Final = 20
_BESIDE_SECONDS: Final = 60
_HEARD_SECONDS: Final = 600


async def calls(res: Resources, request: PortCallsRequest) -> PortCallsResponse:
    """Return the newest calls and approaches, of a port (with what is measured of it), a ship or
    all; raise Invalid.
    """
    now = clock.now()
    sought, ended = request.sought(now), read_cursor(request.cursor)
    shown = sources.active(res.settings)
    async with res.reads.acquire() as conn:
        found = await store.calls(conn, sought, shown, ended, request.limit + 1)
        total = await store.count(conn, sought, shown)
    rows, cursor = page(found, request.limit, _began)
    return PortCallsResponse(
        as_of=now,
        since=sought.since,
        calls=[call_response(each) for each in rows],
        measures=await kept_measures(res, request.port) if request.port else None,
        total=total,
        next_cursor=cursor,
    )


async def newest_calls(res: Resources, code: str, limit: int) -> list[PortCallResponse]:
    """Return the newest calls of a port, and who approaches it, of the last thirty days."""
    request = PortCallsRequest(port=code, limit=limit)
    shown = sources.active(res.settings)
    async with res.reads.acquire() as conn:
        found = await store.calls(conn, request.sought(clock.now()), shown, Ended(), limit)
    return [call_response(each) for each in found]


async def port_measures(res: Resources, code: str) -> PortMeasures:
    """Return what the last thirty days say about a port; as soon as there is one real call, none
    that was invented counts.
    """
    found, span, invented = await _measured(res, code)
    return measures(found, *span, invented=invented)


async def kept_measures(res: Resources, code: str) -> PortMeasures:
    """Return the same, at most a minute old: a busy port has thousands of calls in thirty days."""

    async def fill() -> Filled:
        found = await port_measures(res, code)
        return Filled(msgspec.json.encode(found), [], _BESIDE_SECONDS)

    kept = await res.cache.get(f"vessels:measures:{code}:{_shown(res)}", [], fill)
    return msgspec.json.decode(kept.body, type=PortMeasures)


async def measures_beside(res: Resources, code: str) -> bytes:
    """Return the encoded PortMeasuresResponse of a port, at most a minute old; raise NotFound."""

    async def fill() -> Filled:
        answer = await _beside(res, code)
        return Filled(msgspec.json.encode(answer), [], _BESIDE_SECONDS)

    return (await res.cache.get(f"vessels:beside:{code}:{_shown(res)}", [], fill)).body


async def _beside(res: Resources, code: str) -> PortMeasuresResponse:
    baseline = await ports.country_baseline(res, code)
    found, span, invented = await _measured(res, code)
    last = span[1].date() - timedelta(days=1)
    published = await ports.calls_published(res, code, first_whole_day(found, span[0]), last)
    apart = bool(found) and published is not None and published.invented != invented
    heard = [each for each in sources.active(res.settings) if each.invented == invented]
    return msgspec.structs.replace(
        beside(code, found, span, baseline, invented=invented),
        official_coverage=official_coverage(found, published, invented=invented),
        anomaly=official_anomaly(published, apart=apart),
        congestion=await port_congestion(res, code, found, span[1], heard, invented=invented),
    )


def _shown(res: Resources) -> str:
    """Return the sources whose ships count: with a key for real ones others do."""
    return _named(sources.active(res.settings))


def _named(active: Sequence[Source]) -> str:
    return ",".join(str(int(each)) for each in sorted(active))


def _began(listed: ListedCall) -> tuple[datetime, UUID]:
    return listed.call.entered_at, listed.call.id


async def _measured(
    res: Resources, code: str
) -> tuple[list[MeasuredCall], tuple[datetime, datetime], bool]:
    """Return the calls that count, since when until when, and whether they are invented: of thirty
    days, or since this copy has heard ships.
    """
    now = clock.now()
    since, active = now - _MEASURED, sources.active(res.settings)
    async with res.db.acquire() as conn:
        found = await store.measured_calls(conn, code, since, _MOST_MEASURED, active)
    real = [each for each in found if not Source(each.source).invented]
    listened = [await _heard_since(res, active), *(each.entered_at for each in found)]
    begun = min((each for each in listened if each), default=now)
    return real or found, (max(since, begun), now), not real and bool(found)


async def _heard_since(res: Resources, active: Sequence[Source]) -> datetime | None:
    """Return when any ship was first heard, at most ten minutes old; None before."""

    async def fill() -> Filled:
        async with res.db.acquire() as conn:
            first = await store.heard_since(conn, active)
        return Filled(msgspec.json.encode(first), [], _HEARD_SECONDS if first else _BESIDE_SECONDS)

    key = f"vessels:heard_since:{_named(active)}"
    return msgspec.json.decode((await res.cache.get(key, [], fill)).body, type=datetime | None)


async def calls_of_ships(conn: Conn, mmsis: Sequence[int], since: datetime) -> list[PassedCall]:
    """Return when ships stopped at and left ports since then, by ship and time."""
    return await store.calls_of_ships(conn, mmsis, since)


async def calls_of_ship(res: Resources, mmsi: int) -> list[ListedCall]:
    """Return the newest calls of a ship, of the last thirty days."""
    async with res.db.acquire() as conn:
        return await store.calls_of_ship(
            conn, mmsi, clock.now() - _MEASURED, _SHIP_CALLS, sources.active(res.settings)
        )
