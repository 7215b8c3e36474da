"""The Idempotency-Key header (IETF draft draft-ietf-httpapi-idempotency-key-header-07), and forms
that are sent twice.

The first request with a key does the work and its answer is stored for 24 hours; a repetition gets
the same answer, the same key with another body 422, a repetition while the first still works 409.
A key belongs to its caller: the holder of the API token, else the address as limits count it.

Whoever works holds the key under a lease and renews it. A process that is killed renews nothing, so
its key is free again seconds later; and work may only go on as long as its lease stands, so that
two never work on one key.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import msgspec
from aiohttp import web

from maritime_app.errors import Conflict, Invalid, Refusal, Unavailable
from maritime_app.infra import queries
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.telemetry import log
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf
from maritime_app.web.routing import ROUTE

SQL = queries.load("web")
logger = log.get(__name__)
HEADER = "Idempotency-Key"
_IN_FLIGHT = "idempotency_in_flight"
FORM_KEY = "form_key"
_FORM_KEY_BYTES = 12
_MAX_FORM_KEY = 64
# How long a form that is sent again waits for its first: no longer than a lease.
_FORM_SECONDS, _FORM_LOOK_SECONDS = 15.0, 0.1
MAX_KEY_LENGTH = 255
# As long as a job's lease: longer than a renewal may stand in line for a connection.
_LEASE_SECONDS = 15.0
_RENEW_SECONDS = 4.0
# The work ends before the lease does, by its own clock and with time to notice.
_MARGIN_SECONDS = 1.0

Work = Callable[[], Awaitable[web.Response]]


class StoredAnswer(msgspec.Struct, frozen=True):
    """What is known of a key: the request's SHA-256, and the answer once there is one."""

    fingerprint: bytes
    status: int | None
    answer: bytes | None
    location: str | None


class _Claim(msgspec.Struct, frozen=True):
    """A key that this request holds; `since` proves it, because a later owner has a later one."""

    db: Database
    scope: str
    key: str
    since: datetime


async def once(request: web.Request, scope: str, work: Work) -> web.Response:
    """Do the work once per key and return the same answer to every repetition.

    Its route says `idempotent`. Answers of 5xx, 409 and 429 are not stored: trying again with the
    same key is right then. Raise Invalid when the key is malformed, empty, sent twice or used with
    another body, Conflict while it is in flight, Unavailable when the lease could not be renewed
    and the work was broken off.
    """
    if not request[ROUTE].idempotent:
        raise RuntimeError(f"{request[ROUTE].label} does not say that it is idempotent.")
    keys = [key.strip().strip('"') for key in request.headers.getall(HEADER, ())]
    if not keys:
        return await work()
    key = keys[0]
    if len(keys) > 1 or not key:  # whoever sends one counts on it
        raise Invalid(f"The {HEADER} header must be one key, not empty.", code="idempotency_key")
    body = _canonical(await request.read())
    return await once_under(request, scope, key, request.path.encode() + b"\0" + body, work)


async def once_under(
    request: web.Request, scope: str, key: str, asked: bytes, work: Work
) -> web.Response:
    """Do the work once under the caller's key, whatever carried it; `asked` is what for.

    Raise as `once` does.
    """
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise Invalid(
            f"The {HEADER} header must be at most {MAX_KEY_LENGTH} printable characters.",
            code="idempotency_key",
        )
    scope = f"{scope}:{_caller(request)}"
    fingerprint = hashlib.sha256(asked).digest()
    return await _once(resources(request).db, scope, key, fingerprint, work)


async def once_a_form(
    request: web.Request, scope: str, fields: Mapping[str, str], work: Work
) -> web.Response:
    """Do the work once for a form as it was filled in; who sends it again gets the same answer.

    A form carries a `FORM_KEY` of its own, so that the same entries on a fresh page count anew. Who
    sends it while the first one still works waits for that. Only an answer that leads on (303) is
    stored: a form that came back marked is corrected and sent again.
    """
    key = fields.get(FORM_KEY, "")
    if not key:
        return await work()
    entries = msgspec.json.encode({**fields, FORM_KEY: ""}, order="sorted")
    fingerprint = hashlib.sha256(entries).digest()
    scope = f"{scope}:{hashlib.sha256(csrf.visitor(request).encode()).hexdigest()[:32]}"
    key = f"{key[:_MAX_FORM_KEY]}:{fingerprint.hex()}"
    db = resources(request).db
    until = asyncio.get_running_loop().time() + _FORM_SECONDS
    while True:
        try:
            return await _once(db, scope, key, fingerprint, work, only_redirects=True)
        except Conflict as refusal:
            if refusal.code != _IN_FLIGHT or asyncio.get_running_loop().time() > until:
                raise
        await asyncio.sleep(_FORM_LOOK_SECONDS)


def form_key() -> str:
    """Return a key for a form that is shown."""
    return secrets.token_urlsafe(_FORM_KEY_BYTES)


async def _once(
    db: Database,
    scope: str,
    key: str,
    fingerprint: bytes,
    work: Work,
    *,
    only_redirects: bool = False,
) -> web.Response:
    async with db.acquire() as conn:
        since = await SQL.reserve_key.fetch_optional(
            conn, datetime, scope, key, fingerprint, _LEASE_SECONDS
        )
        if since is None:
            stored = await SQL.stored_answer.fetch_optional(conn, StoredAnswer, scope, key)
            if stored is None:  # released in this very moment
                raise _in_flight()
            return _replay(stored, fingerprint)
    return await _done(_Claim(db, scope, key, since), work, only_redirects=only_redirects)


def _canonical(body: bytes) -> bytes:
    """Return JSON as it is always written: white space and the order of fields say nothing."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return body


def _caller(request: web.Request) -> str:
    """Return whose keys these are; a token is not checked here, and never stored."""
    token = request.headers.get("Authorization", "")
    if token:
        return hashlib.sha256(token.encode()).hexdigest()[:32]
    return limits.caller_address(request)


async def _done(claim: _Claim, work: Work, *, only_redirects: bool) -> web.Response:
    """Return the work's answer, stored for whoever repeats the request; or free the key again."""
    try:
        response = await _leased(claim, work)
    except BaseException:
        async with claim.db.acquire() as conn:
            await SQL.release_key.execute(conn, claim.scope, claim.key, claim.since)
        raise
    body, status = response.body or b"", response.status
    lasting = status == 303 if only_redirects else status < 500 and status not in (409, 429)
    async with claim.db.acquire() as conn:
        if lasting and isinstance(body, bytes):
            place = response.headers.get("Location")
            await SQL.store_answer.execute(
                conn, claim.scope, claim.key, claim.since, status, body, place
            )
        else:
            await SQL.release_key.execute(conn, claim.scope, claim.key, claim.since)
    return response


async def _leased(claim: _Claim, work: Work) -> web.Response:
    """Work while the lease stands; most work is over before a renewal is due, and none is begun."""
    renewing: list[asyncio.Task[None]] = []
    lease = asyncio.timeout(_LEASE_SECONDS - _MARGIN_SECONDS)
    due = asyncio.get_running_loop().call_later(
        _RENEW_SECONDS, lambda: renewing.append(asyncio.create_task(_renew(claim, lease)))
    )
    try:
        async with lease:
            return await work()
    except TimeoutError as error:
        if not lease.expired():
            raise
        logger.warning("idempotency_lease_lost", scope=claim.scope)
        raise Unavailable("Our database does not answer.", retry_after_seconds=5) from error
    finally:
        due.cancel()
        for task in renewing:
            task.cancel()


async def _renew(claim: _Claim, lease: asyncio.Timeout) -> None:
    """Renew until cancelled; when the key is somebody else's, the work ends at once."""
    loop = asyncio.get_running_loop()
    is_ours = True
    while is_ours and not lease.expired():
        began_at = loop.time()
        try:
            async with claim.db.acquire() as conn:
                renewed = await SQL.renew_key.execute(
                    conn, claim.scope, claim.key, claim.since, _LEASE_SECONDS
                )
        except Refusal as refusal:
            logger.warning("idempotency_lease_not_renewed", error=type(refusal).__name__)
        else:
            is_ours = renewed == 1
            if not lease.expired():
                lease.reschedule(began_at + (_LEASE_SECONDS - _MARGIN_SECONDS if is_ours else 0.0))
        await asyncio.sleep(_RENEW_SECONDS)


async def delete_expired(conn: Conn) -> int:
    """Delete the answers that are older than 24 hours; return how many."""
    return await SQL.delete_expired_keys.execute(conn)


def _replay(stored: StoredAnswer, fingerprint: bytes) -> web.Response:
    if stored.fingerprint != fingerprint:
        raise Invalid(f"This {HEADER} was used with another request.", code="idempotency_mismatch")
    if stored.status is None or stored.answer is None:
        raise _in_flight()
    headers = {"Idempotent-Replayed": "true"}
    if stored.location is not None:
        headers |= {"Location": stored.location, "Cache-Control": "no-store"}
    kind = "application/json" if stored.answer else None
    return web.Response(
        body=stored.answer, status=stored.status, content_type=kind, headers=headers
    )


def _in_flight() -> Conflict:
    return Conflict("The first request with this key is still being worked on.", code=_IN_FLIGHT)
