"""Lists, and the sailings that are sold by them, in PostgreSQL."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.ferries.model import CancelRule
from maritime_app.ferries.price_lists.model import (
    FareName,
    FareRoute,
    IdleFare,
    NewListRequest,
    PriceListRequest,
    RouteFare,
)
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_price_lists")


class FareRow(msgspec.Struct, frozen=True):
    """What of a list its fare does not say."""

    operator_id: UUID
    operator_code: str
    operator_name: str
    revision: int
    follows: str | None


class SoldSailing(msgspec.Struct, frozen=True):
    """A sailing that is sold by another list now, and its local day."""

    id: UUID
    day: dt.date


async def route_fares(conn: Conn, operator_id: UUID | None) -> list[RouteFare]:
    """Return the routes of an operator (of all for None) with the lists in use."""
    return await SQL.route_fares.fetch_all(conn, RouteFare, operator_id)


async def idle_fares(conn: Conn, operator_id: UUID | None) -> list[IdleFare]:
    """Return the lists of an operator (of all for None) by which nothing sails for now."""
    return await SQL.idle_fares.fetch_all(conn, IdleFare, operator_id)


async def unsold_routes(
    conn: Conn,
    operator_id: UUID,
    routes: Sequence[str] | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[FareRoute]:
    """Return where coming sailings of the operator have places and no list; on these routes and
    days, None: on all.
    """
    return await SQL.unsold_routes.fetch_all(conn, FareRoute, operator_id, routes, first, last)


async def add_new(conn: Conn, new_id: UUID, operator_id: UUID, asked: NewListRequest) -> bool:
    """Write the list; return False where the operator has one of that code."""
    added = await SQL.add_fare.fetch_optional(
        conn,
        UUID,
        new_id,
        operator_id,
        asked.code,
        asked.currency,
        asked.harbour_tax_minor,
        asked.change_fee_minor,
        asked.name_change_fee_minor,
        asked.ages.infant_to,
        asked.ages.child_to,
        asked.last,
    )
    if added is None:
        return False
    await _add_cancel_rules(conn, new_id, asked.cancel_rules)
    await _add_sold(conn, new_id, asked)
    return True


async def has_code(conn: Conn, operator_id: UUID, code: str) -> bool:
    """Return whether the operator has a list of that code."""
    return await SQL.has_fare_code.fetch_one(conn, bool, operator_id, code)


async def sell_unsold(
    conn: Conn, new_id: UUID, operator_id: UUID, asked: NewListRequest
) -> list[SoldSailing]:
    """Let sailings of its routes and days that have places and no list be sold by this one."""
    routes = sorted(set(asked.routes))
    return await SQL.sell_unsold.fetch_all(
        conn, SoldSailing, new_id, operator_id, routes, asked.first, asked.last
    )


async def fare_row(conn: Conn, fare_id: UUID) -> FareRow | None:
    """Return whose the list is, and its revision; None where there is no such list of ours."""
    return await SQL.fare_row.fetch_optional(conn, FareRow, fare_id)


async def followers(conn: Conn, fare_id: UUID) -> list[FareName]:
    """Return the lists that were written from this one, the newest first."""
    return await SQL.followers.fetch_all(conn, FareName, fare_id)


async def fare_routes(conn: Conn, fare_id: UUID) -> list[FareRoute]:
    """Return where coming sailings are sold by the list."""
    return await SQL.fare_routes.fetch_all(conn, FareRoute, fare_id)


async def cabin_types(conn: Conn, operator_id: UUID) -> list[str]:
    """Return the cabin types of the operator's ships."""
    return await SQL.cabin_types.fetch_all(conn, str, operator_id)


async def raise_revision(conn: Conn, fare_id: UUID, seen: int) -> bool:
    """Return False where the list is not as it was seen: another one follows it meanwhile."""
    return bool(await SQL.raise_revision.execute(conn, fare_id, seen))


async def add_following(
    conn: Conn, new_id: UUID, follows_id: UUID, asked: PriceListRequest
) -> bool:
    """Write the list; return False where the operator has one of that code."""
    added = await SQL.add_following.fetch_optional(
        conn,
        UUID,
        new_id,
        follows_id,
        asked.code,
        asked.harbour_tax_minor,
        asked.change_fee_minor,
        asked.name_change_fee_minor,
        asked.ages.infant_to if asked.ages else None,
        asked.ages.child_to if asked.ages else None,
        asked.last,
    )
    if added is None:
        return False
    if asked.cancel_rules is None:
        await SQL.keep_cancel_rules.execute(conn, new_id, follows_id)
    else:
        await _add_cancel_rules(conn, new_id, asked.cancel_rules)
    await SQL.keep_residents.execute(conn, new_id, follows_id)
    await _add_sold(conn, new_id, asked)
    return True


async def _add_cancel_rules(conn: Conn, new_id: UUID, rules: Sequence[CancelRule]) -> None:
    hours = [rule.hours_before for rule in rules]
    percents = [rule.fee_percent for rule in rules]
    await SQL.add_cancel_rules.execute(conn, new_id, hours, percents)


async def _add_sold(conn: Conn, new_id: UUID, asked: PriceListRequest | NewListRequest) -> None:
    await SQL.add_prices.execute(conn, new_id, [*asked.prices], [*asked.prices.values()])
    await SQL.add_extras.execute(
        conn,
        new_id,
        [extra.kind for extra in asked.extras],
        [extra.unit for extra in asked.extras],
        [extra.price_minor for extra in asked.extras],
        [extra.per_sailing for extra in asked.extras],
    )


async def sell_by(
    conn: Conn, new_id: UUID, follows_id: UUID, asked: PriceListRequest
) -> list[SoldSailing]:
    """Let sailings that have not left be sold by the list; return which ones."""
    return await SQL.sell_by.fetch_all(
        conn, SoldSailing, new_id, follows_id, sorted(set(asked.routes)), asked.first, asked.last
    )


async def limits_extras(conn: Conn, fare_id: UUID) -> bool:
    """Return whether the list sells so many of an extra only."""
    return await SQL.limits_extras.fetch_one(conn, bool, fare_id)


async def coming_sailings(conn: Conn, fare_id: UUID) -> list[UUID]:
    """Return the sailings of the list that have not left."""
    return await SQL.coming_sailings.fetch_all(conn, UUID, fare_id)
