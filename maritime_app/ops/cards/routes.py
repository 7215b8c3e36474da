"""The pictures of routes and ports over HTTP, in the reader's language, kept as ready bytes."""

import asyncio

from aiohttp import web

from maritime_app import i18n
from maritime_app.errors import NotFound
from maritime_app.ferries.model import Place
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.infra.cache.two_level import Filled
from maritime_app.names import brand
from maritime_app.names.port_names import port_name
from maritime_app.ops.cards.drawing import draw
from maritime_app.ops.cards.model import Card, PortCardRequest, RouteCardRequest
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.routing import PUBLIC, Route, get

_SECONDS = 86_400  # with whoever asked
_KEPT_SECONDS = 600  # here: of each pair of ports in each language there may be one


async def show_route(request: web.Request) -> web.StreamResponse:
    """Send the picture of a way."""
    wanted, res = query(request, RouteCardRequest), resources(request)
    ends = [await _place(res, code) for code in (wanted.origin, wanted.destination)]
    return await _picture(res, ends, _("Ferries"))


async def show_port(request: web.Request) -> web.StreamResponse:
    """Send the picture of a port."""
    wanted, res = query(request, PortCardRequest), resources(request)
    return await _picture(res, [await _place(res, wanted.port)], _("Ports"))


async def _place(res: Resources, code: str) -> Place:
    place = await places.place(res, code)
    if place is None:
        raise NotFound(_("We do not know that place."), code="place")
    return place


async def _picture(res: Resources, shown: list[Place], above: str) -> web.Response:
    language = i18n.current()
    is_invented = res.settings.demo.enabled or "operators" in res.settings.sandboxed
    card = Card(
        brand=brand.NAME,
        above=above,
        names=tuple(port_name(place) for place in shown),
        below=_("Every operator in one search. One booking, one ticket."),
        invented=_("Invented: a demonstration, nothing sails.") if is_invented else "",
        language=language,
        direction=i18n.direction(language),
    )

    async def fill() -> Filled:
        return Filled(await asyncio.to_thread(draw, card), (), _KEPT_SECONDS)

    codes = ":".join(place.code for place in shown)
    found = await res.cache.get(f"card:{language}:{is_invented}:{codes}", (), fill)
    headers = {"Cache-Control": f"public, max-age={_SECONDS}", "Vary": "Accept-Language, Cookie"}
    return web.Response(body=found.body, content_type="image/png", headers=headers)


ROUTES: list[Route] = [
    get("/cards/route.png", show_route, access=PUBLIC, limit="export"),
    get("/cards/port.png", show_port, access=PUBLIC, limit="export"),
]
