"""The cookie of a booking: one for each, so that two tabs never write over each other's."""

from aiohttp import web

from maritime_app.bookings.link_tokens import LINK_SECONDS
from maritime_app.bookings.service import canonical
from maritime_app.web import sessions

_NAME = "booking-"
_MOST = 10  # in one browser, with those of other sites a header stays below what servers take
_SECRET_CHARACTERS = 43  # of 32 bytes in URL-safe base64


def secret_of(request: web.Request, reference: str) -> str:
    """Return what the browser has sent for that booking, "" for nothing."""
    secret = request.cookies.get(_prefix(request) + canonical(reference), "")
    return secret if len(secret) == _SECRET_CHARACTERS else ""


def remember(
    request: web.Request, response: web.StreamResponse, reference: str, secret: str
) -> None:
    """Set the booking's cookie; the oldest ones go where the browser has too many.

    Browsers send those of one path in the order in which they were made (RFC 6265, 5.4).
    """
    prefix = _prefix(request)
    name = prefix + reference
    others = [one for one in request.cookies if one.startswith(prefix) and one != name]
    for old in others[: max(0, len(others) + 1 - _MOST)]:
        _forget(request, response, old)
    response.set_cookie(
        name,
        secret,
        max_age=LINK_SECONDS,
        httponly=True,
        samesite="Lax",  # links in mails come from elsewhere
        path="/",
        secure=sessions.is_https(request),
    )


def forget(request: web.Request, response: web.StreamResponse, reference: str) -> None:
    """Delete the booking's cookie."""
    _forget(request, response, _prefix(request) + reference)


def _forget(request: web.Request, response: web.StreamResponse, name: str) -> None:
    response.del_cookie(name, path="/", secure=sessions.is_https(request))


def _prefix(request: web.Request) -> str:
    return f"__Host-{_NAME}" if sessions.is_https(request) else _NAME
