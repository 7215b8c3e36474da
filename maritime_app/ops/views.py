"""What the operations pages show."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from maritime_app import clock
from maritime_app.i18n import translate as _
from maritime_app.infra.metrics import tally
from maritime_app.ops import service
from maritime_app.ops.model import AttemptAnswer, TaskAnswer, TaskFilter
from maritime_app.vessels.model import FeedHealth
from maritime_app.vessels.schemas import VesselFeed
from maritime_app.web.access import Caller

_SUBJECTS = {"bookings": "booking", "job": "job", "payment": "payment"}


def row(task: TaskAnswer) -> dict[str, Any]:
    """A task as a line; a waiting one that was tried before is to be tried again."""
    plain = msgspec.structs.asdict(task)
    if task.state == "queued" and task.tries:
        plain["state"] = "retrying"
    subject = (
        f"{_SUBJECTS.get(task.subject_kind or '', task.subject_kind)}:{task.subject_id}"
        if task.subject_kind
        else ""
    )
    plain["subject"] = subject
    plain["subject_url"] = (
        "/admin/tasks?" + urlencode({"subject": task.subject_id}) if task.subject_id else None
    )
    return plain


def tasks_context(
    who: Caller,
    wanted: TaskFilter,
    found: Sequence[TaskAnswer],
    more: bool,
    counts: Mapping[str, int],
    queues: Sequence[Mapping[str, Any]],
    message: str,
) -> dict[str, Any]:
    """templates/ops/tasks.html."""
    filters = {
        "state": wanted.state,
        "queue": wanted.queue,
        "task": wanted.task,
        "subject": wanted.subject,
    }
    query = urlencode({name: value for name, value in filters.items() if value})
    return {
        "staff": who,
        "counts": {
            state: counts.get(state, 0)
            for state in ("queued", "running", "retrying", "done", "dead", "cancelled")
        },
        "queues": [queue_line(queue) for queue in queues],
        "filters": filters,
        "queue_names": ["bookings", "payments", "emails", "data"],
        "task_names": sorted(
            {task.task for task in found} | set(service.BY_HAND) | ({wanted.task} - {""})
        ),
        "jobs": [row(task) for task in found],
        "page": wanted.page,
        "pages": wanted.page + (1 if more else 0),
        "page_url": f"/admin/tasks?{query}{'&' if query else ''}page={{page}}",
        "may_trigger": "tasks.act" in who.permissions,
        "message": message,
    }


def task_context(who: Caller, task: TaskAnswer, related: Sequence[TaskAnswer]) -> dict[str, Any]:
    """templates/ops/task.html."""
    shown = row(task)
    shown["payload"] = msgspec.json.format(msgspec.json.encode(task.payload), indent=2).decode()
    shown["worker"] = task.attempts[-1].worker if task.attempts else None
    shown["lease_until"] = None
    may = "tasks.act" in who.permissions
    return {
        "staff": who,
        "job": shown,
        "attempts": [attempt_line(attempt) for attempt in task.attempts],
        "may": {
            "replay": may and task.state in ("dead", "cancelled"),
            "cancel": may and task.state == "queued",
        },
        "related": [row(other) for other in related if other.id != task.id][:12],
    }


def attempt_line(attempt: AttemptAnswer) -> AttemptAnswer:
    """A try that a stopping worker gave back is named so: nothing failed, and it does not count."""
    if attempt.outcome != "given_back":
        return attempt
    return msgspec.structs.replace(attempt, outcome=_("Given back, does not count"))


def queue_line(queue: Mapping[str, Any]) -> dict[str, Any]:
    """A queue's figures."""
    return {
        "name": queue["queue"],
        "queued": queue["waiting"],
        "running": queue["running"],
        "dead": queue["dead"],
        "oldest_seconds": queue["oldest_seconds"],
        "per_minute": round(queue["done"] / 60, 1),
    }


def dashboard_context(
    who: Caller,
    figures: Mapping[str, Any],
    ships: tuple[VesselFeed, FeedHealth],
    breakers: Sequence[Mapping[str, Any]],
    breaches: Sequence[Any],
) -> dict[str, Any]:
    """templates/ops/dashboard.html."""
    lags = figures["lags"]
    feed, counts = ships
    return {
        "staff": who,
        "checked_at": clock.now(),
        "tiles": [
            _tile(_("Jobs waiting"), lags["outbox_seconds"]),
            _tile(_("Webhooks waiting"), lags["webhook_seconds"]),
            _tile(_("Holds past their time"), lags["hold_expiry_seconds"]),
            {
                "label": _("Mails waiting"),
                "value": str(lags["mails_waiting"]),
                "under": "",
                "tone": "",
                "url": None,
            },
        ],
        "alerts": [
            {
                **alert,
                "subject": f"{alert['subject_kind']}:{alert['subject_id']}",
                "subject_url": None,
            }
            for alert in figures["alerts"]
        ],
        "queues": [queue_line(queue) for queue in figures["queues"]],
        "breakers": breakers,
        "caches": [_cache_line()],
        "invariants": breaches,
        "feed": {
            "state": feed.state,
            "age_seconds": feed.age_seconds,
            "frames": counts.frames,
            "stored": counts.stored,
        },
    }


def _tile(label: str, seconds: float) -> dict[str, Any]:
    tone = "good" if seconds < 10 else "warn" if seconds < 60 else "bad"
    return {
        "label": label,
        "value": f"{seconds:.0f} s",
        "under": _("age of the oldest"),
        "tone": tone,
        "url": None,
    }


def _cache_line() -> dict[str, Any]:
    counts = tally.snapshot()
    hits = sum(
        counts.get(name, 0)
        for name in ("cache_local_hits", "cache_redis_hits", "search_answers_from_process")
    )
    misses = counts.get("cache_misses", 0)
    share = hits / (hits + misses) if hits + misses else None
    return {"name": _("Search, in this process"), "hits": hits, "misses": misses, "share": share}
