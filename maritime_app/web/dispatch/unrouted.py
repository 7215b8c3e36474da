"""Addresses and methods that no route has: the page above a form's address, 405, or 404."""

from aiohttp import web

from maritime_app import i18n
from maritime_app.errors import NotFound
from maritime_app.web.render import see_other
from maritime_app.web.responses.representations import accepts, given
from maritime_app.web.routing import Handler

_NO_METHOD = "NONE"  # no route has it, so that a resource names those it has


def unrouted(router: web.UrlDispatcher) -> Handler:
    """Return the handler of every address and method that no route has.

    An address that forms are sent to is no page: who asks for one gets the nearest page above it.
    Elsewhere the answer is 405 with Allow when another method has the address, else 404.
    """

    async def handler(request: web.Request) -> web.StreamResponse:
        allowed = await _methods(router, request)
        if not allowed:
            raise NotFound(i18n.translate("There is no page at this address."))
        is_api = request.path.startswith("/api/")
        if request.method == "OPTIONS" and is_api:
            return _options(allowed)
        wants_page = not is_api and accepts(given(request, "Accept") or "", "text/html")
        if request.method in ("GET", "HEAD") and "POST" in allowed and wants_page:
            return see_other(await _page_above(router, request))
        raise web.HTTPMethodNotAllowed(request.method, allowed)

    return handler


def _options(allowed: set[str]) -> web.Response:
    """Return what an address takes; a browser asks that before it reads for another site's page."""
    headers = {"Allow": ", ".join(sorted(allowed))}
    if "GET" in allowed:
        headers |= {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
        }
    return web.Response(status=204, headers=headers)


async def _methods(router: web.UrlDispatcher, request: web.Request) -> set[str]:
    """Return the methods that routes have at the request's address."""
    allowed: set[str] = set()
    for resource in router.resources():
        if not resource.canonical.endswith("/{tail}"):
            _match, methods = await resource.resolve(request.clone(method=_NO_METHOD))
            allowed |= methods
    return allowed


async def _page_above(router: web.UrlDispatcher, request: web.Request) -> str:
    path = request.path.rpartition("/")[0]
    while path and "GET" not in await _methods(router, request.clone(rel_url=path)):
        path = path.rpartition("/")[0]
    return path or "/"
