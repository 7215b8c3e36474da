"""How wrong predictions were: figures by horizon, and the table from which they are computed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from maritime_app import clock
from maritime_app.formats import csv_cells
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources
from maritime_app.vessels.live import sources
from maritime_app.vessels.model import Source
from maritime_app.vessels.predictions import store
from maritime_app.vessels.predictions.store import HorizonScore, ScoredRow

SCORED_FROM: Final = timedelta(days=90)
_MOST_ROWS: Final = 50_000
_KEPT_SECONDS: Final = 60
COLUMNS: Final = (
    "mmsi", "port", "basis", "horizon", "made_at", "passages", "sample", "estimate_at",
    "median_at", "low_at", "high_at", "great_circle_at", "told_at", "outcome", "arrived_at",
    "source",
)  # fmt: skip


class Score(Struct, frozen=True):
    """The score of the last 90 days by horizon; `invented` while all its ships are."""

    since: datetime
    as_of: datetime
    horizons: list[HorizonScore]
    invented: bool


class _Counted(Struct, frozen=True):
    horizons: list[HorizonScore]
    invented: bool


async def score(res: Resources) -> Score:
    """Return the score of predictions of real ships, of invented ones while there are no others.

    Counted at most a minute ago: everybody may ask, and all predictions of 90 days are read for it.
    """

    async def fill() -> Filled:
        return Filled(msgspec.json.encode(await _counted(res)), [], _KEPT_SECONDS)

    active = ",".join(str(int(each)) for each in sorted(sources.active(res.settings)))
    found = await res.cache.get(f"vessels:prediction_score:{active}", [], fill)
    counted = msgspec.json.decode(found.body, type=_Counted)
    now = clock.now()
    return Score(now - SCORED_FROM, now, counted.horizons, invented=counted.invented)


async def _counted(res: Resources) -> _Counted:
    since = clock.now() - SCORED_FROM
    async with res.reads.acquire() as conn:
        found = await store.score(conn, since, _sources(res, invented=False))
        invented = not found
        if invented:
            found = await store.score(conn, since, _sources(res, invented=True))
    return _Counted(found, invented=invented and bool(found))


async def table(res: Resources) -> bytes:
    """Return every sampled prediction of the last 90 days as CSV, the newest 50,000, newest first.

    Times are UTC; `horizon` 0 to 3 is 0-2, 2-6, 6-24 and over 24 hours by the estimate; rows
    without `median_at` were refused. Of shown rows with outcome "arrived" the figures of the score
    are medians of |x - arrived_at| and the share of arrivals within [low_at, high_at].
    """
    async with res.reads.acquire() as conn:
        rows = await store.scored_rows(
            conn, clock.now() - SCORED_FROM, sources.active(res.settings), _MOST_ROWS
        )
    return to_csv(rows)


def to_csv(rows: Iterable[ScoredRow]) -> bytes:
    """Return the rows as CSV: ISO 8601 in UTC, the name of the source, nothing for null."""
    return csv_cells.table(
        COLUMNS, ([_told(name, getattr(row, name)) for name in COLUMNS] for row in rows)
    )


def _told(name: str, value: object) -> object:
    return Source(value).code if name == "source" and isinstance(value, int) else value


def _sources(res: Resources, *, invented: bool) -> list[Source]:
    return [each for each in sources.active(res.settings) if each.invented is invented]
