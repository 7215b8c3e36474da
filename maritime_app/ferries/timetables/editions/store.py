"""Feeds, editions and their files in PostgreSQL."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from maritime_app.ferries.timetables.editions.comparison import Departures, StopDay
from maritime_app.ferries.timetables.editions.model import (
    Edition,
    Publisher,
    StoredFeed,
)
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_timetables")
_PART_BYTES = 1024**2
_KEPT_EDITIONS = 4  # beside the one that is shown


async def lock(conn: Conn, name: str) -> None:
    """Wait for another import of this feed, and keep others waiting until the transaction ends."""
    await SQL.lock_feed.run(conn, name)


async def feed_by_name(conn: Conn, name: str) -> StoredFeed | None:
    """Return the feed of that name."""
    return await SQL.feed_by_name.fetch_optional(conn, StoredFeed, name)


async def feeds_of(conn: Conn, who: Publisher) -> list[StoredFeed]:
    """Return every feed of that publisher, by name."""
    return await SQL.feeds_of_publisher.fetch_all(conn, StoredFeed, who.name, who.url)


async def feeds(conn: Conn) -> list[StoredFeed]:
    """Return every feed by name."""
    return await SQL.feeds.fetch_all(conn, StoredFeed)


async def upsert_feed(conn: Conn, name: str, who: Publisher) -> UUID:
    """Return the id of the feed of that name, made if need be."""
    return await SQL.upsert_feed.fetch_one(conn, UUID, uuid7(), name, who.name, who.url)


async def set_address(conn: Conn, name: str, address: str) -> bool:
    """Store where a feed is pulled from; return whether there is such a feed."""
    return bool(await SQL.set_address.execute(conn, name, address))


async def mark_pulled(conn: Conn, feed_id: UUID, at: datetime, *, etag: str, modified: str) -> None:
    """Store when a feed was pulled, and what to ask with next time."""
    await SQL.mark_pulled.execute(conn, feed_id, at, etag, modified)


async def drop_feed(conn: Conn, name: str) -> bool:
    """Take a feed out with all of its editions; return whether there was one."""
    return bool(await SQL.drop_feed.execute(conn, name))


async def active_edition(conn: Conn, feed_id: UUID) -> Edition | None:
    """Return the edition that is shown."""
    return await SQL.active_edition.fetch_optional(conn, Edition, feed_id)


async def editions(conn: Conn, feed_id: UUID) -> list[Edition]:
    """Return every edition of a feed, the newest first."""
    return await SQL.editions_of.fetch_all(conn, Edition, feed_id)


async def edition(conn: Conn, edition_id: UUID) -> Edition | None:
    """Return one edition."""
    return await SQL.edition_by_id.fetch_optional(conn, Edition, edition_id)


async def retire_active(conn: Conn, feed_id: UUID) -> None:
    """Note that the edition which is shown is an earlier one from now on."""
    await SQL.retire_active.execute(conn, feed_id)


async def upsert_edition(conn: Conn, edition: Edition) -> UUID:
    """Store an edition; return its id, which an earlier reading of the same file decides."""
    return await SQL.upsert_edition.fetch_one(conn, UUID, msgspec.to_builtins(edition))


async def drop_old_editions(conn: Conn, feed_id: UUID) -> None:
    """Drop all but the active edition and the newest four others."""
    await SQL.drop_old_editions.execute(conn, feed_id, _KEPT_EDITIONS)


async def save_file(conn: Conn, edition_id: UUID, path: Path) -> None:
    """Store the file of an edition, if it is not there yet."""
    for number, content in enumerate(_parts(path)):
        await SQL.add_file_part.execute(conn, edition_id, number, content)


async def load_file(conn: Conn, edition_id: UUID, path: Path) -> bool:
    """Write the file of an edition to disk, all of it in the caller's transaction; return whether
    there was one.
    """
    await SQL.keep_edition.execute(conn, edition_id)
    number = 0
    with path.open("wb") as out:
        while part := await SQL.file_part.fetch_optional(conn, bytes, edition_id, number):
            out.write(part)
            number += 1
    return number > 0


async def departures(conn: Conn, feed_id: UUID, first: date, last: date) -> Departures:
    """Return every departure of the edition that is stored, of these service days.

    Read day by day: all rows of four weeks at once were most of the memory of an import.
    """
    found = Departures()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        found.add(await SQL.departures_of_feed.fetch_all(conn, StopDay, feed_id, day))
    return found


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART_BYTES):
            yield part
