"""Port calls to passages and what is usual; predictions to scores."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.predictions import store
from maritime_app.vessels.predictions.estimates import ALL_GROUPS
from maritime_app.vessels.predictions.model import FEWEST, LONGEST
from maritime_app.vessels.predictions.passages import Passage, passes, usual
from maritime_app.vessels.predictions.store import UnlearnedCall, UsualByCell
from maritime_app.vessels.ship_types import group_of

_LOOK_BACK: Final = timedelta(days=25)  # tracks are stored for 30 days
_CALLS_PER_RUN: Final = 200
_MOST_FIXES: Final = 5_000
_LEARNED_FROM: Final = timedelta(days=120)  # a season: weather and habits change
_MOST_PASSAGES: Final = 1_000


async def learn(res: Resources) -> str:
    """Store the passages of new arrivals, renew what is usual to their ports, score predictions.

    Safe to repeat: a passage has its call's id, medians are replaced whole.
    """
    now = clock.now()
    async with res.db.acquire() as conn:
        calls = await store.unlearned_calls(conn, now - _LOOK_BACK, _CALLS_PER_RUN)
    by_port: dict[tuple[UUID, bool], list[UnlearnedCall]] = defaultdict(list)
    for call in calls:
        by_port[call.port_id, Source(call.source).invented].append(call)
    for (port_id, invented), arrived in by_port.items():
        async with res.db.transaction() as conn:
            await _learn_port(conn, port_id, arrived, now, invented=invented)
    async with res.db.transaction() as conn:
        scored = await store.score_estimates(conn, now, now - LONGEST)
    return f"{len(calls)} passages learned, {scored} predictions scored"


async def _learn_port(
    conn: Conn, port_id: UUID, calls: Sequence[UnlearnedCall], now: datetime, *, invented: bool
) -> None:
    since = now - _LEARNED_FROM
    before = await store.passages_to(conn, port_id, since, _MOST_PASSAGES, invented=invented)
    known = usual(_passage(each) for each in before)
    rows = [await _row(conn, call, known) for call in calls]
    await store.insert_passages(conn, rows)
    after = await store.passages_to(conn, port_id, since, _MOST_PASSAGES, invented=invented)
    medians = usual(_passage(each) for each in after)
    await store.replace_usual(conn, port_id, medians, invented=invented)


async def _row(conn: Conn, call: UnlearnedCall, known: UsualByCell) -> dict[str, Any]:
    """Return the passage of an arrival as it is stored; without cells where nobody saw it."""
    fixes = await store.fixes_of_passage(conn, call, _MOST_FIXES) if call.left_at else []
    found = passes(fixes, call.arrived_at.timestamp())
    group = group_of(StationKind.CLASS_A, call.ship_type)
    paces = _paces(((each.cell, each.seconds) for each in found), known, group)
    return {
        "id": call.id,
        "port_id": call.port_id,
        "mmsi": call.mmsi,
        "ship_group": group,
        "source": call.source,
        "arrived_at": call.arrived_at,
        "cells": [each.cell for each in found],
        "seconds": [round(each.seconds) for each in found],
        "metres": [round(each.metres) for each in found],
        "lats": [each.lat for each in found],
        "lons": [each.lon for each in found],
        "knots": [round(each.knots, 2) for each in found],
        "courses": [round(each.course_deg, 1) for each in found],
        "pace": paces[0] if paces else None,
    }


def _paces(passed: Iterable[tuple[int, float]], known: UsualByCell, group: int) -> list[float]:
    """Return a passage's time as a share of the usual one, cell by cell, where 30 or more tell."""
    found = []
    for cell, seconds in passed:
        before = known.get((cell, group)) or known.get((cell, ALL_GROUPS))
        if before is not None and before.passages >= FEWEST and before.seconds > 0:
            found.append(seconds / before.seconds)
    return found


def _passage(stored: store.StoredPassage) -> Passage:
    values = msgspec.structs.asdict(stored)
    del values["pace"]
    return Passage(**values)
