"""The Idempotency-Key header (IETF draft draft-ietf-httpapi-idempotency-key-header-07).

The first request with a key does the work and its answer is stored for 24 hours; a repetition gets
the same answer, the same key with another body 422, a repetition while the first still works 409.

Whoever works holds the key under a lease and renews it. A process that is killed renews nothing, so
its key is free again seconds later; and work may only go on as long as its lease stands, so that
two never work on one key.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from aiohttp import web

from maritime_app.errors import Conflict, Invalid, Refusal, Unavailable
from maritime_app.infra import log, queries
from maritime_app.infra.db import Conn, Database
from maritime_app.web.app_keys import resources

SQL = queries.load("web")
logger = log.get(__name__)
_HEADER = "Idempotency-Key"
_MAX_KEY_LENGTH = 255
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


@dataclass(frozen=True, slots=True)
class _Claim:
    """A key that this request holds; `since` proves it, because a later owner has a later one."""

    db: Database
    scope: str
    key: str
    since: datetime


async def once(request: web.Request, scope: str, work: Work, *, required: bool) -> web.Response:
    """Do the work once per key and return the same answer to every repetition.

    Answers of 5xx, 409 and 429 are not stored: trying again with the same key is right then. Raise
    Invalid when the key is missing, malformed or used with another body, Conflict while it is in
    flight, Unavailable when the lease could not be renewed and the work was broken off.
    """
    key = request.headers.get(_HEADER, "").strip().strip('"')
    if not key:
        if required:
            raise Invalid(f"The {_HEADER} header is missing.", code="idempotency_missing")
        return await work()
    if len(key) > _MAX_KEY_LENGTH or not key.isprintable():
        raise Invalid(
            f"The {_HEADER} header must be at most {_MAX_KEY_LENGTH} printable characters.",
            code="idempotency_key",
        )
    db = resources(request).db
    fingerprint = hashlib.sha256(request.path.encode() + b"\0" + await request.read()).digest()
    async with db.acquire() as conn:
        since = await SQL.reserve_key.fetch_optional(
            conn, datetime, scope, key, fingerprint, _LEASE_SECONDS
        )
        if since is None:
            stored = await SQL.stored_answer.fetch_optional(conn, StoredAnswer, scope, key)
            if stored is None:  # released in this very moment
                raise _in_flight()
            return _replay(stored, fingerprint)
    return await _done(_Claim(db, scope, key, since), work)


async def _done(claim: _Claim, work: Work) -> web.Response:
    """Return the work's answer, stored for whoever repeats the request; or free the key again."""
    try:
        response = await _leased(claim, work)
    except BaseException:
        async with claim.db.acquire() as conn:
            await SQL.release_key.execute(conn, claim.scope, claim.key, claim.since)
        raise
    async with claim.db.acquire() as conn:
        body = response.body
        if response.status < 500 and response.status not in (409, 429) and isinstance(body, bytes):
            await SQL.store_answer.execute(
                conn, claim.scope, claim.key, claim.since, response.status, body
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
        raise Invalid(f"This {_HEADER} was used with another request.", code="idempotency_mismatch")
    if stored.status is None or stored.answer is None:
        raise _in_flight()
    return web.Response(
        body=stored.answer,
        status=stored.status,
        content_type="application/json",
        headers={"Idempotent-Replayed": "true"},
    )


def _in_flight() -> Conflict:
    return Conflict(
        "The first request with this key is still being worked on.", code="idempotency_in_flight"
    )
