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
    return {row["resource"]: row["left_over"] for row in await SQL.left_on_sailing.all(conn, sailing_id)}


async def days_with_sailings(conn: Conn, origin: str, destination: str, around: date) -> list[date]:
    """Days near that one which have a sailing."""
    return [row["day"] for row in await SQL.days_with_sailings.all(conn, origin, destination, around)]


async def departures(conn: Conn, port_code: str, after: datetime, limit: int) -> list[Record]:
    """The next departures of a port."""
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
    columns = ("id", "code", "currency", "infant_to_age", "child_to_age", "harbour_tax_minor")
    return Fare(*(row[column] for column in columns), row["prices"] or {}, rules)


def _facts(row: Record, fare: Fare | None) -> SailingFacts:
    ends = [
        Place(row[f"{end}_code"], row[f"{end}_name"], row[f"{end}_timezone"], row[f"{end}_country"])
        for end in ("origin", "destination")
    ]
    columns = ("ferry", "mmsi", "departs_at", "arrives_at", "status")
    rest = ("max_height_cm", "cars_allowed", "remote_key", "distance_m")
    return SailingFacts(
        row["id"], operator_name(row), *ends, *(row[c] for c in columns), fare, *(row[c] for c in rest)
    )
