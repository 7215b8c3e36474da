"""Who is calling: a signed-in member of staff, the holder of an API token, or nobody."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import Forbidden
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf


class Via(StrEnum):
    """How a caller is known."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a word, not a secret


class Caller(msgspec.Struct, frozen=True):
    """A member of staff and what they may do.

    `unprotected`: may do little until a second factor is switched on, which this installation
    requires. `operator_id`: acts for that ferry operator only; None acts for all.
    """

    staff_id: UUID
    name: str
    role: str
    permissions: frozenset[str]
    via: Via = Via.SESSION
    unprotected: bool = False
    operator_id: UUID | None = None


_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))  # RFC 9110 section 9.2.1
Lookup = Callable[[Resources, bytes], Awaitable[Caller | None]]
AuditWriter = Callable[
    [Conn, UUID | None, str, tuple[str, str] | None, Mapping[str, Any]], Awaitable[None]
]
# People, tokens and the audit log are rows of the accounts domain, which stands above this toolkit:
# it hands its functions in here.
TOKEN_LOOKUP: web.AppKey[Lookup] = web.AppKey("token_lookup")  # by the token's SHA-256
SESSION_LOOKUP: web.AppKey[Lookup] = web.AppKey("session_lookup")  # by what was stored at sign-in
AUDIT_WRITER: web.AppKey[AuditWriter] = web.AppKey("audit_writer")
_CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)


def caller(request: web.Request) -> Caller:
    """Return who calls a route that needs a permission; it has been checked."""
    return request[_CALLER]


class Actor(msgspec.Struct, frozen=True):
    """A caller who changes something, with the audit log at hand."""

    staff_id: UUID
    _write: AuditWriter

    async def audit(
        self,
        conn: Conn,
        action: str,
        subject: tuple[str, str] | None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what this caller did, in the transaction that does it."""
        await self._write(conn, self.staff_id, action, subject, detail or {})


def actor(request: web.Request) -> Actor:
    """Return who calls a route that needs a permission, to be named in the audit log."""
    return Actor(caller(request).staff_id, request.app[AUDIT_WRITER])


def bearer(request: web.Request) -> str:
    """Return what stands behind Authorization: Bearer (RFC 6750 section 2.1); "" without it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def identify(request: web.Request) -> Caller | None:
    """Return the caller by Authorization: Bearer, else by session cookie; None for a stranger."""
    res = resources(request)
    token = bearer(request)
    if token:
        lookup = request.app[TOKEN_LOOKUP]
        return await lookup(res, hashlib.sha256(token.encode()).digest())
    stored = await sessions.STAFF.read(request)
    return await request.app[SESSION_LOOKUP](res, stored) if stored else None


async def require(request: web.Request, permission: str, *, recent: bool = False) -> None:
    """Let the request through if its caller holds the permission.

    Raise Forbidden with code "sign_in" for a stranger, "second_factor" for somebody who must switch
    one on first, "permission" for somebody who may not, and "recent_sign_in" where a `recent` one
    is asked for and this session began long ago.
    """
    who = await identify(request)
    if who is None:
        raise Forbidden("Please sign in first.", code="sign_in")
    if who.via is Via.SESSION and request.method not in _SAFE:
        csrf.check_origin(request)  # a cookie comes along whoever sends the request
    if permission not in who.permissions:
        if who.unprotected:
            words = "Please switch your second factor on first, under “My account”."
            raise Forbidden(words, code="second_factor")
        raise Forbidden("Your role does not allow this.", code="permission")
    if recent and who.via is Via.SESSION:
        age = await sessions.STAFF.age_seconds(request)
        if age is None or age > resources(request).settings.staff.recent_minutes * 60:
            raise Forbidden("Please say once more that it is you.", code="recent_sign_in")
    request[_CALLER] = who
