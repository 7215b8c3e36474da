"""Forms are taken only from our own pages, for the visitor they were shown to.

A page carries a token that is signed for the visitor's cookie; a page of another site can neither
read the cookie nor make a token.
"""

import secrets
from urllib.parse import urlsplit

from aiohttp import web

from maritime_app import signing
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources

COOKIE = "visitor"
_ELSEWHERE = "This form was not sent from our own page."
FIELD = "csrf_token"
_PURPOSE = "csrf"  # under which the tokens are signed
_TOKEN_SECONDS = 86_400  # a page may be left open over night
_COOKIE_SECONDS = 30 * 86_400
_VISITOR_BYTES = 18
_VISITOR: web.RequestKey[str] = web.RequestKey("visitor", str)


def token(request: web.Request) -> str:
    """Return the token for the forms of this page; `remember_visitor` then sets the cookie."""
    who = visitor(request) or secrets.token_urlsafe(_VISITOR_BYTES)
    request[_VISITOR] = who
    return signing.sign_dated(resources(request).settings, _PURPOSE, _bound(request, who))


def remember_visitor(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie that a token on this page is bound to, if one was handed out."""
    who = request.get(_VISITOR)
    if who and request.cookies.get(_cookie(request)) != who:
        response.set_cookie(
            _cookie(request),
            who,
            httponly=True,
            samesite="Lax",
            path="/",
            secure=sessions.is_https(request),
            max_age=_COOKIE_SECONDS,
        )


def check(request: web.Request, given: str) -> None:
    """Raise Forbidden unless the token stood in a page of ours, shown to this visitor not more than
    a day ago.
    """
    check_origin(request)
    settings, who = resources(request).settings, visitor(request)
    # Only dated tokens: without a time one would be good for ever.
    if "." not in given or not signing.verify_dated(
        settings, _PURPOSE, _bound(request, who), given, max_age_seconds=_TOKEN_SECONDS
    ):
        words = _("The page was open for too long. Please go back, reload it and send it again.")
        raise Forbidden(words, code="csrf")


def check_origin(request: web.Request) -> None:
    """Raise Forbidden where the browser says that another site sends this (ASVS 4.0, 13.2.3).

    Whoever sends neither header is no browser, or an old one; the token is left for those.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(_ELSEWHERE, code="csrf")
    origin = headers.get("Origin")
    if origin is None:
        return
    given = place_of(origin)
    own = place_of(resources(request).settings.public_url)
    if given[1] != request.host and given != own:
        raise Forbidden(_ELSEWHERE, code="csrf")


def place_of(origin: str) -> tuple[str, str]:
    """Return scheme and authority of an origin; empty ones for what is none, such as "null"."""
    try:
        parts = urlsplit(origin)
    except ValueError:  # "http://["
        return "", ""
    return parts.scheme, parts.netloc


def is_on_page(request: web.Request) -> bool:
    """Return whether a token was handed out for this answer."""
    return _VISITOR in request


def visitor(request: web.Request) -> str:
    """Return the random id of this browser, "" before it was shown a form."""
    return request.get(_VISITOR) or request.cookies.get(_cookie(request), "")


def _bound(request: web.Request, who: str) -> str:
    """Return what a token is bound to: the browser, and the session in it. A pair of cookie and
    token that somebody planted is of no session, so it does not work where one is signed in.
    """
    return f"{who}\0{sessions.STAFF.id_of(request)}"


def _cookie(request: web.Request) -> str:
    return f"__Host-{COOKIE}" if sessions.is_https(request) else COOKIE
