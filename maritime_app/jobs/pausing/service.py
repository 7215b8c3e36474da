"""Pause a queue or a task, resume it, and say what is paused and what waits."""

from collections.abc import Collection
from uuid import UUID

from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.jobs.model import Queue
from maritime_app.jobs.pausing import store
from maritime_app.jobs.pausing.model import Pause, PauseRequest
from maritime_app.resources import Resources
from maritime_app.web.access import AuditWriter

_MOST_COUNTED = 10_000


async def pauses(res: Resources) -> list[Pause]:
    """Return what is paused now, the first one first."""
    async with res.db.acquire() as conn:
        return await store.pauses(conn, _MOST_COUNTED)


async def paused_among(res: Resources, names: Collection[str]) -> set[str]:
    """Return those of the queues and tasks that are paused now."""
    async with res.db.acquire() as conn:
        return await store.paused_among(conn, names)


async def pause(
    res: Resources,
    tasks: Collection[str],
    wanted: PauseRequest,
    *,
    staff_id: UUID | None,
    audit: AuditWriter,
) -> None:
    """Leave a queue or one of the tasks alone; `staff_id` None: the command line does.

    One that is paused already gets the new reason and end. Raise Invalid for a name that is neither
    and for a reason that says nothing.
    """
    if wanted.name not in {*Queue, *tasks}:
        raise Invalid(_("There is no such queue or task."), {"name": ", ".join(Queue)})
    if not wanted.reason.strip():
        words = _("Say why it is paused.")
        raise Invalid(words, {"reason": words})
    detail = {"reason": wanted.reason, "minutes": wanted.minutes}
    async with res.db.transaction() as conn:
        await store.begin(conn, wanted, staff_id)
        await audit(conn, staff_id, "work_paused", ("pause", wanted.name), detail)


async def resume(res: Resources, name: str, *, staff_id: UUID | None, audit: AuditWriter) -> None:
    """Go on with a queue or task: the sweeper hands out what has waited, the oldest first.

    Raise Conflict for one that is not paused.
    """
    async with res.db.transaction() as conn:
        if not await store.end(conn, name):
            raise Conflict(_("That queue or task is not paused."), code="not_paused")
        await audit(conn, staff_id, "work_resumed", ("pause", name), {})
