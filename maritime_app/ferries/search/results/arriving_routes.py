"""Results that follow as operators answer: own sailings stand on the page at once, the rest as
server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.errors import Refusal
from maritime_app.ferries.search import service
from maritime_app.ferries.search.model import SearchQuery, SearchResponse
from maritime_app.ferries.search.offers.arrivals import ARRIVALS
from maritime_app.ferries.search.requests import Question
from maritime_app.ferries.search.results import views
from maritime_app.ferries.search.results.around import around
from maritime_app.ferries.search.results.filters import Filters
from maritime_app.infra.cache.two_level import Found
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.render import render
from maritime_app.web.responses.representations import PartsPacker
from maritime_app.web.responses.security_headers import security_headers
from maritime_app.web.routing import PUBLIC, Route, get

Send = Callable[[bytes], Awaitable[None]]
_ADDRESS = "/ferries/arriving"
_MORE_SECONDS = 5.0  # beyond the operators' deadline: own sailings, a busy machine


async def first_part(
    request: web.Request,
    work: asyncio.Future[Found],
    question: Question,
    entered: Mapping[str, Any],
    filters: Filters,
) -> dict[str, Any] | None:
    """Wait a moment for the whole page; return what a page of the first part shows, or None when
    the whole is there or own sailings are not. `work` goes on and fills the cache.
    """
    settings = resources(request).settings.search
    done, _rest = await asyncio.wait({work}, timeout=settings.first_seconds)
    arrival = resources(request)[ARRIVALS].of(question.cache_key)
    if done or arrival is None or arrival.latest is None:
        return None
    # Nobody waits for it here any more; what goes wrong is met again by who asks next.
    work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    pending = views.Pending(
        url=str(request.rel_url.with_path(_ADDRESS, keep_query=True)),
        words=views.waiting_words(arrival.latest),
        reload_seconds=round(settings.operator_deadline_seconds),
    )
    beside = await around(resources(request), arrival.latest, question.party)
    shown = views.results(arrival.latest, question.party, entered, filters, beside)
    return {**shown, "pending": pending}


async def arriving(request: web.Request) -> web.StreamResponse:
    """Send the results anew whenever an operator has answered, and an end."""
    question = service.question(query(request, SearchQuery))
    response = web.StreamResponse(headers=security_headers(request))
    response.headers.update(
        {
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",  # a proxy that waits for more would keep it from the reader
        }
    )
    packer = PartsPacker(request.headers.get("Accept-Encoding", ""))
    if packer.coding:
        response.headers["Content-Encoding"] = packer.coding
    await response.prepare(request)

    async def send(event: bytes) -> None:
        await response.write(packer.packed(event))

    deadline = resources(request).settings.search.operator_deadline_seconds + _MORE_SECONDS
    with suppress(ConnectionError, TimeoutError):  # the reader has gone, or reloads
        async with asyncio.timeout(deadline):
            await _follow(request, send, question)
            await response.write(packer.end())
    return response


async def _follow(request: web.Request, send: Send, question: Question) -> None:
    res = resources(request)
    arrival = res[ARRIVALS].of(question.cache_key)
    if arrival is not None:
        async for part in arrival.parts():
            if words := views.waiting_words(part):
                await send(await _results(request, question, part, words))
    try:
        found = await service.search(res, question)
    except Refusal:
        await send(b"event: failed\ndata: {}\n\n")
        return
    whole = msgspec.json.decode(found.body, type=SearchResponse)
    await send(await _results(request, question, whole, ""))
    await send(b"event: done\ndata: {}\n\n")


async def _results(
    request: web.Request, question: Question, part: SearchResponse, words: str
) -> bytes:
    """Return the event that brings the results as they are now."""
    entered = views.search_form(request.rel_url.query)
    entered = views.understood(entered, question.origin, question.destination, question.party)
    filters = Filters.of(request.rel_url.query)
    beside = await around(resources(request), part, question.party)
    context = views.results(part, question.party, entered, filters, beside)
    html = render(request, "ferries/_results.html", {**context, "search": entered})
    data = msgspec.json.encode({"html": html, "words": words})
    return b"event: results\ndata: " + data + b"\n\n"


ROUTES: list[Route] = [get(_ADDRESS, arriving, access=PUBLIC, limit="search")]
