"""Forecasts of our own sailings: made by a job each minute, and given out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from maritime_app import clock
from maritime_app.ferries.forecasts import store
from maritime_app.ferries.forecasts.berth import GRACE, moored
from maritime_app.ferries.forecasts.habits import habits, passed
from maritime_app.ferries.forecasts.later import later
from maritime_app.ferries.forecasts.model import (
    Expected,
    ForecastBasis,
    Habits,
    SailingForecast,
    ShipSailing,
)
from maritime_app.geo import Position, distance_m
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.vessels.port_calls import service as port_calls
from maritime_app.vessels.port_calls.model import ENTER_M
from maritime_app.vessels.predictions import service as predictions
from maritime_app.vessels.predictions.model import HOLDS, KnownVoyage, Prediction

_LATEST_ARRIVAL: Final = timedelta(hours=6)  # so late a ship is still on its sailing
_EARLIEST_DEPARTURE: Final = timedelta(minutes=15)
_LATER: Final = timedelta(hours=24)
_HISTORY: Final = timedelta(days=60)
_LAST_CALL: Final = timedelta(days=3)
_KEPT: Final = timedelta(days=1)


async def predict(res: Resources) -> str:
    """Predict the arrivals of all ships, and what follows for our own sailings of the day.

    Raise RedisError when Redis is away.
    """
    now = clock.now()
    async with res.db.acquire() as conn:
        sailings = await store.sailings_of_ships(conn, now - _LATEST_ARRIVAL, now + _LATER)
        by_ship = {
            mmsi: list(group) for mmsi, group in groupby(sailings, key=lambda each: each.mmsi)
        }
        # By ship and time: the last of each remains.
        calls = await port_calls.calls_of_ships(conn, list(by_ship), now - _LAST_CALL)
    last_ports = {call.mmsi: call.port_code for call in calls}
    present = {
        mmsi: sailing
        for mmsi, group in by_ship.items()
        if (sailing := under_way(group, last_ports.get(mmsi), now)) is not None
    }
    ships = await predictions.predict(res, [_voyage(sailing) for sailing in present.values()])
    overdue = [mmsi for mmsi, each in present.items() if now - each.departs_at >= GRACE]
    lying = await predictions.lying_still(res, overdue)
    async with res.db.transaction() as conn:
        found = await predictions.predictions_of(conn, list(present))
        late = await _habits(conn, list({*found, *lying}), by_ship, now)
        made: list[SailingForecast] = []
        for mmsi in late:
            one, rest = present[mmsi], by_ship[mmsi]
            if mmsi in lying and _is_in_port(lying[mmsi], one):
                made += moored(one, rest, late[mmsi], now)
            elif mmsi in found:
                made += forecast(one, rest, found[mmsi], late[mmsi], now)
        await store.upsert(conn, made)
        await store.delete_old(conn, now - _KEPT)
    return f"{ships} ships predicted, {len(made)} sailings forecast"


async def forecasts(res: Resources, ids: Collection[UUID]) -> dict[UUID, SailingForecast]:
    """Return the forecasts that hold for these sailings; most have none."""
    async with res.db.acquire() as conn:
        return await store.forecasts(conn, ids, clock.now() - HOLDS)


def under_way(
    sailings: Sequence[ShipSailing], last_port: str | None, now: datetime
) -> ShipSailing | None:
    """Return the sailing on which a ship is: the last that was to leave by now, from the port
    where the ship stopped last, if that is known. So a ship that is hours late is on the one that
    it is late with.

    None when it has arrived. Whether the ship has left is what its position says.
    """
    left = [
        each
        for each in sailings
        if each.departs_at - _EARLIEST_DEPARTURE <= now and last_port in (None, each.origin_code)
    ]
    last = max(left, key=lambda each: each.departs_at, default=None)
    return None if last is None or last.arrived_at is not None else last


def forecast(
    present: ShipSailing,
    sailings: Sequence[ShipSailing],
    prediction: Prediction,
    late: Habits,
    now: datetime,
) -> list[SailingForecast]:
    """Return what is expected of the sailing on which a ship is, and of its later ones.

    Nothing out of a refused prediction, or out of one for another port.
    """
    median_at, low_at, high_at = prediction.median_at, prediction.low_at, prediction.high_at
    if median_at is None or low_at is None or high_at is None:
        return []
    if prediction.port_id != present.destination_id:
        return []
    departs = present.departed_at or min(present.departs_at, prediction.position_at)
    first = SailingForecast(
        sailing_id=present.id,
        made_at=now,
        departs_at=departs,
        arrives_at=median_at,
        low_at=low_at,
        high_at=high_at,
        basis=ForecastBasis.POSITION,
    )
    following = [each for each in sailings if each.departs_at > present.departs_at]
    return [first, *later(Expected(median_at, low_at, high_at), following, late, now)]


def _is_in_port(at: Position, sailing: ShipSailing) -> bool:
    return distance_m(at.lat, at.lon, sailing.origin_lat, sailing.origin_lon) < ENTER_M


async def _habits(
    conn: Conn, mmsis: Sequence[int], planned: Mapping[int, Sequence[ShipSailing]], now: datetime
) -> dict[int, Habits]:
    sailings: dict[int, list[ShipSailing]] = defaultdict(list)
    for sailing in await store.past_sailings(conn, mmsis, now - _HISTORY, now):
        sailings[sailing.mmsi].append(sailing)
    calls = defaultdict(list)
    for call in await port_calls.calls_of_ships(conn, mmsis, now - _HISTORY):
        calls[call.mmsi].append(call)
    return {
        mmsi: habits(passed(sailings[mmsi], calls[mmsi]), [*sailings[mmsi], *planned[mmsi]])
        for mmsi in mmsis
    }


def _voyage(sailing: ShipSailing) -> KnownVoyage:
    return KnownVoyage(
        mmsi=sailing.mmsi,
        port_code=sailing.destination_code,
        origin_lat=sailing.origin_lat,
        origin_lon=sailing.origin_lon,
        departs_at=sailing.departs_at,
        arrives_at=sailing.arrives_at,
    )
