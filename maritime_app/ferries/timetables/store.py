"""Departures of a port, from PostgreSQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Operator, Place, SailingStatus
from maritime_app.ferries.sailings.store import operator, place
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class Departure(msgspec.Struct, frozen=True):
    """One line of a departure board."""

    id: UUID
    departs_at: datetime
    arrives_at: datetime
    status: SailingStatus
    sold_here: bool
    headway_seconds: int | None
    ferry: str | None
    mmsi: int | None
    operator: Operator
    destination: Place


async def departures(conn: Conn, port_code: str, after: datetime, limit: int) -> list[Departure]:
    """Return the next departures of a port by the timetables that are kept here."""
    return [
        Departure(
            id=row["id"],
            departs_at=row["departs_at"],
            arrives_at=row["arrives_at"],
            status=SailingStatus(row["status"]),
            sold_here=row["fare_id"] is not None,
            headway_seconds=row["headway_seconds"],
            ferry=row["ferry"],
            mmsi=row["mmsi"],
            operator=operator(row),
            destination=place(row, "destination"),
        )
        for row in await SQL.departures_from.all(conn, port_code, after, limit)
    ]
