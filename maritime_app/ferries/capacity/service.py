"""What is available on a sailing, and the one place where places become free again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from maritime_app.ferries.capacity import store
from maritime_app.ferries.capacity.model import Counter, Reserved
from maritime_app.ferries.fares.rules import EXTRA
from maritime_app.ferries.sailings.service import sailing_tag
from maritime_app.infra.cache.two_level import Cache, Filled
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_AVAILABILITY_SECONDS = 60


async def available(res: Resources, sailing_id: UUID) -> dict[str, int]:
    """Return what is available now by resource; empty where its operator keeps the inventory."""
    async with res.db.acquire() as conn:
        return await store.available(conn, sailing_id)


async def available_of(conn: Conn, sailing_id: UUID) -> dict[str, int]:
    """Return the same over the caller's connection."""
    return await store.available(conn, sailing_id)


async def available_lately(res: Resources, sailing_id: UUID) -> dict[str, int]:
    """Return what was available at most a minute ago: to be shown, never to sell by.

    Every booking, cancellation and expiry of the sailing drops the copy.
    """
    tags = [sailing_tag(sailing_id)]

    async def fill() -> Filled:
        body = msgspec.json.encode(await available(res, sailing_id))
        return Filled(body, tags, _AVAILABILITY_SECONDS)

    found = await res.cache.get(f"ferries:available:{sailing_id}", tags, fill)
    return msgspec.json.decode(found.body, type=dict[str, int])


async def release(
    conn: Conn, cache: Cache, reserved: Sequence[Reserved], tags: Iterable[str]
) -> None:
    """Give places back in the caller's transaction; after its commit nobody sees the old count.

    This is the only way by which places become free: what has to hear of it hangs here. `tags` are
    the `sailings.cache_tags` of every leg that gives something back, remote ones too.
    """
    if reserved:
        await store.release(conn, reserved)
        await _tell_waiters(conn, {part.sailing_id for part in reserved})
    await drop_cached(conn, cache, tags)


async def reserve(
    conn: Conn, cache: Cache, reserved: Sequence[Reserved], tags: Iterable[str]
) -> bool:
    """Take all places in the caller's transaction; return False, and take none, if some lack."""
    if reserved and not await store.reserve(conn, reserved):
        return False
    await drop_cached(conn, cache, tags)
    return True


async def counters(conn: Conn, sailing_id: UUID) -> list[Counter]:
    """Lock and return what the ship of a sailing has; extras belong to the fare."""
    return [one for one in await store.lock(conn, sailing_id) if not _is_extra(one)]


async def set_totals(
    conn: Conn, cache: Cache, sailing_id: UUID, totals: Mapping[str, int], tags: Iterable[str]
) -> list[Counter]:
    """Give a sailing another capacity in the caller's transaction: its ship is another one.

    Return the resources of which more is taken than there would be; then nothing is written.
    A resource that `totals` does not name is gone, but for extras: those belong to the fare.
    """
    found = await counters(conn, sailing_id)
    wanted = {counter.resource: 0 for counter in found} | dict(totals)
    short = [counter for counter in found if counter.taken > wanted[counter.resource]]
    if not short:
        await store.set_totals(conn, sailing_id, wanted)
        await _tell_waiters(conn, {sailing_id})
        await drop_cached(conn, cache, tags)
    return short


async def add_extras(conn: Conn, sailing_ids: Sequence[UUID]) -> None:
    """Count what the fares of new sailings sell so many of only, in the caller's transaction."""
    await store.add_extras(conn, sailing_ids)


async def count_extras_anew(conn: Conn, sailing_ids: Sequence[UUID]) -> None:
    """Count extras of sailings that are sold by another fare now, in the caller's transaction.

    What was sold before counts, and of nothing there becomes less than was taken.
    """
    await store.count_extras_anew(conn, sailing_ids)


async def _tell_waiters(conn: Conn, sailing_ids: Collection[UUID]) -> None:
    for sailing_id in await store.waited_for(conn, sailing_ids):
        await enqueue(
            conn,
            "bookings.offer_places",
            {"sailing_id": str(sailing_id)},
            subject=("sailing", str(sailing_id)),
        )


def _is_extra(counter: Counter) -> bool:
    return counter.resource.startswith(EXTRA)
