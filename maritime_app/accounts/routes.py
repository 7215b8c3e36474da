"""The sign-in pages (password, then code), and every route of this domain."""

from functools import partial

import msgspec
from aiohttp import web

from maritime_app.accounts import devices, service, step_up_routes, views
from maritime_app.accounts.model import PendingSignIn, SignInRequest
from maritime_app.accounts.passkeys import asking, service as passkeys
from maritime_app.accounts.passkeys.ceremony import unfit
from maritime_app.accounts.passkeys.model import PasskeyRequest
from maritime_app.accounts.profile import (
    passkey_routes,
    routes as profile_routes,
    two_factor_routes,
)
from maritime_app.accounts.service import SignedIn
from maritime_app.accounts.staff import routes as staff_routes, service as staff
from maritime_app.accounts.step_up import StepUpRequest
from maritime_app.accounts.two_factor import challenge, service as two_factor
from maritime_app.accounts.two_factor.model import CodeRequest
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import on_this_site, page, see_other
from maritime_app.web.routing import PUBLIC, Route, get, post

_TASKS = "/admin/tasks"
_CODE = "/sign-in/code"


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """The form for e-mail address and password."""
    return _sign_in_form(request, then=on_this_site(request.rel_url.query.get("next", ""), _TASKS))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check the password; begin a session, or go on to the code where a second factor is on."""
    entered = await form(request, SignInRequest)
    then = on_this_site(entered.next, _TASKS)
    await devices.take_guess(request, entered.email)
    try:
        outcome = await service.sign_in(
            resources(request),
            entered.email,
            entered.password,
            then=then,
            new_device=devices.new_device(request, entered.email),
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


async def begin_passkey(request: web.Request) -> web.StreamResponse:
    """What this device is asked with for any passkey of this site."""
    entered = await form(request, StepUpRequest)
    options, asked = await passkeys.begin_asking(
        resources(request), then=on_this_site(entered.next, _TASKS)
    )
    return await asking.answer(request, options, asked)


async def give_passkey(request: web.Request) -> web.StreamResponse:
    """Check the device's answer and begin a session: it stands for password and code."""
    entered, asked = await form(request, PasskeyRequest), await asking.take(request)
    try:
        if asked.staff_id is not None:
            raise unfit()
        new_device = partial(devices.new_device, request)
        res = resources(request)
        signed_in = await passkeys.verify(res, asked, entered.credential, new_device)
    except Forbidden as refusal:
        return _sign_in_form(request, then=asked.next, error=refusal.message)
    response = await _begin_session(request, signed_in, asked.next)
    person = await staff.person(res, signed_in.session.staff_id)
    devices.remember(request, response, person.email)
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
    possible = passkeys.are_possible(resources(request))
    view = views.SignInView(email, then, error, possible)
    return page(request, "accounts/signin.html", view, status=403 if error else 200)


async def _begin_session(request: web.Request, signed_in: SignedIn, then: str) -> web.Response:
    may_see_tasks = "tasks.read" in signed_in.caller.permissions
    # Everybody who asked for nothing else is sent to the tasks; who may not see them begins with
    # the own account.
    response = see_other(profile_routes.PAGE if then == _TASKS and not may_see_tasks else then)
    content, owner = msgspec.json.encode(signed_in.session), str(signed_in.session.staff_id)
    await sessions.STAFF.begin(request, response, content, owner)
    return response


ROUTES: list[Route] = [
    get("/sign-in", show_sign_in, access=PUBLIC),
    post("/sign-in", sign_in, access=PUBLIC, limit="sign_in"),
    get(_CODE, show_code, access=PUBLIC),
    post(_CODE, give_code, access=PUBLIC, limit="sign_in"),
    post("/sign-in/passkey/begin", begin_passkey, access=PUBLIC, limit="sign_in"),
    post("/sign-in/passkey", give_passkey, access=PUBLIC, limit="sign_in"),
    post("/sign-out", sign_out, access=PUBLIC),
    *step_up_routes.ROUTES,
    *profile_routes.ROUTES,
    *two_factor_routes.ROUTES,
    *passkey_routes.ROUTES,
    *staff_routes.ROUTES,
]
