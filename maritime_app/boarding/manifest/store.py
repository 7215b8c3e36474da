"""The passenger list in PostgreSQL."""

from uuid import UUID

from maritime_app.boarding.manifest.model import (
    ExtraLine,
    LoadingLine,
    ManifestLine,
    SailingShip,
)
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("boarding")


async def lines(conn: Conn, sailing_id: UUID) -> list[ManifestLine]:
    """Return everybody with a valid ticket, and who else was let aboard, by name."""
    return await SQL.manifest_lines.fetch_all(conn, ManifestLine, sailing_id)


async def vehicles(conn: Conn, sailing_id: UUID) -> list[LoadingLine]:
    """Return the vehicles with a valid ticket, and what else was let aboard, by kind and length."""
    return await SQL.loading_lines.fetch_all(conn, LoadingLine, sailing_id)


async def extras(conn: Conn, sailing_id: UUID) -> list[ExtraLine]:
    """Return what was bought with the places, by what it is."""
    return await SQL.extra_lines.fetch_all(conn, ExtraLine, sailing_id)


async def ship(conn: Conn, sailing_id: UUID) -> SailingShip | None:
    """Return the ship that sails; None where nobody has named one."""
    return await SQL.ship_of_sailing.fetch_optional(conn, SailingShip, sailing_id)
