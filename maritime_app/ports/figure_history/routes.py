"""The history of a figure as page, JSON and CSV."""

from aiohttp import web

from maritime_app.ports.figure_history import service, tables
from maritime_app.ports.figure_history.model import FigureHistory, FigureRequest
from maritime_app.ports.statistics.periods import period_label
from maritime_app.ports.tagged import tagged
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, get


async def show_figure(request: web.Request) -> web.Response:
    """Show every value that a figure ever had, the newest reading first."""
    context = {
        "section": "ports",
        "found": await _history(request),
        "query_string": request.rel_url.raw_query_string,
        "period_label": period_label,
    }
    return render.page(request, "ports/figure.html", context)


async def get_figure(request: web.Request) -> web.Response:
    """Answer with every value that a figure ever had."""
    return tagged(await _history(request))


async def get_figure_csv(request: web.Request) -> web.Response:
    """Answer with the readings of a figure as CSV, each with what the figure is."""
    found = await _history(request)
    response = tagged(found, tables.history_csv(found), "text/csv")
    name = plain(f"{found.geo_code}-{found.measure}-{found.period_code}-history")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


async def _history(request: web.Request) -> FigureHistory:
    figure = forms.query(request, FigureRequest)
    return await service.figure_history(resources(request), figure)


ROUTES = [
    get(
        "/ports/figure",
        show_figure,
        access=PUBLIC,
        query=FigureRequest,
        summary="Every value that an official figure ever had",
    ),
    get(
        "/api/v1/ports/figure",
        get_figure,
        access=PUBLIC,
        query=FigureRequest,
        answer=FigureHistory,
        summary="Every value that an official figure ever had, and what came of each reading",
    ),
    get(
        "/api/v1/ports/figure.csv",
        get_figure_csv,
        access=PUBLIC,
        query=FigureRequest,
        summary="The same as CSV",
        limit="export",
    ),
]
