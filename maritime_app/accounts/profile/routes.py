"""The page of one's own account: the password, one's own tokens, and the second factor's status."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from maritime_app.accounts import tokens, views
from maritime_app.accounts.model import PasswordRequest, TokenRequest
from maritime_app.accounts.passkeys import service as passkeys
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Forbidden, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web import limits, sessions
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields, id_in_path
from maritime_app.web.render import page, page_shown_once, see_other
from maritime_app.web.routing import PUBLIC, Route, get, post

PAGE = "/admin/account"


async def show(request: web.Request) -> web.StreamResponse:
    """Who one is here, the password, the second factor, the tokens."""
    done = {
        "password": _("Your password is changed. Every other session of yours has ended."),
        "revoked": _("The token is revoked."),
        "session": _("The session is ended."),
        "passkey": _("Your passkey is kept. It signs you in by itself."),
        "passkey-removed": _("The passkey is removed. Delete it on your device, too."),
        "second-factor-off": _("Your second factor is off. The password alone signs you in."),
    }
    return await account_page(request, message=done.get(request.rel_url.query.get("done", ""), ""))


async def lead_here(_request: web.Request) -> web.StreamResponse:
    """Answer GET /.well-known/change-password (W3C): where a password manager sends people."""
    return see_other(PAGE)


async def change_password(request: web.Request) -> web.StreamResponse:
    """Change it and go on in a fresh session; a wrong present one costs a guess, as at sign-in."""
    typed = await form(request, PasswordRequest)
    res, who = resources(request), caller(request)
    await limits.guess(request, "person", str(who.staff_id))
    try:
        session = await staff.change_own_password(res, who.staff_id, typed)
    except Forbidden as refusal:
        return await account_page(request, errors={"present": refusal.message}, status=403)
    except Invalid as refusal:
        return await account_page(request, errors=refusal.fields, status=422)
    response = see_other(f"{PAGE}?done=password")
    await sessions.STAFF.end(request, response)
    content, owner = msgspec.json.encode(session), str(session.staff_id)
    await sessions.STAFF.begin(request, response, content, owner)
    return response


async def make_token(request: web.Request) -> web.StreamResponse:
    """Make a token of one's own and show it, this once."""
    typed = await form(request, TokenRequest)
    res, who = resources(request), caller(request)
    try:
        token = await tokens.make(res, who.staff_id, who.staff_id, typed.label, set(typed.may))
    except Invalid as refusal:
        return await account_page(request, token=typed, errors=refusal.fields, status=422)
    view = views.token_secret(who, who.name, typed.label, token, back=PAGE)
    return page_shown_once(request, "accounts/secret.html", view)


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """Revoke a token of one's own."""
    await form_fields(request)
    me, token_id = caller(request).staff_id, id_in_path(request, "token_id")
    await tokens.revoke(resources(request), me, token_id, owner=me)
    return see_other(f"{PAGE}?done=revoked")


async def end_session(request: web.Request) -> web.StreamResponse:
    """End one of one's own sessions, or all but this one (`name` is "others")."""
    name = (await form_fields(request)).get("name", "")
    me = str(caller(request).staff_id)
    mine = await sessions.STAFF.of_owner(request, me)
    others = [one.name for one in mine if not one.is_this_one]
    await sessions.STAFF.end_of_owner(request, me, *(others if name == "others" else [name]))
    return see_other(f"{PAGE}?done=session")


async def account_page(
    request: web.Request,
    *,
    message: str = "",
    token: TokenRequest | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    """Return the page as it stands, with what was entered and what is wrong with it."""
    res, who = resources(request), caller(request)
    view = views.AccountView(
        staff=who,
        person=await staff.person(res, who.staff_id),
        factor=await two_factor.status(res, who.staff_id),
        tokens=await tokens.tokens(res, who.staff_id),
        sessions=views.session_lines(await sessions.STAFF.of_owner(request, str(who.staff_id))),
        passkeys=await passkeys.of_person(res, who.staff_id)
        if passkeys.are_possible(res)
        else None,
        token=token or TokenRequest(),
        message=message,
        errors=errors or {},
    )
    return page(request, "accounts/profile.html", view, status=status)


ROUTES: list[Route] = [
    get(PAGE, show, access="account.protect"),
    get("/.well-known/change-password", lead_here, access=PUBLIC),
    post(f"{PAGE}/password", change_password, access="account.manage", limit="sign_in"),
    post(f"{PAGE}/sessions/end", end_session, access="account.protect"),
    post(f"{PAGE}/tokens", make_token, access="account.manage", recent=True),
    post(f"{PAGE}/tokens/{{token_id}}/revoke", revoke_token, access="account.manage"),
]
