"""Passages, predictions and their scores in PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.predictions.model import (
    Basis,
    ListedPrediction,
    Outcome,
    Prediction,
    Usual,
)
from maritime_app.vessels.predictions.passages import Fix, Passage

SQL = queries.load("vessels_predictions")
_ROWS_PER_STATEMENT: Final = 2_000
UsualByCell = dict[tuple[int, int], Usual]


class UnlearnedCall(Struct, frozen=True):
    """An arrival whose passage is not stored; `left_at` is when it began, None if nobody knows."""

    id: UUID
    port_id: UUID
    mmsi: int
    hypothesis: int
    source: int
    arrived_at: datetime
    ship_type: int | None
    left_at: datetime | None


class StoredPassage(Passage, frozen=True):
    """A passage as it is stored; `pace` is its share of the usual time."""

    pace: float | None


class ScoredError(Struct, frozen=True):
    """What an estimate gave and what it took, in seconds."""

    basis: Basis
    horizon: int
    mmsi: int
    arrived_at: datetime | None
    estimated_seconds: float
    actual_seconds: float


class HorizonScore(Struct, frozen=True):
    """The score of one horizon; minutes are medians of the absolute error, null of nothing."""

    horizon: int
    predictions: int
    voyages: int
    scored: int
    refused: int
    diverted: int
    unseen: int
    error_minutes: float | None
    great_circle_minutes: float | None
    told_minutes: float | None
    coverage: float | None


class ScoredRow(Struct, frozen=True):
    """One sampled prediction and what became of it."""

    mmsi: int
    port: str
    basis: Basis
    horizon: int
    made_at: datetime
    passages: int
    sample: int
    estimate_at: datetime
    median_at: datetime | None
    low_at: datetime | None
    high_at: datetime | None
    great_circle_at: datetime
    told_at: datetime | None
    outcome: Outcome | None
    arrived_at: datetime | None
    source: int


class _UsualRow(Struct, frozen=True):
    port_id: UUID
    cell: int
    ship_group: int
    usual: Usual


class _Habit(Struct, frozen=True):
    mmsi: int
    pace: float


class _Mark(Struct, frozen=True):
    mmsi: int
    port_id: UUID
    mark: int


class _Called(Struct, frozen=True):
    key: str
    id: UUID
    code: str
    lat: float
    lon: float


async def unlearned_calls(conn: Conn, since: datetime, limit: int) -> list[UnlearnedCall]:
    """Return arrivals since then whose passage is not stored yet, the oldest first."""
    return await SQL.unlearned_calls.fetch_all(conn, UnlearnedCall, since, limit)


async def fixes_of_passage(conn: Conn, call: UnlearnedCall, limit: int) -> list[Fix]:
    """Return the track on which a ship came, the newest `limit` points of it, oldest first."""
    between = (call.left_at, call.arrived_at)
    return await SQL.fixes_of_passage.fetch_all(
        conn, Fix, call.mmsi, call.hypothesis, call.source, *between, limit
    )


async def insert_passages(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    """Store passages; one that is stored already stays."""
    await SQL.insert_passages.execute(conn, list(rows))


async def passages_to(
    conn: Conn, port_id: UUID, since: datetime, limit: int, *, invented: bool
) -> list[StoredPassage]:
    """Return the newest passages to a port, of ships that exist or of those that do not."""
    return await SQL.passages_to.fetch_all(conn, StoredPassage, port_id, invented, since, limit)


async def replace_usual(conn: Conn, port_id: UUID, usual: UsualByCell, *, invented: bool) -> None:
    """Store what is usual on the way to a port in place of what was."""
    await SQL.delete_usual.execute(conn, port_id, invented)
    rows = [
        {"port_id": port_id, "cell": cell, "ship_group": group, "invented": invented}
        | {name: getattr(each, name) for name in Usual.__struct_fields__}
        for (cell, group), each in usual.items()
    ]
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        await SQL.insert_usual.execute(conn, rows[start : start + _ROWS_PER_STATEMENT])


async def usual_near(
    conn: Conn, pairs: Iterable[tuple[UUID, int]], *, invented: bool
) -> dict[UUID, UsualByCell]:
    """Return what is usual in these pairs of port and cell, by port."""
    wanted = list(dict.fromkeys(pairs))
    found: dict[UUID, UsualByCell] = defaultdict(dict)
    ids, cells = [port for port, _ in wanted], [cell for _, cell in wanted]
    for row in await SQL.usual_near.fetch_all(conn, _UsualRow, ids, cells, invented):
        found[row.port_id][row.cell, row.ship_group] = row.usual
    return found


async def habits(conn: Conn, mmsis: Collection[int], since: datetime) -> dict[int, float]:
    """Return the median pace of ships with three or more measured passages."""
    rows = await SQL.habits.fetch_all(conn, _Habit, list(mmsis), since)
    return {row.mmsi: row.pace for row in rows}


async def harbours_called(
    conn: Conn, codes: Collection[str], names: Collection[str]
) -> dict[str, list[Harbour]]:
    """Return harbours by UN/LOCODE and by folded name; several may share a name."""
    found: dict[str, list[Harbour]] = defaultdict(list)
    for row in await SQL.harbours_called.fetch_all(conn, _Called, list(codes), list(names)):
        found[row.key].append(Harbour(row.id, row.code, row.lat, row.lon))
    return found


async def scored_errors(
    conn: Conn, since: datetime, limit: int, *, invented: bool
) -> list[ScoredError]:
    """Return the newest errors of each basis and horizon, oldest first."""
    return await SQL.scored_errors.fetch_all(conn, ScoredError, since, invented, limit)


async def marks(conn: Conn, mmsis: Collection[int]) -> dict[int, tuple[UUID, int]]:
    """Return to which port the newest prediction of each ship was, and which sample."""
    rows = await SQL.marks.fetch_all(conn, _Mark, list(mmsis))
    return {row.mmsi: (row.port_id, row.mark) for row in rows}


async def upsert_predictions(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    """Store the newest prediction of each ship."""
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        await SQL.upsert_predictions.execute(conn, list(rows[start : start + _ROWS_PER_STATEMENT]))


async def insert_estimates(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    """Append samples that will be scored."""
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        await SQL.insert_estimates.execute(conn, list(rows[start : start + _ROWS_PER_STATEMENT]))


async def score_estimates(conn: Conn, now: datetime, unseen_before: datetime) -> int:
    """Write down what became of samples; return how many were scored."""
    scored = await SQL.score_estimates.execute(conn, now)
    return scored + await SQL.close_unseen_estimates.execute(conn, unseen_before)


async def prediction_of(
    conn: Conn, mmsi: int, since: datetime, sources: Sequence[Source]
) -> ListedPrediction | None:
    """Return the newest prediction of a ship, None if there is none since then."""
    return await SQL.prediction_of.fetch_optional(
        conn, ListedPrediction, mmsi, since, list(sources)
    )


async def predictions_at(
    conn: Conn, code: str, since: datetime, sources: Sequence[Source], limit: int
) -> list[ListedPrediction]:
    """Return who is on the way to a port, the soonest first."""
    return await SQL.predictions_at.fetch_all(
        conn, ListedPrediction, code, since, list(sources), limit
    )


async def predictions_of(
    conn: Conn, mmsis: Collection[int], since: datetime
) -> dict[int, Prediction]:
    """Return the newest predictions of ships by MMSI."""
    rows = await SQL.predictions_of.fetch_all(conn, Prediction, list(mmsis), since)
    return {row.mmsi: row for row in rows}


async def score(conn: Conn, since: datetime, sources: Sequence[Source]) -> list[HorizonScore]:
    """Return how wrong predictions since then were, by horizon."""
    return await SQL.score.fetch_all(conn, HorizonScore, since, list(sources))


async def scored_rows(
    conn: Conn, since: datetime, sources: Sequence[Source], limit: int
) -> list[ScoredRow]:
    """Return every sampled prediction since then, the newest first."""
    return await SQL.scored_rows.fetch_all(conn, ScoredRow, since, list(sources), limit)


async def delete_old(conn: Conn, before: datetime, estimates_before: datetime) -> None:
    """Delete predictions that hold no more, and samples older than that."""
    await SQL.delete_old_predictions.execute(conn, before)
    await SQL.delete_old_estimates.execute(conn, estimates_before)
