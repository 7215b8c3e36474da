"""Browsers in which somebody has given the right password before are counted apart.

Wrong passwords count per person, whatever address they come from; without this, whoever keeps
guessing at somebody would keep them out, too (OWASP, "Slow Down Online Guessing Attacks with Device
Cookies"). A sign-in in any other browser is told to the person. The cookie opens nothing.
"""

import hashlib
import secrets

from aiohttp import web

from maritime_app import signing
from maritime_app.web import limits, sessions
from maritime_app.web.app_keys import resources

_COOKIE = "device"
_PURPOSE = "device"
_SECONDS = 365 * 86_400
_ID_BYTES = 12


async def take_guess(request: web.Request, email: str) -> None:
    """Take a token for a password of one person; raise TooMany after too many wrong ones."""
    device = _known_device(request, email)
    counted = f"device:{device}" if device else f"email:{_person(email)}"
    await limits.guess(request, "person", counted)


def new_device(request: web.Request, email: str) -> str | None:
    """Return what this browser calls itself; None where that person has signed in before."""
    return None if _known_device(request, email) else sessions.agent_of(request)


def _known_device(request: web.Request, email: str) -> str:
    """Return the id of a browser in which that person has signed in before, "" for any other."""
    device, _dot, token = request.cookies.get(_name(request), "").partition(".")
    subject, settings = f"{device}:{_person(email)}", resources(request).settings
    is_known = signing.verify_dated(settings, _PURPOSE, subject, token, max_age_seconds=_SECONDS)
    return device if is_known else ""


def remember(request: web.Request, response: web.StreamResponse, email: str) -> None:
    """Set the cookie: the password was right here."""
    device = secrets.token_urlsafe(_ID_BYTES)
    subject = f"{device}:{_person(email)}"
    token = signing.sign_dated(resources(request).settings, _PURPOSE, subject)
    response.set_cookie(
        _name(request),
        f"{device}.{token}",
        max_age=_SECONDS,
        httponly=True,
        samesite="Lax",
        path="/",
        secure=sessions.is_https(request),
    )


def _name(request: web.Request) -> str:
    return f"__Host-{_COOKIE}" if sessions.is_https(request) else _COOKIE


def _person(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:32]
