"""What a search reads, from PostgreSQL."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Operator, Place, SailingStatus
from maritime_app.ferries.sailings.store import operator, place
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class SailingRow(msgspec.Struct, frozen=True):
    """A sailing of a day: `available` by resource, `berths` by cabin type."""

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


class PopularRoute(msgspec.Struct, frozen=True):
    """A route that is sold here: its shortest crossing and the lowest adult fare of the week."""

    origin: Place
    destination: Place
    duration: timedelta
    from_minor: int
    currency: str
    operators: list[str]


async def place_by_code(conn: Conn, code: str) -> Place | None:
    """Return a harbour by UN/LOCODE or a stop by its id."""
    row = await SQL.place_by_code.maybe(conn, code)
    return Place(**row) if row else None


async def places(conn: Conn, text: str, limit: int) -> list[Place]:
    """Return places with departures whose name or code begins with (or contains) the text."""
    return [Place(**row) for row in await SQL.places_matching.all(conn, text, limit)]


async def places_named(conn: Conn, text: str, limit: int) -> list[Place]:
    """Return places with sailings whose name contains the text, the exact name first."""
    return [Place(**row) for row in await SQL.places_named.all(conn, text, limit)]


async def sailings_on_day(
    conn: Conn, origin: str, destination: str, day: date, close_minutes: int
) -> list[SailingRow]:
    """Return the sailings of a local day with what is available of each resource.

    `close_minutes` before departure sales close where nobody says otherwise.
    """
    rows = await SQL.sailings_on_day.all(conn, origin, destination, day, close_minutes)
    return [
        SailingRow(
            id=row["id"],
            operator=operator(row),
            ferry=row["ferry"],
            departs_at=row["departs_at"],
            arrives_at=row["arrives_at"],
            status=SailingStatus(row["status"]),
            leaves_at=row["leaves_at"],
            sales_close_at=row["sales_close_at"],
            fare_id=row["fare_id"],
            headway_seconds=row["headway_seconds"],
            cars_allowed=row["cars_allowed"],
            max_height_cm=row["max_height_cm"],
            max_vehicle_kg=row["max_vehicle_kg"],
            available=row["available"] or {},
            berths=row["berths"] or {},
        )
        for row in rows
    ]


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
