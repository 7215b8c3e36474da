"""The description of the interface for programs: OpenAPI at an address of its own, and a page."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from aiohttp import web

from maritime_app import i18n
from maritime_app.names import brand
from maritime_app.web import languages, openapi, render
from maritime_app.web.app_keys import resources
from maritime_app.web.kept import kept
from maritime_app.web.routing import PUBLIC, Route


class ApiDescription:
    """What OpenAPI says of these routes.

    Made once, in a thread, when it is first asked for: it takes about as long as the rest of an
    application, so neither the first page of a process nor a test's application waits for it.
    """

    def __init__(self, routes: Sequence[Route], server: str) -> None:
        self._routes, self._server = tuple(routes), server
        self._made: tuple[dict[str, Any], bytes] | None = None
        self._making = asyncio.Lock()

    async def document(self) -> dict[str, Any]:
        """Return the document."""
        return (await self._once())[0]

    async def encoded(self) -> bytes:
        """Return the document as JSON."""
        return (await self._once())[1]

    async def _once(self) -> tuple[dict[str, Any], bytes]:
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        return self._made

    def _make(self) -> tuple[dict[str, Any], bytes]:
        made = openapi.document(self._routes, version=brand.VERSION, server=self._server)
        return made, msgspec.json.encode(made)


API_DESCRIPTION: Final = web.AppKey("api_description", ApiDescription)


class LanguageChoice(msgspec.Struct, frozen=True):
    """What a page's address may say."""

    lang: str = ""


async def show(request: web.Request) -> web.StreamResponse:
    """Answer with the document."""
    encoded = await request.app[API_DESCRIPTION].encoded()
    return web.Response(body=encoded, content_type="application/json")


async def browse(request: web.Request) -> web.StreamResponse:
    """Render the document for people: a page, though it stands under /api/."""
    i18n.use(languages.choose(request, resources(request).settings.web.languages))
    return await _kept_page(request)


async def _page(request: web.Request) -> web.StreamResponse:
    document = await request.app[API_DESCRIPTION].document()
    return render.page(request, "web/api.html", {"document": document})


# For a minute: the next release describes another one.
_kept_page: Final = kept(_page, tags=(), seconds=60, query=LanguageChoice)


async def catalog(request: web.Request) -> web.StreamResponse:
    """Answer GET /.well-known/api-catalog (RFC 9727): where a program begins, as a link set."""
    return web.Response(body=_link_set(request), content_type="application/linkset+json")


async def enter(request: web.Request) -> web.StreamResponse:
    """Answer the interface's own address: the links for programs, its page for browsers."""
    if "text/html" in request.headers.get("Accept", ""):
        return render.see_other("/api/docs")
    return web.Response(body=_link_set(request), content_type="application/json")


def _link_set(request: web.Request) -> bytes:
    site = resources(request).settings.public_url
    interface = {
        "anchor": f"{site}/api/v1",
        "service-desc": [{"href": f"{site}/api/v1/openapi.json", "type": "application/json"}],
        "service-doc": [{"href": f"{site}/api/docs", "type": "text/html"}],
        "status": [{"href": f"{site}/readyz", "type": "application/json"}],
    }
    return msgspec.json.encode({"linkset": [interface]})


ROUTES: Final = (
    Route("GET", "/api/v1/openapi.json", show, PUBLIC),
    Route("GET", "/.well-known/api-catalog", catalog, PUBLIC),
    *(Route("GET", path, enter, PUBLIC) for path in ("/api", "/api/", "/api/v1", "/api/v1/")),
    Route("GET", "/api/docs", browse, PUBLIC, query=LanguageChoice),
)
