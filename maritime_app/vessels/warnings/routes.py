"""Warnings over HTTP: a page, JSON, GeoJSON, Atom."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from maritime_app.vessels.events.atom import AtomFeed
from maritime_app.vessels.events.responses import FOR_A_MINUTE, atom_response
from maritime_app.vessels.warnings import atom, service
from maritime_app.vessels.warnings.model import WarningKind
from maritime_app.vessels.warnings.responses import (
    MOST,
    WarningsRequest,
    WarningsResponse,
    features,
)
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_API = "/api/v1/vessels/warnings"
_SUMMARY = "Warnings of authorities to ships that are in force"


class _PageRequest(WarningsRequest, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The page's query: `lang` is another's."""

    limit: Annotated[int, Meta(ge=1, le=MOST)] = 100


async def get_warnings(request: web.Request) -> web.Response:
    """Answer with the warnings in force."""
    answer = await _asked(request)
    return render.json_as_of(answer, (answer.publishers, answer.warnings))


async def get_features(request: web.Request) -> web.Response:
    """Answer with the warnings in force as GeoJSON."""
    found = features(await _asked(request))
    return render.json_as_of(found, found, media="application/geo+json")


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the warnings in force as an Atom feed."""
    answer = await _asked(request)
    public_url = resources(request).settings.public_url
    entries = atom.entries(answer, public_url)
    feed = AtomFeed(f"{public_url}{_API}.atom", "Warnings to ships", answer.as_of, entries)
    return atom_response(feed, FOR_A_MINUTE)


async def show(request: web.Request) -> web.Response:
    """Show the warnings in force, of all kinds or of some."""
    query = forms.query(request, _PageRequest)
    answer = await service.warnings(resources(request), query)
    context = {"section": "ships", "answer": answer, "kinds": list(WarningKind), "asked": query}
    return render.page(request, "vessels/warnings.html", context)


async def _asked(request: web.Request) -> WarningsResponse:
    return await service.warnings(resources(request), forms.query(request, WarningsRequest))


ROUTES = [
    get(
        _API,
        get_warnings,
        access=PUBLIC,
        summary=_SUMMARY,
        query=WarningsRequest,
        answer=WarningsResponse,
    ),
    get(
        f"{_API}.geojson",
        get_features,
        access=PUBLIC,
        summary="Warnings as GeoJSON",
        query=WarningsRequest,
    ),
    get(
        f"{_API}.atom",
        get_feed,
        access=PUBLIC,
        summary="Warnings as an Atom feed",
        query=WarningsRequest,
    ),
    get("/vessels/warnings", show, access=PUBLIC, summary=_SUMMARY, query=WarningsRequest),
]
