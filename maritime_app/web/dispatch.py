"""One wrapper per route instead of a stack of middlewares: access, limits, refusals, headers,
counters.

aiohttp's own middlewares cost five to seven microseconds per request for the first one alone; a
wrapper made once at start costs none of that, and a cached answer (web.raw_responses) passes before
it.
"""

import asyncio
import secrets
import time
from urllib.parse import quote

from aiohttp import web
from prometheus_client import Counter

from maritime_app import i18n
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from maritime_app.infra import log
from maritime_app.infra.metrics import counter, histogram
from maritime_app.web import access, csrf, forms, languages, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.render import error_page, problem, security_headers, see_other
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Handler, Route

logger = log.get(__name__)
REQUESTS = counter(
    "http_requests_total", "Requests by route and status", ("method", "route", "status")
)
SECONDS = histogram(
    "http_request_seconds", "Time to answer, cached answers not counted", ("route",)
)
_NO_METHOD = "NONE"  # no route has it, so that a resource names those it has
_OPEN = frozenset((PUBLIC, GUEST, SIGNED))


class TooMany(Refusal):
    """The caller asks too often."""

    title = "Too many requests"

    def __init__(self, wait_seconds: float) -> None:
        super().__init__("You are asking too often. Please wait a moment.", code="too_many")
        self.retry_after_seconds = max(1, round(wait_seconds))


def dispatch(route: Route) -> Handler:
    """The handler that the router calls for this route."""
    label = f"{route.method} {route.path}"
    seconds = SECONDS.labels(route.path)
    # By status; looking a label up each time costs more than counting.
    answers: dict[int, Counter] = {}

    async def dispatched(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        if not route.is_api:
            i18n.use(languages.choose(request, resources(request).settings.web.languages))
        try:
            await _admit(route, request)
            response = await route.handler(request)
        except Refusal as refusal:
            await _count_failure(route, request, refusal)
            response = _refuse(route, request, refusal)
        except web.HTTPException as answer:
            response = _plain(route, request, answer)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - logged once, shown as an incident
            response = _incident(route, request, error, label)
        if not response.prepared:
            response.headers.extend(security_headers(request))
            csrf.remember_visitor(request, response)
            if not route.is_api:
                languages.remember(request, response)
        if response.status not in answers:
            answers[response.status] = REQUESTS.labels(
                route.method, route.path, str(response.status)
            )
        answers[response.status].inc()
        seconds.observe(time.perf_counter() - began)
        return response

    return dispatched


def caller_address(request: web.Request) -> str:
    """Whom a rate limit counts: the peer, or X-Forwarded-For's last entry behind a trusted proxy."""
    if resources(request).settings.web.trust_proxy:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or (
            request.remote or ""
        )
    return request.remote or ""


async def _admit(route: Route, request: web.Request) -> None:
    if "%00" in request.raw_path:
        raise Invalid(forms.NO_TEXT, code="not_text")
    if route.limit:
        cost = 0 if route.limit in limits.FAILURES_ONLY else 1
        wait = await limits.take(resources(request), route.limit, caller_address(request), cost)
        if wait:
            raise TooMany(wait)
    if route.access not in _OPEN:
        await access.require(request, route.access)


async def _count_failure(route: Route, request: web.Request, refusal: Refusal) -> None:
    """Where guessing must be slow, every wrong guess costs a token."""
    if route.limit in limits.FAILURES_ONLY and isinstance(refusal, NotFound | Forbidden):
        await limits.take(resources(request), route.limit, caller_address(request))


def _refuse(route: Route, request: web.Request, refusal: Refusal) -> web.StreamResponse:
    status = _status(refusal)
    if not route.is_api and request.method == "GET":
        if status == 401:
            return see_other(f"/sign-in?next={quote(request.path_qs)}")
        if refusal.code == "second_factor":
            return see_other("/admin/account")
    answer = problem(status, refusal) if route.is_api else error_page(request, status, refusal)
    wait = getattr(refusal, "retry_after_seconds", None)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    if status == 401 and route.is_api:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, Invalid):
        codes = {"not_json": 400, "too_large": 413, "signature": 400, "idempotency_missing": 400}
        return codes.get(refusal.code, 422)
    if isinstance(refusal, Forbidden):
        return 401 if refusal.code == "sign_in" else 403
    kinds: tuple[tuple[type[Refusal], int], ...] = (
        (NotFound, 404),
        (Conflict, 409),
        (Unavailable, 503),
        (TooMany, 429),
    )
    return next((status for kind, status in kinds if isinstance(refusal, kind)), 400)


def _plain(route: Route, request: web.Request, answer: web.HTTPException) -> web.StreamResponse:
    """aiohttp's own refusals in our words; its redirects as they are."""
    if answer.status < 400:
        return web.Response(status=answer.status, headers=answer.headers)
    words = {
        413: "The body is too large.",
        405: "This address does not take that method.",
        426: "This address speaks websocket only.",
    }
    refusal = Refusal(words.get(answer.status, answer.reason))
    response = (
        problem(answer.status, refusal)
        if route.is_api
        else error_page(request, answer.status, refusal)
    )
    for name in ("Allow", "Upgrade"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _incident(
    route: Route, request: web.Request, error: Exception, label: str
) -> web.StreamResponse:
    incident = secrets.token_hex(6)
    logger.error(
        "request_failed", route=label, incident=incident, error=type(error).__name__, exc_info=error
    )
    refusal = Refusal(
        f"Something went wrong on our side. If you write to us, name incident {incident}."
    )
    refusal.title = "Internal error"
    return problem(500, refusal) if route.is_api else error_page(request, 500, refusal)


def unrouted(router: web.UrlDispatcher) -> Handler:
    """Return the handler of every address and method that no route has.

    An address that forms are sent to is no page: who asks for it gets the nearest page above it.
    Elsewhere the answer is 405 with Allow when another method has the address, else 404.
    """

    async def handler(request: web.Request) -> web.StreamResponse:
        allowed = await _methods(router, request)
        if not allowed:
            raise NotFound(i18n.translate("There is no page at this address."))
        is_api = request.path.startswith("/api/")
        if request.method in ("GET", "HEAD") and "POST" in allowed and not is_api:
            return see_other(await _page_above(router, request))
        raise web.HTTPMethodNotAllowed(request.method, allowed)

    return handler


async def _methods(router: web.UrlDispatcher, request: web.Request) -> set[str]:
    """The methods that routes have at the request's address."""
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
