"""The first page: search, ships at sea now, routes people take."""

from datetime import UTC, datetime

from aiohttp import web

from maritime_app import i18n
from maritime_app.ferries.search import service
from maritime_app.ferries.search.results import views
from maritime_app.ferries.search.routes import form_context
from maritime_app.infra.cache.two_level import Filled
from maritime_app.money import Money
from maritime_app.vessels import service as vessels
from maritime_app.web.app_keys import resources
from maritime_app.web.render import render
from maritime_app.web.routing import PUBLIC, Route, get

_SECONDS = 15
_SHIPS = 12


async def show_home(request: web.Request) -> web.StreamResponse:
    """Show the first page, at most a quarter of a minute old."""
    res = resources(request)
    # Where a key for real ships has been set, the page with the sandbox's is another one.
    key = f"page:{i18n.current()}:home:{vessels.sources_shown(res)}"
    found = await res.cache.get(key, [], lambda: _render_home(request))
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
        for ship in await vessels.vessels_under_way(res, _SHIPS)
    ]
    feed, known = await vessels.feed_now(res)
    popular = [
        {
            "origin": route.origin,
            "destination": route.destination,
            "duration": route.duration,
            "from_price": Money(route.from_minor, route.currency),
            "operators": route.operators,
        }
        for route in await service.popular_routes(res)
    ]
    context = {"ships": ships, "ships_total": known, "feed": feed, "popular": popular}
    form = await form_context(request, views.search_form({}), {})
    here = request.rel_url.with_query(None)
    text = render(request, "ferries/home.html", {**context, **form, "here": here})
    return Filled(text.encode(), [], _SECONDS)


ROUTES: list[Route] = [get("/", show_home, access=PUBLIC)]
