"""What a browser is known by: a random id in a cookie, with what it stands for in Redis.

A flushed Redis only signs people out. Whether a staff session still counts is not decided here:
web.access asks PostgreSQL for each request.
"""

import secrets

from aiohttp import web

from maritime_app.errors import Unavailable
from maritime_app.infra.redis import RedisError
from maritime_app.web.app_keys import resources

_ID_BYTES = 32
_ID_CHARACTERS = 43  # of that many bytes in URL-safe base64


def is_https(request: web.Request) -> bool:
    """Return whether people reach us by https, which cookies then insist on."""
    return resources(request).settings.public_url.startswith("https://")


class SessionStore:
    """Sessions of one kind, each with a cookie and a place in Redis of its own.

    They live for `seconds`: from the last reading on if `sliding`, else from their beginning, and
    then the cookie says so too.
    """

    def __init__(self, cookie: str, prefix: str, seconds: int, *, sliding: bool) -> None:
        self._cookie = cookie
        self._prefix = prefix
        self._seconds = seconds
        self._sliding = sliding

    def cookie_name(self, request: web.Request) -> str:
        """Return the cookie's name: with `__Host-` over https; on plain http browsers and scripts
        refuse that prefix.
        """
        return f"__Host-{self._cookie}" if is_https(request) else self._cookie

    async def read(self, request: web.Request) -> bytes | None:
        """Return what was stored when the session began; None when there is none, or it has ended.

        Raise Unavailable when Redis is away.
        """
        session_id = request.cookies.get(self.cookie_name(request), "")
        if len(session_id) != _ID_CHARACTERS:
            return None
        key = self._prefix + session_id
        command = ("GETEX", key, "EX", self._seconds) if self._sliding else ("GET", key)
        try:
            stored: bytes | None = await resources(request).redis_cache.command(*command)
        except RedisError as error:
            words = "Signing in is not possible right now."
            raise Unavailable(words, retry_after_seconds=5) from error
        return stored

    async def begin(
        self, request: web.Request, response: web.StreamResponse, content: bytes
    ) -> None:
        """Store the session under a fresh id, never one that the browser brought, and set the
        cookie.
        """
        session_id = secrets.token_urlsafe(_ID_BYTES)
        await resources(request).redis_cache.command(
            "SET", self._prefix + session_id, content, "EX", self._seconds
        )
        response.set_cookie(
            self.cookie_name(request),
            session_id,
            max_age=None if self._sliding else self._seconds,
            httponly=True,
            samesite="Lax",
            path="/",
            secure=is_https(request),
        )

    async def end(self, request: web.Request, response: web.StreamResponse) -> None:
        """Delete the session, here and in the browser."""
        session_id = request.cookies.get(self.cookie_name(request), "")
        if session_id:
            await resources(request).redis_cache.command("DEL", self._prefix + session_id)
        response.del_cookie(self.cookie_name(request), path="/", secure=is_https(request))


STAFF = SessionStore("session", "web:session:", 12 * 3600, sliding=True)
