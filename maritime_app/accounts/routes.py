"""The sign-in pages (password, then code), and every route of this domain."""

import msgspec
from aiohttp import web

from maritime_app.accounts import devices, service, views
from maritime_app.accounts.model import PendingSignIn, SignInRequest
from maritime_app.accounts.profile import routes as profile_routes, two_factor_routes
from maritime_app.accounts.service import SignedIn
from maritime_app.accounts.staff import routes as staff_routes
from maritime_app.accounts.two_factor import challenge, service as two_factor
from maritime_app.accounts.two_factor.model import CodeRequest
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import PUBLIC, Route, get, post

_TASKS = "/admin/tasks"
_CODE = "/sign-in/code"


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """The form for e-mail address and password."""
    return _sign_in_form(request, then=_on_this_site(request.rel_url.query.get("next", "")))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check the password; begin a session, or go on to the code where a second factor is on."""
    entered = await form(request, SignInRequest)
    then = _on_this_site(entered.next)
    await devices.take_guess(request, entered.email)
    try:
        outcome = await service.sign_in(
            resources(request), entered.email, entered.password, then=then
        )
    except Forbidden as refusal:
        return _sign_in_form(request, email=entered.email, then=then, error=refusal.message)
    if isinstance(outcome, PendingSignIn):
        response = see_other(_CODE)
        await challenge.begin(request, response, outcome)
    else:
        response = await _begin_session(request, outcome, then)
    devices.remember(request, response, entered.email)
    return response


async def show_code(request: web.Request) -> web.StreamResponse:
    """The form for the code."""
    if await challenge.read(request) is None:
        return see_other("/sign-in")
    return page(request, "accounts/code.html", views.CodeView(""))


async def give_code(request: web.Request) -> web.StreamResponse:
    """Check the code and begin a session."""
    entered, pending = await form(request, CodeRequest), await challenge.read(request)
    if pending is None:
        late = _("That took too long. Please sign in again.")
        return _sign_in_form(request, then=_TASKS, error=late)
    await challenge.take_guess(request, pending.staff_id)
    try:
        signed_in = await two_factor.complete(resources(request), pending, entered.code)
    except Forbidden as refusal:
        return page(request, "accounts/code.html", views.CodeView(refusal.message), status=403)
    response = await _begin_session(request, signed_in, pending.next)
    await challenge.end(request, response)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    await form_fields(request)
    response = see_other("/")
    await sessions.STAFF.end(request, response)
    return response


def _sign_in_form(
    request: web.Request, *, email: str = "", then: str, error: str = ""
) -> web.StreamResponse:
    view = views.SignInView(email, then, error)
    return page(request, "accounts/signin.html", view, status=403 if error else 200)


async def _begin_session(request: web.Request, signed_in: SignedIn, then: str) -> web.Response:
    may_see_tasks = "tasks.read" in signed_in.caller.permissions
    # Everybody who asked for nothing else is sent to the tasks; who may not see them begins with
    # the own account.
    response = see_other(profile_routes.PAGE if then == _TASKS and not may_see_tasks else then)
    content, owner = msgspec.json.encode(signed_in.session), str(signed_in.session.staff_id)
    await sessions.STAFF.begin(request, response, content, owner)
    return response


def _on_this_site(where: str) -> str:
    """Return the address if it is a path of ours, else the tasks.

    Two slashes (or slash and backslash) are another host to browsers. They leave tabs and line ends
    out before they look, so an address with control characters is none of ours.
    """
    is_local = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if is_local else _TASKS


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
