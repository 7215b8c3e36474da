"""Search, departures, and what other domains may ask about sailings."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import Record

from maritime_app import clock
from maritime_app.ferries import store
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import Fare, Party, Place, PriceLine, SailingFacts, SearchQuestion
from maritime_app.ferries.operators import registry
from maritime_app.ferries.sailings import catalogue
from maritime_app.ferries.search import service as search
from maritime_app.infra.cache import Filled, Found
from maritime_app.resources import Resources

_AVAILABILITY_SECONDS = 60


async def find(res: Resources, question: SearchQuestion) -> tuple[str, Found]:
    """The encoded SearchAnswer for a question and its cache key.

    Raises Invalid for what cannot be answered.
    """
    question = search.checked(question)
    party = fare_rules.party_of(question)
    key = search.key_of(question, party)
    found = await res.cache.get(
        key, search.tags_of(question), lambda: search.fill(res, question, party)
    )
    return key, found


async def nearby_days(res: Resources, question: SearchQuestion) -> list[date]:
    """Days around the asked one that have a sailing."""
    async with res.db.acquire() as conn:
        return await store.days_with_sailings(
            conn, question.origin, question.destination, question.date
        )


async def places(res: Resources, text: str = "", limit: int = 400) -> list[Place]:
    """Places that something departs from."""
    async with res.db.acquire() as conn:
        return await store.places(conn, text, limit)


async def place(res: Resources, code: str) -> Place | None:
    """A harbour by UN/LOCODE or a stop by its id; None when there is none."""
    async with res.db.acquire() as conn:
        return await store.place(conn, code)


async def departures(res: Resources, port_code: str, limit: int = 20) -> list[Record]:
    """The next departures of a port by the timetables that are kept here; remote operators keep
    their own.
    """
    async with res.db.acquire() as conn:
        return await store.departures(conn, port_code, clock.now(), limit)


def asked_when_searching(res: Resources, place: Place) -> list[str]:
    """The operators whose sailings from there only a search can tell, by name."""
    return sorted(registry.of(res).names.values()) if search.asks_outside(place) else []


async def left_lately(res: Resources, sailing_id: UUID) -> dict[str, int]:
    """The same for showing, at most a minute old and dropped by every booking: nothing is sold by
    it.
    """
    tags = [sailing_tag(sailing_id)]

    async def fill() -> Filled:
        return Filled(
            msgspec.json.encode(await left_on(res, sailing_id)), tags, _AVAILABILITY_SECONDS
        )

    found = await res.cache.get(f"ferries:left:{sailing_id}", tags, fill)
    return msgspec.json.decode(found.body, type=dict[str, int])


async def left_on(res: Resources, sailing_id: UUID) -> dict[str, int]:
    """What is left of each resource of a sailing of ours; empty when its operator keeps the
    inventory.
    """
    async with res.db.acquire() as conn:
        return await store.left_on(conn, sailing_id)


async def positions(res: Resources, codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of places, in degrees."""
    async with res.db.acquire() as conn:
        return await store.positions(conn, codes)


def today() -> date:
    """The date in UTC."""
    return clock.now().date()


async def popular_routes(res: Resources, limit: int = 6) -> list[Record]:
    """Routes that are sold here, the busiest first."""
    async with res.db.acquire() as conn:
        return await store.popular_routes(conn, limit)


async def facts(res: Resources, ids: Iterable[UUID]) -> dict[UUID, SailingFacts]:
    """The lasting facts of sailings (at most a minute old). Raises NotFound."""
    return await catalogue.of(res).facts(ids)


def price(fare: Fare, party: Party) -> list[PriceLine]:
    """The price of a party, line by line."""
    return fare_rules.price_lines(fare, party)


def local_day(instant: datetime, place: Place) -> date:
    """The date at a place."""
    return day_at(instant, place.timezone)


def day_at(instant: datetime, timezone: str) -> date:
    """The date in a time zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def tags(sailings: Iterable[SailingFacts]) -> list[str]:
    """What to drop from the cache when something happens to these sailings."""
    dropped = []
    for sailing in sailings:
        day = local_day(sailing.departs_at, sailing.origin)
        dropped.append(search.day_tag(sailing.origin.code, sailing.destination.code, day))
        dropped.append(sailing_tag(sailing.id))
    return dropped


def sailing_tag(sailing_id: UUID | str) -> str:
    """The tag of everything that is remembered of one sailing."""
    return f"sailing:{sailing_id}"


async def ensure_remote_sailing(
    res: Resources,
    *,
    operator: str,
    key: str,
    sailing_id: UUID,
    route_id: UUID,
    ends: tuple[str, str],
    ferry: str,
    times: tuple[datetime, datetime],
) -> UUID:
    """Write a remote operator's sailing down, so that a booking can point at it; returns its id
    here.
    """
    async with res.db.transaction() as conn:
        return await store.ensure_remote_sailing(
            conn, operator, key, sailing_id, route_id, ends, ferry, times
        )
