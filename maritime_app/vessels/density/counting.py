"""Days of tracks to counts: each when it is over, and the first one also before that."""

import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, time as time_of_day, timedelta
from typing import Final

from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.settings.model import Settings
from maritime_app.vessels.density import store
from maritime_app.vessels.density.model import KEPT_DAYS, CellsCounted, DayCounted
from maritime_app.vessels.live import sources
from maritime_app.vessels.model import Source

TAG: Final = "vessels:density"
_DAY: Final = timedelta(days=1)
# Reports that a receiver or the recorder kept while nobody answered come later than that rarely.
_SETTLED_AFTER: Final = timedelta(hours=1)
_GAP: Final = timedelta(minutes=30)  # as tracks are broken (vessels.tracks.geometry)
# A statement takes a second or two; of all feeds of the world a day has some five million points.
_POINTS_PER_SLICE: Final = 50_000
_LAST_NUMBER: Final = 999_999_999
_SECONDS_PER_RUN: Final = 60.0


async def count(res: Resources) -> str:
    """Count the days that are over, the newest first, for a minute; the next run goes on.

    Until the first of them, the day so far: a new copy shows what it has heard. Safe to repeat: a
    day is counted whole in one transaction, and replaces what was counted of it before.
    """
    began, counted = time.monotonic(), 0
    for invented, counted_sources in sources_by_kind(res.settings).items():
        for day in await _due(res, invented=invented):
            if counted and time.monotonic() - began > _SECONDS_PER_RUN:
                break
            await _count_day(res, day, counted_sources, invented=invented)
            counted += 1
    if counted:
        await res.cache.bump([TAG])
    return f"{counted} days counted"


def sources_by_kind(settings: Settings) -> dict[bool, list[Source]]:
    """Return whose positions are counted, invented (true) and real ones apart: nowhere are both in
    one figure. What a task simulates for two minutes is nobody's traffic.
    """
    found: dict[bool, list[Source]] = {}
    for source in sorted({each.source for each in sources.configured(settings)}):
        found.setdefault(source.invented, []).append(source)
    return found


async def _due(res: Resources, *, invented: bool) -> list[date]:
    now = clock.now()
    # The oldest day may be dropped while it is counted.
    kept = min(max(1, res.settings.vessels.keep_days - 1), KEPT_DAYS - 1)
    async with res.db.acquire() as conn:
        over_before = (now - _SETTLED_AFTER).date()
        days = await store.due_days(conn, over_before - kept * _DAY, over_before, invented=invented)
        so_far = await store.is_due_so_far(conn, now.date(), now, invented=invented)
    return [*days, now.date()] if so_far else days


async def _count_day(
    res: Resources, day: date, counted: Sequence[Source], *, invented: bool
) -> None:
    """Count a day's ships slice by slice; nothing of it is seen before all of it is."""
    start = datetime.combine(day, time_of_day(), UTC)
    now, end = clock.now(), start + _DAY
    async with res.db.acquire() as conn:
        heard = await store.heard_on(conn, day, counted)
    is_over = now >= end + _SETTLED_AFTER
    noted = DayCounted(day, is_over, heard.hours, heard.sources, min(now, end))
    async with res.db.transaction() as conn:
        await store.put_day(conn, noted, invented=invented)
        async for found in _slices(res, (start, end), counted):
            await store.add_ships(conn, day, found, invented=invented)


async def _slices(
    res: Resources, interval: store.Interval, counted: Sequence[Source]
) -> AsyncIterator[CellsCounted]:
    """Yield what the ships of each slice were in.

    Not in the transaction of the day: a partition of the tracks that was to be made or dropped
    would wait for its end, and everybody who writes or reads tracks would wait for that.
    """
    after: int | None = 0
    while after is not None:
        async with res.db.acquire() as conn:
            upto = await store.slice_end(conn, interval, after, counted, _POINTS_PER_SLICE)
            ships = after, _LAST_NUMBER if upto is None else upto
            found = await store.count_ships(conn, interval, ships, counted, _GAP)
        yield found
        after = upto
