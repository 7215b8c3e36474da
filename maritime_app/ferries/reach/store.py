"""The links of routes and timetables, from PostgreSQL."""

from datetime import datetime

import msgspec

from maritime_app.ferries.model import NearPlace, Place
from maritime_app.ferries.reach.lines import End, FerryLine
from maritime_app.ferries.reach.model import Destination
from maritime_app.ferries.reach.ships import ShipOnSale
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money

SQL = queries.load("ferries_reach")


class _Row(msgspec.Struct, frozen=True):
    place: Place
    lat: float
    lon: float
    sold: bool
    operators: list[str]
    amount_minor: int | None
    currency: str | None


class _LineRow(msgspec.Struct, frozen=True):
    one: Place
    one_lat: float
    one_lon: float
    other: Place
    other_lat: float
    other_lon: float
    sold: bool
    operators: list[str]


class Position(msgspec.Struct, frozen=True):
    """Where a port lies, in degrees."""

    lat: float
    lon: float


async def position(conn: Conn, code: str) -> Position:
    """Return where that port lies."""
    return await SQL.position_of.fetch_one(conn, Position, code)


async def destinations(conn: Conn, origin: str, limit: int) -> list[Destination]:
    """Return where something sails to from there, what is sold here first."""
    rows = await SQL.destinations.fetch_all(conn, _Row, origin, limit)
    return [
        Destination(
            place=row.place,
            lat=row.lat,
            lon=row.lon,
            sold=row.sold,
            operators=tuple(row.operators),
            from_price=(
                None
                if row.amount_minor is None or row.currency is None
                else Money(row.amount_minor, row.currency)
            ),
        )
        for row in rows
    ]


async def near_origins(
    conn: Conn, origin: str, destination: str, radius_m: float, limit: int
) -> list[NearPlace]:
    """Return ports near the origin with a boat to the destination, the nearest first."""
    return await SQL.near_origins.fetch_all(conn, NearPlace, origin, destination, radius_m, limit)


async def near_destinations(
    conn: Conn, origin: str, destination: str, radius_m: float, limit: int
) -> list[NearPlace]:
    """Return ports near the destination that a boat from the origin reaches, the nearest first."""
    return await SQL.near_destinations.fetch_all(
        conn, NearPlace, origin, destination, radius_m, limit
    )


async def lines(conn: Conn, limit: int) -> list[FerryLine]:
    """Return between which ports something sails, what is sold here first; no ways yet."""
    rows = await SQL.ferry_lines.fetch_all(conn, _LineRow, limit)
    return [
        FerryLine(
            one=End(row.one, row.one_lat, row.one_lon),
            other=End(row.other, row.other_lat, row.other_lon),
            sold=row.sold,
            operators=tuple(row.operators),
        )
        for row in rows
    ]


async def ships_on_sale(conn: Conn, until: datetime, close_minutes: int) -> list[ShipOnSale]:
    """Return of each ship the next sailing by then that is sold here and not full.

    `close_minutes` before departure sales close where nobody says otherwise.
    """
    return await SQL.ships_on_sale.fetch_all(conn, ShipOnSale, until, close_minutes)
