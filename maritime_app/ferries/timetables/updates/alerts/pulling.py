"""Keep what publishers tell travellers: as it comes with the trips, or from its own address."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.timetables.updates import asking
from maritime_app.ferries.timetables.updates.alerts import concerning, service, store
from maritime_app.ferries.timetables.updates.alerts.model import (
    FollowedAlerts,
    KeptAlert,
    Network,
)
from maritime_app.ferries.timetables.updates.asking import Answer, Asked
from maritime_app.ferries.timetables.updates.model import Followed, Message, UpdatesRefused
from maritime_app.infra.upstreams.http import UpstreamError
from maritime_app.resources import Resources

_MOST_BYTES: Final = 1024**2  # of a feed; the table takes no more
_MOST_ALERTS: Final = 500


async def follow(res: Resources, feed: str, address: str) -> str:
    """Read the alerts of that feed there now and from now on; return what came of it.

    Raise NotFound without such a feed, Invalid for an address that is none, UpdatesRefused for what
    cannot be read and Unavailable where nobody answers; the address is kept in the last two cases.
    """
    asking.checked_address(address)
    async with res.db.transaction() as conn:
        await store.follow(conn, feed, address)
        found = [one for one in await store.followed(conn) if one.feed == feed]
    if not found:
        raise NotFound("There is no such feed.", code="feed")
    if found[0].with_trips:
        return f"{feed}: its alerts come with its trips"
    return await _pull(res, found[0])


async def unfollow(res: Resources, feed: str) -> None:
    """Read them there no more, and show no more of what they said; raise NotFound."""
    async with res.db.transaction() as conn:
        if not await store.unfollow(conn, feed):
            raise NotFound("No alerts are read for that feed.", code="feed")
    await res.cache.bump([service.ALERTS_TAG])


async def pulls(res: Resources) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
    """Return the feeds whose alerts have an address of their own, each with its pull, which returns
    what came of it and raises UpstreamError and UpdatesRefused.
    """
    async with res.db.acquire() as conn:
        found = [one for one in await store.followed(conn) if not one.with_trips]
    return [(one.feed, partial(_pull, res, one)) for one in found]


async def keep_of_trips(res: Resources, one: Followed, answer: Answer | None) -> str:
    """Keep the alerts that came with the trips of a feed (None: nothing has changed), unless they
    are read elsewhere; return what came of it, empty where the publisher sends none.
    """
    async with res.db.acquire() as conn:
        known = [each for each in await store.followed(conn) if each.feed_id == one.feed_id]
    if answer is None:
        async with res.db.transaction() as conn:
            await store.mark_unchanged(conn, one.feed_id, one.address, clock.now())
        await res.cache.bump([service.ALERTS_TAG])
        return ""
    is_news = bool(answer.message.alerts or answer.message.alerts_left_out or known)
    if not is_news or any(not each.with_trips for each in known):
        return ""
    return await _keep(res, _followed_with(one), answer)


async def _pull(res: Resources, one: FollowedAlerts) -> str:
    """Read the alerts of one feed and store them; what stands in the way is noted with it."""
    if one.rest_until is not None and one.rest_until > clock.now():
        return f"{one.feed}: its alerts are left alone for now"
    try:
        asked = Asked(one.feed, one.address, one.etag, one.modified)
        answer = await asking.answer(res, asked, one.said_at)
        if answer is None:
            async with res.db.transaction() as conn:
                await store.mark_unchanged(conn, one.feed_id, one.address, clock.now())
            await res.cache.bump([service.ALERTS_TAG])
            return f"{one.feed}: its alerts have not changed"
        return f"{one.feed}: {await _keep(res, one, answer)}"
    except (UpstreamError, UpdatesRefused) as error:
        async with res.db.transaction() as conn:
            words = error.message[: asking.LONGEST_ERROR]
            rest_until = asking.rest_until(one.failures, error)
            await store.mark_failed(conn, one.feed_id, words, rest_until)
        raise


async def _keep(res: Resources, one: FollowedAlerts, answer: Answer) -> str:
    message = answer.message
    selectors = [each for alert in message.alerts for each in alert.selectors]
    stops, trips = {each.stop for each in selectors}, {each.trip for each in selectors}
    async with res.db.acquire() as conn:
        network = await store.network(conn, one.feed_id, sorted(stops), sorted(trips))
    body, kept, elsewhere, left_out = await asyncio.to_thread(_concerning, message, network)
    read = msgspec.structs.replace(
        one,
        etag=answer.etag,
        modified=answer.modified,
        read_at=answer.read_at,
        said_at=message.said_at,
        kept=kept,
        elsewhere=elsewhere,
        left_out=left_out,
    )
    async with res.db.transaction() as conn:
        await store.put(conn, read, body)
    await res.cache.bump([service.ALERTS_TAG])
    return f"{kept} alerts, {elsewhere} about nothing here, {left_out} left out"


def _concerning(message: Message, network: Network) -> tuple[bytes, int, int, int]:
    """Return the alerts as they are stored, and how many became what: those that no longer fit into
    the table are left out as well.
    """
    found: list[KeptAlert] = []
    elsewhere, left_out, size = 0, message.alerts_left_out, 2
    for alert in message.alerts:
        kept = concerning.kept(alert, network) if network.lines else None
        if kept is None:
            elsewhere += 1
            continue
        size += len(msgspec.json.encode(kept)) + 1
        if len(found) == _MOST_ALERTS or size > _MOST_BYTES:
            left_out += 1
        else:
            found.append(kept)
    return msgspec.json.encode(found), len(found), elsewhere, left_out


def _followed_with(one: Followed) -> FollowedAlerts:
    return FollowedAlerts(
        feed_id=one.feed_id,
        feed=one.feed,
        publisher=one.publisher,
        address=one.address,
        with_trips=True,
        etag="",
        modified="",
        read_at=None,
        said_at=None,
        kept=0,
        elsewhere=0,
        left_out=0,
        error="",
        failures=0,
        rest_until=None,
    )
