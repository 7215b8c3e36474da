"""Sailings of ships, and what is expected of them, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.ferries.forecasts.model import SailingForecast, ShipSailing
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_forecasts")


async def sailings_of_ships(
    conn: Conn, arrives_after: datetime, departs_before: datetime
) -> list[ShipSailing]:
    """Return our own sailings between these times of ships with an MMSI, by ship and departure.

    Cancelled ones are left out.
    """
    return await SQL.sailings_of_ships.fetch_all(conn, ShipSailing, arrives_after, departs_before)


async def past_sailings(
    conn: Conn, mmsis: Collection[int], since: datetime, until: datetime
) -> list[ShipSailing]:
    """Return the sailings of these ships that were to arrive between two times."""
    return await SQL.past_sailings_of_ships.fetch_all(conn, ShipSailing, list(mmsis), since, until)


async def upsert(conn: Conn, forecasts: Sequence[SailingForecast]) -> None:
    """Store what is expected of sailings in place of what was."""
    await SQL.upsert_forecasts.execute(conn, [msgspec.structs.asdict(each) for each in forecasts])


async def forecasts(
    conn: Conn, sailing_ids: Collection[UUID], since: datetime
) -> dict[UUID, SailingForecast]:
    """Return what is expected of these sailings, of forecasts made since then."""
    rows = await SQL.forecasts_of.fetch_all(conn, SailingForecast, list(sailing_ids), since)
    return {row.sailing_id: row for row in rows}


async def delete_old(conn: Conn, before: datetime) -> None:
    """Delete forecasts made before."""
    await SQL.delete_old_forecasts.execute(conn, before)
