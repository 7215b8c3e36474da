"""Predictions and their score over HTTP: JSON, CSV, a page, and a part of other pages."""

from aiohttp import web
from msgspec import Struct, structs

from maritime_app import clock
from maritime_app.formats import csv_cells
from maritime_app.ports import service as ports
from maritime_app.vessels.predictions import score, service
from maritime_app.vessels.predictions.model import SAMPLE_HOURS
from maritime_app.vessels.predictions.responses import ExpectedArrivals, expected
from maritime_app.vessels.predictions.score import Score
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_ON_A_PAGE = 12
_CSV_HEADERS = {
    "Content-Disposition": 'attachment; filename="predicted-arrivals.csv"',
    "Cache-Control": "public, max-age=300",
}


class ExpectedArrivalsRequest(Struct, frozen=True, kw_only=True):
    """Who is expected at a port, as a part of its page."""

    port: str


async def get_expected(request: web.Request) -> web.Response:
    """Answer with the ships that are on their way to a port; raise NotFound for an unknown one."""
    found = await _expected(request, request.match_info["code"])
    return render.json_as_of(found, structs.replace(found, as_of=clock.NEVER))


async def show_expected(request: web.Request) -> web.Response:
    """Show the ships that are on their way to a port, as a part of its page."""
    port = forms.query(request, ExpectedArrivalsRequest).port
    context = {"answer": await _expected(request, port), "most": _ON_A_PAGE}
    return render.page(request, "vessels/expected_arrivals.html", context)


async def get_score(request: web.Request) -> web.Response:
    """Answer with how wrong predictions were."""
    found = await score.score(resources(request))
    told = structs.replace(found, as_of=clock.NEVER, since=clock.NEVER)
    return render.json_as_of(found, told)


async def get_table(request: web.Request) -> web.Response:
    """Answer with every sampled prediction as CSV."""
    body = await score.table(resources(request))
    return web.Response(
        body=body, content_type=csv_cells.MEDIA_TYPE, charset="utf-8", headers=_CSV_HEADERS
    )


async def show_score(request: web.Request) -> web.Response:
    """Show how wrong predictions were, and how anybody can compute it."""
    context = {
        "section": "ships",
        "score": await score.score(resources(request)),
        "sample_hours": [f"{hours:g}" for hours in SAMPLE_HOURS],
    }
    return render.page(request, "vessels/predictions.html", context)


async def _expected(request: web.Request, code: str) -> ExpectedArrivals:
    res = resources(request)
    port = await ports.port(res, code)
    found = await service.expected_at(res, port.code)
    return ExpectedArrivals(port.code, clock.now(), [expected(each) for each in found])


ROUTES = [
    get(
        "/api/v1/ports/{code}/expected-arrivals",
        get_expected,
        access=PUBLIC,
        summary="Ships on their way to a port, with predicted arrivals",
        answer=ExpectedArrivals,
    ),
    get(
        "/api/v1/vessels/predictions/score",
        get_score,
        access=PUBLIC,
        summary="How wrong predicted arrivals were, by horizon",
        answer=Score,
    ),
    get(
        "/api/v1/vessels/predictions.csv",
        get_table,
        access=PUBLIC,
        summary="Every sampled prediction and what became of it, as CSV",
        limit="export",
    ),
    get("/vessels/expected-arrivals", show_expected, access=PUBLIC),
    get("/vessels/predictions", show_score, access=PUBLIC, summary="How wrong predictions were"),
]
