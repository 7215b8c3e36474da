"""The sign-in page, and every route of this domain."""

import msgspec
from aiohttp import web

from maritime_app.accounts import desk, own, service
from maritime_app.accounts.model import SignIn
from maritime_app.errors import Forbidden
from maritime_app.web import limits, session
from maritime_app.web.access import Caller
from maritime_app.web.forms import form, form_fields
from maritime_app.web.guard import caller_address
from maritime_app.web.keys import resources
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route, get, post

_TASKS = "/admin/tasks"


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """The form."""
    where = _on_this_site(request.rel_url.query.get("next", ""))
    return page(request, "accounts/signin.html", {"email": "", "next": where, "error": ""})


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check the password and begin a session."""
    entered = await form(request, SignIn)
    where = _on_this_site(entered.next)
    try:
        who, begun = await service.sign_in(resources(request), entered.email, entered.password)
    except Forbidden as refusal:
        await limits.take(resources(request), "sign_in", caller_address(request))
        context = {"email": entered.email, "next": where, "error": refusal.message}
        return page(request, "accounts/signin.html", context, status=403)
    response = web.Response(status=303, headers={"Location": _for_them(who, where)})
    await session.begin(request, response, msgspec.json.encode(begun))
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    await form_fields(request)
    response = web.Response(status=303, headers={"Location": "/"})
    await session.end(request, response)
    return response


def _for_them(who: Caller, where: str) -> str:
    """Who may not see the tasks, where everybody is sent who asked for nothing else, begins with the own account."""
    return own.PAGE if where == _TASKS and "tasks.read" not in who.permissions else where


def _on_this_site(where: str) -> str:
    """Only a path of ours: never two slashes (or slash and backslash), which browsers take for another host.

    They leave tabs and line ends out before they look, so an address with control characters is none of ours.
    """
    ours = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if ours else _TASKS


ROUTES: list[Route] = [
    get("/sign-in", show_sign_in, access=PUBLIC),
    post("/sign-in", sign_in, access=PUBLIC, limit="sign_in"),
    post("/sign-out", sign_out, access=PUBLIC),
    *own.ROUTES,
    *desk.ROUTES,
]
