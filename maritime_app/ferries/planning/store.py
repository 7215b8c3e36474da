"""What a plan is made of, and what it writes, in PostgreSQL."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from maritime_app.ferries.capacity.model import Carried
from maritime_app.ferries.planning.model import Departure, PlanFare, PlanRoute, Voyage
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_planning")


async def routes(conn: Conn, operator_id: UUID | None) -> list[PlanRoute]:
    """Return the routes of an operator, of all for None."""
    return await SQL.plan_routes.fetch_all(conn, PlanRoute, operator_id)


async def fares(conn: Conn, operator_id: UUID | None) -> list[PlanFare]:
    """Return the price lists of an operator, of all for None."""
    return await SQL.plan_fares.fetch_all(conn, PlanFare, operator_id)


async def lock_ship(conn: Conn, ferry_id: UUID) -> None:
    """Keep every other plan for this ship waiting until this transaction ends."""
    await SQL.lock_ship.execute(conn, ferry_id)


async def ship_voyages(
    conn: Conn, ferry_id: UUID, first: dt.datetime, last: dt.datetime
) -> list[Voyage]:
    """Return when the ship is under way around that time."""
    return await SQL.ship_voyages.fetch_all(conn, Voyage, ferry_id, first, last)


async def route_times(
    conn: Conn, route: PlanRoute, first: dt.datetime, last: dt.datetime
) -> list[dt.datetime]:
    """Return the departures that the route has between two instants."""
    return await SQL.route_times.fetch_all(
        conn, dt.datetime, route.id, route.origin.code, first, last
    )


async def add_sailings(
    conn: Conn,
    route: PlanRoute,
    ferry_id: UUID,
    fare_id: UUID,
    carried: Carried,
    planned: Sequence[Departure],
) -> list[UUID]:
    """Write sailings with their capacity; return those that were not there yet."""
    added = await SQL.add_planned_sailings.fetch_all(
        conn,
        UUID,
        [uuid7() for _ in planned],
        [departure.departs_at for departure in planned],
        [departure.arrives_at for departure in planned],
        [f"{route.id}:{departure.day}:{departure.time}" for departure in planned],
        route.id,
        ferry_id,
        fare_id,
        carried.max_height_cm,
        carried.max_vehicle_kg,
    )
    totals = carried.totals
    await SQL.add_planned_capacity.execute(conn, added, list(totals), list(totals.values()))
    return added
