"""Pull every feed that has an address, and bring an earlier edition back."""

from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.errors import Invalid
from maritime_app.ferries.timetables.editions import pulling, service
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

FeedName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class FeedPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed by its name."""

    feed: FeedName


class EditionPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edition of a feed."""

    feed: FeedName
    edition: UUID


async def pull_timetables(res: Resources) -> str:
    """Write a task for each feed that is pulled, so that none waits for another."""
    names = await pulling.addresses(res)
    async with res.db.transaction() as conn:
        for name in names:
            await enqueue(conn, "ferries.pull_timetable", {"feed": name}, subject=("feed", name))
    return ", ".join(names) or "no feed is pulled"


async def pull_timetable(res: Resources, *, feed: str) -> str:
    """Pull one feed if it has changed. A refused file is an answer: staff are alerted to it, and
    trying again changes nothing.
    """
    try:
        return await pulling.pull(res, feed)
    except Invalid as refusal:
        return f"{feed}: {refusal.message}"


async def restore_timetable(res: Resources, *, feed: str, edition: str) -> str:
    """Show an earlier edition again."""
    report = await service.restore(res, feed, UUID(edition))
    return f"{feed}: {report.departures} departures in {report.days} days"


TASKS = [
    Task(
        "ferries.pull_timetables",
        pull_timetables,
        tries=3,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "ferries.pull_timetable",
        pull_timetable,
        tries=3,
        timeout_seconds=900,
        first_delay_seconds=60.0,
        by_hand=FeedPayload,
    ),
    Task(
        "ferries.restore_timetable",
        restore_timetable,
        tries=1,
        timeout_seconds=900,
        by_hand=EditionPayload,
    ),
]
CRONS = [Cron("ferries.pull_timetables", every_seconds=3600)]
