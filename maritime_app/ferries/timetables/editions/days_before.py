"""The days before an edition begins: sailed by the editions before it."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from maritime_app import clock
from maritime_app.ferries.model import local_day
from maritime_app.ferries.timetables.editions import store
from maritime_app.ferries.timetables.editions.model import Edition, EditionState
from maritime_app.ferries.timetables.editions.reading import Candidate
from maritime_app.ferries.timetables.gtfs import codec, succession
from maritime_app.ferries.timetables.gtfs.model import Feed
from maritime_app.resources import Resources

_SHOWN = (EditionState.ACTIVE, EditionState.EARLIER)


async def filled(res: Resources, candidate: Candidate) -> Candidate:
    """Return the file with the boats of earlier editions until the day on which it says that it
    begins; as it is where it has begun, was moved, or where no edition sails until then.
    """
    feed = candidate.feed
    today = local_day(clock.now(), codec.usual_zone(feed))
    begin = end = succession.begins(feed)
    if candidate.weeks or begin is None or end is None or begin <= today:
        return candidate
    for edition in await _earlier(res, candidate, today):
        old = await _read(res, edition.id)
        if old is not None and old.first_day < end:
            feed = succession.continued(old, feed, end)
            end = min(end, succession.begins(old) or old.first_day)
        if end <= today:
            break
    if feed is candidate.feed:
        return candidate
    words = f"it begins on {begin}: until then its boats are those of the edition before"
    candidate.notices.note(words)
    return replace(candidate, sailed=feed)


async def _earlier(res: Resources, candidate: Candidate, today: date) -> list[Edition]:
    """Return the editions that have been shown and have not ended, the newest first."""
    async with res.db.acquire() as conn:
        known = await store.feed_by_name(conn, candidate.name)
        found = await store.editions(conn, known.id) if known else []
    return [
        each
        for each in found
        if each.state in _SHOWN
        and not each.moved_weeks
        and each.digest != candidate.digest
        and each.last_day is not None
        and each.last_day >= today
    ]


async def _read(res: Resources, edition_id: UUID) -> Feed | None:
    with tempfile.TemporaryDirectory(prefix="edition-") as folder:
        path = Path(folder) / "feed.zip"
        async with res.db.transaction() as conn:
            if not await store.load_file(conn, edition_id, path):
                return None
        feed, _notices = await asyncio.to_thread(codec.read, path)
        return feed
