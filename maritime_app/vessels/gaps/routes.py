"""Gaps over HTTP: a page, JSON, Atom."""

from aiohttp import web

from maritime_app.vessels.gaps import atom, service
from maritime_app.vessels.gaps.responses import GapsRequest, GapsResponse
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


async def get_gaps(request: web.Request) -> web.Response:
    """Answer with the newest gaps."""
    query = forms.query(request, GapsRequest)
    return render.json(request, await service.gaps(resources(request), query))


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the newest gaps as an Atom feed."""
    res = resources(request)
    answer = await service.gaps(res, forms.query(request, GapsRequest))
    public_url = res.settings.public_url
    body = atom.feed(answer, f"{public_url}/api/v1/vessels/gaps.atom", public_url)
    return web.Response(body=body, content_type="application/atom+xml", headers=_FOR_A_MINUTE)


async def show(request: web.Request) -> web.Response:
    """Show the newest gaps."""
    answer = await service.gaps(resources(request), GapsRequest())
    return render.page(request, "vessels/gaps.html", {"section": "ships", "answer": answer})


ROUTES = [
    get(
        "/api/v1/vessels/gaps",
        get_gaps,
        access=PUBLIC,
        summary="Ships under way that were not heard for hours, while the feed was",
        query=GapsRequest,
        answer=GapsResponse,
    ),
    get(
        "/api/v1/vessels/gaps.atom",
        get_feed,
        access=PUBLIC,
        summary="Gaps as an Atom feed",
        query=GapsRequest,
    ),
    get("/vessels/gaps", show, access=PUBLIC, summary="Ships that were not heard for hours"),
]
