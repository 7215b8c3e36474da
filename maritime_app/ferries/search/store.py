"""What a search reads, from PostgreSQL."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Operator, Place, SailingStatus
from maritime_app.ferries.sailings.store import place
from maritime_app.ferries.timetables.model import Listing
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class SailingRow(msgspec.Struct, frozen=True):
    """A sailing of a day: `available` by resource, `berths` by cabin type.

    `listing` is there for a boat of a timetable.
    """

    id: UUID
    operator: Operator
    ferry: str | None
    departs_at: datetime
    arrives_at: datetime
    status: SailingStatus
    leaves_at: datetime
    sales_close_at: datetime
    fare_id: UUID | None
    headway_seconds: int | None
    cars_allowed: bool | None
    max_height_cm: int | None
    max_vehicle_kg: int | None
    available: dict[str, int]
    berths: dict[str, int]
    listing: Listing | None


class PopularRoute(msgspec.Struct, frozen=True):
    """A route that is sold here: its shortest crossing and the lowest adult fare of the week."""

    origin: Place
    destination: Place
    duration: timedelta
    from_minor: int
    currency: str
    operators: list[str]


async def sailings_on_day(
    conn: Conn, origin: str, destination: str, day: date, close_minutes: int
) -> list[SailingRow]:
    """Return the sailings of a local day with what is available of each resource, and the boats of
    timetables.

    `close_minutes` before departure sales close where nobody says otherwise.
    """
    return await SQL.sailings_on_day.fetch_all(
        conn, SailingRow, origin, destination, day, close_minutes
    )


async def days_with_sailings(conn: Conn, origin: str, destination: str, around: date) -> list[date]:
    """Return days near that one which have a sailing, in order."""
    rows = await SQL.days_with_sailings.all(conn, origin, destination, around)
    return [row["day"] for row in rows]


async def popular_routes(conn: Conn, limit: int) -> list[PopularRoute]:
    """Return routes that are sold here, the busiest first."""
    return [
        PopularRoute(
            origin=place(row, "origin"),
            destination=place(row, "destination"),
            duration=row["duration"],
            from_minor=row["from_minor"],
            currency=row["currency"],
            operators=row["operators"],
        )
        for row in await SQL.popular_routes.all(conn, limit)
    ]
