"""The dashboard, health, metrics, and the cache for programs."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from aiohttp import web

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.ferries.lowest_fares import service as lowest_fares
from maritime_app.ferries.lowest_fares.model import PricedWay
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.infra.invariant import Invariant
from maritime_app.jobs.monitor import service as jobs
from maritime_app.jobs.pausing import service as pauses
from maritime_app.ops import installable, service, sitemap, views
from maritime_app.ops.cards import routes as cards
from maritime_app.ops.figures import FIGURES
from maritime_app.ops.model import CachedResponse, LimitRequest
from maritime_app.ops.notices import service as notices
from maritime_app.ops.notices.model import MaintenanceRequest
from maritime_app.ops.probes import EXPOSITION
from maritime_app.ops.readiness import READINESS
from maritime_app.ops.style_page import routes as style_page
from maritime_app.ops.trends import views as trend_views
from maritime_app.ops.trends.service import TRENDS
from maritime_app.vessels import service as vessels
from maritime_app.web.access import actor, caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import json, page, see_other
from maritime_app.web.routing import PUBLIC, Route, get, post

INVARIANTS: web.AppKey[Sequence[Invariant]] = web.AppKey("invariants", Sequence)
_CONTACT_DAYS = 180  # RFC 9116 section 2.5.5: less than a year
_ROBOTS = """User-agent: *
Disallow: /admin
Disallow: /api/
Disallow: /bookings/
Disallow: /sign-in
"""


async def show_dashboard(request: web.Request) -> web.StreamResponse:
    """How the service is."""
    res = resources(request)
    feed, _ships = await vessels.feed_now(res)
    remote = operators.of(res)
    checks, walks = await service.last_checks(res)
    view = views.dashboard(
        caller(request),
        lags=await service.lags(res),
        maintenance=await notices.maintenance(res),
        pauses=await pauses.pauses(res),
        alerts=await service.open_alerts(res),
        queues=await jobs.queue_figures(res),
        invariants=request.app[INVARIANTS],
        checks=checks,
        walks=walks,
        breakers=[
            (remote.operators[code].name, gateway.breaker)
            for code, gateway in remote.gateways.items()
        ],
        feed_state=feed.state,
        feed=await vessels.feed_health(res),
        settings=res.settings,
        adjusted=await service.limits_adjusted(res),
        trends=trend_views.trends(await res[TRENDS].now()),
    )
    return page(request, "ops/dashboard.html", view)


async def adjust_limit(request: web.Request) -> web.StreamResponse:
    """Other numbers for a limit."""
    typed = await form(request, LimitRequest)
    name = request.match_info["name"]
    await service.adjust_limit(resources(request), actor(request), name, typed)
    return see_other("/admin#h-limits")


async def set_maintenance(request: web.Request) -> web.StreamResponse:
    """Nobody is told of alerts for a while, or somebody is again."""
    typed = await form(request, MaintenanceRequest)
    minutes = 0 if typed.end else typed.minutes
    who = caller(request).staff_id
    await notices.begin_maintenance(resources(request), who, minutes, typed.reason)
    return see_other("/admin#h-maintenance")


async def resolve_alert(request: web.Request) -> web.StreamResponse:
    """Somebody has looked at an alert."""
    await form_fields(request)
    try:
        alert_id = UUID(request.match_info["alert_id"])
    except ValueError as error:
        raise NotFound(_("There is no page at this address.")) from error
    await service.resolve(resources(request), actor(request), alert_id)
    return web.Response(status=303, headers={"Location": "/admin"})


async def cached(request: web.Request) -> web.StreamResponse:
    """What is cached under a key."""
    return json(request, await service.cached(resources(request), request.match_info["key"]))


async def alive(request: web.Request) -> web.StreamResponse:
    """The process answers."""
    return json(request, {"status": "ok"})


async def ready(request: web.Request) -> web.StreamResponse:
    """Answer GET /readyz: 503 while nothing should be sent here, and why; `?for=reads` asks only
    whether what is kept may still be read (without PostgreSQL, say).
    """
    found = await resources(request)[READINESS].now()
    enough = found.reads if request.query.get("for") == "reads" else found.ready
    return json(request, found, status=200 if enough else 503)


async def robots(request: web.Request) -> web.StreamResponse:
    """Answer GET /robots.txt: search engines may read public pages, not bookings or staff pages."""
    site = resources(request).settings.public_url
    text = f"{_ROBOTS}\nSitemap: {site}/sitemap.xml\n"
    return web.Response(text=text, content_type="text/plain")


async def show_sitemap(request: web.Request) -> web.StreamResponse:
    """Answer GET /sitemap.xml: public pages, ports with departures, ways with a price."""
    res = resources(request)
    found = await places.places(res, limit=sitemap.MOST_PAGES)
    ways = await lowest_fares.priced_ways(res, sitemap.MOST_PAGES)
    codes = [quote(place.code, safe="") for place in found]
    paths = [
        *sitemap.PAGES,
        *(f"/ports/{code}" for code in codes),
        *(f"/ferries/departures?port={code}" for code in codes),
        *(f"/ferries/destinations?from={code}" for code in codes),
        *(_calendar(way) for way in ways),
    ]
    text = sitemap.sitemap(res.settings.public_url, paths, res.settings.web.languages)
    headers = {"Cache-Control": "public, max-age=3600"}
    return web.Response(text=text, content_type="application/xml", headers=headers)


def _calendar(way: PricedWay) -> str:
    return "/ferries/calendar?" + urlencode({"from": way.from_code, "to": way.to_code})


async def security_txt(request: web.Request) -> web.StreamResponse:
    """Answer GET /.well-known/security.txt (RFC 9116): where to report a weakness."""
    settings = resources(request).settings
    if not settings.web.security_contact:
        raise NotFound(_("There is no page at this address."))
    expires = clock.now() + timedelta(days=_CONTACT_DAYS)
    lines = [
        f"Contact: {settings.web.security_contact}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        f"Preferred-Languages: {', '.join(settings.web.languages)}",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    ]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")


async def show_metrics(request: web.Request) -> web.StreamResponse:
    """The Prometheus text format."""
    headers = {"Content-Type": EXPOSITION}
    return web.Response(body=await resources(request)[FIGURES].exposition(), headers=headers)


ROUTES: list[Route] = [
    get("/healthz", alive, access=PUBLIC),
    get("/readyz", ready, access=PUBLIC),
    get("/metrics", show_metrics, access=PUBLIC),
    get("/.well-known/security.txt", security_txt, access=PUBLIC),
    get("/robots.txt", robots, access=PUBLIC),
    get("/sitemap.xml", show_sitemap, access=PUBLIC, limit="search"),
    *installable.ROUTES,
    *cards.ROUTES,
    *style_page.ROUTES,
    get("/admin", show_dashboard, access="ops.read"),
    post("/admin/limits/{name}", adjust_limit, access="tasks.act", recent=True),
    post("/admin/maintenance", set_maintenance, access="tasks.act", recent=True),
    post("/admin/alerts/{alert_id}/resolve", resolve_alert, access="tasks.act"),
    get(
        "/api/admin-tools/tasks/cached/{key:.+}/",
        cached,
        access="tasks.read",
        answer=CachedResponse,
        summary="What is cached under a key",
    ),
]
