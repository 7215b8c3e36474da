"""One refresh job per key, whoever finds its copy too old, and what that job does."""

from datetime import datetime

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.db import Conn
from maritime_app.infra.telemetry import log
from maritime_app.infra.upstreams.http import Fault, UpstreamError
from maritime_app.jobs.outbox import enqueue
from maritime_app.outside_data import store
from maritime_app.outside_data.model import MAX_COPY_BYTES, Copy, Pull, Source
from maritime_app.resources import Resources

_MAX_KEY_LENGTH = 200
_DROPPED_AT_ONCE = 1_000
logger = log.get(__name__)


def tag(source: Source, key: str) -> str:
    """Return the cache tag of one key: dropped when it has been refreshed."""
    return f"outside:{source.name}:{key}"


async def request_refresh(conn: Conn, source: Source, key: str) -> None:
    """Have the key refreshed by a job, once per `min_pause` however many ask for it.

    In the caller's transaction. Raise Invalid for a key that cannot be one.
    """
    if not 1 <= len(key) <= _MAX_KEY_LENGTH:
        raise Invalid("There is no such data.", {source.key_name: "is too long"})
    slot = int(clock.now().timestamp() // source.min_pause.total_seconds())
    await enqueue(
        conn,
        source.task,
        {source.key_name: key},
        subject=("outside_data", f"{source.name}:{key}"),
        unique_key=f"outside:{source.name}:{key}:{slot}",
    )


async def is_due(res: Resources, source: Source, key: str, now: datetime) -> bool:
    """Whether there is no copy of that key, or one that is older than the source allows."""
    async with res.db.acquire() as conn:
        known = await store.newest_copy(conn, source.name, key)
    return known is None or known.age(now) >= source.max_age


async def refresh(res: Resources, source: Source, key: str, pull: Pull) -> str:
    """Pull one key and store it as the last good copy; return the outcome in words.

    For the source's task. What is fresh is not pulled again. Whatever `pull` raises passes through
    and the last good copy stays; so does it when the new one is larger than 4 MiB.
    """
    async with res.db.acquire() as conn:
        known = await store.newest_copy(conn, source.name, key)
    if known is not None and known.age(clock.now()) < source.max_age:
        return f"{source.name} {key}: still fresh"
    retrieved_at = clock.now()
    pulled = await pull(key)
    if len(pulled.body) > MAX_COPY_BYTES:
        message = f"{source.title} sends a larger answer than it should."
        raise UpstreamError(message, Fault.TOO_LARGE, code=source.name)
    copy = Copy(pulled.body, retrieved_at, pulled.period, pulled.version)
    async with res.db.acquire() as conn:
        await store.put_copy(conn, source.name, key, copy)
    await res.cache.bump([tag(source, key)])
    logger.info("outside_data_refreshed", source=source.name, bytes=len(copy.body))
    return f"{source.name} {key}: {len(copy.body)} bytes"


async def drop_older(res: Resources, source: Source, before: datetime) -> int:
    """Delete a source's copies that were retrieved before then; return how many."""
    total = 0
    while True:
        async with res.db.acquire() as conn:
            dropped = await store.drop_older(conn, source.name, before, _DROPPED_AT_ONCE)
        total += dropped
        if dropped < _DROPPED_AT_ONCE:
            return total
