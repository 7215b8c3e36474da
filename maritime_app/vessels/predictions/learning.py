"""Port calls to passages and what is usual; predictions to scores."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.codes.ship_types import group_of
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.predictions import store
from maritime_app.vessels.predictions.estimates import ALL_GROUPS
from maritime_app.vessels.predictions.model import FEWEST, LONGEST
from maritime_app.vessels.predictions.passages import CellPass, Fix, Passage, passes, usual
from maritime_app.vessels.predictions.store import UnlearnedCall, UsualByCell

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
        await _learn_port(res, port_id, arrived, now, invented=invented)
    async with res.db.transaction() as conn:
        scored = await store.score_estimates(conn, now, now - LONGEST)
    return f"{len(calls)} passages learned, {scored} predictions scored"


async def _learn_port(
    res: Resources, port_id: UUID, calls: Sequence[UnlearnedCall], now: datetime, *, invented: bool
) -> None:
    """Store passages to a port, then what is usual; medians of many take a thread of their own.

    Ended in between, the medians are renewed with the next arrival.
    """
    async with res.db.acquire() as conn:
        tracks = [(call, await _fixes(conn, call)) for call in calls]
    found = await asyncio.to_thread(_passes, tracks)
    cells = [(port_id, each.cell) for _, passed in found for each in passed]
    async with res.db.transaction() as conn:
        known = (await store.usual_near(conn, cells, invented=invented)).get(port_id, {})
        await store.insert_passages(conn, [_row(call, passed, known) for call, passed in found])
        stored = await store.passages_to(
            conn, port_id, now - _LEARNED_FROM, _MOST_PASSAGES, invented=invented
        )
    medians = await asyncio.to_thread(usual, [_passage(each) for each in stored])
    async with res.db.transaction() as conn:
        await store.replace_usual(conn, port_id, medians, invented=invented)


async def _fixes(conn: Conn, call: UnlearnedCall) -> list[Fix]:
    """Return the track on which a ship came; nothing where nobody knows when it left."""
    return await store.fixes_of_passage(conn, call, _MOST_FIXES) if call.left_at else []


def _passes(
    tracks: Sequence[tuple[UnlearnedCall, list[Fix]]],
) -> list[tuple[UnlearnedCall, list[CellPass]]]:
    return [(call, passes(fixes, call.arrived_at.timestamp())) for call, fixes in tracks]


def _row(call: UnlearnedCall, found: Sequence[CellPass], known: UsualByCell) -> dict[str, Any]:
    """Return the passage of an arrival as it is stored; without cells where nobody saw it."""
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
