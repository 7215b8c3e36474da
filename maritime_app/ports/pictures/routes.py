"""Charts as pictures over HTTP."""

from datetime import date

from aiohttp import web

from maritime_app.errors import NotFound
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.outside_data.model import Pending
from maritime_app.ports import service
from maritime_app.ports.comparison import service as comparison
from maritime_app.ports.comparison.model import ComparisonRequest
from maritime_app.ports.daily_calls.chart import band_chart
from maritime_app.ports.kept_figures import of_figures
from maritime_app.ports.pictures import series, tables
from maritime_app.ports.pictures.bars import bars_svg
from maritime_app.ports.pictures.svg import svg
from maritime_app.ports.statistics.lines_chart import lines_chart
from maritime_app.ports.tagged import tagged_bytes
from maritime_app.ports.views import port_item
from maritime_app.web import forms
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, get


async def connectivity(request: web.Request) -> web.Response:
    """Answer with the connectivity of a port as a picture; raise NotFound without a chart."""
    view = await service.port_page(resources(request), request.match_info["code"])
    if view.index is None or view.chart is None:
        raise _no_chart()
    picture = series.connectivity(port_text(view.port), view.port.code, view.index, view.chart)
    return _answer(svg(picture), f"{view.port.code}-connectivity")


async def daily_calls(request: web.Request) -> web.Response:
    """Answer with the calls of a port by day as a picture; raise NotFound without a chart."""
    code = request.match_info["code"]
    port, found = await service.port_daily_calls(resources(request), code)
    if isinstance(found, Pending):
        headers = {"Retry-After": str(found.retry_after_seconds)}
        return web.Response(status=202, headers=headers)
    chart = band_chart(found.points(), found.disruptions)
    if chart is None:
        raise _no_chart()
    picture = series.daily_calls(port, found, chart)
    return _answer(svg(picture), f"{port.code}-daily-calls")


async def compared(request: web.Request) -> web.Response:
    """Answer with the connectivity of several ports as a picture; raise NotFound without one."""
    codes = forms.query(request, ComparisonRequest).codes()
    found = await comparison.compare(resources(request), codes)
    lines: dict[str, list[tuple[date, float]]] = {port.code: [] for port in found.ports}
    for figure in found.figures:
        lines[figure.port].append((figure.period_start, figure.value))
    chart = lines_chart(lines, months=3)
    if chart is None:
        raise _no_chart()
    return _answer(svg(series.comparison(found, chart)), "ports-compared")


async def time_in_port(request: web.Request) -> web.Response:
    """Answer with a country's median time in port as a picture; raise NotFound without figures."""
    country = request.match_info["country"]
    code, figures = await comparison.country_figures(resources(request), country)
    if figures.time_in_port is None:
        raise _no_chart()
    picture = tables.time_in_port(code, figures.time_in_port)
    return _answer(bars_svg(picture), f"{code}-time-in-port")


async def container_index(request: web.Request) -> web.Response:
    """Answer with a port's index of container handling by year as a picture; raise NotFound
    without one.
    """
    view = await service.port_page(resources(request), request.match_info["code"])
    if view.performance is None:
        raise _no_chart()
    picture = tables.container_index(port_item(view.port), view.performance)
    return _answer(bars_svg(picture), f"{view.port.code}-container-index")


def _answer(picture: bytes, name: str) -> web.Response:
    response = tagged_bytes(picture, "image/svg+xml")
    response.headers["Content-Disposition"] = f'inline; filename="{plain(name)}.svg"'
    # Its words are in the reader's language.
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _no_chart() -> NotFound:
    return NotFound(_("There are too few figures for a drawing."), code="chart")


ROUTES = [
    get(
        "/api/v1/ports/countries/{country}/time-in-port.svg",
        of_figures(time_in_port),
        access=PUBLIC,
        summary="The median time in port of a country as a picture, with its source inside",
        limit="export",
    ),
    get(
        "/api/v1/ports/{code}/container-index.svg",
        of_figures(container_index),
        access=PUBLIC,
        summary="The index of container handling of a port as a picture",
        limit="export",
    ),
    get(
        "/api/v1/ports/compare.svg",
        of_figures(compared, ComparisonRequest),
        access=PUBLIC,
        query=ComparisonRequest,
        summary="The connectivity of several ports as a picture",
        limit="export",
    ),
    get(
        "/api/v1/ports/{code}/connectivity.svg",
        of_figures(connectivity),
        access=PUBLIC,
        summary="The connectivity of a port as a picture, with its source inside",
        limit="export",
    ),
    get(
        "/api/v1/ports/{code}/daily-calls.svg",
        of_figures(daily_calls),
        access=PUBLIC,
        summary="Port calls by day as a picture, with its source inside",
        limit="export",
        pulled=True,
    ),
]
