"""What a search reads, from PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Operator, Place, SailingStatus
from maritime_app.ferries.sailings.store import place
from maritime_app.ferries.timetables.model import Listing
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")
_MOST_OF_A_PAIR = 200


class SailingRow(msgspec.Struct, frozen=True):
    """A sailing between two ports by code: `available` by resource, `berths` by cabin type.

    `listing` is there for a boat of a timetable.
    """

    from_code: str
    to_code: str
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


class RemoteRoute(msgspec.Struct, frozen=True):
    """That a remote operator sails between two ports, by codes."""

    operator: str
    origin: str
    destination: str


class Walk(msgspec.Struct, frozen=True):
    """That a timetable lets one go on from another port than one arrived at, by codes."""

    origin: str
    destination: str
    metres: float


class WayOnFoot(msgspec.Struct, frozen=True):
    """A way of which one gets a part by oneself: from `origin` to `destination`, by codes.

    `hops` are the ports where one boards and leaves, in turn.
    """

    hops: list[str]
    origin: str
    destination: str
    metres: float

    @property
    def walk(self) -> Walk:
        """Return the part that one gets by oneself."""
        return Walk(self.origin, self.destination, self.metres)


class PopularRoute(msgspec.Struct, frozen=True):
    """A route that is sold here: its shortest crossing and the lowest adult fare of the week."""

    origin: Place
    destination: Place
    duration: timedelta
    from_minor: int
    currency: str
    operators: list[str]


async def sailings_of_pairs(
    conn: Conn, pairs: Sequence[tuple[str, str]], day: date, days: int, close_minutes: int
) -> list[SailingRow]:
    """Return the sailings of local days with what is available of each resource, and the boats of
    timetables, in order of departure.

    `close_minutes` before departure sales close where nobody says otherwise.
    """
    origins, destinations = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return await SQL.sailings_of_pairs.fetch_all(
        conn, SailingRow, origins, destinations, day, days, close_minutes, _MOST_OF_A_PAIR
    )


async def ways_round(
    conn: Conn, origin: str, destination: str, detour_factor: float, spare_m: float, limit: int
) -> list[list[str]]:
    """Return the codes of the ports where one changes, once and twice, the shortest way first."""
    rows = await SQL.ways_round.all(conn, origin, destination, detour_factor, spare_m, limit)
    return [row["ports"] for row in rows]


async def ways_on_foot(
    conn: Conn,
    origin: str,
    destination: str,
    *,
    longest_walk_m: float,
    detour_factor: float,
    spare_m: float,
    limit: int,
) -> list[WayOnFoot]:
    """Return the ways of which one gets a part by oneself from one port to another, the shortest of
    each kind; `longest_walk_m` bounds those of no said time.
    """
    bounds = longest_walk_m, detour_factor, spare_m, limit
    return await SQL.ways_on_foot.fetch_all(conn, WayOnFoot, origin, destination, *bounds)


async def remote_routes(conn: Conn, pairs: Sequence[tuple[str, str]]) -> list[RemoteRoute]:
    """Return which remote operators sail between these pairs of ports."""
    origins, destinations = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return await SQL.remote_routes.fetch_all(conn, RemoteRoute, origins, destinations)


async def places_by_codes(conn: Conn, codes: Sequence[str]) -> dict[str, Place]:
    """Return places by their codes."""
    rows = await SQL.places_by_codes.fetch_all(conn, Place, list(codes))
    return {row.code: row for row in rows}


async def days_with_sailings(conn: Conn, origin: str, destination: str, around: date) -> list[date]:
    """Return days near that one which have a sailing, in order."""
    rows = await SQL.days_with_sailings.all(conn, origin, destination, around)
    return [row["day"] for row in rows]


async def resident_areas(conn: Conn) -> list[str]:
    """Return the areas whose residents some fare has a discount for."""
    return await SQL.resident_areas.fetch_all(conn, str)


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
