"""What a browser is known by: a random id in a cookie, with what it stands for in Redis.

Redis holds the id's hash only: whoever reads it there cannot come in with it. A flushed Redis only
signs people out. Whether a staff session still counts is not decided here: web.access asks
PostgreSQL for each request.
"""

import hashlib
import secrets

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.redis import RedisError
from maritime_app.web.app_keys import resources

_ID_BYTES = 32
_ID_CHARACTERS = 43  # of that many bytes in URL-safe base64
_LONGEST_AGENT = 200


class StoredSession(msgspec.Struct, frozen=True, array_like=True):
    """What Redis holds: when it began and was seen, in which browser, and what it stands for."""

    began_at: int  # epoch seconds
    agent: str
    content: bytes


class ListedSession(msgspec.Struct, frozen=True):
    """A session as its owner sees it; `name` names it in forms and opens nothing."""

    name: str
    began_at: int
    seen_at: int
    agent: str
    is_this_one: bool


def is_https(request: web.Request) -> bool:
    """Return whether people reach us by https, which cookies then insist on."""
    return resources(request).settings.public_url.startswith("https://")


class SessionStore:
    """Sessions of one kind, each with a cookie and a place in Redis of its own.

    They live for `seconds`: from the last reading on if `sliding`, but never longer than
    `most_seconds` from their beginning; else from their beginning, and then the cookie says so too.
    """

    def __init__(
        self, cookie: str, prefix: str, seconds: int, *, sliding: bool, most_seconds: int = 0
    ) -> None:
        self._cookie = cookie
        self._prefix = prefix
        self._seconds = seconds
        self._sliding = sliding
        self._most_seconds = most_seconds or seconds

    def cookie_name(self, request: web.Request) -> str:
        """Return the name of the cookie that comes with this request."""
        return self.cookie_over(https=is_https(request))

    def cookie_over(self, *, https: bool) -> str:
        """Return the cookie's name: with `__Host-` over https; on plain http browsers and scripts
        refuse that prefix.
        """
        return f"__Host-{self._cookie}" if https else self._cookie

    def id_of(self, request: web.Request) -> str:
        """Return the id that the browser has sent, "" for none."""
        session_id = request.cookies.get(self.cookie_name(request), "")
        return session_id if len(session_id) == _ID_CHARACTERS else ""

    async def read(self, request: web.Request) -> bytes | None:
        """Return what was stored when the session began; None when there is none, or it has ended.

        Raise Unavailable when Redis is away.
        """
        session = (
            await self._found(request, "GETEX", "EX", self._seconds)
            if self._sliding
            else await self._found(request, "GET")
        )
        return session.content if session else None

    async def take(self, request: web.Request) -> bytes | None:
        """Return the same and end it: of several who ask at once, one gets it."""
        session = await self._found(request, "GETDEL")
        return session.content if session else None

    async def age_seconds(self, request: web.Request) -> int | None:
        """Return how long ago it began; None when there is none."""
        session = await self._found(request, "GET")
        return _now() - session.began_at if session else None

    async def _found(
        self, request: web.Request, verb: str, *options: str | int
    ) -> StoredSession | None:
        session_id = self.id_of(request)
        if not session_id:
            return None
        command = (verb, self._prefix + _hashed(session_id), *options)
        try:
            stored: bytes | None = await resources(request).redis_cache.command(*command)
        except RedisError as error:
            words = "Signing in is not possible right now."
            raise Unavailable(words, retry_after_seconds=5) from error
        session = _decoded(stored)
        if session is None or _now() - session.began_at >= self._most_seconds:
            return None
        return session

    async def begin(
        self, request: web.Request, response: web.StreamResponse, content: bytes, owner: str = ""
    ) -> None:
        """Store the session under a fresh id, never one that the browser brought, and set the
        cookie. With an `owner` it is in that person's list.
        """
        session_id = secrets.token_urlsafe(_ID_BYTES)
        name = _hashed(session_id)
        stored = msgspec.msgpack.encode(StoredSession(_now(), agent_of(request), content))
        commands: list[tuple[str | int | bytes, ...]] = [
            ("SET", self._prefix + name, stored, "EX", self._seconds)
        ]
        if owner:
            commands.append(("ZADD", self._owners_key(owner), _now(), name))
            commands.append(("EXPIRE", self._owners_key(owner), self._most_seconds))
        await resources(request).redis_cache.pipeline(commands)
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
        session_id = self.id_of(request)
        if session_id:
            key = self._prefix + _hashed(session_id)
            await resources(request).redis_cache.command("DEL", key)
        response.del_cookie(self.cookie_name(request), path="/", secure=is_https(request))

    async def of_owner(self, request: web.Request, owner: str) -> list[ListedSession]:
        """Return the sessions that somebody has, the newest first."""
        redis, own = resources(request).redis_cache, _hashed(self.id_of(request))
        key = self._owners_key(owner)
        await redis.command("ZREMRANGEBYSCORE", key, "-inf", _now() - self._most_seconds)
        names = [name.decode() for name in await redis.command("ZREVRANGE", key, 0, -1)]
        listed = []
        for name in names:
            stored, left = await redis.pipeline(
                [("GET", self._prefix + name), ("TTL", self._prefix + name)]
            )
            session = _decoded(stored)
            if session is None:
                await redis.command("ZREM", key, name)
                continue
            seen_at = _now() - (self._seconds - left)
            listed.append(
                ListedSession(name, session.began_at, seen_at, session.agent, name == own)
            )
        return listed

    async def end_of_owner(self, request: web.Request, owner: str, *names: str) -> None:
        """End those of somebody's sessions; none that is not theirs."""
        redis, key = resources(request).redis_cache, self._owners_key(owner)
        for name in names:
            if await redis.command("ZREM", key, name):
                await redis.command("DEL", self._prefix + name)

    def _owners_key(self, owner: str) -> str:
        return f"{self._prefix}of:{owner}"


def agent_of(request: web.Request) -> str:
    """Return what the browser calls itself, for people to tell theirs apart."""
    agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    return agent[:_LONGEST_AGENT]


def _hashed(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _decoded(stored: bytes | None) -> StoredSession | None:
    try:
        return msgspec.msgpack.decode(stored, type=StoredSession) if stored else None
    except msgspec.MsgspecError:  # of an older version
        return None


def _now() -> int:
    return int(clock.now().timestamp())


# Twelve hours without a word end it, and thirty days in any case (ASVS 4.0, 3.3.2, level 2).
STAFF = SessionStore("session", "web:session:", 12 * 3600, sliding=True, most_seconds=30 * 86_400)
