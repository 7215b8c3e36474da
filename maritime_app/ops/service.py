"""List, look at, ask for and repeat tasks; say how we are."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import hiredis
import msgspec

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.errors import Conflict, Invalid, NotFound, Refusal
from maritime_app.i18n import translate as _
from maritime_app.jobs.outbox import enqueue
from maritime_app.ops import store
from maritime_app.ops.model import CachedAnswer, TaskAnswer, TaskFilter
from maritime_app.resources import Resources
from maritime_app.web.access import Caller

PER_PAGE = 50
# What may be started by hand: harmless however often it runs.
BY_HAND = {
    "bookings.check_ferry_availability": ("sailing_id",),
    "bookings.erase_personal_data": (),
    "bookings.expire_holds": (),
    "emails.erase_old_mails": (),
    "ferries.roll_timetable": (),
    "payments.check_open_payments": (),
    "payments.compare_with_stripe": (),
    "payments.erase_old_events": (),
    "payments.verify_payment_status": ("payment_id",),
    "ports.sync_unctad": ("report",),
    "ops.check_invariants": (),
    "ops.tidy_up": (),
}
_CACHE_PREFIXES = ("ferries:search:", "ferries:left:", "page:")


async def tasks(res: Resources, wanted: TaskFilter) -> tuple[list[TaskAnswer], bool]:
    """A page of tasks, and whether there is another one."""
    async with res.db.acquire() as conn:
        found = await store.jobs_matching(conn, wanted, PER_PAGE)
    return found[:PER_PAGE], len(found) > PER_PAGE


async def task(res: Resources, task_id: UUID) -> TaskAnswer:
    """One task with all its tries. Raises NotFound."""
    async with res.db.acquire() as conn:
        found = await store.job(conn, task_id)
    if found is None:
        raise NotFound(_("There is no such task."))
    return found


async def figures(res: Resources) -> dict[str, Any]:
    """Queues, lags and open alerts."""
    async with res.db.acquire() as conn:
        queues = await store.queue_figures(conn)
        done = await store.done_last_hour(conn)
        lags = await store.lags(conn)
        alerts = await store.open_alerts(conn, 50)
    return {
        "queues": [{**dict(row), "done": done.get(row["queue"], 0)} for row in queues],
        "lags": dict(lags),
        "alerts": [dict(alert) for alert in alerts],
    }


async def trigger(res: Resources, who: Caller, name: str, payload: dict[str, Any]) -> UUID:
    """Run a task now.

    Raises Invalid for one that may not be asked for by hand, or with other arguments.
    """
    if name not in BY_HAND:
        raise Invalid(
            _("This task cannot be started by hand."), {"task": ", ".join(sorted(BY_HAND))}
        )
    if set(payload) - set(BY_HAND[name]) or any(
        not isinstance(value, str) for value in payload.values()
    ):
        raise Invalid(
            _("This task takes other arguments."),
            {"payload": ", ".join(BY_HAND[name]) or _("none")},
        )
    async with res.db.transaction() as conn:
        task_id = await enqueue(conn, name, payload, subject=("staff", str(who.staff_id)))
        await accounts.audit(
            conn, who.staff_id, "task_triggered", ("job", str(task_id)), {"task": name}
        )
    return task_id


async def repeat(res: Resources, who: Caller, task_id: UUID) -> None:
    """Start a dead task again. Raises Conflict when it is not dead."""
    async with res.db.transaction() as conn:
        row = await store.repeat_job(conn, task_id)
        if row is None:
            raise Conflict(_("Only a dead or cancelled task can be repeated."), code="not_dead")
        conn.enqueued.append((row["queue"], task_id, clock.epoch_ms()))
        await accounts.audit(conn, who.staff_id, "task_repeated", ("job", str(task_id)), {})


async def cancel(res: Resources, who: Caller, task_id: UUID) -> None:
    """Take a waiting task away. Raises Conflict when it does not wait any more."""
    async with res.db.transaction() as conn:
        if not await store.cancel_job(conn, task_id):
            raise Conflict(_("Only a waiting task can be cancelled."), code="not_waiting")
        await accounts.audit(conn, who.staff_id, "task_cancelled", ("job", str(task_id)), {})


async def repeat_all(res: Resources, who: Caller, wanted: TaskFilter) -> int:
    """Start every dead task of a filter again (at most a page of them); returns how many."""
    found, _more = await tasks(res, wanted)
    for dead in found:
        await repeat(res, who, dead.id)
    return len(found)


async def counts(res: Resources) -> dict[str, int]:
    """How many tasks are in each state."""
    async with res.db.acquire() as conn:
        return await store.counts(conn)


async def settle_alert(res: Resources, who: Caller, alert_id: UUID) -> None:
    """Somebody has looked at an alert; it leaves the dashboard."""
    async with res.db.transaction() as conn:
        await store.settle_alert(conn, alert_id)
        await accounts.audit(conn, who.staff_id, "alert_settled", ("alert", str(alert_id)), {})


async def cached(res: Resources, key: str) -> CachedAnswer:
    """What the cache holds under a key of ours. Raises NotFound for keys that are not a cache's."""
    if not key.startswith(_CACHE_PREFIXES):
        raise NotFound(_("Only cached answers can be looked at: ferries:search:... and page:..."))
    stored, left_ms = await res.fast.pipeline([("GET", key), ("PTTL", key)])
    if not isinstance(stored, bytes):
        return CachedAnswer(key, False)
    header, _line, body = stored.partition(b"\n")
    stored_at, _seconds, *tags = header.decode().split(" ")
    value = msgspec.json.decode(body) if key.startswith("ferries:") else None
    when = datetime.fromtimestamp(float(stored_at), UTC)
    return CachedAnswer(key, True, left_ms // 1000, when, tuple(tags), value)


async def health(res: Resources) -> dict[str, str]:
    """Whether PostgreSQL and Redis answer."""
    parts = {"postgresql": "ok", "redis": "ok"}
    try:
        async with res.db.acquire() as conn:
            await store.alive(conn)
    except (Refusal, OSError) as error:
        parts["postgresql"] = type(error).__name__
    try:
        await res.fast.command("PING")
    except (Refusal, hiredis.HiredisError) as error:
        parts["redis"] = type(error).__name__
    return parts
