"""Read the updates of every feed that has any.

A publisher is asked with the ETag and the time of what it gave last. One that does not answer five
times in a row is left alone for five minutes, and for as long as a Retry-After says; what is stored
stays meanwhile.
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.timetables.updates import codec, running, service, store
from maritime_app.ferries.timetables.updates.model import (
    Followed,
    Message,
    PlannedTrip,
    RunningTrip,
    TripState,
    TripUpdate,
    UpdatesRefused,
    trip_key,
)
from maritime_app.infra.upstreams.http import Upstream, UpstreamError
from maritime_app.resources import Resources

_DEADLINE_SECONDS: Final = 15.0
_MOST_BYTES: Final = 4 * 1024**2
_MOST_KEPT_BYTES: Final = 16 * 1024**2  # some 12,000 boats; the table takes no more
_AT_ONCE: Final = 8
_PATIENCE: Final = 5  # failures in a row before a publisher is left alone
_REST: Final = timedelta(minutes=5)
_BEFORE, _AHEAD = timedelta(days=3), timedelta(days=30)  # service days of which updates speak
_LONGEST_ADDRESS: Final = 1_000
_LONGEST_TAG: Final = 400
_LONGEST_ERROR: Final = 300
_ETAG: Final = "If-None-Match"
_MODIFIED: Final = "If-Modified-Since"
_BESIDE: Final = (TripState.ADDED, TripState.DUPLICATED, TripState.NEW, TripState.REPLACEMENT)


async def follow(res: Resources, feed: str, address: str) -> str:
    """Read the updates of that feed there now and from now on; return what came of it.

    Raise NotFound without such a feed, Invalid for an address that is none, UpdatesRefused for what
    cannot be read and Unavailable where nobody answers; the address is kept in the last two cases,
    for a publisher may be away for a minute.
    """
    if not address.startswith(("https://", "http://")) or len(address) > _LONGEST_ADDRESS:
        raise Invalid("An address begins with https:// or http://.", {"address": address[:80]})
    async with res.db.transaction() as conn:
        await store.follow(conn, feed, address)
        found = [one for one in await store.followed(conn) if one.feed == feed]
    if not found:
        raise NotFound("There is no such feed.", code="feed")
    return await _pull(res, found[0])


async def unfollow(res: Resources, feed: str) -> None:
    """Read them no more, and show no more of what they said; raise NotFound."""
    async with res.db.transaction() as conn:
        if not await store.unfollow(conn, feed):
            raise NotFound("No realtime updates are read for that feed.", code="feed")
    await res.cache.bump([service.UPDATES_TAG])


async def pull_all(res: Resources) -> str:
    """Read all of them, none waiting for another; return what came of each. What cannot be read is
    noted with the feed, and no error.
    """
    async with res.db.acquire() as conn:
        found = await store.followed(conn)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Followed) -> str:
        if each.rest_until is not None and each.rest_until > clock.now():
            return f"{each.feed}: left alone for now"
        async with turns:
            try:
                return await _pull(res, each)
            except (UpstreamError, UpdatesRefused) as error:
                return f"{each.feed}: {error.message}"

    return "; ".join(await asyncio.gather(*map(one, found))) or "no feed has realtime updates"


async def _pull(res: Resources, one: Followed) -> str:
    """Read one feed and store it; raise what stands in the way, noted with the feed."""
    try:
        answer = await _answer(res, one)
        if answer is None:
            async with res.db.transaction() as conn:
                await store.mark_unchanged(conn, one.feed_id, clock.now())
            await res.cache.bump([service.UPDATES_TAG])
            return f"{one.feed}: not changed"
        body, etag, modified = answer
        now = clock.now()
        message = await asyncio.to_thread(codec.message, body, now)
        if one.said_at is not None and message.said_at < one.said_at:
            raise UpdatesRefused("The feed is older than the one that was read before.")
        tags = {"etag": etag[:_LONGEST_TAG], "modified": modified[:_LONGEST_TAG]}
        read = msgspec.structs.replace(one, read_at=now, said_at=message.said_at, **tags)
        return await _store(res, read, message)
    except (UpstreamError, UpdatesRefused) as error:
        async with res.db.transaction() as conn:
            words = error.message[:_LONGEST_ERROR]
            await store.mark_failed(conn, one.feed_id, words, _rest_until(one, error))
        raise


async def _answer(res: Resources, one: Followed) -> tuple[bytes, str, str] | None:
    """Return the body, ETag and Last-Modified; None where nothing has changed."""
    upstream = Upstream(
        res.http,
        "trip_updates",
        one.address,
        title=f"The publisher of {one.feed}",
        deadline_seconds=_DEADLINE_SECONDS,
        follow_redirects=True,  # no key travels along
    )
    known = {_ETAG: one.etag, _MODIFIED: one.modified}
    conditions = {name: value for name, value in known.items() if value}
    with tempfile.TemporaryDirectory(prefix="updates-") as folder:
        path = Path(folder) / "feed.pb"
        headers = await upstream.save_changed(
            "", path, conditions=conditions, max_bytes=_MOST_BYTES
        )
        if headers is None:
            return None
        body = await asyncio.to_thread(path.read_bytes)
    return body, headers.get("ETag", ""), headers.get("Last-Modified", "")


async def _store(res: Resources, read: Followed, message: Message) -> str:
    now = clock.now()
    days = (now - _BEFORE).date(), (now + _AHEAD).date()
    codes = sorted({update.trip for update in message.updates})
    async with res.db.acquire() as conn:
        planned = await store.planned_trips(conn, read.feed_id, codes, *days)
    # Half a second for 5,000 boats: no connection is kept meanwhile.
    trips, counted = await asyncio.to_thread(_matched, read, message, planned, now)
    if len(trips) > _MOST_KEPT_BYTES:
        raise UpdatesRefused(f"The feed speaks of too many boats at once ({counted.matched}).")
    async with res.db.transaction() as conn:
        stored = await store.put(conn, counted, trips)
    await res.cache.bump([service.UPDATES_TAG])
    if not stored:
        return f"{read.feed}: something newer was read meanwhile"
    return (
        f"{read.feed}: {counted.matched} matched, {counted.unknown} unknown,"
        f" {counted.added} added, {counted.left_out} left out"
    )


def _matched(
    read: Followed, message: Message, planned: Sequence[PlannedTrip], now: datetime
) -> tuple[bytes, Followed]:
    """Return the running trips as they are stored, and how many updates became what."""
    by_code = {trip.code: trip for trip in planned}
    trips: dict[str, dict[int, RunningTrip]] = {}
    matched = unknown = added = 0
    left_out = message.left_out
    for update in message.updates:
        if update.state in _BESIDE:
            added += 1
            continue
        found = _run(update, by_code, now)
        if found is None:
            unknown += 1
            continue
        day, start = found
        try:
            run = running.running(update, by_code[update.trip], day, start)
        except ValueError:
            left_out += 1
            continue
        matched += 1
        trips.setdefault(trip_key(update.trip, day), {})[start] = run
    body = msgspec.json.encode({key: list(runs.values()) for key, runs in trips.items()})
    counts = {"matched": matched, "unknown": unknown, "added": added, "left_out": left_out}
    return body, msgspec.structs.replace(read, **counts)


def _run(
    update: TripUpdate, planned: Mapping[str, PlannedTrip], now: datetime
) -> tuple[date, int] | None:
    trip = planned.get(update.trip)
    return None if trip is None else running.run_of(update, trip, now)


def _rest_until(one: Followed, error: UpstreamError | UpdatesRefused) -> datetime | None:
    asked = error.retry_after_seconds if isinstance(error, UpstreamError) else None
    if asked:
        return clock.now() + timedelta(seconds=asked)
    return clock.now() + _REST if one.failures + 1 >= _PATIENCE else None
