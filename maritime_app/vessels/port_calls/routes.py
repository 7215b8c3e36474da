"""Port calls over HTTP: JSON, Atom, and a part of other pages."""

from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct

from maritime_app.ports import service as ports
from maritime_app.ports.service import period_label
from maritime_app.vessels.events.atom import AtomFeed
from maritime_app.vessels.events.responses import FOR_A_MINUTE, atom_response
from maritime_app.vessels.port_calls import atom, service
from maritime_app.vessels.port_calls.beside import PortMeasuresResponse
from maritime_app.vessels.port_calls.measures_csv import measures_csv
from maritime_app.vessels.port_calls.responses import PortCallsRequest, PortCallsResponse
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_ON_A_PAGE = 12


class PortCallsPartRequest(Struct, frozen=True, kw_only=True):
    """The calls of a port, as a part of its page."""

    port: str


async def get_calls(request: web.Request) -> web.Response:
    """Answer with the calls of a port or of a ship."""
    query = forms.query(request, PortCallsRequest)
    answer = await service.calls(resources(request), query)
    return render.json_as_of(answer, answer.without_moment())


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the calls of a port as an Atom feed."""
    res = resources(request)
    query = forms.query(request, PortCallsRequest)
    answer = await service.calls(res, query)
    address = f"{res.settings.public_url}/api/v1/vessels/port-calls.atom?port={quote(query.port)}"
    entries = atom.entries(answer.calls, res.settings.public_url)
    feed = AtomFeed(address, f"Port calls {query.port}", answer.as_of, entries)
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
    text = measures_csv(msgspec.json.decode(body, type=PortMeasuresResponse))
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in port.code)
    disposition = f'attachment; filename="{plain}-measures.csv"'
    headers = {**FOR_A_MINUTE, "Content-Disposition": disposition}
    return web.Response(body=text, content_type="text/csv", charset="utf-8", headers=headers)


async def show_part(request: web.Request) -> web.Response:
    """Show the newest calls of a port and what is measured of it, as a part of its page."""
    code = forms.query(request, PortCallsPartRequest).port
    return await _page(request, code, fragment=True)


async def show_page(request: web.Request) -> web.Response:
    """Show the same as a page of its own: for whoever has no script."""
    return await _page(request, request.match_info["code"], fragment=False)


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
        summary="Port calls of a port or a ship, with what is measured of the port",
        query=PortCallsRequest,
        answer=PortCallsResponse,
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
    get("/vessels/port-calls", show_part, access=PUBLIC),
    get("/ports/{code}/calls", show_page, access=PUBLIC),
]
