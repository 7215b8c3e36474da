"""One fetch per question, however many wait: house sailings and remote operators side by side."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.model import Party, Place
from maritime_app.ferries.places import service as places
from maritime_app.ferries.places.service import Guesses
from maritime_app.ferries.search import requests, store
from maritime_app.ferries.search.journeys import connecting, service as journeys
from maritime_app.ferries.search.journeys.service import Connections, Ways
from maritime_app.ferries.search.model import (
    ConnectingOperator,
    Journey,
    OperatorState,
    OperatorStatus,
    SailingOffer,
    SearchQuery,
    SearchResponse,
)
from maritime_app.ferries.search.offers import house_offers, operator_offers
from maritime_app.ferries.search.offers.arrivals import ARRIVALS
from maritime_app.ferries.search.offers.operator_offers import OperatorAnswer
from maritime_app.ferries.search.requests import Question
from maritime_app.ferries.search.store import PopularRoute
from maritime_app.ferries.timetables.updates import service as updates
from maritime_app.ferries.timetables.updates.alerts import service as alerts
from maritime_app.formatting import listed, port_text
from maritime_app.i18n import translate as _
from maritime_app.infra.cache.two_level import Filled, Found
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.resources import Resources

_State = TypeVar("_State", OperatorState, ConnectingOperator)
_NO_CLOSE_SECONDS = 86_400.0  # longer than any answer is kept


class Round(msgspec.Struct, frozen=True):
    """The ways with changes of one direction, and the day on which they begin."""

    ways: Ways
    day: date


class OneWay(msgspec.Struct):
    """The way out or back while it is looked up: own sailings and journeys with changes (None: not
    read yet), and the operators' answers so far.
    """

    house: Sequence[SailingOffer] | None = None
    remote: Sequence[OperatorAnswer] = ()
    journeys: Connections | None = None

    @property
    def is_begun(self) -> bool:
        """Return whether own sailings are there to be shown."""
        return self.house is not None and self.journeys is not None

    def offers(self) -> tuple[SailingOffer, ...]:
        """Return what is known by now, by departure."""
        found = [*(self.house or ()), *(offer for answer in self.remote for offer in answer.offers)]
        return tuple(sorted(found, key=lambda offer: (offer.departs_at, offer.operator.name)))

    def connections(self) -> tuple[Journey, ...]:
        """Return the journeys with changes that are worth it beside what is known by now."""
        found = self.journeys.journeys if self.journeys else ()
        return connecting.worthwhile(found, self.offers())


class UnknownPlace(Invalid):
    """A place was not named by its code. `meant` has the codes by field when all names are sure."""

    def __init__(self, guesses: Mapping[str, Guesses]) -> None:
        words = {field: _unknown_words(guess.places) for field, guess in guesses.items()}
        super().__init__(next(iter(words.values())), words, code="place")
        sure = all(len(each.places) == 1 and each.is_spelled_so for each in guesses.values())
        self.meant = (
            {field: guess.places[0].code for field, guess in guesses.items()} if sure else {}
        )


def question(request: SearchQuery) -> Question:
    """Return the request understood; raise Invalid for what has no answer."""
    return requests.question(request, clock.now().date())


async def search(res: Resources, question: Question) -> Found:
    """Return the encoded SearchResponse, kept in the cache; raise Invalid for an unknown place."""
    found = await res.cache.stored(question.cache_key)
    if found is not None:
        return found
    rounds = await _ways_round(res, question)
    tags = [*question.cache_tags, *_tags(rounds)]
    return await res.cache.get(question.cache_key, tags, lambda: _fill(res, question, rounds, tags))


async def cache_tags(res: Resources, question: Question) -> list[str]:
    """Return what drops the answer: news of its sailings, of those on the ways round, and every
    new edition of a timetable.
    """
    return [*question.cache_tags, *_tags(await _ways_round(res, question))]


async def popular_routes(res: Resources, limit: int = 6) -> list[PopularRoute]:
    """Return routes that are sold here, the busiest first."""
    async with res.reads.acquire() as conn:
        return await store.popular_routes(conn, limit)


async def resident_areas(res: Resources) -> list[str]:
    """Return the areas whose residents some fare has a discount for."""
    async with res.reads.acquire() as conn:
        return await store.resident_areas(conn)


async def _ways_round(res: Resources, question: Question) -> list[Round]:
    """Return the ways with changes out and, if asked for, back."""
    there, back = question.origin, question.destination
    rounds = [Round(await journeys.ways_round(res, there, back), question.date)]
    if question.return_date:
        rounds.append(Round(await journeys.ways_round(res, back, there), question.return_date))
    return rounds


def _tags(rounds: Sequence[Round]) -> list[str]:
    return [tag for each in rounds for tag in journeys.tags(each.ways, each.day)]


async def _fill(
    res: Resources, question: Question, rounds: Sequence[Round], tags: Sequence[str]
) -> Filled:
    """Look everything up and encode it; raise UnknownPlace."""
    ends = await _ends(res, question)
    with res[ARRIVALS].arriving(question.cache_key) as arrival:
        ways = [OneWay() for _round in rounds]

        def heard() -> None:
            if all(way.is_begun for way in ways):
                arrival.tell(_response(res, question, ends, ways))

        asking = zip(ways, (ends, ends[::-1]), rounds, strict=False)
        await asyncio.gather(
            *(_one_way(res, question.party, *each, tags, heard) for each in asking)
        )
        response = _response(res, question, ends, ways)
    tally["searches_partial" if response.partial else "searches_complete"] += 1
    partial = response.partial or any(
        state.status is not OperatorStatus.OK for state in response.connecting_operators
    )
    settings = res.settings.search
    seconds = settings.partial_cache_seconds if partial else settings.cache_seconds
    offers = _all_offers(response)
    seconds = min(seconds, _seconds_to_next_close(offers))
    listings = [offer.listing for offer in offers if offer.listing]
    if listings and (await updates.said_of(res, listings) or await alerts.told(res)):
        seconds = min(seconds, updates.NEWS_SECONDS)
    return Filled(msgspec.json.encode(response), tags, seconds)


def _all_offers(response: SearchResponse) -> list[SailingOffer]:
    """Return every sailing in the answer, those of journeys with changes included."""
    connections = (*response.outbound_connections, *(response.inbound_connections or ()))
    legs = (leg.sailing for journey in connections for leg in journey.legs)
    return [*response.outbound, *(response.inbound or ()), *legs]


def _seconds_to_next_close(offers: Sequence[SailingOffer]) -> int:
    """Return how long no sailing's sales close: until then an answer may be shown again."""
    now = clock.now()
    coming = [
        (offer.sales_close_at - now).total_seconds()
        for offer in offers
        if offer.bookable and offer.sales_close_at is not None
    ]
    return max(1, int(min(coming, default=_NO_CLOSE_SECONDS)))


async def _ends(res: Resources, question: Question) -> tuple[Place, Place]:
    async with res.reads.acquire() as conn:
        origin = await places.by_code(conn, question.origin)
        destination = await places.by_code(conn, question.destination)
        if origin and destination:
            return origin, destination
        unknown = {"from": question.origin} if origin is None else {}
        unknown |= {"to": question.destination} if destination is None else {}
        guesses = {field: await places.guesses(conn, text) for field, text in unknown.items()}
    raise UnknownPlace(guesses)


def _unknown_words(guesses: Sequence[Place]) -> str:
    if not guesses:
        return _("We do not know that place.")
    named = listed(f"{port_text(place)} ({place.code})" for place in guesses)
    return _("We do not know that place. Did you mean: %(places)s?") % {"places": named}


def _response(
    res: Resources, question: Question, ends: tuple[Place, Place], ways: Sequence[OneWay]
) -> SearchResponse:
    """Return what is known by now."""
    states = _worst([answer.state for way in ways for answer in way.remote])
    return SearchResponse(
        origin=ends[0],
        destination=ends[1],
        date=question.date,
        return_date=question.return_date,
        outbound=ways[0].offers(),
        inbound=ways[1].offers() if question.return_date else None,
        operators=states,
        partial=any(state.status is not OperatorStatus.OK for state in states),
        as_of=clock.now().replace(microsecond=0),
        sandbox=bool(res.settings.sandboxed),
        outbound_connections=ways[0].connections(),
        inbound_connections=ways[1].connections() if question.return_date else None,
        connecting_operators=_worst(
            [state for way in ways if way.journeys for state in way.journeys.operators]
        ),
    )


async def _one_way(
    res: Resources,
    party: Party,
    way: OneWay,
    ends: tuple[Place, Place],
    of: Round,
    tags: Sequence[str],
    heard: Callable[[], None],
) -> None:
    """Fill one way in; `heard` is called whenever there is more of it."""

    def operators_heard(answers: Sequence[OperatorAnswer]) -> None:
        way.remote = answers
        heard()

    async def house() -> None:
        way.house = await house_offers.offers(res, ends, of.day, party, tags)
        heard()

    async def changing() -> None:
        way.journeys = await journeys.journeys(res, of.ways, of.day, party, tags)
        heard()

    async def remote() -> None:
        way.remote = await operator_offers.offers(res, *ends, of.day, party, operators_heard)

    await asyncio.gather(house(), changing(), remote())


def _worst(states: Sequence[_State]) -> tuple[_State, ...]:
    """Return one state per operator: the one that went wrong, if it went wrong on one way."""
    by_code = {state.code: state for state in states}
    by_code |= {state.code: state for state in states if state.status is not OperatorStatus.OK}
    return tuple(by_code.values())
