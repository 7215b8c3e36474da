"""Pause and resume queues and tasks: the forms of the page of workers, and for programs."""

from aiohttp import web

from maritime_app.jobs.monitor.app_keys import TASKS
from maritime_app.jobs.monitor.model import PausesResponse
from maritime_app.jobs.pausing import service
from maritime_app.jobs.pausing.model import PauseRequest, ResumeRequest
from maritime_app.web.access import AUDIT_WRITER, caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import convert, form, form_fields, json_body
from maritime_app.web.render import json, see_other
from maritime_app.web.routing import Route, get, post


async def pauses(request: web.Request) -> web.StreamResponse:
    """What is paused."""
    return json(request, PausesResponse(await service.pauses(resources(request))))


async def pause(request: web.Request) -> web.StreamResponse:
    """Pause a queue or a task."""
    await _pause(request, await json_body(request, PauseRequest))
    return await pauses(request)


async def resume(request: web.Request) -> web.StreamResponse:
    """Go on with a queue or a task."""
    await _resume(request, await json_body(request, ResumeRequest))
    return await pauses(request)


async def pause_from_page(request: web.Request) -> web.StreamResponse:
    """Pause a queue or a task."""
    typed = {name: value for name, value in (await form_fields(request)).items() if value}
    await _pause(request, convert(typed, PauseRequest, strict=False))
    return see_other(_PAGE)


async def resume_from_page(request: web.Request) -> web.StreamResponse:
    """Go on with a queue or a task."""
    await _resume(request, await form(request, ResumeRequest))
    return see_other(_PAGE)


async def _pause(request: web.Request, wanted: PauseRequest) -> None:
    await service.pause(
        resources(request),
        request.app[TASKS].keys(),
        wanted,
        staff_id=caller(request).staff_id,
        audit=request.app[AUDIT_WRITER],
    )


async def _resume(request: web.Request, wanted: ResumeRequest) -> None:
    await service.resume(
        resources(request),
        wanted.name,
        staff_id=caller(request).staff_id,
        audit=request.app[AUDIT_WRITER],
    )


_API = "/api/admin-tools/tasks/pauses/"
_PAGE = "/admin/tasks/workers"
ROUTES: list[Route] = [
    get(
        _API,
        pauses,
        access="tasks.read",
        answer=PausesResponse,
        summary="Queues and tasks that are paused, and what waits because of it",
    ),
    post(
        _API,
        pause,
        access="tasks.act",
        body=PauseRequest,
        answer=PausesResponse,
        summary="Pause a queue or a task, or change its pause's end and reason",
        recent=True,
    ),
    post(
        f"{_API}resume/",
        resume,
        access="tasks.act",
        body=ResumeRequest,
        answer=PausesResponse,
        summary="Go on with a queue or a task: what has waited is handed out, the oldest first",
        recent=True,
    ),
    post("/admin/tasks/pauses", pause_from_page, access="tasks.act", recent=True),
    post("/admin/tasks/pauses/resume", resume_from_page, access="tasks.act", recent=True),
]
