"""Import an edition of a feed, bring an earlier one back, list them.

A file is read, compared with the edition that is shown, and put in its place in one transaction, or
refused: then nothing changes but the list of what was refused.
"""

import asyncio
import tempfile
from pathlib import Path
from uuid import UUID

from maritime_app import clock
from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.model import local_day
from maritime_app.ferries.timetables.editions import days_before, identity, places, store
from maritime_app.ferries.timetables.editions.activation import activate
from maritime_app.ferries.timetables.editions.model import (
    Edition,
    EditionState,
    ImportReport,
    StoredFeed,
)
from maritime_app.ferries.timetables.editions.reading import Candidate, Wish, candidate
from maritime_app.ferries.timetables.editions.refusals import note_refusal
from maritime_app.ferries.timetables.gtfs import calendar, codec, writing
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.resources import Resources

__all__ = ["Wish", "drop", "editions", "feeds", "import_file", "restore", "written"]

_MAX_DAYS = 400


async def import_file(res: Resources, path: Path, wish: Wish) -> ImportReport:
    """Show what the file says from now on; the same file again changes nothing.

    Raise Invalid, EditionRefused or Conflict in words; then the timetable is as it was, and staff
    are alerted if there was one.
    """
    if wish.name:
        identity.checked_name(wish.name)
    if not 0 < wish.days <= _MAX_DAYS:
        raise Invalid(f"Between 1 and {_MAX_DAYS} days can be looked at.", {"days": str(wish.days)})
    try:
        read = await days_before.filled(res, await candidate(res, path, wish))
        return await activate(res, read, path, wish)
    except Invalid as refusal:
        await note_refusal(res, wish.name, path, refusal, wish.origin or f"file {path.name}")
        raise


async def restore(res: Resources, name: str, edition_id: UUID | None = None) -> ImportReport:
    """Show an earlier edition again: that one, or the one before; raise NotFound, also
    where its feed is dropped meanwhile, or Invalid.
    """
    async with res.db.acquire() as conn:
        feed = await store.feed_by_name(conn, name)
        if feed is None:
            raise NotFound("There is no such feed.", code="feed")
        editions = await store.editions(conn, feed.id)
    earlier = [
        each
        for each in editions
        if each.state is EditionState.EARLIER and edition_id in (None, each.id)
    ]
    if not earlier:
        raise NotFound("There is no earlier edition of that feed.", code="edition")
    return await _show_again(res, name, earlier[0])


async def feeds(res: Resources) -> list[tuple[StoredFeed, Edition | None]]:
    """Return every feed with the edition that is shown."""
    async with res.db.acquire() as conn:
        found = await store.feeds(conn)
        return [(feed, await store.active_edition(conn, feed.id)) for feed in found]


async def editions(res: Resources, name: str) -> tuple[StoredFeed, list[Edition]]:
    """Return a feed and its editions, the newest first; raise NotFound."""
    async with res.db.acquire() as conn:
        feed = await store.feed_by_name(conn, name)
        if feed is None:
            raise NotFound("There is no such feed.", code="feed")
        return feed, await store.editions(conn, feed.id)


async def written(res: Resources, name: str) -> bytes:
    """Return the edition of a feed that is shown as a GTFS zip, as it is understood here and moved
    by as many weeks; raise NotFound.
    """
    _feed, found = await editions(res, name)
    shown = next((each for each in found if each.state is EditionState.ACTIVE), None)
    if shown is None:
        raise NotFound("No edition of that feed is shown.", code="edition")
    with tempfile.TemporaryDirectory(prefix="edition-") as folder:
        path = Path(folder) / "feed.zip"
        await _load(res, shown.id, path)
        feed, _notices = await asyncio.to_thread(codec.read, path)
    moved = calendar.moved(feed, shown.moved_weeks)
    return await asyncio.to_thread(writing.written, moved)


async def drop(res: Resources, name: str) -> None:
    """Take a feed out with all of its editions; raise NotFound."""
    async with res.db.transaction() as conn:
        await store.lock(conn, name)
        if not await store.drop_feed(conn, name):
            raise NotFound("There is no such feed.", code="feed")
        await places.drop_unused(conn, name)
    await res.cache.bump([TIMETABLES_TAG])


async def _show_again(res: Resources, name: str, edition: Edition) -> ImportReport:
    with tempfile.TemporaryDirectory(prefix="edition-") as folder:
        path = Path(folder) / "feed.zip"
        await _load(res, edition.id, path)
        feed, notices = await asyncio.to_thread(codec.read, path)
        who = identity.publisher(feed)
        feed = calendar.moved(feed, edition.moved_weeks)
        if feed.last_day < local_day(clock.now(), codec.usual_zone(feed)):
            raise Invalid(f"That edition ended on {feed.last_day}.", code="expired")
        again = Candidate(
            name, who, feed, notices, edition.digest, edition.moved_weeks, edition.origin
        )
        wish = Wish(name, accept_loss=True, feed_id=edition.feed_id)
        return await activate(res, await days_before.filled(res, again), path, wish)


async def _load(res: Resources, edition_id: UUID, path: Path) -> None:
    """Write the file of an edition to disk; raise NotFound where it was dropped meanwhile."""
    async with res.db.transaction() as conn:
        if not await store.load_file(conn, edition_id, path):
            raise NotFound("There is no such edition any more.", code="edition")
