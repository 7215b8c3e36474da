"""Lists, and the sailings that are sold by them, in PostgreSQL."""

import datetime as dt
from uuid import UUID

import msgspec

from maritime_app.ferries.price_lists.model import FareName, FareRoute, PriceListRequest, RouteFare
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
        hours = [rule.hours_before for rule in asked.cancel_rules]
        percents = [rule.fee_percent for rule in asked.cancel_rules]
        await SQL.add_cancel_rules.execute(conn, new_id, hours, percents)
    await SQL.keep_residents.execute(conn, new_id, follows_id)
    await SQL.add_prices.execute(conn, new_id, [*asked.prices], [*asked.prices.values()])
    await SQL.add_extras.execute(
        conn,
        new_id,
        [extra.kind for extra in asked.extras],
        [extra.unit for extra in asked.extras],
        [extra.price_minor for extra in asked.extras],
        [extra.per_sailing for extra in asked.extras],
    )
    return True


async def sell_by(
    conn: Conn, new_id: UUID, follows_id: UUID, asked: PriceListRequest
) -> list[SoldSailing]:
    """Let sailings that have not left be sold by the list; return which ones."""
    return await SQL.sell_by.fetch_all(
        conn, SoldSailing, new_id, follows_id, sorted(set(asked.routes)), asked.first, asked.last
    )
