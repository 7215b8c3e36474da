"""Where one can go from a place, and what lies near."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import ONE_ADULT
from maritime_app.ferries.model import Party
from maritime_app.ferries.places import service as places
from maritime_app.ferries.reach import store
from maritime_app.ferries.reach.lines import FerryLine, LonLat, unbroken
from maritime_app.ferries.reach.model import (
    Alternatives,
    Destination,
    DestinationsResponse,
)
from maritime_app.ferries.reach.ships import ShipOnSale
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.geo import Position
from maritime_app.i18n import translate as _
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources
from maritime_app.vessels import service as vessels

_MOST_DESTINATIONS = 300
_MOST_PRICED = 40  # for a party, way by way
_PRICED_DAYS = timedelta(days=30)
_NEAR_M = 150_000.0  # as far as people drive to another port
_MOST_NEAR = 3
# A map of more lines shows none of them; the way of one takes up to 0.1 s of a thread to find.
_MOST_LINES = 500
_ON_SALE = timedelta(days=2)
_ON_SALE_SECONDS = 60
_LINES_SECONDS = 3_600  # a new route of our own is drawn so much later at most


async def destinations(
    res: Resources, origin: str, party: Party = ONE_ADULT
) -> DestinationsResponse:
    """Return where one can go from there without a change, and what the party pays at least.

    Raise NotFound for no place of ours.
    """
    async with res.reads.acquire() as conn:
        place = await places.by_code(conn, origin)
        if place is None:
            raise NotFound(_("We do not know that place."), code="place")
        position = await store.position(conn, place.code)
        found = await store.destinations(conn, place.code, _MOST_DESTINATIONS)
    if party.key != ONE_ADULT.key:
        found = await _priced(res, place.code, found, party)
    return DestinationsResponse(place, position.lat, position.lon, tuple(found))


async def _priced(
    res: Resources, origin: str, found: Sequence[Destination], party: Party
) -> list[Destination]:
    """Return the destinations with the party's lowest price; beyond the first ones without."""
    priced = [
        await _of_party(res, origin, there, party) if there.sold else there
        for there in found[:_MOST_PRICED]
    ]
    rest = (msgspec.structs.replace(there, from_price=None) for there in found[_MOST_PRICED:])
    return [*priced, *rest]


async def _of_party(res: Resources, origin: str, there: Destination, party: Party) -> Destination:
    way, today = (origin, there.place.code), clock.now().date()
    days = await lowest_fares.lowest_fares(res, way, today, today + _PRICED_DAYS, party)
    best = min(
        (day for day in days if day.price),
        key=lambda day: day.price.amount_minor if day.price else 0,
        default=None,
    )
    not_asked = sorted({name for day in days for name in day.not_asked})
    return msgspec.structs.replace(
        there, from_price=best and best.price, not_asked=tuple(not_asked)
    )


async def want_prices(res: Resources, found: DestinationsResponse, party: Party) -> None:
    """Have remote operators asked what the party pays to these places."""
    for there in found.destinations:
        if there.sold and not (there.from_price and not there.not_asked):
            await lowest_fares.want(res, (found.origin.code, there.place.code), party)


async def near_ports(res: Resources, origin: str, destination: str) -> Alternatives:
    """Return ports near both ends that serve instead; no days."""
    near = (_NEAR_M, _MOST_NEAR)
    async with res.reads.acquire() as conn:
        return Alternatives(
            origins=tuple(await store.near_origins(conn, origin, destination, *near)),
            destinations=tuple(await store.near_destinations(conn, origin, destination, *near)),
        )


async def lines(res: Resources) -> list[FerryLine]:
    """Return between which ports something sails, and the way by sea; what is sold here first."""

    async def fill() -> Filled:
        async with res.reads.acquire() as conn:
            found = await store.lines(conn, _MOST_LINES)
        drawn = await asyncio.to_thread(_drawn, found)
        return Filled(msgspec.json.encode(drawn), [TIMETABLES_TAG], _LINES_SECONDS)

    found = await res.cache.get("ferries:lines", [TIMETABLES_TAG], fill)
    return msgspec.json.decode(found.body, type=list[FerryLine])


async def ships_on_sale(res: Resources) -> list[ShipOnSale]:
    """Return the ships that report with their next sailing of two days that is sold here; at most
    a minute old.
    """

    async def fill() -> Filled:
        close_minutes = res.settings.sailings.sales_close_minutes
        async with res.reads.acquire() as conn:
            found = await store.ships_on_sale(conn, clock.now() + _ON_SALE, close_minutes)
        return Filled(msgspec.json.encode(found), [], _ON_SALE_SECONDS)

    found = await res.cache.get("ferries:next_crossings", [], fill)
    return msgspec.json.decode(found.body, type=list[ShipOnSale])


def _drawn(found: Sequence[FerryLine]) -> list[FerryLine]:
    return [msgspec.structs.replace(line, way=_way(line)) for line in found]


def _way(line: FerryLine) -> tuple[LonLat, ...]:
    one, other = line.one, line.other
    way = vessels.way_by_sea(Position(one.lat, one.lon), Position(other.lat, other.lon))
    return unbroken([(place.lon, place.lat) for place in way])
