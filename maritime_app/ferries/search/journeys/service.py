"""The ways round between two places, and the journeys of a day on them.

Everything here comes from our own tables and from what remote operators have said lately: no
journey waits for an operator.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from maritime_app.ferries import residents
from maritime_app.ferries.check_in.changing import change_minutes
from maritime_app.ferries.model import Party, local_day
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.ferries.search import store
from maritime_app.ferries.search.journeys import connecting
from maritime_app.ferries.search.journeys.changing import Changing
from maritime_app.ferries.search.journeys.connecting import Boats, Hop, Way
from maritime_app.ferries.search.journeys.remote_sailings import (
    REMOTE_SAILINGS,
    KnownSailings,
    RemoteQuestion,
    news_tag,
)
from maritime_app.ferries.search.model import (
    ConnectingOperator,
    Journey,
    OperatorStatus,
    SailingOffer,
)
from maritime_app.ferries.search.offers import house_offers
from maritime_app.ferries.search.store import RemoteRoute, Walk
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.ferries.timetables.transfers import store as transfers
from maritime_app.ferries.timetables.transfers.model import Rules
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources

_DAYS = 2  # a journey that begins on a day goes on by boats of that day and the next
_DETOUR_FACTOR, _SPARE_M = 2.5, 150_000.0  # islands lie off the straight line; nobody sails thrice
_LONGEST_WALK_M = 3_000.0  # where the timetable does not say how long one takes
_MOST_WAYS = 5  # with one change, and as many with two; the same again with remote operators
_MOST_QUESTIONS = 24  # to remote operators, about one direction: the shortest ways' come first
_WAYS_SECONDS = 600  # a new route of our own is found so much later at most


class Ways(msgspec.Struct, frozen=True):
    """Ways from end to end over one or two other ports, which remote operators sail parts of them,
    and how far it is where one gets from one port to another by oneself.
    """

    ends: Hop | None = None
    ways: tuple[Way, ...] = ()
    remote: tuple[RemoteRoute, ...] = ()
    walks: tuple[Walk, ...] = ()


class Connections(msgspec.Struct, frozen=True):
    """The journeys of a day by departure, and how remote operators were part of it."""

    journeys: Sequence[Journey] = ()
    operators: Sequence[ConnectingOperator] = ()


async def ways_round(res: Resources, origin: str, destination: str) -> Ways:
    """Return ways over one or two other ports, by codes; none where a code is not known."""
    key = f"ferries:ways-round:{origin}:{destination}"
    found = await res.cache.get(key, [TIMETABLES_TAG], lambda: _fill_ways(res, origin, destination))
    ways = msgspec.json.decode(found.body, type=Ways)
    asked = operators.of(res).operators
    remote = tuple(route for route in ways.remote if route.operator in asked)
    return msgspec.structs.replace(ways, remote=remote)


def tags(ways: Ways, day: date) -> list[str]:
    """Return what drops an answer with journeys on these ways: sailings of both days on each, and
    what a remote operator says of them.
    """
    days = [day + timedelta(days=number) for number in range(_DAYS)]
    return [
        *(day_tag(a.code, b.code, each) for a, b in _pairs(ways.ways) for each in days),
        *(
            news_tag(route.operator, route.origin, route.destination, each)
            for route in ways.remote
            for each in days
        ),
    ]


async def journeys(
    res: Resources, of: Ways, day: date, party: Party, cache_tags: Sequence[str]
) -> Connections:
    """Return the journeys that begin on that local day, by departure.

    `cache_tags` are those of the cached answer that this becomes a part of.
    """
    if of.ends is None or not of.ways:
        return Connections()
    pairs = _pairs(of.ways)
    questions = _questions(of, day, party)
    boats, answers = await asyncio.gather(
        house_offers.offers_of_pairs(res, pairs, day, party, cache_tags, days=_DAYS),
        res[REMOTE_SAILINGS].answers(questions),
    )
    _add(boats, questions, answers)
    origin = of.ends[0]
    first = {
        (start.code, end.code): [
            boat
            for boat in boats[start.code, end.code]
            if start != origin or local_day(boat.departs_at, origin.timezone) == day
        ]
        for start, end in _first_hops(of)
    }
    changing = await _changing(res, of, boats, with_vehicle=bool(party.vehicles))
    found = connecting.journeys(of.ends, of.ways, first, boats, changing)
    # Who gets to the first boat by oneself may set off the day before.
    found = [one for one in found if local_day(one.departs_at, origin.timezone) == day]
    return Connections(found, _states(res, questions, answers))


def _questions(of: Ways, day: date, party: Party) -> list[RemoteQuestion]:
    """Return what to ask remote operators: of first sailings that day, of others the next too."""
    by_pair: dict[tuple[str, str], list[str]] = {}
    for route in of.remote:
        by_pair.setdefault((route.origin, route.destination), []).append(route.operator)
    later = {hop for way in of.ways for hop in way[1:]}
    anywhere = residents.elsewhere(party)
    found = [
        RemoteQuestion(operator, *pair, day + timedelta(days=number), anywhere)
        for pair in _pairs(of.ways)
        for operator in by_pair.get((pair[0].code, pair[1].code), ())
        for number in range(_DAYS if pair in later else 1)
    ]
    return found[:_MOST_QUESTIONS]


def _first_hops(of: Ways) -> list[Hop]:
    """Return the pairs of ports between which a journey may begin."""
    return list(dict.fromkeys(way[0] for way in of.ways))


def _add(
    boats: dict[tuple[str, str], list[SailingOffer]],
    questions: Sequence[RemoteQuestion],
    answers: Sequence[KnownSailings | None],
) -> None:
    """Put what remote operators sail among the others, by departure."""
    for question, answer in zip(questions, answers, strict=True):
        if answer is not None:
            boats[question.origin.code, question.destination.code].extend(answer.sailings)
    for each in boats.values():
        each.sort(key=lambda boat: (boat.departs_at, boat.operator.name))


def _states(
    res: Resources, questions: Sequence[RemoteQuestion], answers: Sequence[KnownSailings | None]
) -> list[ConnectingOperator]:
    """Return one state for each operator asked: the one that went wrong, if one did."""
    found: dict[str, ConnectingOperator] = {}
    for question, answer in zip(questions, answers, strict=True):
        name = operators.of(res).operators[question.operator].name
        status = answer.status if answer else OperatorStatus.PENDING
        before = found.get(question.operator)
        if before and before.status is not OperatorStatus.OK:
            status = before.status
        times = [each for each in (before and before.as_of, answer and answer.as_of) if each]
        found[question.operator] = ConnectingOperator(
            question.operator, name, status, min(times, default=None)
        )
    return list(found.values())


async def _fill_ways(res: Resources, origin: str, destination: str) -> Filled:
    async with res.reads.acquire([TIMETABLES_TAG]) as conn:
        rounds = await store.ways_round(
            conn, origin, destination, _DETOUR_FACTOR, _SPARE_M, _MOST_WAYS
        )
        on_foot = await store.ways_on_foot(
            conn,
            origin,
            destination,
            longest_walk_m=_LONGEST_WALK_M,
            detour_factor=_DETOUR_FACTOR,
            spare_m=_SPARE_M,
            limit=_MOST_WAYS,
        )
        hops = [list(pairwise((origin, *ports, destination))) for ports in rounds]
        walked = dict.fromkeys(tuple(way.hops) for way in on_foot)
        hops += [list(zip(way[::2], way[1::2], strict=True)) for way in walked]
        codes = {origin, destination, *(code for way in hops for hop in way for code in hop)}
        places = await store.places_by_codes(conn, sorted(codes)) if hops else {}
        ways = tuple(tuple((places[a], places[b]) for a, b in way) for way in hops)
        pairs = [(one.code, other.code) for one, other in _pairs(ways)]
        remote = await store.remote_routes(conn, pairs) if pairs else []
        ends = (places[origin], places[destination]) if hops else None
    walks = tuple({way.walk: None for way in on_foot})
    found = Ways(ends, ways, tuple(remote), walks)
    return Filled(msgspec.json.encode(found), [TIMETABLES_TAG], _WAYS_SECONDS)


def _pairs(ways: Sequence[Way]) -> list[Hop]:
    """Return each pair of ports between which one sails once, in a fixed order."""
    return list(dict.fromkeys(hop for way in ways for hop in way))


async def _changing(res: Resources, of: Ways, boats: Boats, *, with_vehicle: bool) -> Changing:
    """Return how long changing takes at every port where these boats leave, and between ports."""
    quays = {(boat.operator.code, pair[0]) for pair, each in boats.items() for boat in each}
    ports = {port for _operator, port in quays}
    ports |= {port for walk in of.walks for port in (walk.origin, walk.destination)}
    walks = {(walk.origin, walk.destination): walk.metres for walk in of.walks}
    async with res.reads.acquire() as conn:
        minutes = await change_minutes(conn, res.settings, quays, with_vehicle=with_vehicle)
        rules = await transfers.rules_at(conn, _feeds(boats), ports)
        times = await transfers.terminal_times(conn, _feeds(boats), _piers(boats))
    return Changing(
        minutes,
        res.settings.search.longest_change_hours,
        with_vehicle,
        Rules(rules),
        walks,
        {(each.feed, each.from_stop, each.to_stop): each.seconds for each in times},
        minutes.check_in,
    )


def _feeds(boats: Boats) -> set[str]:
    return {boat.listing.feed for each in boats.values() for boat in each if boat.listing}


def _piers(boats: Boats) -> set[str]:
    """Return where boats of timetables come and go, by their feeds' own ids."""
    listed = [boat.listing for each in boats.values() for boat in each if boat.listing]
    return {stop for each in listed for stop in (each.stop_id, each.arrival_stop_id)}
