"""Between the password and the code: a half-session of five minutes, which opens nothing but the
form for the code.
"""

import secrets
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.accounts.model import HalfSession
from maritime_app.errors import Unavailable
from maritime_app.infra.redis import RedisError
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import TooMany, caller_address
from maritime_app.web.sessions import is_https

SECONDS = 300
_KEY = "accounts:half-session:"


def cookie_name(request: web.Request) -> str:
    """Another one than the session's, and another place in Redis: neither is ever taken for the
    other.
    """
    return "__Host-half-session" if is_https(request) else "half-session"


async def begin(request: web.Request, response: web.StreamResponse, half: HalfSession) -> None:
    """Keep it under a fresh id and set the cookie."""
    half_id = secrets.token_urlsafe(32)
    content = msgspec.json.encode(half)
    await resources(request).redis_cache.command("SET", _KEY + half_id, content, "EX", SECONDS)
    response.set_cookie(
        cookie_name(request),
        half_id,
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        path="/",
        secure=is_https(request),
    )


async def read(request: web.Request) -> HalfSession | None:
    """Who has given the password here; None when nobody has, or it is too long ago."""
    half_id = request.cookies.get(cookie_name(request), "")
    if len(half_id) != 43:
        return None
    try:
        stored = await resources(request).redis_cache.command("GET", _KEY + half_id)
    except RedisError as error:
        raise Unavailable("Signing in is not possible right now.", retry_after_seconds=5) from error
    return msgspec.json.decode(stored, type=HalfSession) if stored else None


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Forget it, here and in the browser."""
    half_id = request.cookies.get(cookie_name(request), "")
    if half_id:
        await resources(request).redis_cache.command("DEL", _KEY + half_id)
    response.del_cookie(cookie_name(request), path="/", secure=is_https(request))


async def check_guesses(request: web.Request, staff_id: UUID) -> None:
    """Wrong codes count per person too: a password that leaked may be tried from many addresses.

    Raises TooMany.
    """
    if wait := await limits.take(resources(request), "sign_in", f"code:{staff_id}", 0):
        raise TooMany(wait)


async def count_guess(request: web.Request, staff_id: UUID) -> None:
    """A wrong code costs a guess of this address, as a wrong password does, and one of that person."""
    for whose in (caller_address(request), f"code:{staff_id}"):
        await limits.take(resources(request), "sign_in", whose)
