"""How our own sailings go, as it is known now."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from maritime_app import clock
from maritime_app.errors import NotFound, Unavailable
from maritime_app.ferries.timetables.realtime import codec, store
from maritime_app.ferries.timetables.realtime.model import RunningSailing, ShipPosition
from maritime_app.ferries.timetables.told import AHEAD, STILL_TOLD, cancelled_until
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels

_MOST_SAILINGS: Final = 5_000
_MOST_SHIPS: Final = 200
_CACHE_KEY: Final = "ferries:realtime"
_CACHE_SECONDS: Final = 15


async def feed(res: Resources) -> bytes:
    """Return the feed of the sailings of now and the next two days, at most 15 seconds old."""

    async def fill() -> Filled:
        return Filled(await _made(res), [_CACHE_KEY], _CACHE_SECONDS)

    return (await res.cache.get(_CACHE_KEY, [_CACHE_KEY], fill)).body


async def _made(res: Resources) -> bytes:
    now = clock.now()
    async with res.reads.acquire() as conn:
        sailings = await store.running_sailings(
            conn, now - STILL_TOLD, now + AHEAD, cancelled_until(now), _MOST_SAILINGS
        )
    return codec.feed(sailings, await _ships(res, sailings, now), now)


async def _ships(
    res: Resources, sailings: Sequence[RunningSailing], now: datetime
) -> dict[int, ShipPosition]:
    """Return where the ships of sailings that have left are, of those that report."""
    left = [each.mmsi for each in sailings if each.mmsi and each.departs_at <= now]
    wanted = list(dict.fromkeys(left))[:_MOST_SHIPS]
    found = await asyncio.gather(*(_ship(res, mmsi) for mmsi in wanted))
    return {ship.mmsi: ship for ship in found if ship is not None}


async def _ship(res: Resources, mmsi: int) -> ShipPosition | None:
    with suppress(NotFound, Unavailable):
        position = (await vessels.vessel(res, mmsi)).position
        if position and not position.stale and position.integrity == "plausible":
            return ShipPosition(
                mmsi=mmsi,
                lat=position.lat,
                lon=position.lon,
                course_deg=position.cog_deg,
                speed_knots=position.sog_knots,
                reported_at=position.reported_at,
                invented=position.source in ("sandbox", "simulated"),
            )
    return None
