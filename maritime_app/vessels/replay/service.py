"""Stored points by ship."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from maritime_app.errors import Unavailable
from maritime_app.resources import Resources
from maritime_app.vessels import store
from maritime_app.vessels.codes.ship_types import ShipGroup, group_of
from maritime_app.vessels.live import sources
from maritime_app.vessels.live.packed_report import key_of
from maritime_app.vessels.model import TrackPoint, VesselMatch
from maritime_app.vessels.replay.responses import (
    MOST_POINTS,
    ReplayPoint,
    ReplayRequest,
    ReplayResponse,
    ReplayShip,
)

_PATIENCE_SECONDS = 8.0  # a world's hour of a bad day must not hold a connection


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
    except TimeoutError:
        raise Unavailable("This box has too many ships: choose a smaller one.") from None
    truncated = len(points) > MOST_POINTS
    ships = [
        _ship(list(of_ship), known, since)
        for _, of_ship in groupby(points[:MOST_POINTS], key=lambda one: (one.mmsi, one.hypothesis))
    ]
    return ReplayResponse(since, until, truncated, ships)


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
