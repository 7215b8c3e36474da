"""A simulated month at sea for the tests of predictions: ships that round a cape, slow down for the
pilot, have habits of their own, and meet weather that all of them share.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID, uuid4

from maritime_app.geo import METRES_PER_NAUTICAL_MILE, distance_m
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.predictions.model import VoyageState
from maritime_app.vessels.predictions.passages import CellPass, Fix, Passage, passes

START = datetime(2026, 10, 1, tzinfo=UTC)
STEP_SECONDS = 600.0
# Three lanes into three ports; each has a bend that the shortest way would cut across land.
LANES = (
    ((54.0, 7.9), (55.4, 6.6), (57.4, 7.2), (58.0, 9.2), (57.7, 11.6)),
    ((51.0, 1.4), (51.9, 2.4), (53.6, 4.6), (54.0, 7.0), (53.6, 8.1)),
    ((54.4, 10.3), (54.6, 11.2), (54.3, 12.3), (55.2, 13.2), (55.9, 16.4), (54.6, 18.7)),
)
PORTS = tuple(Harbour(uuid4(), f"XX{i:03d}", *lane[-1]) for i, lane in enumerate(LANES))
PILOT_M = 15_000.0
PILOT_KNOTS = 8.0


class Voyage(NamedTuple):
    """One way of one ship: where it was, its reported speeds, when it arrived (epoch seconds)."""

    mmsi: int
    lane: int
    fixes: list[Fix]
    speeds: list[float]
    arrived: float

    def state(self, index: int) -> VoyageState:
        fix = self.fixes[index]
        at = datetime.fromtimestamp(fix.at, UTC)
        knots = max(3.0, self.speeds[index])
        return VoyageState(self.mmsi, ShipGroup.CARGO, fix.lat, fix.lon, knots, at)

    def passage(self) -> Passage:
        rows = passes(self.fixes, self.arrived)
        columns = [list(column) for column in zip(*rows, strict=True)]
        names = CellPass._fields
        lists = dict(zip(names, columns, strict=True))
        return Passage(
            id=uuid4(),
            port_id=self.port_id,
            mmsi=self.mmsi,
            ship_group=ShipGroup.CARGO,
            source=2,
            arrived_at=datetime.fromtimestamp(self.arrived, UTC),
            cells=lists["cell"],
            seconds=lists["seconds"],
            metres=lists["metres"],
            lats=lists["lat"],
            lons=lists["lon"],
            knots=lists["knots"],
            courses=lists["course_deg"],
        )

    @property
    def port_id(self) -> UUID:
        return PORTS[self.lane].id


def a_month(seed: int, ships: int = 18, days: int = 30) -> list[Voyage]:
    """Every voyage of the month by arrival; the same for the same seed."""
    dice = random.Random(seed)
    weather = [1.0]
    for _ in range(days + 20):
        weather.append(1.0 + 0.7 * (weather[-1] - 1.0) + dice.gauss(0.0, 0.04))
    found = []
    for number in range(ships):
        lane, habit = number % len(LANES), dice.gauss(13.0, 1.8)
        at = START.timestamp() + dice.uniform(0, 40) * 3600
        while at < (START + timedelta(days=days)).timestamp():
            voyage = _sail(dice, 211_000_000 + number, lane, habit, at, weather)
            found.append(voyage)
            at = voyage.arrived + dice.uniform(8, 30) * 3600
    return sorted(found, key=lambda voyage: voyage.arrived)


def _sail(
    dice: random.Random, mmsi: int, lane: int, habit: float, at: float, weather: list[float]
) -> Voyage:
    points = [(lat + dice.gauss(0, 0.01), lon + dice.gauss(0, 0.015)) for lat, lon in LANES[lane]]
    points[-1] = LANES[lane][-1]
    legs = [distance_m(*a, *b) for a, b in pairwise(points)]
    whole, made, drift = sum(legs), 0.0, dice.gauss(0.0, 0.05)
    fixes, speeds = [], []
    while made < whole:
        day = int((at - START.timestamp()) // 86_400)
        drift = 0.97 * drift + dice.gauss(0.0, 0.012)
        knots = max(4.0, habit * weather[day] * (1.0 + drift))
        if whole - made < PILOT_M:
            knots = min(knots, PILOT_KNOTS)
        lat, lon = _place(points, legs, made)
        fixes.append(Fix(at, lat, lon))
        speeds.append(knots + dice.gauss(0.0, 0.5))
        made += knots * METRES_PER_NAUTICAL_MILE / 3600 * STEP_SECONDS
        at += STEP_SECONDS
    return Voyage(mmsi, lane, [*fixes, Fix(at, *points[-1])], [*speeds, 3.0], at)


def _place(
    points: list[tuple[float, float]], legs: list[float], made: float
) -> tuple[float, float]:
    for (a, b), leg in zip(pairwise(points), legs, strict=True):
        if made <= leg:
            share = made / leg
            return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        made -= leg
    return points[-1]
