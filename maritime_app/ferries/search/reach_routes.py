"""Where one can go, what sails instead, and what days cost at least: for programs and the form."""

from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import LowestFaresRequest, LowestFaresResponse
from maritime_app.ferries.parties import party_of
from maritime_app.ferries.places import service as places
from maritime_app.ferries.reach import (
    lines as ferry_lines,
    service as reach,
    ships as ferry_ships,
)
from maritime_app.ferries.reach.model import (
    Alternatives,
    AlternativesRequest,
    DestinationsRequest,
    DestinationsResponse,
)
from maritime_app.ferries.search import searched as searched_lately
from maritime_app.ferries.search.results import around, views
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.ferries.search.routes import form_context
from maritime_app.i18n import translate as _
from maritime_app.ports import service as ports
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.render import json, page
from maritime_app.web.routing import PUBLIC, Route, get

_LATELY = {"Cache-Control": "public, max-age=60"}


async def destinations(request: web.Request) -> web.StreamResponse:
    """Answer where one can go from a place without a change, at which price for a party."""
    wanted = query(request, DestinationsRequest)
    found = await reach.destinations(resources(request), wanted.origin, party_of(wanted))
    return json(request, found, headers=_LATELY)


async def show_destinations(request: web.Request) -> web.StreamResponse:
    """Show where one can go from a port, as a map and a list with the lowest prices."""
    res, wanted = resources(request), query(request, DestinationsRequest)
    party = party_of(wanted)
    found = await reach.destinations(res, wanted.origin, party)
    await reach.want_prices(res, found, party)
    entered = views.search_form({**request.query, "from": found.origin.code})
    context = {
        "reached": found,
        "party": party_words(party),
        "path": "/ferries/destinations?" + urlencode({"from": found.origin.code}),
        **await form_context(request, entered, {}),
    }
    return page(request, "ferries/destinations.html", context)


async def lines(request: web.Request) -> web.StreamResponse:
    """Answer the ferry lines and ports with departures that maps draw, in the reader's script."""
    res = resources(request)
    await ports.learn_script_names(res)
    found = ferry_lines.response(await reach.lines(res))
    return json(request, found, headers=_LATELY)


async def ships(request: web.Request) -> web.StreamResponse:
    """Answer the ships whose next crossing is sold here, in the reader's script."""
    res = resources(request)
    await ports.learn_script_names(res)
    found = ferry_ships.response(await reach.ships_on_sale(res))
    return json(request, found, headers={**_LATELY, "Vary": "Accept-Language"})


async def show_ship(request: web.Request) -> web.Response:
    """Show the next crossing of a ship that is sold here, as a part of its page; 204 without."""
    mmsi = request.match_info["mmsi"]
    on_sale = await reach.ships_on_sale(resources(request))
    found = next((ship for ship in on_sale if str(ship.mmsi) == mmsi), None)
    if found is None:
        return web.Response(status=204)
    return page(request, "ferries/_ship.html", {"crossing": found})


async def alternatives(request: web.Request) -> web.StreamResponse:
    """Answer other days and ports for a way."""
    wanted = query(request, AlternativesRequest)
    res = resources(request)
    found = await around.alternatives(res, wanted.origin, wanted.destination, wanted.date)
    return json(request, found, headers=_LATELY)


async def days(request: web.Request) -> web.StreamResponse:
    """Answer the lowest price of each day of which something is known, for a party."""
    wanted, res = query(request, LowestFaresRequest), resources(request)
    origin = await places.place(res, wanted.origin)
    destination = await places.place(res, wanted.destination)
    if origin is None or destination is None:
        raise NotFound(_("We do not know that place."), code="place")
    first = wanted.first or clock.now().date()
    last = first + timedelta(days=wanted.days - 1)
    way, party = (origin.code, destination.code), party_of(wanted)
    found = await lowest_fares.lowest_fares(res, way, first, last, party)
    return json(request, LowestFaresResponse(origin, destination, tuple(found)), headers=_LATELY)


async def show_searched(request: web.Request) -> web.StreamResponse:
    """Show what this browser searched last, as a part of the first page."""
    found = await searched_lately.searched(
        resources(request), request.cookies.get(searched_lately.COOKIE, "")
    )
    response = page(request, "ferries/_searched.html", {"searched_lately": found})
    response.headers["Cache-Control"] = "private, no-store"
    return response


ROUTES: list[Route] = [
    get("/ferries/destinations", show_destinations, access=PUBLIC, limit="search"),
    get("/ferries/searched", show_searched, access=PUBLIC, limit="search"),
    get(
        "/api/v1/ferries/destinations",
        destinations,
        access=PUBLIC,
        query=DestinationsRequest,
        answer=DestinationsResponse,
        summary="Where one can go from a place without a change, at which price for a party",
        limit="search",
    ),
    get(
        "/api/v1/ferries/lines",
        lines,
        access=PUBLIC,
        answer=ferry_lines.FerryLinesResponse,
        summary="Between which ports ferries sail, along the way by sea, as GeoJSON for a map",
        limit="search",
    ),
    get(
        "/api/v1/ferries/ships",
        ships,
        access=PUBLIC,
        answer=ferry_ships.ShipsOnSaleResponse,
        summary="Ships whose next crossing is sold here, of two days, by MMSI",
        limit="search",
    ),
    get("/ferries/ships/{mmsi}", show_ship, access=PUBLIC, limit="search"),
    get(
        "/api/v1/ferries/alternatives",
        alternatives,
        access=PUBLIC,
        query=AlternativesRequest,
        answer=Alternatives,
        summary="Other days and nearby ports for a way on which nothing sails",
        limit="search",
    ),
    get(
        "/api/v1/ferries/lowest-fares",
        days,
        access=PUBLIC,
        query=LowestFaresRequest,
        answer=LowestFaresResponse,
        summary="The lowest price of each day between two places for a party, as last looked up",
        limit="search",
    ),
]
