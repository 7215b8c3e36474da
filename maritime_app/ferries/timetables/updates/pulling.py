"""Read the updates of every feed that has any.

A publisher is asked with the ETag and the time of what it gave last. One that does not answer five
times in a row is left alone for five minutes, and for as long as a Retry-After says; what is stored
stays meanwhile.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.timetables.updates import asking, running, service, store
from maritime_app.ferries.timetables.updates.alerts import pulling as alerts
from maritime_app.ferries.timetables.updates.alerts.service import ALERTS_TAG
from maritime_app.ferries.timetables.updates.asking import Answer, Asked
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
from maritime_app.infra.upstreams.http import UpstreamError
from maritime_app.resources import Resources

_MOST_KEPT_BYTES: Final = 16 * 1024**2  # some 12,000 boats; the table takes no more
_AT_ONCE: Final = 8
_BEFORE, _AHEAD = timedelta(days=3), timedelta(days=30)  # service days of which updates speak
_BESIDE: Final = (TripState.ADDED, TripState.DUPLICATED, TripState.NEW)


async def follow(res: Resources, feed: str, address: str) -> str:
    """Read the updates of that feed there now and from now on; return what came of it.

    Raise NotFound without such a feed, Invalid for an address that is none, UpdatesRefused for what
    cannot be read and Unavailable where nobody answers; the address is kept in the last two cases,
    for a publisher may be away for a minute.
    """
    asking.checked_address(address)
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
    await res.cache.bump([service.UPDATES_TAG, ALERTS_TAG])


async def pull_all(res: Resources) -> str:
    """Read all of them, none waiting for another; return what came of each. What cannot be read is
    noted with the feed, and no error.
    """
    async with res.db.acquire() as conn:
        found = await store.followed(conn)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(feed: str, pull: Callable[[], Awaitable[str]]) -> str:
        async with turns:
            try:
                return await pull()
            except (UpstreamError, UpdatesRefused) as error:
                return f"{feed}: {error.message}"

    asked = [one(each.feed, partial(_pull, res, each)) for each in found]
    asked += [one(feed, pull) for feed, pull in await alerts.pulls(res)]
    return "; ".join(await asyncio.gather(*asked)) or "no feed has realtime updates"


async def _pull(res: Resources, one: Followed) -> str:
    """Read one feed and store it; raise what stands in the way, noted with the feed."""
    if one.rest_until is not None and one.rest_until > clock.now():
        return f"{one.feed}: left alone for now"
    try:
        asked = Asked(one.feed, one.address, one.etag, one.modified)
        answer = await asking.answer(res, asked, one.said_at)
        stored = await _store(res, one, answer)
        told = await alerts.keep_of_trips(res, one, answer)
    except (UpstreamError, UpdatesRefused) as error:
        async with res.db.transaction() as conn:
            words = error.message[: asking.LONGEST_ERROR]
            rest_until = asking.rest_until(one.failures, error)
            await store.mark_failed(conn, one.feed_id, words, rest_until)
        raise
    return f"{stored}; {told}" if told else stored


async def _store(res: Resources, one: Followed, answer: Answer | None) -> str:
    now = clock.now()
    if answer is None:
        async with res.db.transaction() as conn:
            await store.mark_unchanged(conn, one.feed_id, now)
        await res.cache.bump([service.UPDATES_TAG])
        return f"{one.feed}: not changed"
    message = answer.message
    tags = {"etag": answer.etag, "modified": answer.modified}
    read = msgspec.structs.replace(one, read_at=answer.read_at, said_at=message.said_at, **tags)
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
    # Two editions that follow one another may have a trip of the same name, each on its days.
    by_code: dict[str, list[PlannedTrip]] = defaultdict(list)
    for trip in planned:
        by_code[trip.code].append(trip)
    trips: dict[str, dict[int, RunningTrip]] = {}
    matched = unknown = added = 0
    left_out = message.left_out
    for update in message.updates:
        if update.state in _BESIDE:
            added += 1
            continue
        found = _run(update, by_code.get(update.trip, ()), now)
        if found is None:
            unknown += 1
            continue
        trip, day, start = found
        try:
            run = running.running(update, trip, day, start)
        except ValueError:
            left_out += 1
            continue
        matched += 1
        trips.setdefault(trip_key(update.trip, day), {})[start] = run
    body = msgspec.json.encode({key: list(runs.values()) for key, runs in trips.items()})
    counts = {"matched": matched, "unknown": unknown, "added": added, "left_out": left_out}
    return body, msgspec.structs.replace(read, **counts)


def _run(
    update: TripUpdate, named: Sequence[PlannedTrip], now: datetime
) -> tuple[PlannedTrip, date, int] | None:
    """Return the run that is meant, of trips of one name the one that is nearest to now."""
    runs = [(trip, run) for trip in named if (run := running.run_of(update, trip, now))]
    if not runs:
        return None
    trip, (day, start) = min(runs, key=lambda each: abs(each[1][0] - now.date()))
    return trip, day, start
