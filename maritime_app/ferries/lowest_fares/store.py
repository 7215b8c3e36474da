"""The lowest prices by operator, in PostgreSQL."""

from datetime import date, datetime

import msgspec

from maritime_app.ferries.lowest_fares.model import PricedWay, StoredFare
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money

SQL = queries.load("ferries_lowest_fares")


class FareQuestion(msgspec.Struct, frozen=True):
    """What a remote operator is asked: ports by UN/LOCODE, and a local day."""

    from_code: str
    to_code: str
    day: date


async def fares(
    conn: Conn, origin: str, destination: str, first: date, last: date
) -> list[StoredFare]:
    """Return what is known of these days, by day."""
    return await SQL.fares_of_days.fetch_all(conn, StoredFare, origin, destination, first, last)


async def priced_ways(conn: Conn, first: date, limit: int) -> list[PricedWay]:
    """Return between which ports there is a price for some day from that one on."""
    return await SQL.priced_ways.fetch_all(conn, PricedWay, first, limit)


async def refresh_house(conn: Conn, first: date, last: date, close_minutes: int) -> int:
    """Write the lowest prices of our own sailings anew; return how many."""
    return await SQL.refresh_house_fares.execute(conn, first, last, close_minutes)


async def drop_stale_house(conn: Conn) -> None:
    """Drop prices of our own sailings that this transaction did not write."""
    await SQL.drop_stale_house_fares.execute(conn)


async def drop_past(conn: Conn, day: date) -> None:
    """Drop the prices of days before that one."""
    await SQL.drop_past_fares.execute(conn, day)


async def stalest_questions(
    conn: Conn, operator: str, first: date, days: int, stale_before: datetime, limit: int
) -> list[FareQuestion]:
    """Return what to ask a remote operator next: what was never asked, then the oldest answers."""
    return await SQL.stalest_questions.fetch_all(
        conn, FareQuestion, operator, first, days, stale_before, limit
    )


async def set_remote(
    conn: Conn, operator: str, asked: FareQuestion, price: Money | None, sailings: int
) -> None:
    """Write what a remote operator takes at least on a day."""
    amount, currency = (price.amount_minor, price.currency) if price else (None, None)
    pair = (asked.from_code, asked.to_code)
    await SQL.set_remote_fare.execute(conn, operator, *pair, asked.day, amount, currency, sailings)
