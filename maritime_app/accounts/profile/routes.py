"""The page of one's own account: the password, one's own tokens, and how the second factor stands."""

import msgspec
from aiohttp import web

from maritime_app.accounts import tokens, views as shown
from maritime_app.accounts.model import NewPassword, NewToken
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Forbidden, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web import limits, sessions
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import caller_address
from maritime_app.web.forms import form, form_fields
from maritime_app.web.render import page
from maritime_app.web.routing import Route, get, post

PAGE = "/admin/account"


async def show(request: web.Request) -> web.StreamResponse:
    """Who one is here, the password, the tokens."""
    done = {
        "password": _("Your password is changed. Every other session of yours has ended."),
        "revoked": _("The token is revoked."),
        "second-factor-off": _("Your second factor is off. The password alone signs you in."),
    }
    return await account_page(request, message=done.get(request.rel_url.query.get("done", ""), ""))


async def change_password(request: web.Request) -> web.StreamResponse:
    """Change it, and go on in a fresh session; a wrong present one costs a guess, as at sign-in."""
    asked = await form(request, NewPassword)
    res, who = resources(request), caller(request)
    try:
        begun = await staff.change_own_password(res, who.staff_id, asked)
    except Forbidden as refusal:
        await limits.take(res, "sign_in", caller_address(request))
        return await account_page(request, errors={"present": refusal.message}, status=403)
    except Invalid as refusal:
        return await account_page(request, errors=refusal.fields, status=422)
    response = web.Response(status=303, headers={"Location": f"{PAGE}?done=password"})
    await sessions.end(request, response)
    await sessions.begin(request, response, msgspec.json.encode(begun))
    return response


async def make_token(request: web.Request) -> web.StreamResponse:
    """Make a token of one's own and show it, this once."""
    asked = await form(request, NewToken)
    res, who = resources(request), caller(request)
    try:
        token = await tokens.make(res, who.staff_id, who.staff_id, asked.label, set(asked.may))
    except Invalid as refusal:
        return await account_page(request, token=asked, errors=refusal.fields, status=422)
    return shown.secret(request, shown.token_secret(who, who.name, asked.label, token, PAGE))


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """Take a token of one's own back."""
    await form_fields(request)
    who = caller(request)
    await tokens.revoke(
        resources(request), who.staff_id, shown.id_in(request, "token_id"), of=who.staff_id
    )
    return web.Response(status=303, headers={"Location": f"{PAGE}?done=revoked"})


async def account_page(
    request: web.Request,
    *,
    message: str = "",
    token: NewToken | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    """The page as it stands, with what was entered and what is wrong with it."""
    res, who = resources(request), caller(request)
    me = await staff.person(res, who.staff_id)
    context = {
        "staff": who,
        "person": me,
        "factor": await two_factor.standing(res, who.staff_id),
        "tokens": await tokens.listed(res, who.staff_id),
        "token": token or NewToken(),
        "message": message,
        "errors": errors or {},
    }
    return page(request, "accounts/own.html", context, status=status)


ROUTES: list[Route] = [
    get(PAGE, show, access="account.protect"),
    post(f"{PAGE}/password", change_password, access="account.manage", limit="sign_in"),
    post(f"{PAGE}/tokens", make_token, access="account.manage"),
    *(
        get(f"{PAGE}/{form}", shown.back, access="account.manage")
        for form in ("password", "tokens")
    ),
    post(f"{PAGE}/tokens/{{token_id}}/revoke", revoke_token, access="account.manage"),
]
