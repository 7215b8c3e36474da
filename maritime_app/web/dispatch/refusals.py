"""A refusal or a fault as an answer: a page for people, a problem document for programs."""

import secrets
from urllib.parse import quote, urlsplit

from aiohttp import web

from maritime_app.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unavailable,
)
from maritime_app.infra.telemetry import log
from maritime_app.web.render import error_page, problem, see_other
from maritime_app.web.routing import Route

logger = log.get(__name__)
_STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (Invalid, 422),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (TooMany, 429),
)
# Where a code says more than the kind of refusal.
_BY_CODE = {
    "not_json": 400,
    "repeated_name": 400,
    "signature": 400,
    "sign_in": 401,
    "too_large": 413,
    "too_long": 414,
    "malformed": 400,
    "not_utf8": 400,
    "media_type": 415,
}
# aiohttp's own refusals in our words, each with its code.
_WORDS = {
    405: ("This address does not take that method.", "method"),
    413: ("The body is too large.", "too_large"),
    426: ("This address speaks websocket only.", "websocket_only"),
}
_INCIDENT_BYTES = 6


def refused(route: Route, request: web.Request, refusal: Refusal) -> web.StreamResponse:
    """Return the answer to a refused request; a browser without a session is led to sign in."""
    status = _status(refusal)
    if not route.is_api and request.method == "GET":
        if status == 401:
            return see_other(f"/sign-in?next={quote(request.path_qs)}")
        if refusal.code == "second_factor":
            return see_other("/admin/account")
    if refusal.code == "recent_sign_in" and not route.is_api:
        return see_other(f"/sign-in/again?next={quote(_page_before(request))}")
    answer = _answer(route, request, status, refusal)
    wait = getattr(refusal, "retry_after_seconds", None)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    if status == 401 and route.is_api:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _page_before(request: web.Request) -> str:
    """Return the page of ours on which the form stands; "" when the browser does not say."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before._replace(scheme="", netloc="").geturl() if before.netloc == request.host else ""


def raised(route: Route, request: web.Request, answer: web.HTTPException) -> web.StreamResponse:
    """Return aiohttp's own refusals in our words, its redirects as they are."""
    if answer.status < 400:
        return web.Response(status=answer.status, headers=answer.headers)
    words, code = _WORDS.get(answer.status, (answer.reason, ""))
    refusal = Refusal(words, code=code)
    response = _answer(route, request, answer.status, refusal)
    for name in ("Allow", "Upgrade"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def incident(route: Route, request: web.Request, error: Exception) -> web.StreamResponse:
    """Log a fault of ours once and return 500 with the number under which it stands in the log."""
    number = secrets.token_hex(_INCIDENT_BYTES)
    logger.error(
        "request_failed",
        route=route.label,
        incident=number,
        error=type(error).__name__,
        exc_info=error,
    )
    refusal = Refusal(
        f"Something went wrong on our side. If you write to us, name incident {number}.",
        code="fault",
    )
    refusal.title = "Internal error"
    return _answer(route, request, 500, refusal)


def _answer(route: Route, request: web.Request, status: int, refusal: Refusal) -> web.Response:
    is_for_programs = route.is_api or route.media == "application/json"
    return problem(status, refusal) if is_for_programs else error_page(request, status, refusal)


def _status(refusal: Refusal) -> int:
    if refusal.code in _BY_CODE:
        return _BY_CODE[refusal.code]
    return next((status for kind, status in _STATUSES if isinstance(refusal, kind)), 400)
