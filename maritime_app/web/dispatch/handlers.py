"""One wrapper per route instead of a stack of middlewares: admission, refusals, headers, counters.

aiohttp's own middlewares cost five to seven microseconds per request for the first one alone; a
wrapper made once at start costs none of that, and a cached answer (web.responses.raw_responses)
passes before it.
"""

import asyncio
import time

import asyncpg
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from maritime_app import i18n
from maritime_app.errors import Invalid, Refusal, Unavailable
from maritime_app.infra.telemetry import log, request_id, tracing
from maritime_app.infra.telemetry.request_times import REQUEST_TIMES
from maritime_app.web import languages, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import admission, refusals
from maritime_app.web.dispatch.turns import TURNS
from maritime_app.web.forms import csrf
from maritime_app.web.limits.headers import rate_limit_headers
from maritime_app.web.responses import representations
from maritime_app.web.responses.created import CREATED, CREATED_ANSWERS
from maritime_app.web.responses.security_headers import referrer_policy, security_headers
from maritime_app.web.routing import ROUTE, Handler, Route

logger = log.get(__name__)
_SLOW = "That takes longer than usual. Please try again in a moment."
_BROKEN = "The request broke off before its end."
_NOT_PACKED = "The body is not packed as its Content-Encoding says."
_REQUEST_ID = request_id.HEADER


def dispatch(route: Route) -> Handler:
    """Return the handler that the router calls for this route."""
    times = REQUEST_TIMES.of(route.method, route.path)
    about = {"http.request.method": route.method, "http.route": route.path}
    label, is_asked = route.label, admission.is_asked(route)
    choose = languages.accepted if route.is_api else languages.choose

    async def dispatched(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        request[ROUTE] = route
        limits.begin(request)
        i18n.use(choose(request, resources(request).settings.web.languages))
        headers = request.headers
        trace, given = headers.get("traceparent"), headers.get(_REQUEST_ID)
        if tracing.is_on():
            with tracing.span(label, "server", parent=trace, about=about):
                request_id.begin(request_id.of_headers(trace, given or tracing.trace_id()))
                response = await _answer(route, request, is_asked=is_asked)
                response = _complete(route, request, response)
                tracing.answered(response.status)
        else:
            request_id.begin(request_id.of_headers(trace, given))
            response = await _answer(route, request, is_asked=is_asked)
            response = _complete(route, request, response)
        times.add(response.status, time.perf_counter() - began)
        return response

    return dispatched


def _complete(
    route: Route, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Return the answer with what every answer carries."""
    if response.prepared:
        return response
    if response.status == CREATED:
        made = request.app[CREATED_ANSWERS].of(route, request, response)
        if made is not None:
            return made
    return _with_headers(route, request, response)


def _with_headers(
    route: Route, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Complete the headers of an answer that aiohttp writes."""
    # aiohttp's `content_type` parses the header, with its parameters, for each answer.
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    response.headers.extend(security_headers(request, kind))
    if (policy := referrer_policy(route)) is not None:
        response.headers["Referrer-Policy"] = policy
    response.headers[_REQUEST_ID] = request_id.current()
    response.headers.extend(rate_limit_headers(request))
    csrf.remember_visitor(request, response)
    if not route.is_api:
        languages.remember(request, response)
    response = _finished(route, request, response)
    if resources(request).lifecycle.draining:
        response.force_close()  # the next request goes to somebody who stays
    return response


def _finished(
    route: Route, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Return the answer as it goes out; one in its place has the headers of every answer, too."""
    finished = representations.finish(route, request, response)
    if finished is not response:
        finished.headers.extend(security_headers(request))
    return finished


async def _answer(route: Route, request: web.Request, *, is_asked: bool) -> web.StreamResponse:
    try:
        admission.check(route, request)
        if is_asked:
            await admission.admit(route, request)
        response = await route.handler(request)
    except Refusal as refusal:
        await admission.settle_refused(request, refusal)
        await request.app[TURNS].take()
        return refusals.refused(route, request, refusal)
    except web.HTTPException as answer:
        return refusals.raised(route, request, answer)
    except asyncio.CancelledError:
        raise
    except (TimeoutError, asyncpg.QueryCanceledError) as error:
        logger.warning("request_timed_out", route=route.label, error=type(error).__name__)
        return refusals.refused(route, request, Unavailable(_SLOW, retry_after_seconds=5))
    except asyncpg.DeadlockDetectedError as error:
        # Ours to mend, and over: what was ended is undone, and the other one has gone on.
        logger.error("request_deadlocked", route=route.label, exc_info=error)
        return refusals.refused(route, request, Unavailable(_SLOW, retry_after_seconds=1))
    except Exception as error:  # noqa: BLE001 - logged once, shown as an incident
        if isinstance(error, web.RequestPayloadError) or request.transport is None:
            # The body broke off, or nobody is there any more: no fault of ours, and nothing to log.
            is_unpacked = isinstance(error.__cause__, ContentEncodingError)
            words = _NOT_PACKED if is_unpacked else _BROKEN
            return refusals.refused(route, request, Invalid(words, code="malformed"))
        return refusals.incident(route, request, error)
    if limits.has_guessed(request):
        await admission.settle_answered(request, response)
    return response
