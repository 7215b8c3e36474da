"""The task pages and the endpoints for programs."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.jobs.model import JobState
from maritime_app.jobs.monitor import pause_routes, service, views, worker_views
from maritime_app.jobs.monitor.app_keys import CRONS, TASKS
from maritime_app.jobs.monitor.model import (
    CronsResponse,
    JobFilter,
    JobResponse,
    Origin,
    TriggerRequest,
    TriggerResponse,
    WorkersResponse,
)
from maritime_app.jobs.pausing import service as pauses
from maritime_app.jobs.states import JobEvent
from maritime_app.web.access import actor, caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body, json_text, query
from maritime_app.web.render import json, page
from maritime_app.web.routing import Route, get, post


async def status(request: web.Request) -> web.StreamResponse:
    """One job with all its attempts."""
    return json(request, await service.job(resources(request), _job_id(request)))


async def trigger(request: web.Request) -> web.StreamResponse:
    """Run a task now."""
    trigger_request = await json_body(request, TriggerRequest)
    job_id = await service.trigger(
        resources(request),
        actor(request),
        request.app[TASKS],
        trigger_request.task,
        trigger_request.payload,
    )
    response = TriggerResponse(job_id, f"{_API}/status/{job_id}/")
    return json(request, response, status=202)


async def workers(request: web.Request) -> web.StreamResponse:
    """Who works on the queues."""
    return json(request, WorkersResponse(await service.workers(resources(request))))


async def crons(request: web.Request) -> web.StreamResponse:
    """What the clock asks for."""
    found = await service.crons(resources(request), request.app[CRONS])
    return json(request, CronsResponse(found))


async def show_workers(request: web.Request) -> web.StreamResponse:
    """Who works on the queues, and what the clock asks for."""
    res = resources(request)
    view = worker_views.workers_view(
        caller(request),
        await service.workers(res),
        await service.crons(res, request.app[CRONS]),
        pauses=await pauses.pauses(res),
        tasks=request.app[TASKS],
    )
    return page(request, "jobs/workers.html", view)


async def show_jobs(request: web.Request) -> web.StreamResponse:
    """All jobs, filtered; a subject may have its kind before it ("bookings:K7MWQ4PX")."""
    res, wanted = resources(request), query(request, JobFilter)
    wanted = msgspec.structs.replace(wanted, subject=wanted.subject.rpartition(":")[2])
    if not request.query_string:
        # The clock asks for forty tasks a minute; what somebody comes for is among the others.
        wanted = JobFilter(origin=Origin.REQUESTS)
    found = await service.jobs(res, wanted)
    view = views.jobs_view(
        caller(request),
        wanted,
        found,
        counts=await service.state_counts(res),
        queues=await service.queue_figures(res),
        tasks=request.app[TASKS],
        message=_message(request.rel_url.query),
    )
    return page(request, "jobs/tasks.html", view)


async def show_job(request: web.Request) -> web.StreamResponse:
    """One job."""
    res = resources(request)
    job = await service.job(res, _job_id(request))
    related = await service.jobs(res, JobFilter(subject=job.subject_id or "-"))
    paused = await pauses.paused_among(res, [job.queue, job.task])
    view = views.job_view(caller(request), job, related.jobs, paused)
    return page(request, "jobs/task.html", view)


async def start_task(request: web.Request) -> web.StreamResponse:
    """Start a task from the page."""
    fields = await form_fields(request)
    try:
        given = json_text.decode(fields.get("payload", "{}").encode())
        payload = msgspec.convert(given, dict[str, str])
    except (Invalid, msgspec.ValidationError) as error:
        words = _("The arguments are not a JSON object of texts.")
        raise Invalid(words, {"payload": str(error)}) from error
    task = fields.get("task", "")
    job_id = await service.trigger(
        resources(request), actor(request), request.app[TASKS], task, payload
    )
    return _see(f"/admin/tasks/{job_id}")


async def replay_job(request: web.Request) -> web.StreamResponse:
    """Run a dead job again."""
    await form_fields(request)
    await service.replay(resources(request), actor(request), _job_id(request))
    return _see(f"/admin/tasks/{request.match_info['task_id']}")


async def replay_all(request: web.Request) -> web.StreamResponse:
    """Run every dead job of a filter again."""
    fields = await form_fields(request)
    given = {name: fields.get(name, "") for name in _FILTERS}
    wanted = msgspec.convert(given | {"state": JobState.DEAD}, JobFilter)
    await service.replay_matching(resources(request), actor(request), wanted)
    return _see("/admin/tasks?done=again")


async def act_on_selected(request: web.Request) -> web.StreamResponse:
    """Run the selected jobs of a list again, or take them away."""
    fields = await form_fields(request)
    act = _ACTS.get(fields.get("act", ""))
    if act is None:
        raise Invalid(_("There is no such action."), {"act": ", ".join(_ACTS)})
    job_ids = {_uuid(name.removeprefix(_SELECTED)) for name in fields if name.startswith(_SELECTED)}
    if len(job_ids) > service.PER_PAGE:
        raise Invalid(_("These are more tasks than a page has."))
    changed = await service.act_on_selected(resources(request), actor(request), act, job_ids)
    back = {name: fields[name] for name in _FILTERS if fields.get(name)}
    return _see(f"/admin/tasks?{urlencode(back | {'changed': changed, 'of': len(job_ids)})}")


async def cancel_job(request: web.Request) -> web.StreamResponse:
    """Take a waiting job away."""
    await form_fields(request)
    await service.cancel(resources(request), actor(request), _job_id(request))
    return _see(f"/admin/tasks/{request.match_info['task_id']}")


def _message(asked: Mapping[str, str]) -> str:
    """Return what was done, for the page that people come back to."""
    changed, of = asked.get("changed", ""), asked.get("of", "")
    if changed.isdecimal() and of.isdecimal():
        words = _("%(changed)s of %(of)s selected tasks were changed; any others had gone on.")
        return words % {"changed": int(changed[:3]), "of": int(of[:3])}
    said = {"started": _("The task was started."), "again": _("It will run again.")}
    return said.get(asked.get("done", ""), "")


def _job_id(request: web.Request) -> UUID:
    return _uuid(request.match_info["task_id"])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such task.")) from error


def _see(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


_API = "/api/admin-tools/tasks"
_SELECTED = "job-"  # and the job's id: the name of its box in the list
_ACTS = {"replay": JobEvent.REPLAY, "cancel": JobEvent.CANCEL}
_FILTERS = ("state", "queue", "task", "subject", "origin")
ROUTES: list[Route] = [
    get(
        f"{_API}/status/{{task_id}}/",
        status,
        access="tasks.read",
        answer=JobResponse,
        summary="A task with all its tries",
    ),
    post(
        f"{_API}/trigger/",
        trigger,
        access="tasks.act",
        body=TriggerRequest,
        answer=TriggerResponse,
        status=202,
        summary="Run a task now",
    ),
    get(
        f"{_API}/workers/",
        workers,
        access="tasks.read",
        answer=WorkersResponse,
        summary="Who works on the queues",
    ),
    get(
        f"{_API}/crons/",
        crons,
        access="tasks.read",
        answer=CronsResponse,
        summary="What the clock asks for, when it did last and will next",
    ),
    *pause_routes.ROUTES,
    get("/admin/tasks", show_jobs, access="tasks.read"),
    get("/admin/tasks/workers", show_workers, access="tasks.read"),
    post("/admin/tasks/trigger", start_task, access="tasks.act"),
    post("/admin/tasks/replay", replay_all, access="tasks.act"),
    post("/admin/tasks/selected", act_on_selected, access="tasks.act"),
    get("/admin/tasks/{task_id}", show_job, access="tasks.read"),
    post("/admin/tasks/{task_id}/replay", replay_job, access="tasks.act"),
    post("/admin/tasks/{task_id}/cancel", cancel_job, access="tasks.act"),
]
