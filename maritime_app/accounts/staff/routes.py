"""The administrators' pages: staff, tokens, audit log."""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from maritime_app.accounts import audit_log, tokens, views
from maritime_app.accounts.model import AuditFilter, NewPersonRequest, TokenRequest
from maritime_app.accounts.permissions import Role
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields, id_in_path, query
from maritime_app.web.render import page, page_shown_once, see_other
from maritime_app.web.routing import Route, get, post


async def show_people(request: web.Request) -> web.StreamResponse:
    """Everybody who works here, and who did."""
    view = views.PeopleView(caller(request), await staff.people(resources(request)))
    return page(request, "accounts/people.html", view)


async def show_new(request: web.Request) -> web.StreamResponse:
    """The form for somebody new."""
    return _new_page(request, NewPersonRequest(role=Role.AGENT), {}, 200)


async def add(request: web.Request) -> web.StreamResponse:
    """Add a person and show the password, this once."""
    typed, res, who = await form(request, NewPersonRequest), resources(request), caller(request)
    try:
        staff_id, password = await staff.add(res, who.staff_id, typed)
    except Invalid as refusal:
        return _new_page(request, typed, refusal.fields, 422)
    except Conflict as refusal:
        return _new_page(request, typed, {"email": refusal.message}, 409)
    added = await staff.person(res, staff_id)
    view = views.password_secret(who, added, password, first=True)
    return page_shown_once(request, "accounts/secret.html", view)


async def show_person(request: web.Request) -> web.StreamResponse:
    """One person with tokens, and what can be changed."""
    done = {
        "role": _("The role is changed."),
        "operator": _("The operator is changed. It holds from the next page on."),
        "disabled": _("Disabled. All sessions have ended and the tokens have stopped."),
        "enabled": _("Enabled. The password and the tokens that were not revoked work again."),
        "revoked": _("The token is revoked."),
        "second-factor": _(
            "The second factor is reset. All sessions have ended; the password alone signs in."
        ),
    }
    return await _person_page(request, message=done.get(request.rel_url.query.get("done", ""), ""))


async def set_role(request: web.Request) -> web.StreamResponse:
    """Give a person another role."""
    role = (await form_fields(request)).get("role", "")
    staff_id = _staff_id(request)
    try:
        await staff.set_role(resources(request), caller(request).staff_id, staff_id, role)
    except Conflict as refusal:
        return await _person_page(request, refused=refusal.message, status=409)
    return _back(staff_id, "role")


async def set_operator(request: web.Request) -> web.StreamResponse:
    """Let a person act for one operator only, or for all."""
    code = (await form_fields(request)).get("operator", "") or None
    staff_id = _staff_id(request)
    await staff.set_operator(resources(request), caller(request).staff_id, staff_id, code)
    return _back(staff_id, "operator")


async def disable(request: web.Request) -> web.StreamResponse:
    """Disable a person."""
    await form_fields(request)
    staff_id = _staff_id(request)
    try:
        await staff.disable(resources(request), caller(request).staff_id, staff_id)
    except Conflict as refusal:
        return await _person_page(request, refused=refusal.message, status=409)
    return _back(staff_id, "disabled")


async def enable(request: web.Request) -> web.StreamResponse:
    """Let a person sign in again."""
    await form_fields(request)
    staff_id = _staff_id(request)
    await staff.enable(resources(request), caller(request).staff_id, staff_id)
    return _back(staff_id, "enabled")


async def set_password(request: web.Request) -> web.StreamResponse:
    """Generate a password for somebody and show it, this once."""
    await form_fields(request)
    res, who, staff_id = resources(request), caller(request), _staff_id(request)
    password = await staff.set_password(res, who.staff_id, staff_id)
    owner = await staff.person(res, staff_id)
    view = views.password_secret(who, owner, password, first=False)
    return page_shown_once(request, "accounts/secret.html", view)


async def reset_second_factor(request: web.Request) -> web.StreamResponse:
    """Delete somebody's second factor: the phone is lost, and the recovery codes too."""
    await form_fields(request)
    staff_id = _staff_id(request)
    await two_factor.reset(resources(request), caller(request).staff_id, staff_id)
    return _back(staff_id, "second-factor")


async def make_token(request: web.Request) -> web.StreamResponse:
    """Make a token that acts as that person and show it, this once."""
    typed, res, who = await form(request, TokenRequest), resources(request), caller(request)
    staff_id = _staff_id(request)
    try:
        token = await tokens.make(res, who.staff_id, staff_id, typed.label, set(typed.may))
    except Invalid as refusal:
        return await _person_page(request, token=typed, errors=refusal.fields, status=422)
    except Conflict as refusal:
        return await _person_page(request, token=typed, refused=refusal.message, status=409)
    owner = await staff.person(res, staff_id)
    back = f"/admin/staff/{staff_id}"
    view = views.token_secret(who, owner.name, typed.label, token, back=back)
    return page_shown_once(request, "accounts/secret.html", view)


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """Revoke a person's token."""
    await form_fields(request)
    staff_id, token_id = _staff_id(request), id_in_path(request, "token_id")
    await tokens.revoke(resources(request), caller(request).staff_id, token_id, owner=staff_id)
    return _back(staff_id, "revoked")


async def show_tokens(request: web.Request) -> web.StreamResponse:
    """Everybody's tokens."""
    view = views.TokensView(caller(request), await tokens.tokens(resources(request)))
    return page(request, "accounts/tokens.html", view)


async def show_audit_log(request: web.Request) -> web.StreamResponse:
    """Who did what, when."""
    res, wanted = resources(request), query(request, AuditFilter)
    log_lines, more = await audit_log.lines(res, wanted)
    view = views.audit_view(
        caller(request),
        wanted,
        log_lines,
        more=more,
        actions=await audit_log.actions(res),
        people=await staff.people(res),
    )
    return page(request, "accounts/audit.html", view)


async def _person_page(
    request: web.Request,
    *,
    message: str = "",
    refused: str = "",
    token: TokenRequest | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    res, staff_id = resources(request), _staff_id(request)
    view = views.PersonView(
        staff=caller(request),
        person=await staff.person(res, staff_id),
        operators=await staff.operators(res),
        tokens=await tokens.tokens(res, staff_id),
        token=token or TokenRequest(),
        message=message,
        refused=refused,
        errors=errors or {},
    )
    return page(request, "accounts/person.html", view, status=status)


def _new_page(
    request: web.Request, entered: NewPersonRequest, errors: Mapping[str, str], status: int
) -> web.StreamResponse:
    view = views.NewPersonView(caller(request), entered, errors)
    return page(request, "accounts/new.html", view, status=status)


def _staff_id(request: web.Request) -> UUID:
    return id_in_path(request, "staff_id")


def _back(staff_id: UUID, done: str) -> web.Response:
    return see_other(f"/admin/staff/{staff_id}?done={done}")


_PERSON = "/admin/staff/{staff_id}"
ROUTES: list[Route] = [
    get("/admin/staff", show_people, access="staff.manage"),
    post("/admin/staff", add, access="staff.manage", recent=True),
    get("/admin/staff/new", show_new, access="staff.manage"),
    get(_PERSON, show_person, access="staff.manage"),
    post(f"{_PERSON}/role", set_role, access="staff.manage", recent=True),
    post(f"{_PERSON}/operator", set_operator, access="staff.manage", recent=True),
    post(f"{_PERSON}/disable", disable, access="staff.manage", recent=True),
    post(f"{_PERSON}/enable", enable, access="staff.manage", recent=True),
    post(f"{_PERSON}/password", set_password, access="staff.manage", recent=True),
    post(f"{_PERSON}/second-factor", reset_second_factor, access="staff.manage", recent=True),
    post(f"{_PERSON}/tokens", make_token, access="staff.manage", recent=True),
    post(f"{_PERSON}/tokens/{{token_id}}/revoke", revoke_token, access="staff.manage"),
    get("/admin/tokens", show_tokens, access="staff.manage"),
    get("/admin/audit", show_audit_log, access="audit.read"),
]
