"""Files that are not shown: listed for staff, with an alert."""

import asyncio
from pathlib import Path

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import store
from maritime_app.ferries.timetables.editions.model import (
    Edition,
    EditionRefused,
    EditionState,
    ImportReport,
    StoredFeed,
)
from maritime_app.ferries.timetables.editions.reading import digest
from maritime_app.ids import uuid7
from maritime_app.infra.alerts import raise_alert
from maritime_app.resources import Resources


async def note_refusal(
    res: Resources, name: str | None, path: Path, refusal: Invalid, origin: str
) -> None:
    """List a file that was refused for a feed that people look at, and alert staff to it."""
    if name is None and isinstance(refusal, EditionRefused):
        name = refusal.report.feed
    async with res.db.acquire() as conn:
        feed = await store.feed_by_name(conn, name) if name else None
    if feed is None:
        return
    edition = _refused(feed, await asyncio.to_thread(digest, path), refusal, origin)
    async with res.db.transaction() as conn:
        await store.upsert_edition(conn, edition)
        await raise_alert(
            conn,
            "timetable_refused",
            refusal.message,
            subject=("feed", feed.name),
        )


def _refused(feed: StoredFeed, digest: str, refusal: Invalid, origin: str) -> Edition:
    report = ImportReport(feed.name, feed.publisher)
    if isinstance(refusal, EditionRefused):
        report = refusal.report
    return Edition(
        id=uuid7(),
        feed_id=feed.id,
        digest=digest,
        moved_weeks=report.moved_weeks,
        origin=origin,
        state=EditionState.REFUSED,
        version="",
        attributions=(),
        first_day=report.first_day,
        last_day=report.last_day,
        read_at=clock.now(),
        activated_at=None,
        report=report,
        refusal=refusal.message,
    )
