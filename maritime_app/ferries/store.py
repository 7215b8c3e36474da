"""Sailings, fares and what is left, from PostgreSQL."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from maritime_app.ferries.model import CancelRule, Fare, OperatorName, Place, SailingFacts
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


async def place(conn: Conn, code: str) -> Place | None:
    """A harbour by UN/LOCODE or a stop by its id."""
    row = await SQL.place_by_code.maybe(conn, code)
    return _place(row) if row else None


async def places(conn: Conn, text: str, limit: int) -> list[Place]:
    """Places with departures whose name or code begins with (or contains) the text."""
    return [_place(row) for row in await SQL.places_matching.all(conn, text, limit)]


async def places_named(conn: Conn, text: str, limit: int) -> list[Place]:
    """Places that something sails from or to whose name contains the text, the one called just so
    first.
    """
    return [_place(row) for row in await SQL.places_named.all(conn, text, limit)]


async def sailings_on_day(conn: Conn, origin: str, destination: str, day: date) -> list[Record]:
    """The sailings of a local day with what is left of each resource."""
    return await SQL.sailings_on_day.all(conn, origin, destination, day)


async def fares(conn: Conn, ids: Iterable[UUID]) -> dict[UUID, Fare]:
    """Price lists by id."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    return {row["id"]: _fare(row) for row in await SQL.fares_by_id.all(conn, wanted)}


async def facts(conn: Conn, ids: Iterable[UUID]) -> dict[UUID, SailingFacts]:
    """The lasting facts of sailings, with their fares."""
    rows = await SQL.sailing_facts.all(conn, list(ids))
    prices = await fares(conn, (row["fare_id"] for row in rows if row["fare_id"]))
    return {row["id"]: _facts(row, prices.get(row["fare_id"])) for row in rows}


async def left_on(conn: Conn, sailing_id: UUID) -> dict[str, int]:
    """What is left of each resource at this moment; empty for a sailing without inventory here."""
    return {
        row["resource"]: row["left_over"] for row in await SQL.left_on_sailing.all(conn, sailing_id)
    }


async def positions(conn: Conn, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of places."""
    rows = await SQL.positions_of.all(conn, list(codes))
    return {row["code"]: (row["lat"], row["lon"]) for row in rows}


async def days_with_sailings(conn: Conn, origin: str, destination: str, around: date) -> list[date]:
    """Days near that one which have a sailing."""
    return [
        row["day"] for row in await SQL.days_with_sailings.all(conn, origin, destination, around)
    ]


async def departures(conn: Conn, port_code: str, after: datetime, limit: int) -> list[Record]:
    """The next departures of a port by the timetables that are kept here."""
    return await SQL.departures_from.all(conn, port_code, after, limit)


async def popular_routes(conn: Conn, limit: int) -> list[Record]:
    """Routes that are sold here, the busiest first."""
    return await SQL.popular_routes.all(conn, limit)


def operator_name(row: Record) -> OperatorName:
    """The operator's columns as they stand in every query of sailings."""
    demo = row["operator_source"] == "demo"
    return OperatorName(row["operator_code"], row["operator_name"], row["operator_kind"], demo)


def _place(row: Record) -> Place:
    return Place(row["code"], row["name"], row["timezone"], row["country"])


def _fare(row: Record) -> Fare:
    rules = msgspec.convert(row["cancel_rules"] or [], tuple[CancelRule, ...])
    plain = {**dict(row), "prices": row["prices"] or {}, "cancel_rules": rules}
    return Fare(**plain)


def _facts(row: Record, fare: Fare | None) -> SailingFacts:
    origin, destination = (
        Place(row[f"{end}_code"], row[f"{end}_name"], row[f"{end}_timezone"], row[f"{end}_country"])
        for end in ("origin", "destination")
    )
    return SailingFacts(
        id=row["id"],
        operator=operator_name(row),
        origin=origin,
        destination=destination,
        ferry=row["ferry"],
        mmsi=row["mmsi"],
        departs_at=row["departs_at"],
        arrives_at=row["arrives_at"],
        status=row["status"],
        fare=fare,
        max_height_cm=row["max_height_cm"],
        cars_allowed=row["cars_allowed"],
        remote_key=row["remote_key"],
        distance_m=row["distance_m"],
        operator_phone=row["operator_phone"],
        support_email=row["support_email"],
    )


async def ensure_remote_sailing(
    conn: Conn,
    operator: str,
    key: str,
    sailing_id: UUID,
    route_id: UUID,
    ends: tuple[str, str],
    ferry: str,
    times: tuple[datetime, datetime],
) -> UUID:
    """The row of a remote sailing and of its route, made if need be."""
    route = await SQL.ensure_remote_route.value(
        conn, route_id, operator, "-".join(ends), " - ".join(ends), *ends
    )
    found: UUID = await SQL.ensure_remote_sailing.value(conn, sailing_id, route, ferry, *times, key)
    return found
