"""Port calls over HTTP: JSON, GeoJSON, CSV, Atom, a page, and a part of the port's."""

import msgspec
from aiohttp import web
from msgspec import Struct, structs

from maritime_app.ports import service as ports
from maritime_app.ports.service import period_label
from maritime_app.vessels.events.atom import AtomFeed
from maritime_app.vessels.events.geojson import features
from maritime_app.vessels.events.responses import FOR_A_MINUTE, atom_response, geojson_response
from maritime_app.vessels.port_calls import atom, service
from maritime_app.vessels.port_calls.beside import PortMeasuresResponse
from maritime_app.vessels.port_calls.measures_csv import measures_csv
from maritime_app.vessels.port_calls.pages import NewestCallsRequest, show_newest
from maritime_app.vessels.port_calls.responses import (
    PortCallsRequest,
    PortCallsResponse,
    calls_csv,
)
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, get

_ON_A_PAGE = 12


class PortCallsOfPortRequest(Struct, frozen=True, kw_only=True):
    """The calls of a port: a page of its own, or (`fragment`) the part of the port's page."""

    fragment: bool = False


async def get_calls(request: web.Request) -> web.Response:
    """Answer with the newest calls, of a port, a ship or all."""
    query = forms.query(request, PortCallsRequest)
    answer = await service.calls(resources(request), query)
    return render.json_as_of(answer, answer.without_moment())


async def get_features(request: web.Request) -> web.Response:
    """Answer with the same as GeoJSON, each call where its port is."""
    answer = await service.calls(resources(request), forms.query(request, PortCallsRequest))
    found = structs.replace(
        features(answer.calls, answer.as_of, answer.since),
        total=answer.total,
        next_cursor=answer.next_cursor,
    )
    return geojson_response(found)


async def get_csv(request: web.Request) -> web.Response:
    """Answer with the same as CSV."""
    answer = await service.calls(resources(request), forms.query(request, PortCallsRequest))
    headers = {**FOR_A_MINUTE, "Content-Disposition": 'attachment; filename="port-calls.csv"'}
    body = calls_csv(answer.calls)
    return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=headers)


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the same as an Atom feed."""
    res = resources(request)
    query = forms.query(request, PortCallsRequest)
    answer = await service.calls(res, query)
    public_url = res.settings.public_url
    address = f"{public_url}{request.rel_url}"
    entries = atom.entries(answer.calls, public_url)
    feed = AtomFeed(address, f"Port calls {query.port}".strip(), answer.as_of, entries)
    return atom_response(feed, FOR_A_MINUTE)


async def get_measures(request: web.Request) -> web.Response:
    """Answer with what is measured of a port beside the official figures."""
    res = resources(request)
    port = await ports.port(res, request.match_info["code"])
    body = await service.measures_beside(res, port.code)
    return web.Response(body=body, content_type="application/json", headers=FOR_A_MINUTE)


async def get_measures_csv(request: web.Request) -> web.Response:
    """Answer with the same measures as CSV."""
    res = resources(request)
    port = await ports.port(res, request.match_info["code"])
    body = await service.measures_beside(res, port.code)
    table = measures_csv(msgspec.json.decode(body, type=PortMeasuresResponse))
    disposition = f'attachment; filename="{plain(port.code)}-measures.csv"'
    headers = {**FOR_A_MINUTE, "Content-Disposition": disposition}
    return web.Response(body=table, content_type="text/csv", charset="utf-8", headers=headers)


async def show_page(request: web.Request) -> web.Response:
    """Show the newest calls of a port and what is measured of it: a page for whoever has no
    script, or the part of the port's page.
    """
    asked = forms.query(request, PortCallsOfPortRequest)
    return await _page(request, request.match_info["code"], fragment=asked.fragment)


async def _page(request: web.Request, code: str, *, fragment: bool) -> web.Response:
    res = resources(request)
    port = await ports.port(res, code)
    measured = await service.measures_beside(res, port.code)
    context = {
        "calls": await service.newest_calls(res, port.code, _ON_A_PAGE),
        "measured": msgspec.json.decode(measured, type=PortMeasuresResponse),
        "port": port,
        "period_label": period_label,
        "fragment": fragment,
    }
    return render.page(request, "vessels/port_calls.html", context)


ROUTES = [
    get(
        "/api/v1/vessels/port-calls",
        get_calls,
        access=PUBLIC,
        summary="The newest port calls, of a port with what is measured of it, of a ship or all",
        query=PortCallsRequest,
        answer=PortCallsResponse,
    ),
    get(
        "/api/v1/vessels/port-calls.geojson",
        get_features,
        access=PUBLIC,
        summary="Port calls as GeoJSON",
        query=PortCallsRequest,
    ),
    get(
        "/api/v1/vessels/port-calls.csv",
        get_csv,
        access=PUBLIC,
        summary="Port calls as CSV",
        query=PortCallsRequest,
        limit="export",
    ),
    get(
        "/api/v1/vessels/port-calls.atom",
        get_feed,
        access=PUBLIC,
        summary="Port calls as an Atom feed",
        query=PortCallsRequest,
    ),
    get(
        "/api/v1/ports/{code}/measures",
        get_measures,
        access=PUBLIC,
        answer=PortMeasuresResponse,
        summary="Our own measurements of a port beside the official figures",
    ),
    get(
        "/api/v1/ports/{code}/measures.csv",
        get_measures_csv,
        access=PUBLIC,
        summary="The same measures as CSV",
        limit="export",
    ),
    get(
        "/vessels/port-calls",
        show_newest,
        access=PUBLIC,
        summary="The newest port calls",
        query=NewestCallsRequest,
    ),
    get("/ports/{code}/calls", show_page, access=PUBLIC, query=PortCallsOfPortRequest),
]
