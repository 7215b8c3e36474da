"""Task endpoints and pages, the dashboard, health and metrics."""

from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import Invalid, NotFound
from maritime_app.ferries.operators import service as operators
from maritime_app.i18n import translate as _
from maritime_app.infra import metrics
from maritime_app.ops import invariants, service, views as shown
from maritime_app.ops.model import CachedAnswer, TaskAnswer, TaskFilter, TriggerAnswer, TriggerAsk
from maritime_app.vessels import service as vessels
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body, query
from maritime_app.web.render import json, page
from maritime_app.web.routing import PUBLIC, Route, get, post

_ROBOTS = """User-agent: *
Disallow: /admin
Disallow: /api/
Disallow: /bookings/
Disallow: /sign-in
"""


async def status(request: web.Request) -> web.StreamResponse:
    """One task with all its tries."""
    return json(request, await service.task(resources(request), _task_id(request)))


async def cached(request: web.Request) -> web.StreamResponse:
    """What is cached under a key."""
    return json(request, await service.cached(resources(request), request.match_info["key"]))


async def trigger(request: web.Request) -> web.StreamResponse:
    """Run a task now."""
    ask = await json_body(request, TriggerAsk)
    task_id = await service.trigger(resources(request), caller(request), ask.task, ask.payload)
    answer = TriggerAnswer(task_id, f"/api/admin-tools/tasks/status/{task_id}/")
    return json(request, answer, status=202)


async def show_tasks(request: web.Request) -> web.StreamResponse:
    """All tasks, filtered."""
    res, wanted = resources(request), query(request, TaskFilter)
    wanted = msgspec.structs.replace(wanted, subject=wanted.subject.rpartition(":")[2])
    found, more = await service.tasks(res, wanted)
    figures = await service.figures(res)
    counts = await service.counts(res)
    message = {"started": _("The task was started."), "again": _("It will run again.")}.get(
        request.rel_url.query.get("done", ""), ""
    )
    context = shown.tasks_context(
        caller(request), wanted, found, more, counts, figures["queues"], message
    )
    return page(request, "ops/tasks.html", context)


async def show_task(request: web.Request) -> web.StreamResponse:
    """One task."""
    res = resources(request)
    task = await service.task(res, _task_id(request))
    related, _more = await service.tasks(res, TaskFilter(subject=task.subject_id or "-"))
    return page(request, "ops/task.html", shown.task_context(caller(request), task, related))


async def start_task(request: web.Request) -> web.StreamResponse:
    """Start a task from the page."""
    fields = await form_fields(request)
    try:
        payload = msgspec.json.decode(fields.get("payload", "{}"), type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise Invalid(
            _("The arguments are not a JSON object of texts."), {"payload": str(error)}
        ) from error
    task_id = await service.trigger(
        resources(request), caller(request), fields.get("task", ""), payload
    )
    return _to(f"/admin/tasks/{task_id}")


async def replay_task(request: web.Request) -> web.StreamResponse:
    """Run a dead task again."""
    await form_fields(request)
    await service.repeat(resources(request), caller(request), _task_id(request))
    return _to(f"/admin/tasks/{request.match_info['task_id']}")


async def replay_all(request: web.Request) -> web.StreamResponse:
    """Run every dead task of a filter again."""
    fields = await form_fields(request)
    wanted = TaskFilter(
        "dead", fields.get("queue", ""), fields.get("task", ""), fields.get("subject", "")
    )
    await service.repeat_all(resources(request), caller(request), wanted)
    return _to("/admin/tasks?done=again")


async def cancel_task(request: web.Request) -> web.StreamResponse:
    """Take a waiting task away."""
    await form_fields(request)
    await service.cancel(resources(request), caller(request), _task_id(request))
    return _to(f"/admin/tasks/{request.match_info['task_id']}")


async def show_dashboard(request: web.Request) -> web.StreamResponse:
    """How the service is."""
    res = resources(request)
    figures = await service.figures(res)
    feed, _ships = await vessels.feed_now(res)
    counts = await vessels.feed_health(res)
    breakers = [
        {
            "name": operators.of(res).operators[code].name,
            "state": gateway.breaker.state.name.lower(),
            "failures": gateway.breaker.failures_in_a_row,
            "since": None,
        }
        for code, gateway in operators.of(res).gateways.items()
    ]
    broken = await invariants.broken(res)
    lines = [
        {
            "name": meaning,
            "ok": not any(b.invariant == meaning for b in broken),
            "detail": "",
            "checked_at": None,
        }
        for meaning in (*invariants.INVARIANTS.values(), invariants.NOTHING_HANGS)
    ]
    context = shown.dashboard_context(caller(request), figures, (feed, counts), breakers, lines)
    return page(request, "ops/dashboard.html", context)


async def settle_alert(request: web.Request) -> web.StreamResponse:
    """Somebody has looked at an alert."""
    await form_fields(request)
    await service.settle_alert(
        resources(request), caller(request), _uuid(request.match_info["alert_id"])
    )
    return _to("/admin")


async def alive(request: web.Request) -> web.StreamResponse:
    """The process answers."""
    return json(request, {"status": "ok"})


async def robots(request: web.Request) -> web.StreamResponse:
    """Search engines may read what is for everybody; bookings and staff pages are for nobody else."""
    del request
    return web.Response(text=_ROBOTS, content_type="text/plain")


async def ready(request: web.Request) -> web.StreamResponse:
    """The process can do its work: PostgreSQL answers (without Redis it is slower, not away)."""
    parts = await service.health(resources(request))
    return json(request, parts, status=200 if parts["postgresql"] == "ok" else 503)


async def show_metrics(_request: web.Request) -> web.StreamResponse:
    """The Prometheus text format."""
    headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return web.Response(body=metrics.exposition(), headers=headers)


def _task_id(request: web.Request) -> UUID:
    return _uuid(request.match_info["task_id"])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such task.")) from error


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


_API = "/api/admin-tools/tasks"
ROUTES: list[Route] = [
    get("/healthz", alive, access=PUBLIC),
    get("/robots.txt", robots, access=PUBLIC),
    get("/readyz", ready, access=PUBLIC),
    get("/metrics", show_metrics, access=PUBLIC),
    get(
        f"{_API}/status/{{task_id}}/",
        status,
        access="tasks.read",
        answer=TaskAnswer,
        summary="A task with all its tries",
    ),
    get(
        f"{_API}/cached/{{key:.+}}/",
        cached,
        access="tasks.read",
        answer=CachedAnswer,
        summary="What is cached under a key",
    ),
    post(
        f"{_API}/trigger/",
        trigger,
        access="tasks.act",
        body=TriggerAsk,
        answer=TriggerAnswer,
        status=202,
        summary="Run a task now",
    ),
    get("/admin", show_dashboard, access="ops.read"),
    get("/admin/tasks", show_tasks, access="tasks.read"),
    post("/admin/tasks/trigger", start_task, access="tasks.act"),
    post("/admin/tasks/replay", replay_all, access="tasks.act"),
    get("/admin/tasks/{task_id}", show_task, access="tasks.read"),
    post("/admin/tasks/{task_id}/replay", replay_task, access="tasks.act"),
    post("/admin/tasks/{task_id}/cancel", cancel_task, access="tasks.act"),
    post("/admin/alerts/{alert_id}/resolve", settle_alert, access="tasks.act"),
]
