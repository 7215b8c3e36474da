"""The style page over HTTP."""

from typing import Final

from aiohttp import web

from maritime_app.ops.style_page import invented
from maritime_app.web.kept import kept
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route

_KEPT_SECONDS: Final = 60  # the next release draws another one


async def show(request: web.Request) -> web.StreamResponse:
    """Answer GET /design."""
    return page(request, "ops/style_page.html", invented.pieces())


ROUTES: Final = [Route("GET", "/design", kept(show, tags=(), seconds=_KEPT_SECONDS), PUBLIC)]
