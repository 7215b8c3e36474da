"""Stored points by ship."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.cache.two_level import Filled
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels import store
from maritime_app.vessels.codes.ship_types import ShipGroup, group_of
from maritime_app.vessels.live import sources
from maritime_app.vessels.live.packed_report import key_of
from maritime_app.vessels.model import Source, TrackPoint, VesselMatch
from maritime_app.vessels.replay import store as replay_store
from maritime_app.vessels.replay.responses import (
    MOST_POINTS,
    ReplayPoint,
    ReplayRequest,
    ReplayResponse,
    ReplayShip,
)
from maritime_app.vessels.replay.silences import HeardTime, Silence, silences

_PATIENCE_SECONDS = 8.0  # a world's hour of a bad day must not hold a connection
_HELD_SECONDS: Final = 600
_NOT_YET_SECONDS: Final = 60
_DAY: Final = timedelta(days=1)
_AT = attrgetter("at")


async def replay(res: Resources, request: ReplayRequest) -> ReplayResponse:
    """Return where all ships of a box were; raise Invalid, and Unavailable when it takes long."""
    since, until = request.interval(res.settings.vessels.keep_days)
    active = sources.active(res.settings)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), res.reads.acquire() as conn:
            points = await store.replay_points(
                conn, request.box(), (since, until), request.step_seconds, MOST_POINTS + 1, active
            )
            mmsis = sorted({point.mmsi for point in points})
            known = {each.mmsi: each for each in await store.names_of(conn, mmsis, active)}
            unheard = await _unheard(conn, points, (since, min(until, clock.now())), active)
    except TimeoutError:
        raise Unavailable("This box has too many ships: choose a smaller one.") from None
    truncated = len(points) > MOST_POINTS
    ships = [
        _ship(list(of_ship), known, since)
        for _, of_ship in groupby(points[:MOST_POINTS], key=lambda one: (one.mmsi, one.hypothesis))
    ]
    return ReplayResponse(since, until, truncated, await held_since(res), unheard, ships)


async def _unheard(
    conn: Conn,
    points: Sequence[TrackPoint],
    interval: tuple[datetime, datetime],
    active: Sequence[Source],
) -> list[Silence]:
    """Return when nothing was recorded; other ships are only looked for where these are silent."""
    times = [HeardTime(point.at, point.at) for point in sorted(points, key=_AT)]
    found = silences(times, *interval)
    if not found:
        return []
    others = await replay_store.heard_times(conn, found[0].since, found[-1].until, active)
    heard = sorted((*times, *others), key=attrgetter("first_at"))
    return silences(heard, *interval)


async def held_since(res: Resources) -> datetime | None:
    """Return when the oldest position that is held was reported, of any ship; None without any.

    The answer is at most ten minutes old.
    """
    active = sources.active(res.settings)

    async def fill() -> Filled:
        now = clock.now()
        kept = now - (res.settings.vessels.keep_days + 1) * _DAY
        first_day = kept.replace(hour=0, minute=0, second=0, microsecond=0)
        async with res.reads.acquire() as conn:
            first = await replay_store.held_since(conn, first_day, now, active)
        return Filled(msgspec.json.encode(first), [], _HELD_SECONDS if first else _NOT_YET_SECONDS)

    key = f"vessels:held_since:{','.join(str(int(each)) for each in sorted(active))}"
    return msgspec.json.decode((await res.cache.get(key, [], fill)).body, type=datetime | None)


def _ship(
    points: Sequence[TrackPoint], known: dict[int, VesselMatch], since: datetime
) -> ReplayShip:
    first = points[0]
    told = known.get(first.mmsi)
    group = ShipGroup.OTHER if told is None else group_of(told.kind, told.ship_type)
    return ReplayShip(
        key=key_of(first.mmsi, first.hypothesis),
        mmsi=first.mmsi,
        name=None if told is None else told.name,
        type=ShipGroup(group).code,
        source=first.source.code,
        points=[_point(point, since) for point in points],
    )


def _point(point: TrackPoint, since: datetime) -> ReplayPoint:
    return ReplayPoint(
        seconds=round((point.at - since).total_seconds()),
        lat=round(point.lat, 5),
        lon=round(point.lon, 5),
        sog_knots=None if point.sog_knots is None else round(point.sog_knots, 1),
        cog_deg=None if point.cog_deg is None else round(point.cog_deg),
    )
