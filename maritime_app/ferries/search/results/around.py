"""What stands around the answer to a search: prices of the days beside it, and where nothing
sails, other days and ports. All of it is from our own tables; what operators have not told yet of
these days is asked of them by a task.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import LowestFare, Way
from maritime_app.ferries.model import Party
from maritime_app.ferries.reach import service as reach
from maritime_app.ferries.reach.model import Alternatives
from maritime_app.ferries.search import store
from maritime_app.ferries.search.model import SailingOffer, SearchResponse
from maritime_app.resources import Resources

STRIP_DAYS = 3  # before the day and after it


class Around(msgspec.Struct, frozen=True):
    """Of one direction: the lowest prices by day, and what sails instead where nothing does."""

    fares: Mapping[date, LowestFare] = msgspec.field(default_factory=dict)
    instead: Alternatives = msgspec.field(default_factory=Alternatives)


async def around(res: Resources, response: SearchResponse, party: Party) -> list[Around]:
    """Return what stands around the way out and, if it was asked for, the way back.

    What sails instead is looked up only once everybody has answered.
    """
    way = response.origin.code, response.destination.code
    waits = any(state.status == "pending" for state in response.operators)
    is_empty = not (waits or response.outbound or response.outbound_connections)
    found = [await _one_way(res, way, response.date, party, is_empty=is_empty)]
    if not (waits or response.partial):
        found[0] = _with_answers(found[0], response.date, response.outbound)
    if response.return_date is not None:
        is_empty = not (waits or response.inbound or response.inbound_connections)
        back = await _one_way(res, way[::-1], response.return_date, party, is_empty=is_empty)
        if not (waits or response.partial):
            back = _with_answers(back, response.return_date, response.inbound or ())
        found.append(back)
    return found


def _with_answers(around: Around, day: date, offers: Sequence[SailingOffer]) -> Around:
    """Return it with what everybody has just answered of the day: the page shows that below."""
    known = around.fares.get(day)
    prices = [offer.price for offer in offers if offer.bookable and offer.price]
    if known is None or not prices or len({price.currency for price in prices}) > 1:
        return around
    lowest = min(prices, key=lambda price: price.amount_minor)
    told = msgspec.structs.replace(known, price=lowest, not_asked=())
    return msgspec.structs.replace(around, fares={**around.fares, day: told})


async def alternatives(res: Resources, origin: str, destination: str, day: date) -> Alternatives:
    """Return other days and ports for a way on which nothing sails that day."""
    async with res.reads.acquire() as conn:
        days: Sequence[date] = await store.days_with_sailings(conn, origin, destination, day)
    near = await reach.near_ports(res, origin, destination)
    return Alternatives(
        tuple(each for each in days if each != day), near.origins, near.destinations
    )


async def _one_way(res: Resources, way: Way, day: date, party: Party, *, is_empty: bool) -> Around:
    reached = timedelta(days=STRIP_DAYS)
    fares = await lowest_fares.lowest_fares(res, way, day - reached, day + reached, party)
    if any(each.not_asked for each in fares):
        await lowest_fares.want(res, way, party)
    by_day = {each.day: each for each in fares}
    if not is_empty:
        return Around(by_day)
    return Around(by_day, await alternatives(res, *way, day))
