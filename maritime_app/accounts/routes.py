"""The sign-in pages (password, then code), and every route of this domain."""

import msgspec
from aiohttp import web

from maritime_app.accounts import service
from maritime_app.accounts.model import Code, HalfSession, Session, SignIn
from maritime_app.accounts.profile import routes as profile_routes, two_factor_routes
from maritime_app.accounts.staff import routes as staff_routes
from maritime_app.accounts.two_factor import challenge, service as two_factor
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.web import limits, sessions
from maritime_app.web.access import Caller
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import caller_address
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route, get, post

_TASKS = "/admin/tasks"
_CODE = "/sign-in/code"


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """The form."""
    where = _on_this_site(request.rel_url.query.get("next", ""))
    return page(request, "accounts/signin.html", {"email": "", "next": where, "error": ""})


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check the password and begin a session, or half of one where a code is wanted too."""
    entered = await form(request, SignIn)
    where = _on_this_site(entered.next)
    try:
        who, begun = await service.sign_in(resources(request), entered.email, entered.password)
    except Forbidden as refusal:
        await limits.take(resources(request), "sign_in", caller_address(request))
        context = {"email": entered.email, "next": where, "error": refusal.message}
        return page(request, "accounts/signin.html", context, status=403)
    if begun.half:
        response = web.Response(status=303, headers={"Location": _CODE})
        await challenge.begin(request, response, HalfSession(begun, where))
        return response
    return await _come_in(request, who, begun, where)


async def show_code(request: web.Request) -> web.StreamResponse:
    """The form for the code."""
    if await challenge.read(request) is None:
        return web.Response(status=303, headers={"Location": "/sign-in"})
    return page(request, "accounts/code.html", {"error": ""})


async def give_code(request: web.Request) -> web.StreamResponse:
    """Check the code and begin a session."""
    entered, known = await form(request, Code), await challenge.read(request)
    if known is None:
        late = _("That took too long. Please sign in again.")
        return page(
            request,
            "accounts/signin.html",
            {"email": "", "next": _TASKS, "error": late},
            status=403,
        )
    await challenge.check_guesses(request, known.session.staff_id)
    try:
        who, begun = await two_factor.complete(resources(request), known.session, entered.code)
    except Forbidden as refusal:
        await challenge.count_guess(request, known.session.staff_id)
        return page(request, "accounts/code.html", {"error": refusal.message}, status=403)
    response = await _come_in(request, who, begun, known.next)
    await challenge.end(request, response)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    await form_fields(request)
    response = web.Response(status=303, headers={"Location": "/"})
    await sessions.end(request, response)
    return response


async def _come_in(request: web.Request, who: Caller, begun: Session, where: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": _for_them(who, where)})
    await sessions.begin(request, response, msgspec.json.encode(begun))
    return response


def _for_them(who: Caller, where: str) -> str:
    """Who may not see the tasks, where everybody is sent who asked for nothing else, begins with
    the own account.
    """
    return profile_routes.PAGE if where == _TASKS and "tasks.read" not in who.permissions else where


def _on_this_site(where: str) -> str:
    """Only a path of ours: never two slashes (or slash and backslash), which browsers take for
    another host.

    They leave tabs and line ends out before they look, so an address with control characters is
    none of ours.
    """
    ours = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if ours else _TASKS


ROUTES: list[Route] = [
    get("/sign-in", show_sign_in, access=PUBLIC),
    post("/sign-in", sign_in, access=PUBLIC, limit="sign_in"),
    get(_CODE, show_code, access=PUBLIC),
    post(_CODE, give_code, access=PUBLIC, limit="sign_in"),
    post("/sign-out", sign_out, access=PUBLIC),
    *profile_routes.ROUTES,
    *two_factor_routes.ROUTES,
    *staff_routes.ROUTES,
]
