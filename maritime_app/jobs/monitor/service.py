"""List, look at, start, replay and cancel jobs; who works, and what the clock asks for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db.committed_jobs import CommittedJob
from maritime_app.jobs.model import Cron, JobState, Queue, Task
from maritime_app.jobs.monitor import store
from maritime_app.jobs.monitor.model import (
    RETRYING,
    CronResponse,
    CronRun,
    JobFilter,
    JobPage,
    JobResponse,
    QueueFigures,
    RunningTask,
    WorkerResponse,
)
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.pausing import store as pauses
from maritime_app.jobs.presence import SILENT_SECONDS
from maritime_app.jobs.states import JobEvent
from maritime_app.resources import Resources
from maritime_app.web.access import Actor

PER_PAGE = 50
_LOOKED_AT = 20_000  # as many as are read in well under 100 ms
# In all other states are the many.
_STANDING = {
    JobState.QUEUED,
    JobState.RUNNING,
    RETRYING,
    JobState.DEAD,
    JobState.CANCELLED,
}


async def jobs(res: Resources, wanted: JobFilter) -> JobPage:
    """Return a page of jobs, newest first.

    However long the ledger, it is quick: a subject and a rare state have an index; anything else is
    looked for among the next twenty thousand jobs, and the page says where to go on.
    """
    async with res.db.acquire() as conn:
        if wanted.subject.strip():
            return _page(await store.jobs_of_subject(conn, wanted, PER_PAGE + 1))
        if wanted.state in _STANDING:
            return _page(await store.standing_jobs(conn, wanted, PER_PAGE + 1, _LOOKED_AT))
        matching, edge = await store.newest_jobs(conn, wanted, PER_PAGE + 1, _LOOKED_AT)
    if len(matching) <= PER_PAGE and edge.int:
        return JobPage(matching, edge, is_partial=True)
    return _page(matching)


def _page(matching: list[JobResponse]) -> JobPage:
    more = len(matching) > PER_PAGE
    return JobPage(matching[:PER_PAGE], matching[PER_PAGE - 1].id if more else None)


async def job(res: Resources, job_id: UUID) -> JobResponse:
    """Return one job with all its attempts; raise NotFound when there is none."""
    async with res.db.acquire() as conn:
        stored = await store.job(conn, job_id)
    if stored is None:
        raise NotFound(_("There is no such task."))
    return stored


async def queue_figures(res: Resources) -> list[QueueFigures]:
    """Return the figures of every queue."""
    async with res.db.acquire() as conn:
        return await store.queue_figures(conn)


async def state_counts(res: Resources) -> dict[str, int]:
    """Return how many jobs are in each state, `retrying` (queued after a failure) counted apart; of
    each no more than MOST_COUNTED are counted.
    """
    async with res.db.acquire() as conn:
        return await store.state_counts(conn)


async def trigger(
    res: Resources, actor: Actor, tasks: Mapping[str, Task], name: str, payload: Mapping[str, Any]
) -> UUID:
    """Start a task and return the job's id.

    Raise Invalid for a task that people may not start, and for a payload of another shape.
    """
    task = tasks.get(name)
    if task is None or task.by_hand is None:
        startable = ", ".join(sorted(one.name for one in tasks.values() if one.by_hand))
        raise Invalid(_("This task cannot be started by hand."), {"task": startable})
    try:
        checked = msgspec.to_builtins(msgspec.convert(payload, task.by_hand))
    except msgspec.ValidationError as error:
        arguments = ", ".join(task.by_hand.__struct_fields__) or _("none")
        raise Invalid(_("This task takes other arguments."), {"payload": arguments}) from error
    async with res.db.transaction() as conn:
        job_id = await enqueue(conn, name, checked, subject=("staff", str(actor.staff_id)))
        await actor.audit(conn, "task_triggered", ("job", str(job_id)), {"task": name})
    return job_id


async def replay(res: Resources, actor: Actor, job_id: UUID) -> None:
    """Start a dead or cancelled job again; raise Conflict for any other."""
    async with res.db.transaction() as conn:
        queued = await store.replay(conn, job_id)
        if queued is None:
            raise Conflict(_("Only a dead or cancelled task can be repeated."), code="not_dead")
        conn.enqueued.append(CommittedJob(queued.queue, queued.id))
        await actor.audit(conn, "task_repeated", ("job", str(job_id)))


async def replay_matching(res: Resources, actor: Actor, wanted: JobFilter) -> int:
    """Replay every job of a filter, at most a page of them; return how many. Those that somebody
    else has replayed meanwhile are left as they are.
    """
    page = await jobs(res, wanted)
    return await act_on_selected(res, actor, JobEvent.REPLAY, [dead.id for dead in page.jobs])


async def act_on_selected(
    res: Resources, actor: Actor, act: JobEvent, job_ids: Collection[UUID]
) -> int:
    """Run the selected jobs again (REPLAY) or take them away (CANCEL), each in a transaction of its
    own; return how many. Those that have gone on since they were selected are left as they are.
    """
    apply = {JobEvent.REPLAY: replay, JobEvent.CANCEL: cancel}[act]
    changed = 0
    for job_id in job_ids:
        try:
            await apply(res, actor, job_id)
        except Conflict:
            continue
        changed += 1
    return changed


async def cancel(res: Resources, actor: Actor, job_id: UUID) -> None:
    """Cancel a job that is queued; raise Conflict for any other."""
    async with res.db.transaction() as conn:
        if not await store.cancel(conn, job_id):
            raise Conflict(_("Only a waiting task can be cancelled."), code="not_waiting")
        await actor.audit(conn, "task_cancelled", ("job", str(job_id)))


async def workers(res: Resources) -> list[WorkerResponse]:
    """Return every worker, the latest first; one that was killed for a day after its last word."""
    async with res.db.acquire() as conn:
        stored = await store.workers(conn)
        in_hand = await store.in_hand(conn)
    return [
        WorkerResponse(
            name=one.name,
            role=one.role,
            queues=one.queues,
            started_at=one.started_at,
            seen_at=one.seen_at,
            is_silent=one.seen_seconds_ago > SILENT_SECONDS,
            running=[
                RunningTask(held.task, held.jobs, held.since)
                for held in in_hand
                if held.worker == one.name
            ],
            done=one.done,
            failed=one.failed,
        )
        for one in stored
    ]


async def crons(res: Resources, declared: Sequence[Cron]) -> list[CronResponse]:
    """Return every cron with its newest job, in the order of their names."""
    ordered = sorted(declared, key=lambda cron: (cron.task, cron.key_prefix))
    async with res.db.acquire() as conn:
        found = await store.newest_runs(conn, [cron.key_prefix for cron in ordered])
        paused = await pauses.paused_names(conn)
    newest = {run.prefix: run for run in found}
    now = clock.now()
    return [
        CronResponse(
            cron.task,
            Queue.of(cron.task),
            dict(cron.payload),
            cron.every_seconds,
            cron.next_at(now),
            _cron_run(newest.get(cron.key_prefix)),
            is_paused=not paused.isdisjoint((cron.task, Queue.of(cron.task))),
        )
        for cron in ordered
    ]


def _cron_run(run: store.NewestRun | None) -> CronRun | None:
    if run is None:
        return None
    is_retrying = run.state is JobState.QUEUED and run.has_failed
    state = RETRYING if is_retrying else run.state
    return CronRun(run.id, state, run.created_at, run.finished_at, run.outcome, run.error)
