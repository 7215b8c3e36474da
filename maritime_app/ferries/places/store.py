"""Places from PostgreSQL."""

from collections.abc import Sequence

import msgspec

from maritime_app.ferries.model import NearPlace, Place
from maritime_app.ferries.places import stop_codes
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class NamedPlace(msgspec.Struct, frozen=True):
    """A place, and whether it is called just so."""

    place: Place
    exact: bool


async def place_by_code(conn: Conn, code: str) -> Place | None:
    """Return a harbour by UN/LOCODE or a stop by its id; a pier is its station or harbour."""
    feed, stop_id = stop_codes.split(code) or ("", "")
    return await SQL.place_by_code.fetch_optional(
        conn, Place, code, stop_codes.source(feed), stop_id
    )


class SpelledPlace(msgspec.Struct, frozen=True):
    """A place, and one of its names as it is compared."""

    key: str
    place: Place


async def places(conn: Conn, text: str, limit: int) -> list[Place]:
    """Return places with departures whose name or code begins with (or contains) the text."""
    return await SQL.places_matching.fetch_all(conn, Place, text, limit)


async def places_of(conn: Conn, codes: Sequence[str]) -> list[Place]:
    """Return those of these harbours with sailings, in the order of their codes."""
    return await SQL.places_of_codes.fetch_all(conn, Place, list(codes)) if codes else []


async def places_named(conn: Conn, key: str, limit: int) -> list[NamedPlace]:
    """Return places with sailings one of whose names contains the folded text, exact ones first."""
    return await SQL.places_named.fetch_all(conn, NamedPlace, key, limit)


async def places_spelled_about(conn: Conn, key: str) -> list[SpelledPlace]:
    """Return places with sailings and each of their names that may be meant by the folded text."""
    return await SQL.places_spelled_about.fetch_all(conn, SpelledPlace, key)


async def near_departures(
    conn: Conn, code: str, radius_m: float, limit: int, days: int
) -> list[NearPlace]:
    """Return other places near a port that boats leave in so many days, the nearest first."""
    return await SQL.near_departures.fetch_all(conn, NearPlace, code, radius_m, limit, days)
