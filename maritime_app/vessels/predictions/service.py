"""Predictions made by a job, and given out; no request computes one."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.geo import Position
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.live import sources
from maritime_app.vessels.predictions import calibration, estimates, live_ships, store
from maritime_app.vessels.predictions.cells import cells_around
from maritime_app.vessels.predictions.live_ships import ShipBound
from maritime_app.vessels.predictions.model import (
    HOLDS,
    LONGEST,
    Basis,
    Calibration,
    Estimate,
    KnownVoyage,
    ListedPrediction,
    Prediction,
    Refusal,
)
from maritime_app.vessels.sea.lanes import sea_way

# Every ship comes round once in so many runs of the job, those of a timetable in each.
_ROUNDS: Final = 5
_ERRORS_FROM: Final = timedelta(days=180)
_MOST_ERRORS: Final = 500  # of each basis and horizon
_HABIT_FROM: Final = timedelta(days=120)
_BREATHE: Final = 100
_MOST_AT_A_PORT: Final = 200

_MOST_WAYS: Final = 1_000

Calibrations = Mapping[tuple[Basis, int], Calibration | int]


async def predict(res: Resources, voyages: Sequence[KnownVoyage], rounds: int = _ROUNDS) -> int:
    """Predict the arrivals of ships under way, and sample what will be scored; return how many.

    `voyages` are what timetables know: these ships come in each run, the others in every fifth
    (`rounds`).
    Raise RedisError when Redis is away.
    """
    now = clock.now()
    share = (int(now.timestamp() // 60) % rounds, rounds)
    by_ship = {voyage.mmsi: voyage for voyage in voyages}
    ships = await live_ships.ships_bound(res, by_ship, share)
    for invented in (False, True):
        some = [ship for ship in ships if ship.source.invented is invented]
        if some:
            await _predict(res, some, now, invented=invented)
    return len(ships)


async def lying_still(res: Resources, mmsis: Sequence[int]) -> dict[int, Position]:
    """Return where those of these ships are that lie still, by a trusted, fresh position.

    Raise RedisError when Redis is away.
    """
    return await live_ships.lying_still(res, mmsis)


async def prediction_of(res: Resources, mmsi: int) -> ListedPrediction | None:
    """Return the prediction that holds for a ship, None if there is none."""
    async with res.db.acquire() as conn:
        return await store.prediction_of(
            conn, mmsi, clock.now() - HOLDS, sources.active(res.settings)
        )


async def predictions_of(conn: Conn, mmsis: Collection[int]) -> dict[int, Prediction]:
    """Return the predictions that hold for these ships."""
    return await store.predictions_of(conn, mmsis, clock.now() - HOLDS)


async def expected_at(res: Resources, port_code: str) -> list[ListedPrediction]:
    """Return who is on the way to a port, refused predictions as well, the soonest first."""
    async with res.db.acquire() as conn:
        return await store.predictions_at(
            conn, port_code, clock.now() - HOLDS, sources.active(res.settings), _MOST_AT_A_PORT
        )


async def _predict(
    res: Resources, ships: Sequence[ShipBound], now: datetime, *, invented: bool
) -> None:
    mmsis = [ship.state.mmsi for ship in ships]
    pairs = [
        (ship.port.id, cell)
        for ship in ships
        for cell in cells_around(ship.state.lat, ship.state.lon)
    ]
    async with res.db.acquire() as conn:
        usual = await store.usual_near(conn, pairs, invented=invented)
        habits = await store.habits(conn, mmsis, now - _HABIT_FROM)
        marks = await store.marks(conn, mmsis)
        calibrations = await calibrated(conn, now, invented=invented)
    found = await asyncio.to_thread(_estimated, ships, usual, habits)
    made: list[dict[str, Any]] = []
    for number, (ship, estimate) in enumerate(found):
        if number % _BREATHE == 0:
            await asyncio.sleep(0)
        if estimate.seconds < LONGEST.total_seconds():
            made.append(_row(ship, estimate, calibrations, now))
    sampled = [row for row in made if marks.get(row["mmsi"]) != (row["port_id"], row["mark"])]
    async with res.db.transaction() as conn:
        await store.upsert_predictions(conn, made)
        await store.insert_estimates(conn, sampled)


def _estimated(
    ships: Sequence[ShipBound],
    usual: Mapping[UUID, store.UsualByCell],
    habits: Mapping[int, float],
) -> list[tuple[ShipBound, Estimate]]:
    """Return an estimate for each ship; blocking, because ways by sea are searched.

    For a thousand ships at most: the others have the great circle, and their turn later.
    """
    left, found = _MOST_WAYS, []
    for ship in ships:
        state, port = ship.state, ship.port
        known, habit = usual.get(port.id, {}), habits.get(state.mmsi, 1.0)
        estimate = estimates.estimate(state, port, known, habit, ship.voyage)
        if estimate.basis is Basis.GREAT_CIRCLE and left:
            left -= 1
            way = sea_way(Position(state.lat, state.lon), Position(port.lat, port.lon))
            estimate = estimates.by_sea(state, estimate, way)
        found.append((ship, estimate))
    return found


async def calibrated(conn: Conn, now: datetime, *, invented: bool) -> Calibrations:
    """Return the calibration of each basis and horizon, or how many voyages it has so far."""
    errors: dict[tuple[Basis, int], list[tuple[object, float]]] = defaultdict(list)
    for row in await store.scored_errors(conn, now - _ERRORS_FROM, _MOST_ERRORS, invented=invented):
        share = calibration.share_missed(row.estimated_seconds, row.actual_seconds)
        errors[row.basis, row.horizon].append(((row.mmsi, row.arrived_at), share))
    return {key: calibration.calibrate(each) for key, each in errors.items()}


def _row(
    ship: ShipBound, estimate: Estimate, calibrations: Calibrations, now: datetime
) -> dict[str, Any]:
    """Return the prediction as it is stored, with its horizon and the number of its sample."""
    horizon = calibration.horizon_of(estimate.seconds)
    bounds = calibrations.get((estimate.basis, horizon), 0)
    prediction = _prediction(ship, estimate, bounds, now)
    return msgspec.structs.asdict(prediction) | {
        "horizon": horizon,
        "mark": calibration.mark_of(estimate.seconds),
    }


def _prediction(
    ship: ShipBound, estimate: Estimate, bounds: Calibration | int, now: datetime
) -> Prediction:
    """Return the prediction; without bounds it is refused.

    Times count from when the ship was where it is said to be, not from when this was computed.
    """
    state = ship.state

    def after(share: float) -> datetime:
        return state.at + timedelta(seconds=max(0.0, estimate.seconds * (1.0 + share)))

    is_known = isinstance(bounds, Calibration)
    return Prediction(
        mmsi=state.mmsi,
        port_id=ship.port.id,
        made_at=now,
        position_at=state.at,
        source=int(ship.source),
        refusal=None if is_known else Refusal.TOO_FEW,
        basis=estimate.basis,
        passages=estimate.passages,
        sample=bounds.sample if isinstance(bounds, Calibration) else bounds,
        estimate_at=after(0.0),
        median_at=after(bounds.middle) if isinstance(bounds, Calibration) else None,
        low_at=after(bounds.low) if isinstance(bounds, Calibration) else None,
        high_at=after(bounds.high) if isinstance(bounds, Calibration) else None,
        great_circle_at=state.at
        + timedelta(seconds=estimates.great_circle_seconds(state, ship.port)),
        told_at=ship.told_at,
    )
