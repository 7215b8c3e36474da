"""A file that is to become an edition: read, and whose it is."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.model import local_day
from maritime_app.ferries.timetables.editions import identity, store
from maritime_app.ferries.timetables.editions.model import Publisher
from maritime_app.ferries.timetables.gtfs import calendar, codec
from maritime_app.ferries.timetables.gtfs.model import Feed
from maritime_app.ferries.timetables.gtfs.notices import Notices
from maritime_app.resources import Resources


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be imported.

    `name` is the feed's, None: by its publisher. `shift_to` moves a feed that has ended by whole
    weeks until it has begun by that day. `accept_loss` shows it however much it takes away.
    `days` are those that the report looks at. `feed_id` is the feed that is meant: where it is
    dropped meanwhile it stays dropped; None makes one if need be.
    """

    name: str | None = None
    shift_to: date | None = None
    days: int = 14
    accept_loss: bool = False
    origin: str = ""
    feed_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that has been read: whose it is, and what is in it.

    `sailed` is what is shown of it where that is more: see days_before.
    """

    name: str
    publisher: Publisher
    feed: Feed
    notices: Notices
    digest: str
    weeks: int
    origin: str
    sailed: Feed | None = None


async def candidate(res: Resources, path: Path, wish: Wish) -> Candidate:
    """Return the file as it would be shown; raise Invalid or Conflict where it cannot be."""
    (feed, notices), sha256 = await asyncio.gather(
        asyncio.to_thread(codec.read, path), asyncio.to_thread(digest, path)
    )
    who = identity.publisher(feed)
    name = wish.name or await _name(res, who, path.stem)
    today = local_day(clock.now(), codec.usual_zone(feed))
    weeks = _weeks(feed, path, wish.shift_to, today)
    feed = calendar.moved(feed, weeks)
    if feed.last_day < today:
        words = (
            f"{path.name} is refused: its calendars ended on {feed.last_day} (expired_calendar). "
            "--shift-to DATE moves all of it by whole weeks, and every departure then says so."
        )
        raise Invalid(words, code="not_a_feed")
    if not weeks and feed.info.last_day and feed.info.last_day < today:
        words = f"its publisher answers for it until {feed.info.last_day} only"
        notices.note(words, "feed_expiration_date7_days")
    if not weeks and feed.info.first_day and feed.info.first_day > today:
        words = f"its publisher answers for it from {feed.info.first_day} on only"
        notices.note(words)
    return Candidate(name, who, feed, notices, sha256, weeks, wish.origin or f"file {path.name}")


async def _name(res: Resources, who: Publisher, stem: str) -> str:
    async with res.db.acquire() as conn:
        known = await store.feeds_of(conn, who)
        feed = identity.belonging(known, who, stem)
        if feed:
            return feed.name
        return identity.label(who, stem, [each.name for each in await store.feeds(conn)])


def _weeks(feed: Feed, path: Path, shift_to: date | None, today: date) -> int:
    if shift_to is None:
        return 0
    if feed.last_day >= today:
        words = (
            f"{path.name} is current until {feed.last_day}: it is shown as it is, not moved. "
            "Leave --shift-to out."
        )
        raise Invalid(words, code="still_current")
    return calendar.weeks_to(feed, shift_to, today)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
