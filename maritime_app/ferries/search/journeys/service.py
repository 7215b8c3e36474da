"""The ways round between two places, and the journeys of a day on them.

Everything here comes from our own tables: no journey waits for an operator.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from maritime_app.ferries.check_in.changing import change_minutes
from maritime_app.ferries.model import Party, Place, local_day
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.ferries.search import store
from maritime_app.ferries.search.journeys import connecting
from maritime_app.ferries.search.journeys.connecting import Boats, Changing
from maritime_app.ferries.search.model import Journey
from maritime_app.ferries.search.offers import house_offers
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.ferries.timetables.transfers import store as transfers
from maritime_app.ferries.timetables.transfers.model import Rules
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources

Way = tuple[Place, ...]  # both ends, and the ports between where one changes

_DAYS = 2  # a journey that begins on a day goes on by boats of that day and the next
_DETOUR_FACTOR, _SPARE_M = 2.5, 150_000.0  # islands lie off the straight line; nobody sails thrice
_MOST_WAYS = 5  # with one change, and as many with two
_WAYS_SECONDS = 600  # a new route of our own is found so much later at most


async def ways_round(res: Resources, origin: str, destination: str) -> list[Way]:
    """Return ways over one or two other ports, by codes; none where a code is not known."""
    key = f"ferries:ways:{origin}:{destination}"
    found = await res.cache.get(key, [TIMETABLES_TAG], lambda: _fill_ways(res, origin, destination))
    return msgspec.json.decode(found.body, type=list[Way])


def tags(ways: Sequence[Way], day: date) -> list[str]:
    """Return what drops an answer with journeys on these ways: sailings of both days on each."""
    days = [day + timedelta(days=number) for number in range(_DAYS)]
    return [
        day_tag(origin.code, destination.code, each)
        for origin, destination in _pairs(ways)
        for each in days
    ]


async def journeys(
    res: Resources, ways: Sequence[Way], day: date, party: Party, cache_tags: Sequence[str]
) -> list[Journey]:
    """Return the journeys that begin on that local day, by departure.

    `cache_tags` are those of the cached answer that this becomes a part of.
    """
    if not ways:
        return []
    pairs = _pairs(ways)
    boats = await house_offers.offers_of_pairs(res, pairs, day, party, cache_tags, days=_DAYS)
    zone = ways[0][0].timezone
    first = {
        pair: [boat for boat in each if local_day(boat.departs_at, zone) == day]
        for pair, each in boats.items()
        if pair[0] == ways[0][0].code
    }
    changing = await _changing(res, boats, with_vehicle=bool(party.vehicles))
    return connecting.journeys(ways, first, boats, changing)


async def _fill_ways(res: Resources, origin: str, destination: str) -> Filled:
    async with res.reads.acquire([TIMETABLES_TAG]) as conn:
        rounds = await store.ways_round(
            conn, origin, destination, _DETOUR_FACTOR, _SPARE_M, _MOST_WAYS
        )
        codes = {origin, destination, *(code for ports in rounds for code in ports)}
        places = await store.places_by_codes(conn, sorted(codes)) if rounds else {}
    ways = [tuple(places[code] for code in (origin, *ports, destination)) for ports in rounds]
    return Filled(msgspec.json.encode(ways), [TIMETABLES_TAG], _WAYS_SECONDS)


def _pairs(ways: Sequence[Way]) -> list[tuple[Place, Place]]:
    """Return each pair of neighbours once, in a fixed order."""
    return list(dict.fromkeys(pair for way in ways for pair in pairwise(way)))


async def _changing(res: Resources, boats: Boats, *, with_vehicle: bool) -> Changing:
    """Return how long changing takes at every port where these boats leave."""
    quays = {(boat.operator.code, pair[0]) for pair, each in boats.items() for boat in each}
    async with res.reads.acquire() as conn:
        minutes = await change_minutes(conn, res.settings, quays, with_vehicle=with_vehicle)
        rules = await transfers.rules_at(conn, _feeds(boats), {port for _operator, port in quays})
    return Changing(minutes, res.settings.search.longest_change_hours, with_vehicle, Rules(rules))


def _feeds(boats: Boats) -> set[str]:
    return {boat.listing.feed for each in boats.values() for boat in each if boat.listing}
