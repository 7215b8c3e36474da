"""The search page and the search for programs."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from maritime_app import clock, i18n
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.lowest_fares.model import ONE_ADULT
from maritime_app.ferries.model import Party
from maritime_app.ferries.parties import party_of, vehicles_of, vehicles_text
from maritime_app.ferries.places import service as places
from maritime_app.ferries.reach import service as reach
from maritime_app.ferries.reach.model import DestinationsRequest
from maritime_app.ferries.search import service, typed_vehicles
from maritime_app.ferries.search.model import (
    PlaceRequest,
    PlacesResponse,
    SearchQuery,
    SearchRequest,
    SearchResponse,
)
from maritime_app.ferries.search.requests import Question
from maritime_app.ferries.search.results import arriving_routes, views
from maritime_app.ferries.search.results.around import around
from maritime_app.ferries.search.results.filters import Filters
from maritime_app.ferries.search.results.party_words import party_words, vehicle_words
from maritime_app.ferries.search.searched import COOKIE, searched
from maritime_app.formatting import area_choices
from maritime_app.infra.cache.two_level import Filled, Found, Source
from maritime_app.names.port_names import port_name
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body, query
from maritime_app.web.render import json, page, render
from maritime_app.web.responses.raw_responses import ready_answer
from maritime_app.web.routing import PUBLIC, Route, get, post


async def search(request: web.Request) -> web.StreamResponse:
    """Answer a question in the query string; a repeated one is answered from ready bytes."""
    question = service.question(query(request, SearchQuery))
    found = await service.search(resources(request), question)
    return ready_answer(request, question.cache_key, found) or _json(found)


async def search_posted(request: web.Request) -> web.StreamResponse:
    """Answer the same question as a JSON body."""
    question = service.question(await json_body(request, SearchRequest))
    return _json(await service.search(resources(request), question))


async def suggest_places(request: web.Request) -> web.StreamResponse:
    """Answer the places that a traveller may mean who has typed so much."""
    wanted = query(request, PlaceRequest)
    found = await places.suggestions(resources(request), wanted.q)
    body = PlacesResponse(tuple(found))
    return json(request, body, headers={"Cache-Control": "public, max-age=300"})


def _json(found: Found) -> web.Response:
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    headers["X-Cache"] = _hit(found)
    if found.source is not Source.LOCAL:
        headers["X-Cache-Source"] = found.source
    return web.Response(body=found.body, content_type="application/json", headers=headers)


async def show_results(request: web.Request) -> web.StreamResponse:
    """Show the results (or the empty form), kept as ready bytes per language and question."""
    entered = views.search_form(request.rel_url.query)
    if typed_vehicles.is_typed(request.rel_url.query):
        return await _with_vehicles(request, entered)
    if not (entered["from"] and entered["to"] and entered["date"]):
        return await _form(request, entered, {}, 200)
    try:
        return await _results(request, entered)
    except service.UnknownPlace as refusal:
        if refusal.meant:  # "Piraeus" instead of GRPIR, from a link or a form without suggestions
            there = str(request.rel_url.update_query(refusal.meant))
            return web.Response(status=303, headers={"Location": there})
        return await _form(request, entered, refusal.fields, 422)
    except Invalid as refusal:
        return await _form(request, entered, refusal.fields, 422)


async def _with_vehicles(request: web.Request, entered: Mapping[str, Any]) -> web.StreamResponse:
    """Lead to the search with what was typed of its vehicle as a part of its address."""
    given = request.rel_url.query
    try:
        text = typed_vehicles.vehicles_text(given)
    except Invalid as refusal:
        return await _form(request, entered, {**_wrong(request), **refusal.fields}, 422)
    kept = [(name, value) for name, value in views.known_parameters(given.items()) if value]
    kept = [*(pair for pair in kept if pair[0] != "vehicles"), ("vehicles", text)]
    return web.Response(status=303, headers={"Location": str(request.rel_url.with_query(kept))})


def _wrong(request: web.Request) -> Mapping[str, str]:
    """Return what else is wrong with a question: nobody corrects a form one error at a time."""
    try:
        service.question(query(request, SearchQuery))
    except Invalid as refusal:
        return refusal.fields
    return {}


async def _results(request: web.Request, entered: dict[str, Any]) -> web.StreamResponse:
    res = resources(request)
    question = service.question(query(request, SearchQuery))
    filters = Filters.of(request.rel_url.query)
    key = f"page:{i18n.current()}:{filters.key}:{question.cache_key}"
    found = await res.cache.stored(key)
    if found is None:
        entered = views.understood(entered, question.origin, question.destination, question.party)
        tags = await service.cache_tags(res, question)
        work = asyncio.ensure_future(
            res.cache.get(
                key, tags, lambda: _render_results(request, question, tags, entered, filters)
            )
        )
        first = await arriving_routes.first_part(request, work, question, entered, filters)
        if first is not None:
            context = {**first, **await form_context(request, entered, {})}
            response = page(request, "ferries/search.html", context)
            response.headers["Cache-Control"] = "no-store"
            return response
        found = await work
    return ready_answer(request, key, found) or _page(found)


def _page(found: Found) -> web.Response:
    response = web.Response(body=found.body, content_type="text/html", charset="utf-8")
    response.headers["X-Cache"] = _hit(found)
    response.headers["Cache-Control"] = "no-cache"
    return response


async def _render_results(
    request: web.Request,
    question: Question,
    tags: Sequence[str],
    entered: Mapping[str, Any],
    filters: Filters,
) -> Filled:
    res = resources(request)
    found = await service.search(res, question)
    response = msgspec.json.decode(found.body, type=SearchResponse)
    beside = await around(res, response, question.party)
    context = views.results(response, question.party, entered, filters, beside)
    context |= await form_context(request, entered, {})
    here = request.rel_url.with_query(views.known_parameters(request.rel_url.query.items()))
    text = render(request, "ferries/search.html", {**context, "here": here})
    return Filled(text.encode(), tags, max(1, found.seconds_left))


async def _form(
    request: web.Request, entered: Mapping[str, Any], fields: Mapping[str, str], status: int
) -> web.StreamResponse:
    res, reached, party = resources(request), None, ONE_ADULT
    if entered["from"] and not entered["to"]:
        with suppress(NotFound, Invalid):
            party = _party(entered)
            reached = await reach.destinations(res, str(entered["from"]), party)
    lately = await searched(res, request.cookies.get(COOKIE, ""))
    context = {
        "searched": False,
        "reached": reached,
        "party": party_words(party),
        "searched_lately": lately,
        **await form_context(request, entered, fields),
    }
    return page(request, "ferries/search.html", context, status=status)


def _party(entered: Mapping[str, Any]) -> Party:
    """Return who travels by a form that is not whole yet; raise Invalid for nobody."""
    people = {name: entered[name] for name in views.PARTY if name != "berths"}
    asked = DestinationsRequest(entered["from"], **people, berths=bool(entered["berths"]))
    return party_of(asked)


async def form_context(
    request: web.Request, entered: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Any]:
    """Return what templates/ferries/_search_form.html shows."""
    today = clock.now().date()
    entered = {**entered, "date": entered["date"] or (today + timedelta(days=1)).isoformat()}
    known = await places.places(resources(request), limit=2000)
    areas = await service.resident_areas(resources(request))
    stops = i18n.translate("Stops of imported timetables")
    ports = [
        {"code": place.code, "name": port_name(place), "country": place.country or stops}
        for place in known
    ]
    return {
        "ports": ports,
        "search": entered,
        "party_names": views.PARTY,
        "areas": area_choices(filter(None, {*areas, str(entered["resident_of"])})),
        "vehicles_asked": _vehicles_asked(str(entered["vehicles"])),
        "left_out": request.query.getall("without", []),
        "today": today.isoformat(),
        "fields": fields,
    }


def _vehicles_asked(text: str) -> list[tuple[str, str]]:
    """Return each vehicle of a search as an address names it, and in words; none for what cannot be
    understood.
    """
    with suppress(Invalid):
        return [(vehicles_text([one]), vehicle_words([one])[0]) for one in vehicles_of(text)]
    return []


def _hit(found: Found) -> str:
    return "miss" if found.source in (Source.MISS, Source.COALESCED) else "hit"


ROUTES: list[Route] = [
    get("/ferries", show_results, access=PUBLIC, limit="search", cached=True),
    *arriving_routes.ROUTES,
    get(
        "/api/v1/ferries/places",
        suggest_places,
        access=PUBLIC,
        query=PlaceRequest,
        answer=PlacesResponse,
        summary="Harbours and stops that a name may mean, in any language and script",
        limit="search",
    ),
    get(
        "/api/v1/ferries/search",
        search,
        access=PUBLIC,
        query=SearchQuery,
        answer=SearchResponse,
        summary="Sailings between two places on a day, priced for a party",
        limit="search",
        cached=True,
    ),
    post(
        "/api/v1/ferries/search",
        search_posted,
        access=PUBLIC,
        body=SearchRequest,
        answer=SearchResponse,
        summary="The same question as JSON",
        limit="search",
    ),
]
