"""Search page and API, departures of a port, and the first page."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from maritime_app import clock, i18n
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries import service
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import OperatorName, Place, SearchAnswer, SearchQuestion
from maritime_app.ferries.search import service as search, views as shown
from maritime_app.infra.cache import Filled, Found
from maritime_app.money import Money
from maritime_app.vessels import service as vessels
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body, query
from maritime_app.web.raw_responses import offer
from maritime_app.web.render import page, render
from maritime_app.web.routing import PUBLIC, Route, get, post

_HOME_SECONDS = 15


async def find(request: web.Request) -> web.StreamResponse:
    """GET: the question in the query string. A repeated one is answered from ready bytes."""
    key, found = await service.find(resources(request), query(request, SearchQuestion))
    offer(request, key)
    return _answer(found)


async def find_posted(request: web.Request) -> web.StreamResponse:
    """POST: the question as JSON."""
    _key, found = await service.find(resources(request), await json_body(request, SearchQuestion))
    return _answer(found)


def _answer(found: Found) -> web.Response:
    hit = "miss" if found.source in ("miss", "coalesced") else "hit"
    headers = {"X-Cache": hit, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if found.source != "local":
        headers["X-Cache-Source"] = found.source
    return web.Response(body=found.body, content_type="application/json", headers=headers)


async def show_results(request: web.Request) -> web.StreamResponse:
    """The results page (or the empty form), kept as ready bytes per language and question."""
    asked = request.rel_url.query
    words = shown.asked_words(asked)
    if not (words["from"] and words["to"] and words["date"]):
        return await _form(request, words, {}, 200)
    try:
        question = search.checked(query(request, SearchQuestion))
        words |= {"from": question.origin, "to": question.destination}
        party = fare_rules.party_of(question)
        filters = shown.Filters.of(asked, asked.getall("operator", []))
        key = f"page:{i18n.current()}:{filters.key}:{search.key_of(question, party)}"
        tags = search.tags_of(question)
        found = await resources(request).cache.get(
            key, tags, lambda: _render_results(request, question, words, filters)
        )
    except search.UnknownPlace as refusal:
        if refusal.meant:  # "Piraeus" instead of GRPIR, from a link or a form without suggestions
            return web.Response(
                status=303, headers={"Location": str(request.rel_url.update_query(refusal.meant))}
            )
        return await _form(request, words, refusal.fields, 422)
    except Invalid as refusal:
        return await _form(request, words, refusal.fields, 422)
    response = web.Response(body=found.body, content_type="text/html", charset="utf-8")
    response.headers["X-Cache"] = "miss" if found.source in ("miss", "coalesced") else "hit"
    response.headers["Cache-Control"] = "no-cache"
    offer(request, key)
    return response


async def _render_results(
    request: web.Request, question: SearchQuestion, words: Mapping[str, Any], filters: shown.Filters
) -> Filled:
    res = resources(request)
    _key, found = await service.find(res, question)
    answer = msgspec.json.decode(found.body, type=SearchAnswer)
    nearby = {"out": await service.nearby_days(res, question)} if not answer.outbound else {}
    context = shown.context(answer, fare_rules.party_of(question), words, filters, nearby)
    context |= await _form_context(request, words, {})
    here = request.rel_url.with_query(shown.understood(request.rel_url.query.items()))
    text = render(request, "ferries/search.html", {**context, "here": here})
    return Filled(text.encode(), search.tags_of(question), max(1, found.seconds_left))


async def _form(
    request: web.Request, words: Mapping[str, Any], fields: Mapping[str, str], status: int
) -> web.StreamResponse:
    context = {"asked": False, "popular": [], **await _form_context(request, words, fields)}
    return page(request, "ferries/search.html", context, status=status)


async def _form_context(
    request: web.Request, words: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Any]:
    today = clock.now().date()
    words = {**words, "date": words["date"] or (today + timedelta(days=1)).isoformat()}
    places = await service.places(resources(request), limit=2000)
    stops = i18n.translate("Stops of imported timetables")
    ports = [
        {"code": place.code, "name": place.name, "country": place.country or stops}
        for place in places
    ]
    return {"ports": ports, "search": words, "today": today.isoformat(), "fields": fields}


async def show_home(request: web.Request) -> web.StreamResponse:
    """The first page: search, ships at sea now, routes people take."""
    key = f"page:{i18n.current()}:home"
    found = await resources(request).cache.get(key, [], lambda: _render_home(request))
    response = web.Response(body=found.body, content_type="text/html", charset="utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


async def _render_home(request: web.Request) -> Filled:
    res = resources(request)
    ships = [
        {
            "mmsi": ship.mmsi,
            "name": ship.name,
            "speed_knots": ship.sog_knots,
            "course_deg": ship.cog_deg,
            "destination": ship.destination,
            "received_at": datetime.fromtimestamp(ship.at_ms / 1000, UTC),
        }
        for ship in await vessels.at_sea_now(res, 12)
    ]
    feed, known = await vessels.feed_now(res)
    popular = [
        {
            "origin": Place(row["origin_code"], row["origin_name"], "UTC"),
            "destination": Place(row["destination_code"], row["destination_name"], "UTC"),
            "duration": row["duration"],
            "from_price": Money(row["from_minor"], row["currency"]),
            "operators": row["operators"],
        }
        for row in await service.popular_routes(res)
    ]
    context = {"ships": ships, "ships_total": known, "feed": feed, "popular": popular}
    form = await _form_context(request, shown.asked_words({}), {})
    here = request.rel_url.with_query(None)
    text = render(request, "web/home.html", {**context, **form, "here": here})
    return Filled(text.encode(), [], _HOME_SECONDS)


async def show_departures(request: web.Request) -> web.StreamResponse:
    """The next departures of a port: a page, or with ?fragment=1 only its table for other pages."""
    res = resources(request)
    asked = request.rel_url.query
    place = await service.place(res, asked.get("port", ""))
    if place is None:
        raise NotFound(i18n.translate("We do not know that place."))
    now = clock.now()
    rows = await service.departures(res, place.code, 40)
    context = {
        "port": place,
        "day": service.local_day(now, place),
        "days": [],
        "fragment": asked.get("fragment") == "1",
        "departures": [_departure(row, place) for row in rows],
        "elsewhere": service.asked_when_searching(res, place),
    }
    return page(request, "ferries/departures.html", context)


def _departure(row: Any, place: Place) -> dict[str, Any]:
    day = service.local_day(row["departs_at"], place)
    url = f"/ferries?from={place.code}&to={row['destination_code']}&date={day}&adults=1"
    return {
        "departs_at": row["departs_at"],
        "arrives_at": row["arrives_at"],
        "destination": Place(row["destination_code"], row["destination_name"], "UTC"),
        "operator": OperatorName(row["operator_code"], row["operator_name"], row["operator_kind"]),
        "ferry": row["ferry"],
        "mmsi": row["mmsi"],
        "state": row["status"],
        "kind": row["operator_kind"],
        "headway_seconds": row["headway_seconds"],
        "url": url if row["fare_id"] else None,
    }


ROUTES: list[Route] = [
    get("/", show_home, access=PUBLIC),
    get("/ferries", show_results, access=PUBLIC, limit="search", ready=True),
    get("/ferries/departures", show_departures, access=PUBLIC),
    get(
        "/api/v1/ferries/search",
        find,
        access=PUBLIC,
        query=SearchQuestion,
        answer=SearchAnswer,
        summary="Sailings between two places on a day, priced for a party",
        limit="search",
        ready=True,
    ),
    post(
        "/api/v1/ferries/search",
        find_posted,
        access=PUBLIC,
        body=SearchQuestion,
        answer=SearchAnswer,
        summary="The same question as JSON",
        limit="search",
    ),
]
