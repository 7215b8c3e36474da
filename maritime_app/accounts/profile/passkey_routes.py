"""Passkeys on the page of one's own account: add, remove."""

from aiohttp import web

from maritime_app.accounts.passkeys import asking, service as passkeys
from maritime_app.accounts.passkeys.model import PasskeyRequest
from maritime_app.accounts.profile.routes import PAGE as ACCOUNT, account_page
from maritime_app.errors import Conflict, Forbidden, Invalid
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields, id_in_path
from maritime_app.web.render import see_other
from maritime_app.web.routing import Route, post

PAGE = f"{ACCOUNT}/passkeys"


async def begin(request: web.Request) -> web.StreamResponse:
    """What this device makes a passkey with."""
    await form(request, PasskeyRequest)
    options, asked = await passkeys.begin_adding(resources(request), caller(request).staff_id)
    return await asking.answer(request, options, asked)


async def add(request: web.Request) -> web.StreamResponse:
    """Keep what the device has made."""
    typed, asked = await form(request, PasskeyRequest), await asking.take(request)
    try:
        if asked.staff_id != caller(request).staff_id:
            raise Forbidden("That was asked of somebody else.", code="credentials")
        await passkeys.add(resources(request), asked, typed.name, typed.credential)
    except (Forbidden, Conflict, Invalid) as refusal:
        errors = {"passkey": refusal.message}
        return await account_page(request, errors=errors, status=422)
    return see_other(f"{ACCOUNT}?done=passkey")


async def remove(request: web.Request) -> web.StreamResponse:
    """Delete one of one's own."""
    await form_fields(request)
    me, passkey_id = caller(request).staff_id, id_in_path(request, "passkey_id")
    await passkeys.remove(resources(request), me, passkey_id)
    return see_other(f"{ACCOUNT}?done=passkey-removed")


ROUTES: list[Route] = [
    post(f"{PAGE}/begin", begin, access="account.protect", recent=True),
    post(PAGE, add, access="account.protect", recent=True),
    post(f"{PAGE}/{{passkey_id}}/remove", remove, access="account.protect", recent=True),
]
