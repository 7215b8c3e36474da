"""Pauses as pages show them: who began them, what stands still, and what waits."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from maritime_app.i18n import mark, translate as _
from maritime_app.jobs.model import Queue
from maritime_app.jobs.monitor.views import bounded_count
from maritime_app.jobs.pausing.model import Pause

_STANDS_STILL = {
    Queue.EMAILS: mark("No mail goes out: tickets and news of refunds come late."),
    Queue.PAYMENTS: mark(
        "What Stripe says is not read and no money goes back: who has paid stays unconfirmed, who"
        " has cancelled waits for the refund."
    ),
    Queue.BOOKINGS: mark(
        "Who has paid gets no ticket, operators are not told of cancellations, and holds do not"
        " end."
    ),
    Queue.DATA: mark(
        "Timetables and port figures are not renewed, alerts are not told by mail and webhook, and"
        " nobody looks at what must always hold."
    ),
}
_CARRY_MONEY = {Queue.PAYMENTS, Queue.BOOKINGS}


class KeptLine(msgspec.Struct, frozen=True):
    """Jobs of one task that wait because of a pause, the first since then."""

    task: str
    jobs: str
    since: datetime
    url: str


class PauseLine(msgspec.Struct, frozen=True):
    """A pause; `stands_still` says what does not happen meanwhile, empty for most tasks."""

    name: str
    since: datetime
    until: datetime | None
    reason: str
    staff_name: str | None
    stands_still: str
    kept: list[KeptLine]


def pause_line(pause: Pause) -> PauseLine:
    """Return a pause as it is shown."""
    kept = [
        KeptLine(
            held.task,
            bounded_count(held.jobs),
            held.since,
            f"/admin/tasks?{urlencode({'state': 'queued', 'task': held.task})}",
        )
        for held in pause.waiting
    ]
    return PauseLine(
        pause.name,
        pause.since,
        pause.until,
        pause.reason,
        pause.staff_name,
        _stands_still(pause.name),
        kept,
    )


def pause_lines(pauses: Sequence[Pause]) -> list[PauseLine]:
    """Return the pauses as they are shown."""
    return [pause_line(pause) for pause in pauses]


def queue_words() -> dict[str, str]:
    """Return what stands still while each queue is paused, for whoever is about to do it."""
    return {queue: _(words) for queue, words in _STANDS_STILL.items()}


def _stands_still(name: str) -> str:
    if name in _STANDS_STILL:
        return _(_STANDS_STILL[Queue(name)])
    queue = Queue.of(name)
    if queue in _CARRY_MONEY:
        words = _("A task of the queue %(queue)s, which carries money and places.")
        return words % {"queue": queue}
    return ""
