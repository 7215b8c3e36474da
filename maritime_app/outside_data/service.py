"""Read the newest copy of outside data: cache, then PostgreSQL, then a short wait for the job."""

import asyncio
from collections.abc import Sequence

import msgspec

from maritime_app import clock
from maritime_app.infra.cache.two_level import Filled
from maritime_app.outside_data import store
from maritime_app.outside_data.model import Copy, Pending, Reading, Source
from maritime_app.outside_data.refresh import request_refresh, tag
from maritime_app.resources import Resources

_POLL_SECONDS = 0.1
_RETRY_AFTER_SECONDS = 5
_NO_COPY_SECONDS = 1  # how long "there is none" is remembered
_NO_COPY = b""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Copy).decode


async def read(res: Resources, source: Source, key: str) -> Reading | Pending:
    """Return the newest copy of that key and its age, without ever calling the source.

    1. the cache, for `cache_seconds`
    2. the last good copy in PostgreSQL; older than `max_age` it is stale, and a job refreshes it
    3. without a copy: a job is started and waited for, at most `wait_seconds`; then Pending

    Raise Invalid for a key that cannot be one.
    """
    key_tag = tag(source, key)
    cached = await res.cache.get(key_tag, [key_tag], lambda: _fill(res, source, key))
    if cached.body == _NO_COPY:
        return Pending(source, _RETRY_AFTER_SECONDS)
    copy = _decode(cached.body)
    age = copy.age(clock.now())
    return Reading(source, copy, age, stale=age > source.max_age)


async def newest(res: Resources, source: Source, key: str) -> Reading | None:
    """Return the last good copy as it is, without having it refreshed; None if there is none."""
    copy = await _newest(res, source, key)
    if copy is None:
        return None
    age = copy.age(clock.now())
    return Reading(source, copy, age, stale=age > source.max_age)


async def newest_of(res: Resources, source: Source, keys: Sequence[str]) -> dict[str, Reading]:
    """Return the last good copies of those keys of which there are any, as they are."""
    async with res.reads.acquire() as conn:
        found = await store.newest_copies(conn, source.name, keys)
    now = clock.now()
    ages = {each.key: each.copy.age(now) for each in found}
    return {
        each.key: Reading(source, each.copy, ages[each.key], ages[each.key] > source.max_age)
        for each in found
    }


async def have_refreshed(res: Resources, source: Source, key: str) -> None:
    """Have a key refreshed by a job, without waiting for it."""
    async with res.db.transaction() as conn:
        await request_refresh(conn, source, key)


async def _fill(res: Resources, source: Source, key: str) -> Filled:
    """Return the copy for the cache; callers that wait for the same key share one fill."""
    copy = await _newest(res, source, key)
    if copy is None or copy.age(clock.now()) > source.max_age:
        async with res.db.transaction() as conn:
            await request_refresh(conn, source, key)
    if copy is None:
        copy = await _wait_for_first(res, source, key)
    if copy is None:
        return Filled(_NO_COPY, [tag(source, key)], _NO_COPY_SECONDS)
    return Filled(_encode(copy), [tag(source, key)], source.cache_seconds)


async def _wait_for_first(res: Resources, source: Source, key: str) -> Copy | None:
    for _ in range(round(source.wait_seconds / _POLL_SECONDS)):
        await asyncio.sleep(_POLL_SECONDS)
        copy = await _newest(res, source, key)
        if copy is not None:
            return copy
    return None


async def _newest(res: Resources, source: Source, key: str) -> Copy | None:
    async with res.db.acquire() as conn:
        return await store.newest_copy(conn, source.name, key)
