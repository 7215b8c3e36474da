"""Sailings, ships and the close of sales as staff see and change them, in PostgreSQL."""

import datetime as dt
from uuid import UUID

import msgspec

from maritime_app.ferries.capacity.model import Carried
from maritime_app.ferries.operations.model import (
    ManagedSailing,
    SailingFilter,
    SalesClose,
    SalesCloseRequest,
    Ship,
)
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.paging import skipped

SQL = queries.load("ferries_operations")


class ComingDay(msgspec.Struct, frozen=True):
    """A direction on a local day."""

    origin: str
    destination: str
    day: dt.date


async def sailings(
    conn: Conn,
    operator_id: UUID | None,
    wanted: SailingFilter,
    day: dt.date,
    close_minutes: int,
    per_page: int,
) -> list[ManagedSailing]:
    """Return a page of the day's sailings, and one more where there is another page."""
    return await SQL.managed_sailings.fetch_all(
        conn,
        ManagedSailing,
        None,
        operator_id,
        day,
        wanted.operator,
        wanted.port,
        wanted.status,
        close_minutes,
        skipped(wanted.page, per_page),
        per_page + 1,
    )


async def sailing(conn: Conn, sailing_id: UUID, close_minutes: int) -> ManagedSailing | None:
    """Return the sailing as it is; None where there is none that is sold here."""
    return await SQL.managed_sailings.fetch_optional(
        conn, ManagedSailing, sailing_id, None, None, "", "", None, close_minutes, 0, 1
    )


async def lock(conn: Conn, sailing_id: UUID, *, takes_counters: bool = False) -> bool:
    """Lock the sailing until the transaction ends; return False where there is none.

    Whoever takes its counters afterwards says so: holds have them before they ask for its key.
    """
    query = SQL.lock_sailing_beside_holds if takes_counters else SQL.lock_sailing
    return await query.fetch_optional(conn, UUID, sailing_id) is not None


async def write(conn: Conn, sailing: ManagedSailing) -> int:
    """Write what staff decide about and return the new version; the caller holds the lock."""
    return await SQL.write_sailing.fetch_one(
        conn,
        int,
        sailing.id,
        sailing.status,
        sailing.expected_departs_at,
        sailing.expected_arrives_at,
        sailing.departed_at,
        sailing.arrived_at,
        sailing.reason,
        sailing.note,
    )


async def put_ship(conn: Conn, sailing_id: UUID, ferry_id: UUID, carried: Carried) -> None:
    """Let another ship sail, with its limits for vehicles."""
    limits = carried.max_height_cm, carried.max_vehicle_kg
    await SQL.put_ship.execute(conn, sailing_id, ferry_id, *limits)


async def ships(conn: Conn, operator_id: UUID | None) -> list[Ship]:
    """Return the ships of an operator, of all for None."""
    return await SQL.ships_of.fetch_all(conn, Ship, operator_id)


async def sales_closes(conn: Conn, operator_id: UUID | None) -> list[SalesClose]:
    """Return the close of sales of operators and routes, of all operators for None."""
    return await SQL.sales_closes.fetch_all(conn, SalesClose, operator_id)


async def set_sales_close(
    conn: Conn, operator_id: UUID | None, asked: SalesCloseRequest
) -> UUID | None:
    """Change a close of sales and return the operator's id.

    Return None where there is no such operator or route, or not of `operator_id`.
    """
    scope = asked.operator, asked.minutes, operator_id
    if asked.route:
        return await SQL.set_route_close.fetch_optional(conn, UUID, *scope, asked.route)
    return await SQL.set_operator_close.fetch_optional(conn, UUID, *scope)


async def coming_days(conn: Conn, operator_id: UUID) -> list[ComingDay]:
    """Return the directions and local days on which the operator sails within a week."""
    return await SQL.coming_days.fetch_all(conn, ComingDay, operator_id)
