"""Put an edition in the place of the one that is shown, in one transaction, or refuse it."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.model import local_day
from maritime_app.ferries.timetables.editions import comparison, network, places, store
from maritime_app.ferries.timetables.editions.model import (
    Edition,
    EditionRefused,
    EditionState,
    ImportReport,
)
from maritime_app.ferries.timetables.editions.reading import Candidate, Wish
from maritime_app.ferries.timetables.gtfs import codec
from maritime_app.ferries.timetables.gtfs.model import Feed
from maritime_app.ferries.timetables.model import TIMETABLES_TAG
from maritime_app.ids import uuid7
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.infra.telemetry import log
from maritime_app.ports.model import PORTS_TAG
from maritime_app.resources import Resources

_COMPARED_DAYS = 28
logger = log.get(__name__)


async def activate(res: Resources, candidate: Candidate, path: Path, wish: Wish) -> ImportReport:
    """Write the edition, compare it with the one before, and commit it.

    Raise EditionRefused where it takes away more than the set share, NotFound where the feed that
    is meant was dropped meanwhile; nothing is written then.
    """
    name, feed = candidate.name, candidate.feed
    async with res.db.transaction() as conn:
        await store.lock(conn, name)
        await _check_there(conn, name, wish.feed_id)
        feed_id = await store.upsert_feed(conn, name, candidate.publisher)
        shown = await store.active_edition(conn, feed_id)
        same = shown and (shown.digest, shown.moved_weeks) == (candidate.digest, candidate.weeks)
        first, last = _window(feed, wish.days, is_new=shown is None)
        before = await store.departures(conn, feed_id, first, last)
        joined = shown.report.joined if shown else 0
        if not same:
            joined = await _write(conn, name, feed_id, candidate.sailed or feed)
        after = await store.departures(conn, feed_id, first, last)
        report = _report(candidate, shown, before, after, first, wish.days, joined)
        lost = comparison.loss(before, after, res.settings.timetables.max_loss_percent)
        if lost and not wish.accept_loss:
            words = f"{path.name} is refused: {lost}. The edition before stays; --accept-loss"
            raise EditionRefused(f"{words} shows it all the same.", report)
        return await _commit(conn, res, candidate, feed_id, path, report)


async def _check_there(conn: Conn, name: str, feed_id: UUID | None) -> None:
    known = await store.feed_by_name(conn, name) if feed_id else None
    if feed_id and (known is None or known.id != feed_id):
        raise NotFound("There is no such feed any more.", code="feed")


async def _write(conn: Conn, name: str, feed_id: UUID, feed: Feed) -> int:
    """Write operators, stops, lines and trips; return how many stops are known harbours."""
    ports, joined = await places.store(conn, name, feed)
    await network.replace(conn, feed_id, name, feed, ports)
    await network.drop_legacy(conn, name)
    await places.drop_unused(conn, name)
    return joined


async def _commit(
    conn: Conn,
    res: Resources,
    candidate: Candidate,
    feed_id: UUID,
    path: Path,
    report: ImportReport,
) -> ImportReport:
    await store.retire_active(conn, feed_id)
    edition = _edition(candidate, feed_id, report, EditionState.ACTIVE)
    edition_id = await store.upsert_edition(conn, edition)
    await store.save_file(conn, edition_id, path)
    await store.drop_old_editions(conn, feed_id)
    await drop_cached(conn, res.cache, [TIMETABLES_TAG, PORTS_TAG])  # its stops are ports
    logger.info(
        "timetable_imported",
        feed=candidate.name,
        added=report.added,
        changed=report.changed,
        removed=report.removed,
    )
    return msgspec.structs.replace(report, edition_id=edition_id)


def _window(feed: Feed, days: int, *, is_new: bool) -> tuple[date, date]:
    """The service days that are compared: from today; of a new feed, from when it begins."""
    first = local_day(clock.now(), codec.usual_zone(feed))
    if is_new:
        first = max(first, feed.first_day)
    return first, first + timedelta(days=max(days, _COMPARED_DAYS) - 1)


def _report(
    candidate: Candidate,
    shown: Edition | None,
    before: comparison.Departures,
    after: comparison.Departures,
    first: date,
    days: int,
    joined: int,
) -> ImportReport:
    feed, notices = candidate.feed, candidate.notices
    last = (first + timedelta(days=days - 1)).isoformat()
    found = comparison.differences(before, after, last)
    return ImportReport(
        feed=candidate.name,
        publisher=candidate.publisher.name,
        rows=notices.rows,
        kept=notices.kept,
        left_out=notices.left_out(),
        notes=tuple(notices.notes),
        trips=len(feed.trips),
        stops=len({stop.place_id for stop in feed.stops.values()}),
        joined=joined,
        first_day=feed.first_day,
        last_day=feed.last_day,
        moved_weeks=candidate.weeks,
        days=days,
        departures=sum(day.departures for day in found),
        added=sum(day.added for day in found),
        changed=sum(day.changed for day in found),
        removed=sum(day.removed for day in found),
        unchanged=sum(day.unchanged for day in found),
        compared_with=shown.id if shown else None,
        by_day=tuple(found),
    )


def _edition(
    candidate: Candidate, feed_id: UUID, report: ImportReport, state: EditionState
) -> Edition:
    return Edition(
        id=uuid7(),
        feed_id=feed_id,
        digest=candidate.digest,
        moved_weeks=candidate.weeks,
        origin=candidate.origin,
        state=state,
        version=candidate.feed.info.version,
        attributions=candidate.feed.info.attributions,
        first_day=candidate.feed.first_day,
        last_day=candidate.feed.last_day,
        read_at=clock.now(),
        activated_at=clock.now(),
        report=report,
        refusal="",
    )
