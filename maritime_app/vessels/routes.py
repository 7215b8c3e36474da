"""Ships over HTTP: positions, detail, track, search, feed, the live map's page and socket."""

from collections.abc import Sequence

from aiohttp import web

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound
from maritime_app.ports import service as ports
from maritime_app.ports.model import PortItem, PortQuery
from maritime_app.vessels import responses, service
from maritime_app.vessels.api import views
from maritime_app.vessels.api.requests import (
    TrackFormat,
    VesselPositionsRequest,
    VesselSearchRequest,
    VesselTrackRequest,
)
from maritime_app.vessels.api.schemas import (
    VesselDetail,
    VesselFeedHealth,
    VesselPositions,
    VesselSafetyText,
    VesselSearchResult,
    VesselTrack,
)
from maritime_app.vessels.coast import routes as coast
from maritime_app.vessels.density import routes as density
from maritime_app.vessels.encounters import routes as encounters
from maritime_app.vessels.gaps import routes as gaps
from maritime_app.vessels.map import views as map_views
from maritime_app.vessels.map.interference import Interference, interference
from maritime_app.vessels.map.routes import HUB, connect, live_map_context
from maritime_app.vessels.neighbours import routes as neighbours
from maritime_app.vessels.port_calls import routes as port_calls, service as port_call_service
from maritime_app.vessels.predictions import routes as predictions
from maritime_app.vessels.replay import routes as replay
from maritime_app.vessels.ship_alerts import routes as ship_alerts
from maritime_app.vessels.tracks.speed_chart import speed_chart
from maritime_app.vessels.warnings import routes as warnings
from maritime_app.web import forms, limits, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_TABLE_ROWS = 100
# A hundred rows take milliseconds: whatever somebody asks for, the same ones are shown so long.
_TABLE_SECONDS = 5
_ROWS_BELOW_FOUND = 20
_PAGE_SEARCH_LIMIT = 50
_PAGE_PORTS = 10
_PAGE_TRACK = VesselTrackRequest(hours=24)


async def positions(request: web.Request) -> web.Response:
    """Answer with the ships in a box, as JSON, GeoJSON, CSV or KML."""
    query = forms.query(request, VesselPositionsRequest)
    if query.is_export():
        await limits.take(request, "export")
    page = service.positions(request.app[HUB], query)
    return responses.positions(request, page, query.format)


async def detail(request: web.Request) -> web.Response:
    """Answer with one ship."""
    return render.json(request, await service.vessel(resources(request), _mmsi(request)))


async def track(request: web.Request) -> web.Response:
    """Answer with where a ship was, as JSON, GeoJSON, CSV, KML or GPX."""
    query = forms.query(request, VesselTrackRequest)
    if query.format != TrackFormat.JSON:
        await limits.take(request, "export")
    history = await service.track(resources(request), _mmsi(request), query)
    return responses.track(request, history, query.format)


async def feed(request: web.Request) -> web.Response:
    """Answer with the health of the feed, source by source."""
    return render.json(request, await service.feed_sources(resources(request)))


async def show_feed(request: web.Request) -> web.Response:
    """Show the same as a page."""
    answer = await service.feed_sources(resources(request))
    return render.page(request, "vessels/feed.html", {"section": "ships", "answer": answer})


async def jammed(request: web.Request) -> web.Response:
    """Answer with where satellite positions are disturbed, as GeoJSON."""
    areas = request.app[HUB].health().interference
    return render.json(request, interference(areas, clock.epoch_ms()))


async def safety_texts(request: web.Request) -> web.Response:
    """Answer with the safety-related texts of the last day."""
    return render.json(request, await service.safety_texts(resources(request)))


async def search(request: web.Request) -> web.Response:
    """Answer with ships by name, MMSI or IMO."""
    query = forms.query(request, VesselSearchRequest)
    return render.json(request, await service.search(resources(request), query.q, query.limit))


async def show_map(request: web.Request) -> web.Response:
    """Show the live map; below it, and instead of it without JavaScript, the ships as a table."""
    query = forms.query(request, _MapRequest)
    hub, rows = request.app[HUB], _ROWS_BELOW_FOUND if query.q else _TABLE_ROWS
    world = VesselPositionsRequest(
        lat_min=-90, lat_max=90, lng_min=-180, lng_max=180, types=query.types, limit=rows
    )
    moment = int(clock.now().timestamp() // _TABLE_SECONDS)
    view = map_views.map_page(
        await _search(request, query.q),
        service.feed_on_map(hub),
        lambda: map_views.ships_heard(service.positions(hub, world)),
        (tuple(sorted(set(world.groups()))), rows, moment),
    )
    return render.page(request, "vessels/map.html", {"section": "ships", "view": view})


async def _search(request: web.Request, text: str) -> map_views.Search:
    if not text:
        return map_views.Search(text)
    try:
        matches = await service.search(resources(request), text, _PAGE_SEARCH_LIMIT)
        return map_views.Search(text, matches, await _ports(request, text))
    except Invalid as refusal:
        return map_views.Search(text, error=refusal.message)


async def _ports(request: web.Request, text: str) -> Sequence[PortItem]:
    await ports.learn_script_names(resources(request))
    found, _total = await ports.find_all(resources(request), PortQuery(q=text), _PAGE_PORTS)
    return found


async def show_ship(request: web.Request) -> web.Response:
    """Show one ship: what it reports of itself, where it was last, its track."""
    res, mmsi = resources(request), _mmsi(request)
    ship = await service.vessel(res, mmsi)
    view = views.ship_page(ship, await service.track(res, mmsi, _PAGE_TRACK))
    calls = await port_call_service.calls_of_ship(res, mmsi)
    speeds = speed_chart(view.track)
    context = {"section": "ships", "view": view, "speeds": speeds, "calls": calls}
    return render.page(request, "vessels/ship.html", context)


class _MapRequest(VesselSearchRequest, frozen=True, kw_only=True):
    """The map page's query: a search and ship groups; `ship` is read by the page's script."""

    types: str = ""
    ship: int = 0


def _mmsi(request: web.Request) -> int:
    text = request.match_info["mmsi"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound("A ship's number (MMSI) has up to nine digits.")
    return int(text)


ROUTES = [
    *port_calls.ROUTES,
    *predictions.ROUTES,
    *gaps.ROUTES,
    *warnings.ROUTES,
    *encounters.ROUTES,
    *neighbours.ROUTES,
    *replay.ROUTES,
    *density.ROUTES,
    *coast.ROUTES,
    *ship_alerts.ROUTES,
    get(
        "/api/vessels/live-positions/",
        positions,
        access=PUBLIC,
        summary="Ships in a box, newest report first",
        query=VesselPositionsRequest,
        answer=VesselPositions,
        limit="search",
    ),
    get(
        "/api/v1/vessels/feed",
        feed,
        access=PUBLIC,
        summary="Health of the position feed, source by source",
        answer=VesselFeedHealth,
    ),
    get(
        "/api/v1/vessels/interference",
        jammed,
        access=PUBLIC,
        summary="Where satellite positions are disturbed, as GeoJSON",
        answer=Interference,
    ),
    get(
        "/api/v1/vessels/safety-texts",
        safety_texts,
        access=PUBLIC,
        summary="Safety-related texts of the last 24 hours",
        answer=list[VesselSafetyText],
    ),
    get(
        "/api/v1/vessels",
        search,
        access=PUBLIC,
        summary="Search ships by a part of the name, call sign, MMSI or IMO",
        query=VesselSearchRequest,
        answer=list[VesselSearchResult],
    ),
    get("/api/v1/vessels/{mmsi}", detail, access=PUBLIC, summary="One ship", answer=VesselDetail),
    get(
        "/api/v1/vessels/{mmsi}/track",
        track,
        access=PUBLIC,
        summary="Where a ship was, in pieces between gaps",
        query=VesselTrackRequest,
        answer=VesselTrack,
    ),
    get(
        "/vessels",
        show_map,
        access=PUBLIC,
        summary="Live map of ships",
    ),
    get("/vessels/live", connect, access=PUBLIC, summary="Socket of the live map"),
    get("/vessels/feed", show_feed, access=PUBLIC, summary="Sources of ships and how they go"),
    get("/vessels/{mmsi}", show_ship, access=PUBLIC, summary="One ship"),
]
CONTEXTS = [live_map_context]
