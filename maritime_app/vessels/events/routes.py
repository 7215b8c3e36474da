"""The page, JSON, GeoJSON and Atom of one kind of event, out of what differs between kinds."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from aiohttp import web
from msgspec import Struct

from maritime_app.resources import Resources
from maritime_app.vessels.events.atom import AtomEntry, AtomFeed
from maritime_app.vessels.events.geojson import EventFeatures
from maritime_app.vessels.events.requests import EventsRequest
from maritime_app.vessels.events.responses import FOR_A_MINUTE, atom_response, geojson_response
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, Route, get


class EventsPageRequest(Struct, frozen=True, kw_only=True):
    """A page of the newest events."""

    cursor: str = ""


class EventsResponse(Protocol):
    """A list of events, as of then."""

    @property
    def as_of(self) -> datetime:
        """Return when it was made."""


RequestT = TypeVar("RequestT", bound=EventsRequest)
ResponseT = TypeVar("ResponseT", bound=EventsResponse)


class EventKind(Struct, Generic[RequestT, ResponseT], frozen=True):
    """What differs between one kind of event and another.

    `noun` is the last part of its addresses and the name of its template; `entries` takes the
    answer and our public address. `summary`, `page_summary` and `feed_title` are in English, as
    all that programs read.
    """

    noun: str
    request: type[RequestT]
    answer: type[ResponseT]
    fetch: Callable[[Resources, RequestT], Awaitable[ResponseT]]
    features: Callable[[ResponseT], EventFeatures[Any]]
    entries: Callable[[ResponseT, str], Iterable[AtomEntry]]
    feed_title: str
    summary: str
    page_summary: str

    async def get_events(self, request: web.Request) -> web.Response:
        """Answer with the newest events."""
        answer = await self._asked(request)
        return render.json_as_of(answer, self.features(answer).features)

    async def get_features(self, request: web.Request) -> web.Response:
        """Answer with the newest events as GeoJSON."""
        return geojson_response(self.features(await self._asked(request)))

    async def get_feed(self, request: web.Request) -> web.Response:
        """Answer with the newest events as an Atom feed."""
        answer = await self._asked(request)
        public_url = resources(request).settings.public_url
        address = f"{public_url}/api/v1/vessels/{self.noun}.atom"
        entries = self.entries(answer, public_url)
        return atom_response(
            AtomFeed(address, self.feed_title, answer.as_of, entries), FOR_A_MINUTE
        )

    async def show(self, request: web.Request) -> web.Response:
        """Show the newest events, page by page."""
        asked = forms.query(request, EventsPageRequest)
        answer = await self.fetch(resources(request), self.request(cursor=asked.cursor))
        context = {"section": "ships", "answer": answer, "asked": asked}
        return render.page(request, f"vessels/{self.noun}.html", context)

    async def _asked(self, request: web.Request) -> ResponseT:
        return await self.fetch(resources(request), forms.query(request, self.request))


def routes_of(kind: EventKind[Any, Any]) -> list[Route]:
    """Return the four routes of a kind."""
    api, noun = f"/api/v1/vessels/{kind.noun}", kind.noun.capitalize()
    return [
        get(
            api,
            kind.get_events,
            access=PUBLIC,
            summary=kind.summary,
            query=kind.request,
            answer=kind.answer,
        ),
        get(
            f"{api}.geojson",
            kind.get_features,
            access=PUBLIC,
            summary=f"{noun} as GeoJSON",
            query=kind.request,
        ),
        get(
            f"{api}.atom",
            kind.get_feed,
            access=PUBLIC,
            summary=f"{noun} as an Atom feed",
            query=kind.request,
        ),
        get(
            f"/vessels/{kind.noun}",
            kind.show,
            access=PUBLIC,
            summary=kind.page_summary,
            query=EventsPageRequest,
        ),
    ]
