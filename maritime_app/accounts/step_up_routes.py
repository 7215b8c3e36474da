"""Signing in with a passkey, and saying again that it is you before what cannot be undone."""

import msgspec
from aiohttp import web

from maritime_app.accounts import step_up, views
from maritime_app.accounts.passkeys import asking, service as passkeys
from maritime_app.accounts.passkeys.model import PasskeyRequest
from maritime_app.accounts.step_up import StepUpRequest
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Forbidden
from maritime_app.web import limits, sessions
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form
from maritime_app.web.render import on_this_site, page, see_other
from maritime_app.web.routing import Route, get, post

PAGE = "/sign-in/again"
_AFTERWARDS = "/admin/account"


async def show(request: web.Request) -> web.StreamResponse:
    """The form for the password, the code and the passkey."""
    return await _step_up_page(request, request.rel_url.query.get("next", ""))


async def confirm(request: web.Request) -> web.StreamResponse:
    """Check password and code, and go on in a fresh session."""
    typed, res, me = await form(request, StepUpRequest), resources(request), caller(request)
    await limits.guess(request, "person", str(me.staff_id))
    try:
        session = await step_up.confirm(res, me.staff_id, typed)
    except Forbidden as refusal:
        return await _step_up_page(request, typed.next, refusal.message, status=403)
    return await _fresh(request, typed.next, msgspec.json.encode(session), str(me.staff_id))


async def begin_passkey(request: web.Request) -> web.StreamResponse:
    """What this device is asked with for a passkey of whoever is signed in."""
    typed = await form(request, StepUpRequest)
    me = caller(request).staff_id
    options, asked = await passkeys.begin_asking(
        resources(request), staff_id=me, then=on_this_site(typed.next, _AFTERWARDS)
    )
    return await asking.answer(request, options, asked)


async def give_passkey(request: web.Request) -> web.StreamResponse:
    """Check the device's answer, and go on in a fresh session."""
    typed, asked = await form(request, PasskeyRequest), await asking.take(request)
    try:
        if asked.staff_id != caller(request).staff_id:
            raise Forbidden("That was asked of somebody else.", code="credentials")
        signed_in = await passkeys.verify(resources(request), asked, typed.credential)
    except Forbidden as refusal:
        return await _step_up_page(request, asked.next, refusal.message, status=403)
    content = msgspec.json.encode(signed_in.session)
    return await _fresh(request, asked.next, content, str(signed_in.session.staff_id))


async def _fresh(request: web.Request, then: str, content: bytes, owner: str) -> web.Response:
    response = see_other(on_this_site(then, _AFTERWARDS))
    await sessions.STAFF.end(request, response)
    await sessions.STAFF.begin(request, response, content, owner)
    return response


async def _step_up_page(
    request: web.Request, then: str, error: str = "", status: int = 200
) -> web.StreamResponse:
    res, me = resources(request), caller(request).staff_id
    view = views.StepUpView(
        next=on_this_site(then, _AFTERWARDS),
        error=error,
        has_code=(await two_factor.status(res, me)).since is not None,
        has_passkey=passkeys.are_possible(res) and bool(await passkeys.of_person(res, me)),
    )
    return page(request, "accounts/step_up.html", view, status=status)


ROUTES: list[Route] = [
    get(PAGE, show, access="account.protect"),
    post(PAGE, confirm, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/passkey/begin", begin_passkey, access="account.protect"),
    post(f"{PAGE}/passkey", give_passkey, access="account.protect", limit="sign_in"),
]
