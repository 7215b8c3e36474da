"""The Idempotency-Key header (IETF draft draft-ietf-httpapi-idempotency-key-header-07).

The first request with a key does the work and its answer is kept for 24 hours; a repetition gets the same
answer, the same key with another body 422, a repetition while the first still works 409.
"""

import hashlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from maritime_app.errors import Conflict, Invalid
from maritime_app.infra import queries
from maritime_app.web.keys import resources

SQL = queries.load("web")
_HEADER = "Idempotency-Key"


async def once(
    request: web.Request, scope: str, work: Callable[[], Awaitable[web.Response]], *, required: bool
) -> web.Response:
    """Do the work once per key and answer the same to every repetition.

    Answers of 5xx, 409 and 429 are not kept: trying again with the same key is right then.
    Raises Invalid when the key is missing, malformed or used with another body, Conflict while it is in flight.
    """
    key = request.headers.get(_HEADER, "").strip().strip('"')
    if not key:
        if required:
            raise Invalid(f"The {_HEADER} header is missing.", code="idempotency_missing")
        return await work()
    if len(key) > 255 or not key.isprintable():
        raise Invalid(
            f"The {_HEADER} header must be at most 255 printable characters.", code="idempotency_key"
        )
    db = resources(request).db
    fingerprint = hashlib.sha256(request.path.encode() + b"\0" + await request.read()).digest()
    async with db.acquire() as conn:
        fresh = await SQL.reserve_key.maybe(conn, scope, key, fingerprint)
        if fresh is None:
            row = await SQL.kept_answer.one(conn, scope, key)
            return _replay(row["fingerprint"] == fingerprint, row["status"], row["answer"])
    try:
        response = await work()
    except BaseException:
        async with db.acquire() as conn:
            await SQL.release_key.run(conn, scope, key)
        raise
    async with db.acquire() as conn:
        body = response.body
        if response.status < 500 and response.status not in (409, 429) and isinstance(body, bytes):
            await SQL.keep_answer.run(conn, scope, key, response.status, body)
        else:
            await SQL.release_key.run(conn, scope, key)
    return response


def _replay(same_body: bool, status: int | None, answer: bytes | None) -> web.Response:
    if not same_body:
        raise Invalid(f"This {_HEADER} was used with another request.", code="idempotency_mismatch")
    if status is None or answer is None:
        raise Conflict(
            "The first request with this key is still being worked on.", code="idempotency_in_flight"
        )
    headers = {"Idempotent-Replayed": "true"}
    return web.Response(body=answer, status=status, content_type="application/json", headers=headers)
