"""Pages and JSON of ports and their official figures."""

import asyncio
from typing import Final
from urllib.parse import quote, urlencode

from aiohttp import web

from maritime_app import i18n
from maritime_app.formatting import country_choices
from maritime_app.infra.cache.two_level import Filled
from maritime_app.ports import daily_calls_routes, service
from maritime_app.ports.comparison import routes as comparison, tables
from maritime_app.ports.comparison.service import RANKED_ON_A_PAGE
from maritime_app.ports.directory import routes as directory
from maritime_app.ports.figure_history import routes as figure_history
from maritime_app.ports.kept_figures import FIGURE_TAGS
from maritime_app.ports.model import (
    PortItem,
    PortList,
    PortQuery,
    PortStatistics,
    StatisticsQuery,
)
from maritime_app.ports.performance import PortPerformance
from maritime_app.ports.pictures import routes as pictures
from maritime_app.ports.statistics.periods import period_label
from maritime_app.ports.statistics.tables import MEASURE_LABELS
from maritime_app.ports.tagged import tagged, tagged_bytes
from maritime_app.web import forms, limits, render
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, get

_PAGE_SECONDS: Final = 300
_ELSEWHERE: Final = b"\x00"  # begins no page: the port stands under the code that follows


async def index(request: web.Request) -> web.Response:
    """Show the list of ports, by name or code."""
    query = forms.query(request, PortQuery)
    res = resources(request)
    results = await service.find(res, query)
    if not results.ports and results.total:
        return render.last_page(request, results.pages)
    context = {
        "section": "ports",
        "query": query,
        "results": results,
        "countries": country_choices({*await service.countries(res), query.country.upper()} - {""}),
        "ranked_on_a_page": RANKED_ON_A_PAGE,
        "query_string": urlencode({"q": query.q, "kind": query.kind, "country": query.country}),
    }
    return render.page(request, "ports/index.html", context)


async def show(request: web.Request) -> web.Response:
    """Show one port, kept as ready bytes by language until its figures or the list change."""
    code = request.match_info["code"]
    signed_in = render.is_signed_in(request)
    key = f"page:{i18n.current()}:{signed_in}:port:{code[: service.MAX_CODE_LENGTH]}"
    try:
        found = await resources(request).cache.get(
            key, FIGURE_TAGS, lambda: _render_port(request, code)
        )
    except service.UnknownPort as unknown:
        where = unknown.way_on(lambda meant: f"/ports/{quote(meant, safe='')}")
        if where is None:
            raise
        return render.see_other(where)
    if found.body.startswith(_ELSEWHERE):
        return render.see_other(f"/ports/{quote(found.body[1:].decode(), safe='')}")
    return web.Response(body=found.body, content_type="text/html", charset="utf-8")


async def _render_port(request: web.Request, code: str) -> Filled:
    view = await service.port_page(resources(request), code)
    if view.port.code != code:  # small letters, a space, a pier, a code of another list
        return Filled(_ELSEWHERE + view.port.code.encode(), FIGURE_TAGS, _PAGE_SECONDS)
    context = {
        "section": "ports",
        "view": view,
        "period_label": period_label,
        "here": request.rel_url.with_query(None),
    }
    text = render.render(request, "ports/port.html", context)
    return Filled(text.encode(), FIGURE_TAGS, _PAGE_SECONDS)


async def show_history(request: web.Request) -> web.Response:
    """Show the figures of a port that a later reading changed, with their values before."""
    res = resources(request)
    subject, revisions = await service.port_history(res, request.match_info["code"])
    context = {
        "port": subject,
        "revisions": revisions,
        "period_label": period_label,
        "labels": MEASURE_LABELS,
    }
    return render.page(request, "ports/history.html", context)


async def list_ports(request: web.Request) -> web.Response:
    """Answer with the list of ports."""
    return tagged(await service.find(resources(request), forms.query(request, PortQuery)))


async def get_port(request: web.Request) -> web.Response:
    """Answer with one port."""
    return tagged(await service.port(resources(request), request.match_info["code"]))


async def statistics(request: web.Request) -> web.Response:
    """Answer with a port's official figures and its country's."""
    if forms.query(request, StatisticsQuery).is_export():
        await limits.take(request, "export")
    return tagged(await _statistics(request))


async def performance(request: web.Request) -> web.Response:
    """Answer with the newest figures of a port side by side, at most an hour old."""
    body = await service.port_performance(resources(request), request.match_info["code"])
    return tagged_bytes(body, "application/json")


async def statistics_csv(request: web.Request) -> web.Response:
    """Answer with the figures of `statistics` under the same keys as CSV."""
    figures = await _statistics(request)
    # Hundreds of rows take longer than others should wait for.
    body = await asyncio.to_thread(tables.observations_csv, figures.observations)
    response = tagged(figures, body, "text/csv")
    name = plain(figures.port.code)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-statistics.csv"'
    return response


async def _statistics(request: web.Request) -> PortStatistics:
    reports = forms.query(request, StatisticsQuery).reports()
    code = request.match_info["code"]
    return await service.port_statistics(resources(request), code, reports)


ROUTES = [
    *comparison.ROUTES,
    *directory.ROUTES,
    *figure_history.ROUTES,
    *pictures.ROUTES,
    *daily_calls_routes.ROUTES,
    get("/ports", index, access=PUBLIC, query=PortQuery, summary="Ports by name or code"),
    get("/ports/{code}", show, access=PUBLIC, summary="One port and its figures"),
    get("/ports/{code}/history", show_history, access=PUBLIC),
    get(
        "/api/v1/ports",
        list_ports,
        access=PUBLIC,
        query=PortQuery,
        answer=PortList,
        summary="Ports by name or code",
    ),
    get("/api/v1/ports/{code}", get_port, access=PUBLIC, answer=PortItem, summary="One port"),
    get(
        "/api/v1/ports/{code}/statistics",
        statistics,
        access=PUBLIC,
        query=StatisticsQuery,
        answer=PortStatistics,
        summary="Official figures of a port and its country, with sources",
    ),
    get(
        "/api/v1/ports/{code}/performance",
        performance,
        access=PUBLIC,
        answer=PortPerformance,
        summary="The newest official figures of a port side by side",
    ),
    get(
        "/api/v1/ports/{code}/statistics.csv",
        statistics_csv,
        access=PUBLIC,
        query=StatisticsQuery,
        summary="The same as CSV",
        limit="export",
    ),
]
