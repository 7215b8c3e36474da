"""The second factor on the page of one's own account: begin, confirm, new recovery codes, switch
off.
"""

from collections.abc import Sequence

import msgspec
from aiohttp import web
from markupsafe import Markup

from maritime_app.accounts import views as shown
from maritime_app.accounts.model import Code, PasswordAndCode
from maritime_app.accounts.profile import routes as profile_routes
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor, totp
from maritime_app.errors import Conflict, Forbidden
from maritime_app.web import limits, sessions
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import caller_address
from maritime_app.web.forms import form
from maritime_app.web.render import page
from maritime_app.web.routing import Route, get, post

PAGE = f"{profile_routes.PAGE}/second-factor"


async def begin(request: web.Request) -> web.StreamResponse:
    """Make a secret and show it, with the form for its first code."""
    asked, res, who = await form(request, PasswordAndCode), resources(request), caller(request)
    try:
        secret = await two_factor.begin(res, who.staff_id, asked.password)
    except Forbidden as refusal:
        await _count_guess(request)
        return await profile_routes.account_page(
            request, errors={"password": refusal.message}, status=403
        )
    except Conflict as refusal:
        return await profile_routes.account_page(
            request, errors={"factor": refusal.message}, status=409
        )
    return await _secret(request, secret)


async def confirm(request: web.Request) -> web.StreamResponse:
    """Switch it on with the first code, go on in a fresh session, show the recovery codes, this
    once.
    """
    asked, res, who = await form(request, Code), resources(request), caller(request)
    try:
        begun, codes = await two_factor.switch_on(res, who.staff_id, asked.code)
    except Forbidden as refusal:
        await _count_guess(request)
        return await _secret(request, await two_factor.begun(res, who.staff_id), refusal.message)
    except Conflict as refusal:
        return await profile_routes.account_page(
            request, errors={"factor": refusal.message}, status=409
        )
    response = _codes(request, codes, new=True)
    await sessions.end(request, response)
    await sessions.begin(request, response, msgspec.json.encode(begun))
    return response


async def renew(request: web.Request) -> web.StreamResponse:
    """Make new recovery codes and show them, this once."""
    asked, res, who = await form(request, PasswordAndCode), resources(request), caller(request)
    try:
        codes = await two_factor.renew_codes(res, who.staff_id, asked)
    except Forbidden as refusal:
        await _count_guess(request)
        return await profile_routes.account_page(
            request, errors={"factor": refusal.message}, status=403
        )
    return _codes(request, codes, new=False)


async def switch_off(request: web.Request) -> web.StreamResponse:
    """Forget it."""
    asked, res, who = await form(request, PasswordAndCode), resources(request), caller(request)
    try:
        await two_factor.switch_off(res, who.staff_id, asked)
    except Forbidden as refusal:
        await _count_guess(request)
        return await profile_routes.account_page(
            request, errors={"factor": refusal.message}, status=403
        )
    return web.Response(
        status=303, headers={"Location": f"{profile_routes.PAGE}?done=second-factor-off"}
    )


async def _secret(request: web.Request, secret: str, error: str = "") -> web.StreamResponse:
    """templates/accounts/protect.html; no browser and no proxy keeps the page."""
    who = caller(request)
    person = await staff.person(resources(request), who.staff_id)
    address = totp.address(secret, person.email)
    context = {
        "staff": who,
        "qr": Markup(totp.qr_svg(address)),  # noqa: S704 - our own drawing
        "address": address,
        "secret": totp.grouped(secret),
        "error": error,
    }
    response = page(request, "accounts/protect.html", context, status=403 if error else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _codes(request: web.Request, codes: Sequence[str], *, new: bool) -> web.Response:
    context = {
        "staff": caller(request),
        "codes": [totp.grouped(code) for code in codes],
        "new": new,
    }
    response = page(request, "accounts/codes.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _count_guess(request: web.Request) -> None:
    await limits.take(resources(request), "sign_in", caller_address(request))


_FORMS = ("", "/confirm", "/codes", "/off")
ROUTES: list[Route] = [
    post(PAGE, begin, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/confirm", confirm, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/codes", renew, access="account.protect", limit="sign_in"),
    post(f"{PAGE}/off", switch_off, access="account.protect", limit="sign_in"),
    *(get(f"{PAGE}{form}", shown.back, access="account.protect") for form in _FORMS),
]
