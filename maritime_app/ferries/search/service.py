"""One fetch per question, however many wait: house sailings and remote operators side by side."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.model import Place, Vehicle
from maritime_app.ferries.places import service as places
from maritime_app.ferries.search import house_offers, operator_offers, requests, store
from maritime_app.ferries.search.model import (
    OperatorState,
    OperatorStatus,
    SailingOffer,
    SearchRequest,
    SearchResponse,
)
from maritime_app.ferries.search.requests import Question
from maritime_app.ferries.search.store import PopularRoute
from maritime_app.i18n import translate as _
from maritime_app.infra.cache import Filled, Found
from maritime_app.infra.metrics import tally
from maritime_app.resources import Resources

_NO_CLOSE_SECONDS = 86_400.0  # longer than any answer is kept


class UnknownPlace(Invalid):
    """A place was not named by its code. `meant` has the codes by field when all names are sure."""

    def __init__(self, guesses: Mapping[str, Sequence[Place]]) -> None:
        words = {field: _unknown_words(places) for field, places in guesses.items()}
        super().__init__(next(iter(words.values())), words, code="place")
        sure = all(len(places) == 1 for places in guesses.values())
        self.meant = {field: places[0].code for field, places in guesses.items()} if sure else {}


def question(request: SearchRequest) -> Question:
    """Return the request understood; raise Invalid for what has no answer."""
    return requests.question(request, clock.now().date())


async def search(res: Resources, question: Question) -> Found:
    """Return the encoded SearchResponse, kept in the cache; raise Invalid for an unknown place."""
    key, tags = question.cache_key, question.cache_tags
    return await res.cache.get(key, tags, lambda: _fill(res, question))


def vehicles_of(text: str) -> tuple[Vehicle, ...]:
    """Return the vehicles that a search names; raise Invalid for what cannot be understood."""
    return requests.vehicles_of(text)


async def nearby_days(res: Resources, question: Question) -> list[date]:
    """Return days around the requested one that have a sailing."""
    async with res.reads.acquire() as conn:
        return await store.days_with_sailings(
            conn, question.origin, question.destination, question.date
        )


async def popular_routes(res: Resources, limit: int = 6) -> list[PopularRoute]:
    """Return routes that are sold here, the busiest first."""
    async with res.reads.acquire() as conn:
        return await store.popular_routes(conn, limit)


async def _fill(res: Resources, question: Question) -> Filled:
    """Look everything up and encode it; raise UnknownPlace."""
    origin, destination = await _ends(res, question)
    ways = [_one_way(res, question, (origin, destination), question.date)]
    if question.return_date:
        ways.append(_one_way(res, question, (destination, origin), question.return_date))
    answers = await asyncio.gather(*ways)
    states = _worst([state for _offers, states in answers for state in states])
    partial = any(state.status is not OperatorStatus.OK for state in states)
    tally["searches_partial" if partial else "searches_complete"] += 1
    response = SearchResponse(
        origin=origin,
        destination=destination,
        date=question.date,
        return_date=question.return_date,
        outbound=answers[0][0],
        inbound=answers[1][0] if question.return_date else None,
        operators=states,
        partial=partial,
        as_of=clock.now().replace(microsecond=0),
        sandbox=bool(res.settings.sandboxed),
    )
    settings = res.settings.search
    seconds = settings.partial_cache_seconds if partial else settings.cache_seconds
    offers = (*response.outbound, *(response.inbound or ()))
    seconds = min(seconds, _seconds_to_next_close(offers))
    return Filled(msgspec.json.encode(response), question.cache_tags, seconds)


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
    named = ", ".join(f"{place.name} ({place.code})" for place in guesses)
    return _("We do not know that place. Did you mean: %(places)s?") % {"places": named}


async def _one_way(
    res: Resources, question: Question, ends: tuple[Place, Place], day: date
) -> tuple[tuple[SailingOffer, ...], list[OperatorState]]:
    house, remote = await asyncio.gather(
        house_offers.offers(res, ends, day, question.party, question.cache_tags),
        operator_offers.offers(res, *ends, day, question.party),
    )
    offers = [*house, *(offer for answer in remote for offer in answer.offers)]
    offers.sort(key=lambda offer: (offer.departs_at, offer.operator.name))
    return tuple(offers), [answer.state for answer in remote]


def _worst(states: Sequence[OperatorState]) -> tuple[OperatorState, ...]:
    """Return one state per operator: the one that went wrong, if it went wrong on one way."""
    by_code = {state.code: state for state in states}
    by_code |= {state.code: state for state in states if state.status is not OperatorStatus.OK}
    return tuple(by_code.values())
