"""The lowest prices by operator, in PostgreSQL."""

from datetime import date, datetime

import msgspec

from maritime_app.ferries.lowest_fares.model import (
    ONE_ADULT,
    HouseBoat,
    PricedWay,
    StoredFare,
    Way,
)
from maritime_app.ferries.model import Party
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money

SQL = queries.load("ferries_lowest_fares")


class FareQuestion(msgspec.Struct, frozen=True):
    """What a remote operator is asked: ports by UN/LOCODE, and a local day."""

    from_code: str
    to_code: str
    day: date


class PartyQuestion(msgspec.Struct, frozen=True):
    """The same for a party that somebody wanted to know the prices of, with its key."""

    from_code: str
    to_code: str
    day: date
    party: str
    people: Party


async def remote_fares(
    conn: Conn, way: Way, first: date, last: date, party: Party
) -> list[StoredFare]:
    """Return what is known of remote operators' prices for that party, by day."""
    return await SQL.remote_fares_of_days.fetch_all(
        conn, StoredFare, *way, first, last, party.key, ONE_ADULT.key
    )


async def house_boats(
    conn: Conn, way: Way, first: date, last: date, close_minutes: int
) -> list[HouseBoat]:
    """Return our own sailings of these local days as they are now."""
    return await SQL.house_boats_of_days.fetch_all(
        conn, HouseBoat, *way, first, last, close_minutes
    )


async def remote_operators(conn: Conn, way: Way) -> list[str]:
    """Return the names of the remote operators that sail there."""
    return await SQL.remote_operators_of_way.fetch_all(conn, str, *way)


async def prices_of_way(conn: Conn, way: Way, first: date) -> list[StoredFare]:
    """Return what one adult pays at least from that day on, as last looked up."""
    return await SQL.prices_of_way.fetch_all(conn, StoredFare, *way, first)


async def want(conn: Conn, way: Way, party: Party, most: int) -> bool:
    """Remember that the party's prices are wanted; return whether that is news."""
    people = msgspec.to_builtins(party)
    wanted = (*way, party.key, people, most, ONE_ADULT.key)
    return bool(await SQL.want_party_way.fetch_one(conn, int, *wanted))


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
    await SQL.drop_past_party_fares.execute(conn, day)


async def drop_unwanted(conn: Conn, hours: int) -> None:
    """Drop parties that nobody has wanted for so long, with their prices."""
    await SQL.drop_unwanted_party_ways.execute(conn, hours)


async def stalest_questions(
    conn: Conn, operator: str, first: date, days: int, stale_before: datetime, limit: int
) -> list[FareQuestion]:
    """Return what to ask a remote operator next: what was never asked, then the oldest answers."""
    return await SQL.stalest_questions.fetch_all(
        conn, FareQuestion, operator, first, days, stale_before, limit
    )


async def set_remote(
    conn: Conn,
    operator: str,
    asked: FareQuestion | PartyQuestion,
    price: Money | None,
    sailings: int,
) -> None:
    """Write what a remote operator takes of one adult at least on a day."""
    amount, currency = (price.amount_minor, price.currency) if price else (None, None)
    pair = (asked.from_code, asked.to_code)
    await SQL.set_remote_fare.execute(conn, operator, *pair, asked.day, amount, currency, sailings)


async def stalest_party_questions(
    conn: Conn, operator: str, first: date, days: int, stale_before: datetime, limit: int
) -> list[PartyQuestion]:
    """Return what to ask a remote operator next for parties, in the same order."""
    return await SQL.stalest_party_questions.fetch_all(
        conn, PartyQuestion, operator, first, days, stale_before, limit, ONE_ADULT.key
    )


async def set_party(
    conn: Conn, operator: str, asked: PartyQuestion, price: Money | None, sailings: int
) -> None:
    """Write what a remote operator takes of a party at least on a day."""
    amount, currency = (price.amount_minor, price.currency) if price else (None, None)
    question = (asked.from_code, asked.to_code, asked.day, asked.party)
    await SQL.set_party_fare.execute(conn, operator, *question, amount, currency, sailings)
