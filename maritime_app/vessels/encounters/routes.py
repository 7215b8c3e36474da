"""Encounters over HTTP: a page, JSON, GeoJSON, Atom."""

import msgspec
from aiohttp import web

from maritime_app.vessels.encounters import atom, service
from maritime_app.vessels.encounters.responses import (
    EncountersRequest,
    EncountersResponse,
    features,
)
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


async def get_encounters(request: web.Request) -> web.Response:
    """Answer with the newest encounters."""
    query = forms.query(request, EncountersRequest)
    return render.json(request, await service.encounters(resources(request), query))


async def get_features(request: web.Request) -> web.Response:
    """Answer with the newest encounters as GeoJSON."""
    query = forms.query(request, EncountersRequest)
    answer = await service.encounters(resources(request), query)
    body = msgspec.json.encode(features(answer))
    return web.Response(body=body, content_type="application/geo+json")


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the newest encounters as an Atom feed."""
    res = resources(request)
    answer = await service.encounters(res, forms.query(request, EncountersRequest))
    public_url = res.settings.public_url
    body = atom.feed(answer, f"{public_url}/api/v1/vessels/encounters.atom", public_url)
    return web.Response(body=body, content_type="application/atom+xml", headers=_FOR_A_MINUTE)


async def show(request: web.Request) -> web.Response:
    """Show the newest encounters."""
    answer = await service.encounters(resources(request), EncountersRequest())
    return render.page(request, "vessels/encounters.html", {"section": "ships", "answer": answer})


ROUTES = [
    get(
        "/api/v1/vessels/encounters",
        get_encounters,
        access=PUBLIC,
        summary="Ships that lay close together for hours, far from every harbour",
        query=EncountersRequest,
        answer=EncountersResponse,
    ),
    get(
        "/api/v1/vessels/encounters.geojson",
        get_features,
        access=PUBLIC,
        summary="Encounters as GeoJSON",
        query=EncountersRequest,
    ),
    get(
        "/api/v1/vessels/encounters.atom",
        get_feed,
        access=PUBLIC,
        summary="Encounters as an Atom feed",
        query=EncountersRequest,
    ),
    get("/vessels/encounters", show, access=PUBLIC, summary="Ships that met at sea"),
]
