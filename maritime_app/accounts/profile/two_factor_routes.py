"""The second factor on the page of one's own account: begin, confirm, new recovery codes, switch
off.
"""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from maritime_app.accounts import views
from maritime_app.accounts.profile.routes import PAGE as ACCOUNT, account_page
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor, totp
from maritime_app.accounts.two_factor.model import CodeRequest, PasswordAndCodeRequest
from maritime_app.errors import Conflict, Forbidden
from maritime_app.infra import qr
from maritime_app.web import limits, sessions
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form
from maritime_app.web.render import page_shown_once, see_other
from maritime_app.web.routing import Route, post

PAGE = f"{ACCOUNT}/second-factor"


async def begin(request: web.Request) -> web.StreamResponse:
    """Make a secret and show it, with the form for its first code."""
    typed, res = await form(request, PasswordAndCodeRequest), resources(request)
    await limits.guess(request, "person", str(caller(request).staff_id))
    try:
        secret = await two_factor.begin(res, caller(request).staff_id, typed.password)
    except Forbidden as refusal:
        return await account_page(request, errors={"password": refusal.message}, status=403)
    except Conflict as refusal:
        return await account_page(request, errors={"factor": refusal.message}, status=409)
    return await _enrol_page(request, secret)


async def confirm(request: web.Request) -> web.StreamResponse:
    """Switch it on with the first code, go on in a fresh session, show the recovery codes, this
    once.
    """
    typed, res, who = await form(request, CodeRequest), resources(request), caller(request)
    try:
        session, codes = await two_factor.switch_on(res, who.staff_id, typed.code)
    except Forbidden as refusal:
        secret = await two_factor.begun(res, who.staff_id)
        return await _enrol_page(request, secret, refusal.message)
    except Conflict as refusal:
        return await account_page(request, errors={"factor": refusal.message}, status=409)
    response = _codes_page(request, codes, new=True)
    await sessions.STAFF.end(request, response)
    content, owner = msgspec.json.encode(session), str(session.staff_id)
    await sessions.STAFF.begin(request, response, content, owner)
    return response


async def renew(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes and show them, this once."""
    typed, res = await form(request, PasswordAndCodeRequest), resources(request)
    await limits.guess(request, "person", str(caller(request).staff_id))
    try:
        codes = await two_factor.renew_codes(res, caller(request).staff_id, typed)
    except Forbidden as refusal:
        return await account_page(request, errors={"factor": refusal.message}, status=403)
    return _codes_page(request, codes, new=False)


async def switch_off(request: web.Request) -> web.StreamResponse:
    """Delete one's own second factor."""
    typed, res = await form(request, PasswordAndCodeRequest), resources(request)
    await limits.guess(request, "person", str(caller(request).staff_id))
    try:
        await two_factor.switch_off(res, caller(request).staff_id, typed)
    except Forbidden as refusal:
        return await account_page(request, errors={"factor": refusal.message}, status=403)
    return see_other(f"{ACCOUNT}?done=second-factor-off")


async def _enrol_page(request: web.Request, secret: str, error: str = "") -> web.Response:
    who = caller(request)
    person = await staff.person(resources(request), who.staff_id)
    address = totp.address(secret, person.email)
    view = views.EnrolView(who, qr.svg(address), address, totp.in_groups(secret), error)
    return page_shown_once(request, "accounts/enrol.html", view, status=403 if error else 200)


def _codes_page(request: web.Request, codes: Sequence[str], *, new: bool) -> web.Response:
    view = views.CodesView(caller(request), [totp.in_groups(code) for code in codes], new)
    return page_shown_once(request, "accounts/codes.html", view)


ROUTES: list[Route] = [
    post(PAGE, begin, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/confirm", confirm, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/codes", renew, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/off", switch_off, access="account.protect", limit="sign_in"),
]
