"""Ships over HTTP: positions, detail, track, search, the live map's page and socket."""

from aiohttp import web

from maritime_app.errors import Invalid, NotFound
from maritime_app.vessels import service
from maritime_app.vessels.map.routes import HUB, connect, live_map_context
from maritime_app.vessels.schemas import (
    VesselDetail,
    VesselFound,
    VesselPosition,
    VesselPositions,
    VesselPositionsQuestion,
    VesselSearchQuestion,
    VesselTrack,
    VesselTrackQuestion,
)
from maritime_app.vessels.tracks import geometry
from maritime_app.vessels.types import Group
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_TABLE_ROWS = 100


async def positions(request: web.Request) -> web.Response:
    """The ships in a box, as JSON or GeoJSON."""
    question = forms.query(request, VesselPositionsQuestion)
    answer = service.positions(request.app[HUB], question)
    if question.format == "geojson":
        return _geojson(request, answer)
    return render.json(request, answer)


async def detail(request: web.Request) -> web.Response:
    """One ship."""
    return render.json(request, await service.vessel(resources(request), _mmsi(request)))


async def track(request: web.Request) -> web.Response:
    """Where a ship was, as JSON, GeoJSON or CSV."""
    question = forms.query(request, VesselTrackQuestion)
    answer = await service.track(resources(request), _mmsi(request), question)
    if question.format == "csv":
        name = f'attachment; filename="track-{answer.mmsi}.csv"'
        text = geometry.as_csv(answer.pieces)
        return web.Response(
            text=text, content_type="text/csv", headers={"Content-Disposition": name}
        )
    if question.format == "geojson":
        return render.json(request, geometry.geojson(answer.mmsi, answer.pieces))
    return render.json(request, answer)


async def search(request: web.Request) -> web.Response:
    """Ships by name, MMSI or IMO."""
    question = forms.query(request, VesselSearchQuestion)
    return render.json(
        request, await service.search(resources(request), question.q, question.limit)
    )


async def show_map(request: web.Request) -> web.Response:
    """The live map; below it, and instead of it without JavaScript, the ships as a table."""
    question = forms.query(request, _MapQuestion)
    found: list[VesselFound] | None = None
    wrong = ""
    if question.q:
        try:
            found = await service.search(resources(request), question.q, 50)
        except Invalid as refusal:
            wrong = refusal.message
    asked = VesselPositionsQuestion(
        lat_min=-90, lat_max=90, lng_min=-180, lng_max=180, types=question.types, limit=_TABLE_ROWS
    )
    seen = service.positions(request.app[HUB], asked)
    context = {
        "section": "ships",
        "question": question,
        "found": found,
        "wrong": wrong,
        "seen": seen,
        "ships": _by_motion(seen.vessels),
        "groups": [group.code for group in Group],
    }
    return render.page(request, "vessels/map.html", context)


async def show_ship(request: web.Request) -> web.Response:
    """One ship: what it told, where it was last, its track."""
    res, mmsi = resources(request), _mmsi(request)
    ship = await service.vessel(res, mmsi)
    way = await service.track(res, mmsi, VesselTrackQuestion(hours=24))
    context = {
        "section": "ships",
        "ship": ship,
        "track": way,
        "last_points": [point for piece in way.pieces for point in piece][-12:][::-1],
    }
    return render.page(request, "vessels/ship.html", context)


class _MapQuestion(VesselSearchQuestion, frozen=True, kw_only=True):
    """What the map page is asked without JavaScript."""

    types: str = ""
    ship: int = 0


def _by_motion(ships: list[VesselPosition]) -> list[VesselPosition]:
    return sorted(
        ships, key=lambda ship: (ship.stale, -(ship.sog_knots or 0) >= -0.5, ship.name or "~")
    )


def _mmsi(request: web.Request) -> int:
    text = request.match_info["mmsi"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound("A ship's number (MMSI) has up to nine digits.")
    return int(text)


def _geojson(request: web.Request, answer: VesselPositions) -> web.Response:
    features = [
        {
            "type": "Feature",
            "id": ship.mmsi,
            "geometry": {"type": "Point", "coordinates": [ship.lon, ship.lat]},
            "properties": ship,
        }
        for ship in answer.vessels
    ]
    page = {"total": answer.total, "limit": answer.limit, "offset": answer.offset}
    collection = {
        "type": "FeatureCollection",
        "features": features,
        "feed": answer.feed,
        "as_of": answer.as_of,
    }
    return render.json(request, {**collection, **page})


ROUTES = [
    get(
        "/api/vessels/live-positions/",
        positions,
        access=PUBLIC,
        summary="Ships in a box, newest report first",
        query=VesselPositionsQuestion,
        answer=VesselPositions,
    ),
    get(
        "/api/v1/vessels",
        search,
        access=PUBLIC,
        summary="Search ships by name, MMSI or IMO",
        query=VesselSearchQuestion,
        answer=list[VesselFound],
    ),
    get("/api/v1/vessels/{mmsi}", detail, access=PUBLIC, summary="One ship", answer=VesselDetail),
    get(
        "/api/v1/vessels/{mmsi}/track",
        track,
        access=PUBLIC,
        summary="Where a ship was, in pieces between gaps",
        query=VesselTrackQuestion,
        answer=VesselTrack,
    ),
    get("/vessels", show_map, access=PUBLIC, summary="Live map of ships"),
    get("/vessels/live", connect, access=PUBLIC, summary="Socket of the live map"),
    get("/vessels/{mmsi}", show_ship, access=PUBLIC, summary="One ship"),
]
CONTEXTS = [live_map_context]
