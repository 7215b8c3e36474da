"""The web application: every route in its wrapper, static files, and how it is served."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web

from maritime_app import domains, i18n
from maritime_app.accounts import service as accounts
from maritime_app.infra.processes.late_imports import import_late
from maritime_app.infra.processes.lifecycle import Phase
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry.request_times import REQUEST_TIMES
from maritime_app.jobs.monitor.app_keys import CRONS, TASKS
from maritime_app.ops.routes import INVARIANTS
from maritime_app.resources import Resources
from maritime_app.vessels.coast import routes as coast
from maritime_app.web import api_description, render
from maritime_app.web.access import AUDIT_WRITER, SESSION_LOOKUP, TOKEN_LOOKUP
from maritime_app.web.api_description import API_DESCRIPTION, ApiDescription
from maritime_app.web.app_keys import RESOURCES
from maritime_app.web.dispatch.handlers import dispatch
from maritime_app.web.dispatch.turns import TURNS, Turns
from maritime_app.web.dispatch.unrouted import unrouted
from maritime_app.web.edge.serving import serving_connections
from maritime_app.web.responses.created import CREATED_ANSWERS, CreatedAnswers
from maritime_app.web.responses.raw_responses import RAW_RESPONSES, RawResponses
from maritime_app.web.responses.security_headers import headers_of
from maritime_app.web.responses.statics import Statics
from maritime_app.web.routing import PUBLIC, Handler, Route
from maritime_app.web.templates.compiled_templates import compile_ahead

_MAX_BODY_BYTES = 1024 * 1024
_LOOK_SECONDS = 0.05
_REST = r"{tail:[\s\S]*}"  # a decoded path may have line ends, which "." leaves out


def create_app(res: Resources, routes: Sequence[Route] = domains.ROUTES) -> web.Application:
    """Return the application over these resources; any number of applications may share them."""
    app = web.Application(client_max_size=_MAX_BODY_BYTES)
    app[RESOURCES] = res
    app[TOKEN_LOOKUP] = accounts.caller_by_token
    app[SESSION_LOOKUP] = accounts.caller_by_session
    app[AUDIT_WRITER] = accounts.audit
    app[TASKS] = {task.name: task for task in domains.TASKS}
    app[CRONS] = domains.CRONS
    app[INVARIANTS] = domains.INVARIANTS
    app[TURNS] = Turns()
    app[RAW_RESPONSES] = RawResponses(res.cache, res.lifecycle, res.settings.web.languages)
    app[CREATED_ANSWERS] = CreatedAnswers()
    app[API_DESCRIPTION] = ApiDescription(routes, res.settings.public_url)
    routes = [*routes, *api_description.ROUTES]
    statics = Statics()
    render.set_up(app, res.settings, statics)
    aiohttp_jinja2.get_env(app).globals["coast_tiles"] = coast.url
    _add_routes(app, routes, statics)
    app.cleanup_ctx.extend(domains.CONTEXTS)
    return app


def _add_routes(app: web.Application, routes: Sequence[Route], statics: Statics) -> None:
    """Add every route in its wrapper; what no route has comes last."""
    router = app.router
    for route in routes:
        entrance = _entrance(app, route)
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            router.add_route(method, route.path, entrance)
    serve = dispatch(Route("GET", "/static/{path}", statics.serve, PUBLIC))
    router.add_get("/static/{path:.+}", serve, allow_head=True)
    for prefix, label in (("/api/", "/api/{tail}"), ("/", "/{tail}")):
        router.add_route("*", prefix + _REST, dispatch(Route("*", label, unrouted(router), PUBLIC)))


def _entrance(app: web.Application, route: Route) -> Handler:
    """Return the wrapped handler; of a route that is cached, answers are remembered."""
    dispatched = dispatch(route)
    if not route.cached:
        return dispatched
    raw, times = app[RAW_RESPONSES], REQUEST_TIMES.of(route.method, route.path)

    async def entrance(request: web.Request) -> web.StreamResponse:
        response = await dispatched(request)
        raw.remember(request, response, times)
        return response

    return entrance


async def _prepare(app: web.Application, languages: Sequence[str]) -> None:
    """Read in threads what the first page does not need, and the next ones should not wait for,
    once everything runs: it would share the processor with the start and the first page.
    """
    while app[RESOURCES].lifecycle.phase is Phase.STARTING:
        await asyncio.sleep(_LOOK_SECONDS)
    await asyncio.to_thread(i18n.prepare, languages)
    await asyncio.to_thread(coast.url)
    await import_late()
    var_dir = str(Path(app[RESOURCES].settings.paths.var_dir).resolve())
    compiler = (sys.executable, "-m", "maritime_app.web.templates.compiling", var_dir)
    await compile_ahead(aiohttp_jinja2.get_env(app), compiler)
    await app[API_DESCRIPTION].encoded()


@asynccontextmanager
async def serving(res: Resources) -> AsyncIterator[str]:
    """Serve until left; yields the address that was bound (port 0 picks a free one).

    Raise CannotStart when the port is taken.
    """
    app = create_app(res)
    web_settings, headers = res.settings.web, headers_of(app)
    ready = app[RAW_RESPONSES].before
    async with serving_connections(app, web_settings, headers, res.lifecycle, ready) as address:
        preparing = asyncio.create_task(_prepare(app, res.settings.web.languages))
        try:
            yield address
        finally:
            await end(preparing)
