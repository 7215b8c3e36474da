"""Run the harmless tasks once through the real queues and say how each went."""

import asyncio
import time
from dataclasses import dataclass

from maritime_app.errors import Invalid
from maritime_app.jobs.outbox import enqueue
from maritime_app.ops import service
from maritime_app.resources import Resources

_TASKS: dict[str, dict[str, str]] = {
    "bookings.expire_holds": {},
    "bookings.erase_personal_data": {},
    "emails.erase_old_mails": {},
    "payments.erase_old_events": {},
    "ferries.roll_timetable": {},
    "payments.check_open_payments": {},
    "payments.compare_with_stripe": {},
    "ports.sync_unctad": {"report": "US.PLSCI"},
    "ops.check_invariants": {},
    "ops.tidy_up": {},
}
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Result:
    """How one task went."""

    task: str
    ok: bool
    outcome: str
    seconds: float


async def run(res: Resources, *, only: str | None = None) -> list[Result]:
    """Run them one after another. Raises Invalid for a task that is not among the harmless ones."""
    if only is not None and only not in _TASKS:
        raise Invalid(
            f"there is no self-test for {only}; choose one of {', '.join(sorted(_TASKS))}"
        )
    return [await _one(res, name) for name in _TASKS if only in (None, name)]


async def _one(res: Resources, name: str) -> Result:
    began = time.monotonic()
    async with res.db.transaction() as conn:
        task_id = await enqueue(conn, name, _TASKS[name], subject=("selftest", name))
    while time.monotonic() - began < _PATIENCE_SECONDS:
        found = await service.task(res, task_id)
        if found.state in ("done", "dead"):
            outcome = found.outcome or found.error or ""
            return Result(
                name, found.state == "done", f"{found.state}: {outcome}", time.monotonic() - began
            )
        await asyncio.sleep(0.1)
    return Result(name, False, "no worker finished it", time.monotonic() - began)
