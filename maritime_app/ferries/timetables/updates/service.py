"""How a boat of a timetable goes, as its publisher said last."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from maritime_app import clock
from maritime_app.ferries.timetables.model import Listing, LiveState, Via
from maritime_app.ferries.timetables.updates import store
from maritime_app.ferries.timetables.updates.model import (
    Followed,
    RunningTrip,
    Said,
    trip_key,
)
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import Resources

UPDATES_TAG: Final = "ferries:trip-updates"
# An answer with boats of a followed feed is kept no longer than it takes to read it anew.
NEWS_SECONDS: Final = 60
# A time is shown while five readings may fail: a restart or a broken line does not make the board
# flicker, and a forecast that is older says less than the timetable.
_TIMES_HOLD: Final = timedelta(minutes=5)
# That a boat does not sail does not become untrue when its publisher falls silent; after so long
# nobody knows whether it has been taken back.
_CANCELLATIONS_HOLD: Final = timedelta(hours=2)
_CACHE_SECONDS: Final = 30
_runs = msgspec.json.Decoder(list[RunningTrip]).decode
_decode = msgspec.json.Decoder(dict[str, Said]).decode


async def followed(res: Resources) -> dict[str, Followed]:
    """Return the feeds whose updates are read, by name, and how that goes."""
    async with res.db.acquire() as conn:
        return {one.feed: one for one in await store.followed(conn)}


async def said_of(res: Resources, listings: Iterable[Listing | None]) -> dict[str, Said]:
    """Return what publishers of these boats said lately, by feed; nothing where none is followed.

    At most half a minute old; no question at all for boats that are in no timetable.
    """
    if not any(listings):
        return {}

    async def fill() -> Filled:
        async with res.reads.acquire([UPDATES_TAG]) as conn:
            found = await store.said(conn, clock.now() - _CANCELLATIONS_HOLD)
        said = {
            one.feed: {
                "said_at": one.said_at,
                "read_at": one.read_at,
                "trips": msgspec.Raw(one.trips),
            }
            for one in found
        }
        return Filled(msgspec.json.encode(said), [UPDATES_TAG], _CACHE_SECONDS)

    found = await res.cache.get(UPDATES_TAG, [UPDATES_TAG], fill)
    return _decode(found.body)


def with_live(
    said: Mapping[str, Said], listing: Listing, departs_at: datetime, arrives_at: datetime
) -> Listing:
    """Return the listing with how its boat goes, between the stops where it is by timetable then;
    as it is where nothing is said of it that still holds.
    """
    of_feed = said.get(listing.feed)
    if of_feed is None or listing.moved_weeks:
        return listing
    runs = of_feed.trips.get(trip_key(listing.trip, listing.service_day))
    for run in _runs(runs) if runs else ():
        live = _live(of_feed, run, listing, departs_at, arrives_at)
        if live is not None:
            return msgspec.structs.replace(listing, live=live, via=_via(run, listing))
    return listing


def _via(run: RunningTrip, listing: Listing) -> tuple[Via, ...]:
    """Return the stops on the way, with those that are skipped."""
    skipped = {(one.arrives_at, one.departs_at) for one in run.calls if one.skipped}
    return tuple(
        msgspec.structs.replace(stop, skipped=(stop.arrives_at, stop.departs_at) in skipped)
        for stop in listing.via
    )


def _live(
    of_feed: Said, run: RunningTrip, listing: Listing, departs_at: datetime, arrives_at: datetime
) -> LiveState | None:
    """Return how it goes; None for another run of the trip, or what holds no longer."""
    stop, end = listing.stop_id, listing.arrival_stop_id
    left = [one for one in run.calls if (one.stop_id, one.departs_at) == (stop, departs_at)]
    come = [one for one in run.calls if (one.stop_id, one.arrives_at) == (end, arrives_at)]
    if not left or not come:
        return None
    leaves, comes = left[0], come[-1]
    now = clock.now()
    holds = now - of_feed.said_at <= _TIMES_HOLD
    live = LiveState(
        cancelled=run.cancelled,
        departure_skipped=leaves.skipped,
        arrival_skipped=comes.skipped,
        expected_departs_at=leaves.expected_departs_at if holds and not run.cancelled else None,
        expected_arrives_at=comes.expected_arrives_at if holds and not run.cancelled else None,
        said_at=of_feed.said_at,
    )
    if live.is_off or any(stop.skipped for stop in _via(run, listing)):
        return live if now - of_feed.read_at <= _CANCELLATIONS_HOLD else None
    return live if live.expected_departs_at or live.expected_arrives_at else None
