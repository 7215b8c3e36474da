"""Queues and tasks that workers leave alone, from the command line."""

from typing import Annotated

from cyclopts import App, Parameter

from maritime_app import domains
from maritime_app.accounts.service import audit
from maritime_app.cli.commands.staff import moment
from maritime_app.cli.injection import OpenResources
from maritime_app.cli.output import print_table, say
from maritime_app.errors import Invalid
from maritime_app.jobs.pausing import service
from maritime_app.jobs.pausing.model import MOST_MINUTES, PauseRequest

tasks = App(name="tasks", help="queues and tasks: pause, resume, list pauses")

Name = Annotated[str, Parameter(help="a queue (emails, payments, bookings, data) or a task")]


@tasks.command(help="begin nothing more of a queue or task; all of it is kept")
async def pause(
    name: Name,
    /,
    *,
    reason: Annotated[str, Parameter(help="why, for the others")],
    minutes: Annotated[int | None, Parameter(help="for how long; else until `resume`")] = None,
    res: OpenResources,
) -> int:
    """Pause a queue or a task."""
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise Invalid(f"Between 1 and {MOST_MINUTES:,} minutes.", {"minutes": str(minutes)})
    wanted = PauseRequest(name, reason, minutes)
    known = [task.name for task in domains.TASKS]
    await service.pause(res, known, wanted, staff_id=None, audit=audit)
    until = next((one.until for one in await service.pauses(res) if one.name == name), None)
    how_long = f"until {moment(until)}" if until else "until `run.py tasks resume`"
    say(f"{name} is paused {how_long}: what runs is finished, nothing more is begun.")
    return 0


@tasks.command(help="go on with a queue or task: what has waited is handed out")
async def resume(name: Name, /, *, res: OpenResources) -> int:
    """Go on with a queue or a task."""
    await service.resume(res, name, staff_id=None, audit=audit)
    say(f"{name} goes on.")
    return 0


@tasks.command(help="what is paused, since when, by whom, why, and what waits")
async def pauses(*, res: OpenResources) -> int:
    """Print what is paused."""
    found = await service.pauses(res)
    rows = [
        (
            one.name,
            moment(one.since),
            moment(one.until),
            one.staff_name or "the command line",
            one.reason,
            f"{sum(held.jobs for held in one.waiting):,}",
        )
        for one in found
    ]
    print_table(("paused", "since", "until", "by", "reason", "waiting"), rows)
    return 0
