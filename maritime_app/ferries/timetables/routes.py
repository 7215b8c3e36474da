"""Departures and arrivals of a port: page, fragment, JSON and CSV."""

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.ferries.timetables import board_csv, service, views
from maritime_app.ferries.timetables.export import routes as export
from maritime_app.ferries.timetables.model import Board, BoardPageRequest, BoardRequest
from maritime_app.ferries.timetables.realtime import routes as realtime
from maritime_app.formats import csv_cells
from maritime_app.ports.service import UnknownPort
from maritime_app.web import forms
from maritime_app.web.app_keys import resources
from maritime_app.web.render import json_as_of, last_page, page, see_other
from maritime_app.web.responses.file_names import plain
from maritime_app.web.routing import PUBLIC, Route, get


async def show_departures(request: web.Request) -> web.StreamResponse:
    """Show departures: a page, or with ?fragment=1 only its table for other pages. Without a port
    it leads to the directory of ports, behind the last page to the last one.
    """
    return await _show(request, arrivals=False)


async def show_arrivals(request: web.Request) -> web.StreamResponse:
    """Show arrivals in the same way."""
    return await _show(request, arrivals=True)


async def departures(request: web.Request) -> web.StreamResponse:
    """Answer with the departures of a port, a page of a day."""
    return _json(await _board(request, arrivals=False))


async def arrivals(request: web.Request) -> web.StreamResponse:
    """Answer with the arrivals of a port, a page of a day."""
    return _json(await _board(request, arrivals=True))


async def departures_csv(request: web.Request) -> web.StreamResponse:
    """Answer with the departures as CSV."""
    return _csv(await _board(request, arrivals=False))


async def arrivals_csv(request: web.Request) -> web.StreamResponse:
    """Answer with the arrivals as CSV."""
    return _csv(await _board(request, arrivals=True))


async def _show(request: web.Request, *, arrivals: bool) -> web.StreamResponse:
    wanted = forms.query(request, BoardPageRequest)
    if not wanted.port:
        return web.Response(status=303, headers={"Location": "/ports"})
    try:
        board = await service.board(resources(request), wanted.port, wanted, arrivals=arrivals)
    except UnknownPort as unknown:
        where = unknown.way_on(lambda code: str(request.rel_url.update_query(port=code)))
        if where is None:
            raise
        return see_other(where)
    if not board.boats and board.total:
        return last_page(request, board.pages)
    context = {
        "view": views.board_view(board, dated=wanted.date is not None),
        "fragment": request.rel_url.query.get("fragment") == "1",
        "looked_days": service.NEXT_DAYS[-1],
    }
    return page(request, "ferries/departures.html", context)


async def _board(request: web.Request, *, arrivals: bool) -> Board:
    code, wanted = request.match_info["code"], forms.query(request, BoardRequest)
    return await service.board(resources(request), code, wanted, arrivals=arrivals)


def _json(board: Board) -> web.Response:
    # From now on: the board begins a little later each time, with the same boats.
    told = msgspec.structs.replace(board, as_of=clock.NEVER, first_at=clock.NEVER)
    return json_as_of(board, told)


def _csv(board: Board) -> web.Response:
    kind = "arrivals" if board.arrivals else "departures"
    name = f"{plain(board.port.code)}-{kind}-{board.date}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = csv_cells.table(board_csv.COLUMNS, board_csv.rows(board))
    return web.Response(
        body=body, content_type=csv_cells.MEDIA_TYPE, charset="utf-8", headers=headers
    )


ROUTES: list[Route] = [
    *export.ROUTES,
    *realtime.ROUTES,
    get("/ferries/departures", show_departures, access=PUBLIC, query=BoardPageRequest),
    get("/ferries/arrivals", show_arrivals, access=PUBLIC, query=BoardPageRequest),
    get(
        "/api/v1/ports/{code}/departures",
        departures,
        access=PUBLIC,
        query=BoardRequest,
        answer=Board,
        summary="Boats that leave a port, on one of its days or from now on",
    ),
    get(
        "/api/v1/ports/{code}/arrivals",
        arrivals,
        access=PUBLIC,
        query=BoardRequest,
        answer=Board,
        summary="Boats that reach a port, on one of its days or from now on",
    ),
    get(
        "/api/v1/ports/{code}/departures.csv",
        departures_csv,
        access=PUBLIC,
        query=BoardRequest,
        summary="The same departures as CSV",
    ),
    get(
        "/api/v1/ports/{code}/arrivals.csv",
        arrivals_csv,
        access=PUBLIC,
        query=BoardRequest,
        summary="The same arrivals as CSV",
    ),
]
