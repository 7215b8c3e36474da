"""What templates/jobs/workers.html shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from maritime_app import formatting
from maritime_app.i18n import mark, translate as _, translate_plural as ngettext
from maritime_app.jobs.model import Queue, Task, WorkerRole
from maritime_app.jobs.monitor.model import CronResponse, CronRun, RunningTask, WorkerResponse
from maritime_app.jobs.monitor.pause_views import PauseLine, pause_lines, queue_words
from maritime_app.jobs.pausing.model import Pause
from maritime_app.web.access import Caller

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_ONCE = {
    _DAY: mark("every day"),
    _HOUR: mark("every hour"),
    _MINUTE: mark("every minute"),
    1: mark("every second"),
}


class WorkerLine(msgspec.Struct, frozen=True):
    """A worker in the list; `state` is `live` or `silent`."""

    name: str
    role: WorkerRole
    queues: list[Queue]
    state: str
    started_at: datetime
    seen_at: datetime
    running: list[RunningTask]
    done: int
    failed: int


class CronLine(msgspec.Struct, frozen=True):
    """A cron in the list: its schedule in words, and where its jobs are listed."""

    task: str
    arguments: str
    schedule: str
    last: CronRun | None
    next_at: datetime
    is_paused: bool
    jobs_url: str


class WorkersView(msgspec.Struct, frozen=True):
    """templates/jobs/workers.html; `is_clock_kept`: some live worker asks for what is due.

    `queues` says of each queue what stands still while it is paused, `tasks` names what else can be
    paused.
    """

    staff: Caller
    workers: list[WorkerLine]
    crons: list[CronLine]
    is_clock_kept: bool
    pauses: list[PauseLine]
    queues: dict[str, str]
    tasks: list[str]
    may_act: bool


def workers_view(
    who: Caller,
    workers: Sequence[WorkerResponse],
    crons: Sequence[CronResponse],
    *,
    pauses: Sequence[Pause],
    tasks: Mapping[str, Task],
) -> WorkersView:
    """Return the page of workers, crons and pauses."""
    return WorkersView(
        staff=who,
        workers=[_worker_line(worker) for worker in workers],
        crons=[_cron_line(cron) for cron in crons],
        is_clock_kept=any(
            worker.role is WorkerRole.WORKER and not worker.is_silent for worker in workers
        ),
        pauses=pause_lines(pauses),
        queues=queue_words(),
        tasks=sorted(tasks),
        may_act="tasks.act" in who.permissions,
    )


def _worker_line(worker: WorkerResponse) -> WorkerLine:
    return WorkerLine(
        worker.name,
        worker.role,
        worker.queues,
        "silent" if worker.is_silent else "live",
        worker.started_at,
        worker.seen_at,
        worker.running,
        worker.done,
        worker.failed,
    )


def _cron_line(cron: CronResponse) -> CronLine:
    return CronLine(
        cron.task,
        ", ".join(f"{name}={value}" for name, value in cron.payload.items()),
        schedule_in_words(cron.every_seconds),
        cron.last,
        cron.next_at,
        cron.is_paused,
        f"/admin/tasks?{urlencode({'task': cron.task, 'origin': 'clock'})}",
    )


def schedule_in_words(every_seconds: float) -> str:
    """Return "every 5 minutes", in the largest unit that has it in whole numbers."""
    seconds = round(every_seconds)
    unit = next(unit for unit in (_DAY, _HOUR, _MINUTE, 1) if seconds % unit == 0)
    number = seconds // unit
    if number == 1:
        return _(_ONCE[unit])
    words = {
        _DAY: ngettext("every %(num)s day", "every %(num)s days", number),
        _HOUR: ngettext("every %(num)s hour", "every %(num)s hours", number),
        _MINUTE: ngettext("every %(num)s minute", "every %(num)s minutes", number),
        1: ngettext("every %(num)s second", "every %(num)s seconds", number),
    }
    return words[unit] % {"num": formatting.number(number)}
