"""Places from PostgreSQL."""

from maritime_app.ferries.model import Place
from maritime_app.ferries.places import stop_codes
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


async def place_by_code(conn: Conn, code: str) -> Place | None:
    """Return a harbour by UN/LOCODE or a stop by its id; a pier is its station or harbour."""
    feed, stop_id = stop_codes.split(code) or ("", "")
    return await SQL.place_by_code.fetch_optional(
        conn, Place, code, stop_codes.source(feed), stop_id
    )


async def places(conn: Conn, text: str, limit: int) -> list[Place]:
    """Return places with departures whose name or code begins with (or contains) the text."""
    return await SQL.places_matching.fetch_all(conn, Place, text, limit)


async def places_named(conn: Conn, text: str, limit: int) -> list[Place]:
    """Return places with sailings whose name contains the text, the exact name first."""
    return await SQL.places_named.fetch_all(conn, Place, text, limit)
