"""The daily calls of a port: a part of its page, a page of its own, JSON and CSV."""

from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import msgspec
from aiohttp import web

from maritime_app.errors import NotFound
from maritime_app.formats import csv_cells
from maritime_app.outside_data.model import Pending
from maritime_app.ports import service as ports
from maritime_app.ports.daily_calls import service
from maritime_app.ports.daily_calls.anomaly import anomaly
from maritime_app.ports.daily_calls.band import COLUMNS, changes
from maritime_app.ports.daily_calls.chart import band_chart
from maritime_app.ports.daily_calls.model import DaysReading
from maritime_app.ports.daily_calls.refresh import is_invented
from maritime_app.ports.daily_calls.responses import (
    DAILY_KEYS,
    DailyCallsRequest,
    DailyCallsResponse,
)
from maritime_app.ports.daily_calls.revisions import REVISION_KEYS, DailyCallsHistory
from maritime_app.ports.daily_calls.service import DailyCalls
from maritime_app.ports.kept_figures import of_figures
from maritime_app.ports.model import PortItem
from maritime_app.ports.tagged import tagged
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, get

_READINGS_SHOWN: Final = 200  # all of them are in JSON and CSV


async def get_daily_calls(request: web.Request) -> web.Response:
    """Answer with the newest days of a port; 202 while they are pulled for the first time."""
    query = forms.query(request, DailyCallsRequest)
    port, found = await _find(request)
    if isinstance(found, Pending):
        return _pending(request, found)
    return tagged(service.response(port, found, query.days))


async def get_csv(request: web.Request) -> web.Response:
    """Answer with the same days under the same keys as CSV."""
    query = forms.query(request, DailyCallsRequest)
    port, found = await _find(request)
    if isinstance(found, Pending):
        return _pending(request, found)
    answer = service.response(port, found, query.days)
    rows = csv_cells.keyed_table(DAILY_KEYS, map(msgspec.to_builtins, answer.days))
    return _table(answer, rows, f"{port.code}-daily-calls")


async def show_history(request: web.Request) -> web.Response:
    """Show the days that a later reading changed, each with what every reading said."""
    port, found = await _find(request)
    if isinstance(found, Pending):
        return _pending(request, found)
    history = service.history(port, found)
    context = {
        "port": port,
        "found": history,
        "days": [
            (day, list(rows))
            for day, rows in groupby(history.readings[:_READINGS_SHOWN], attrgetter("date"))
        ],
        "is_cut": len(history.readings) > _READINGS_SHOWN,
        "columns": COLUMNS,
    }
    return render.page(request, "ports/daily_calls_history.html", context)


async def get_history(request: web.Request) -> web.Response:
    """Answer with the same; 202 while the days are pulled for the first time."""
    port, found = await _find(request)
    if isinstance(found, Pending):
        return _pending(request, found)
    return tagged(service.history(port, found))


async def get_history_csv(request: web.Request) -> web.Response:
    """Answer with the same readings under the same keys as CSV."""
    port, found = await _find(request)
    if isinstance(found, Pending):
        return _pending(request, found)
    history = service.history(port, found)
    rows = csv_cells.keyed_table(REVISION_KEYS, map(msgspec.to_builtins, history.readings))
    return _table(history, rows, f"{port.code}-daily-calls-history")


async def show_part(request: web.Request) -> web.Response:
    """Show the days of a port as a part of its page; 202 while they are pulled, 204 where nobody
    publishes any.
    """
    try:
        return await _page(request, fragment=True)
    except NotFound as refusal:
        if refusal.code != "daily_calls":
            raise
        return web.Response(status=204)


async def show_page(request: web.Request) -> web.Response:
    """Show the same as a page of its own: for whoever has no script. It is there for every port,
    because the port's page leads to it, and says where there are no figures.
    """
    try:
        return await _page(request, fragment=False)
    except NotFound as refusal:
        if refusal.code != "daily_calls":
            raise
        res = resources(request)
        port = await ports.port(res, request.match_info["code"])
        context = {
            "port": port,
            "found": None,
            "fragment": False,
            "refusal": refusal.message,
            "played": is_invented(res),
        }
        return render.page(request, "ports/daily_calls.html", context)


async def _page(request: web.Request, *, fragment: bool) -> web.Response:
    port, found = await _find(request)
    context: dict[str, Any] = {
        "port": port,
        "found": None,
        "fragment": fragment,
        "refusal": "",
    }
    if isinstance(found, Pending):
        return render.page(request, "ports/daily_calls.html", context, status=202)
    points = found.points()
    context |= {
        "found": found,
        "points": points,
        "chart": band_chart(points, found.disruptions),
        "changes": changes(found.days.days),
        "anomaly": anomaly(found.days.days),
        "readings": _readings(found),
    }
    return render.page(request, "ports/daily_calls.html", context)


async def _find(request: web.Request) -> tuple[PortItem, DailyCalls | Pending]:
    return await ports.port_daily_calls(resources(request), request.match_info["code"])


def _readings(found: DailyCalls) -> list[tuple[DaysReading, int]]:
    """Return the readings that the days came from, and how many came from each."""
    counted = Counter(each.reading for each in found.days.days)
    return [(found.days.readings[place], count) for place, count in sorted(counted.items())]


def _table(answer: msgspec.Struct, rows: bytes, name: str) -> web.Response:
    response = tagged(answer, rows, csv_cells.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{plain(name)}.csv"'
    return response


def _pending(request: web.Request, pending: Pending) -> web.Response:
    headers = {"Retry-After": str(pending.retry_after_seconds)}
    answer = {"status": "pending", "retry_after_seconds": pending.retry_after_seconds}
    return render.json(request, answer, status=202, headers=headers)


ROUTES = [
    get("/ports/{code}/daily-calls", of_figures(show_page), access=PUBLIC),
    get("/ports/{code}/daily-calls/part", of_figures(show_part), access=PUBLIC),
    get("/ports/{code}/daily-calls/history", of_figures(show_history), access=PUBLIC),
    get(
        "/api/v1/ports/{code}/daily-calls/history",
        of_figures(get_history),
        access=PUBLIC,
        answer=DailyCallsHistory,
        pulled=True,
        summary="The days that a later reading changed, with what every reading said of them",
    ),
    get(
        "/api/v1/ports/{code}/daily-calls/history.csv",
        of_figures(get_history_csv),
        access=PUBLIC,
        summary="The same readings as CSV",
        limit="export",
        pulled=True,
    ),
    get(
        "/api/v1/ports/{code}/daily-calls",
        of_figures(get_daily_calls, DailyCallsRequest),
        access=PUBLIC,
        query=DailyCallsRequest,
        answer=DailyCallsResponse,
        pulled=True,
        summary="Port calls by day with last year's band, and disruptions (IMF PortWatch)",
    ),
    get(
        "/api/v1/ports/{code}/daily-calls.csv",
        of_figures(get_csv, DailyCallsRequest),
        access=PUBLIC,
        query=DailyCallsRequest,
        summary="The same days as CSV",
        limit="export",
        pulled=True,
    ),
]
