"""Sailings and their fares, from PostgreSQL."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Record

from maritime_app.ferries.extras import FareExtra
from maritime_app.ferries.model import (
    AgeBands,
    CancelRule,
    Fare,
    Operator,
    OperatorKind,
    Place,
    ResidentDiscount,
    Sailing,
    SailingStatus,
)
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class SailingDay(msgspec.Struct, frozen=True):
    """The direction and local day of a sailing, by which searches are cached."""

    sailing_id: UUID
    origin: str
    destination: str
    day: date


async def sailings(
    conn: Conn, ids: Iterable[UUID], close_minutes: int, known: Mapping[UUID, Fare]
) -> dict[UUID, Sailing]:
    """Return sailings with their fares by id; those that do not exist are missing.

    `close_minutes` before departure sales close where nobody says otherwise. Price lists that are
    `known` are not read.
    """
    rows = await SQL.sailings_by_id.all(conn, list(ids), close_minutes)
    wanted = {row["fare_id"] for row in rows if row["fare_id"]}
    prices = {fare_id: known[fare_id] for fare_id in wanted if fare_id in known}
    prices |= await fares(conn, wanted - prices.keys())
    return {row["id"]: _sailing(row, prices.get(row["fare_id"])) for row in rows}


async def sailing_days(conn: Conn, ids: Iterable[UUID]) -> list[SailingDay]:
    """Return direction and local day of each sailing."""
    return await SQL.sailing_days.fetch_all(conn, SailingDay, list(set(ids)))


async def fares(conn: Conn, ids: Iterable[UUID]) -> dict[UUID, Fare]:
    """Return price lists by id."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    return {row["id"]: _fare(row) for row in await SQL.fares_by_id.all(conn, wanted)}


async def ensure_remote_sailing(
    conn: Conn,
    *,
    operator: Operator,
    operator_id: UUID,
    remote_key: str,
    sailing_id: UUID,
    route_id: UUID,
    origin: str,
    destination: str,
    ferry: str,
    departs_at: datetime,
    arrives_at: datetime,
    sales_close_minutes: int | None,
) -> UUID | None:
    """Return the id of a remote sailing's row, made if need be; None where a port is unknown."""
    await SQL.ensure_remote_operator.run(conn, operator_id, operator.code, operator.name)
    code, name = f"{origin}-{destination}", f"{origin} - {destination}"
    await SQL.ensure_remote_route.run(
        conn, route_id, operator.code, code, name, origin, destination
    )
    # In a statement of its own, which sees what somebody else has written meanwhile.
    route = await SQL.remote_route.value(conn, operator.code, code)
    if route is None:
        return None
    times = (departs_at, arrives_at)
    await SQL.ensure_remote_sailing.run(
        conn, sailing_id, route, ferry, *times, remote_key, sales_close_minutes
    )
    found: UUID = await SQL.follow_remote_sailing.value(
        conn, route, *times, remote_key, sales_close_minutes
    )
    return found


def operator(row: Record) -> Operator:
    """Return the operator from the columns `operator_...` that queries of sailings share."""
    return Operator(
        row["operator_code"],
        row["operator_name"],
        OperatorKind(row["operator_kind"]),
        demo=row["operator_source"] == "demo",
        phone=row.get("operator_phone", msgspec.UNSET),
        support_email=row.get("operator_support_email", msgspec.UNSET),
    )


def place(row: Record, end: str) -> Place:
    """Return the place from the columns `<end>_code`, `<end>_name`, `<end>_timezone` ..."""
    return Place(
        row[f"{end}_code"], row[f"{end}_name"], row[f"{end}_timezone"], row.get(f"{end}_country")
    )


def _fare(row: Record) -> Fare:
    rules = msgspec.convert(row["cancel_rules"] or [], tuple[CancelRule, ...])
    discounts = msgspec.convert(row["resident_discounts"] or [], tuple[ResidentDiscount, ...])
    columns: dict[str, Any] = {
        **row,
        "prices": row["prices"] or {},
        "cancel_rules": rules,
        "resident_discounts": discounts,
        "extras": msgspec.convert(row["extras"] or [], tuple[FareExtra, ...]),
    }
    return Fare(**columns)


def _sailing(row: Record, fare: Fare | None) -> Sailing:
    return Sailing(
        id=row["id"],
        operator=operator(row),
        origin=place(row, "origin"),
        destination=place(row, "destination"),
        ferry=row["ferry"],
        mmsi=row["mmsi"],
        departs_at=row["departs_at"],
        arrives_at=row["arrives_at"],
        status=SailingStatus(row["status"]),
        sales_close_at=row["sales_close_at"],
        fare=fare,
        max_height_cm=row["max_height_cm"],
        max_vehicle_kg=row["max_vehicle_kg"],
        cars_allowed=row["cars_allowed"],
        remote_key=row["remote_key"],
        ages=fare.ages if fare else AgeBands(),
        distance_m=row["distance_m"],
        expected_departs_at=row["expected_departs_at"],
        expected_arrives_at=row["expected_arrives_at"],
        berths=row["berths"],
    )
