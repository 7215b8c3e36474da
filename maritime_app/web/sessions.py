"""Staff sessions: a random id in a cookie, whose it is in Redis. A flushed Redis only signs people
out.

Whether a session still counts is not decided here: web.access asks PostgreSQL for each request.
"""

import secrets

from aiohttp import web

from maritime_app.errors import Unavailable
from maritime_app.infra.redis import RedisError
from maritime_app.web.app_keys import resources

SECONDS = 12 * 3600
_KEY = "web:session:"


def is_https(request: web.Request) -> bool:
    """Whether people reach us by https, which cookies then insist on."""
    return resources(request).settings.public_url.startswith("https://")


def cookie_name(request: web.Request) -> str:
    """`__Host-session` over https; browsers and scripts refuse that prefix on plain http."""
    return "__Host-session" if is_https(request) else "session"


async def read(request: web.Request) -> bytes | None:
    """What was stored at sign-in, or None. Reading keeps the session alive."""
    session_id = request.cookies.get(cookie_name(request), "")
    if len(session_id) != 43:
        return None
    try:
        stored: bytes | None = await resources(request).redis_cache.command(
            "GETEX", _KEY + session_id, "EX", SECONDS
        )
    except RedisError as error:
        raise Unavailable("Signing in is not possible right now.", retry_after_seconds=5) from error
    return stored


async def begin(request: web.Request, response: web.StreamResponse, content: bytes) -> None:
    """Store the session under a fresh id (never one that the browser brought) and set the cookie."""
    session_id = secrets.token_urlsafe(32)
    await resources(request).redis_cache.command("SET", _KEY + session_id, content, "EX", SECONDS)
    response.set_cookie(
        cookie_name(request),
        session_id,
        httponly=True,
        samesite="Lax",
        path="/",
        secure=is_https(request),
    )


async def end(request: web.Request, response: web.StreamResponse) -> None:
    """Forget the session, here and in the browser."""
    session_id = request.cookies.get(cookie_name(request), "")
    if session_id:
        await resources(request).redis_cache.command("DEL", _KEY + session_id)
    response.del_cookie(cookie_name(request), path="/", secure=is_https(request))
