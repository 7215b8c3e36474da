"""The Idempotency-Key header (IETF draft draft-ietf-httpapi-idempotency-key-header-07).

The first request with a key does the work and its answer is kept for 24 hours; a repetition gets
the same
answer, the same key with another body 422, a repetition while the first still works 409.

Whoever works holds the key under a lease and renews it. A process that is killed renews nothing, so
its key is free
again seconds later; and work may only go on as long as its lease stands, so that two never work on
one key.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maritime_app.errors import Conflict, Invalid, Refusal, Unavailable
from maritime_app.infra import log, queries
from maritime_app.infra.db import Conn, Database
from maritime_app.web.app_keys import resources

SQL = queries.load("web")
logger = log.get(__name__)
_HEADER = "Idempotency-Key"
# As long as a job's lease: longer than a renewal may stand in line for a connection.
_LEASE_SECONDS = 15.0
_RENEW_SECONDS = 4.0
# The work ends before the lease does, by its own clock and with time to notice.
_MARGIN_SECONDS = 1.0

Work = Callable[[], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A key in our hands;

    `since` is the proof that it is still ours, because a later owner has a later one.
    """

    db: Database
    scope: str
    key: str
    since: datetime


async def once(request: web.Request, scope: str, work: Work, *, required: bool) -> web.Response:
    """Do the work once per key and answer the same to every repetition.

    Answers of 5xx, 409 and 429 are not kept: trying again with the same key is right then.
    Raises Invalid when the key is missing, malformed or used with another body, Conflict while it
    is in flight,
    Unavailable when the lease could not be renewed and the work was broken off.
    """
    key = request.headers.get(_HEADER, "").strip().strip('"')
    if not key:
        if required:
            raise Invalid(f"The {_HEADER} header is missing.", code="idempotency_missing")
        return await work()
    if len(key) > 255 or not key.isprintable():
        raise Invalid(
            f"The {_HEADER} header must be at most 255 printable characters.",
            code="idempotency_key",
        )
    db = resources(request).db
    fingerprint = hashlib.sha256(request.path.encode() + b"\0" + await request.read()).digest()
    async with db.acquire() as conn:
        since: datetime | None = await SQL.reserve_key.value(
            conn, scope, key, fingerprint, _LEASE_SECONDS
        )
        if since is None:
            row = await SQL.kept_answer.maybe(conn, scope, key)
            if row is None:  # released in this very moment
                raise _in_flight()
            return _replay(row["fingerprint"] == fingerprint, row["status"], row["answer"])
    return await _done(_Claim(db, scope, key, since), work)


async def _done(claim: _Claim, work: Work) -> web.Response:
    """The work's answer, kept for whoever repeats the request; or the key is free again."""
    try:
        response = await _leased(claim, work)
    except BaseException:
        async with claim.db.acquire() as conn:
            await SQL.release_key.run(conn, claim.scope, claim.key, claim.since)
        raise
    async with claim.db.acquire() as conn:
        body = response.body
        if response.status < 500 and response.status not in (409, 429) and isinstance(body, bytes):
            await SQL.keep_answer.run(
                conn, claim.scope, claim.key, claim.since, response.status, body
            )
        else:
            await SQL.release_key.run(conn, claim.scope, claim.key, claim.since)
    return response


async def _leased(claim: _Claim, work: Work) -> web.Response:
    """Work while the lease stands.

    Most work is over before a renewal is due, and then none is started.
    """
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
    ours = True
    while ours and not lease.expired():
        asked_at = loop.time()
        try:
            async with claim.db.acquire() as conn:
                kept = await SQL.renew_key.value(
                    conn, claim.scope, claim.key, claim.since, _LEASE_SECONDS
                )
        except Refusal as refusal:
            logger.warning("idempotency_lease_not_renewed", error=type(refusal).__name__)
        else:
            ours = kept is not None
            if not lease.expired():
                lease.reschedule(asked_at + (_LEASE_SECONDS - _MARGIN_SECONDS if ours else 0.0))
        await asyncio.sleep(_RENEW_SECONDS)


async def delete_expired(conn: Conn) -> int:
    """Delete the answers that are older than 24 hours; return how many."""
    return await SQL.delete_expired_keys.run(conn)


def _replay(same_body: bool, status: int | None, answer: bytes | None) -> web.Response:
    if not same_body:
        raise Invalid(f"This {_HEADER} was used with another request.", code="idempotency_mismatch")
    if status is None or answer is None:
        raise _in_flight()
    headers = {"Idempotent-Replayed": "true"}
    return web.Response(
        body=answer, status=status, content_type="application/json", headers=headers
    )


def _in_flight() -> Conflict:
    return Conflict(
        "The first request with this key is still being worked on.", code="idempotency_in_flight"
    )
