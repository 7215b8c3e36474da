"""The administrators' pages: staff, tokens, audit log."""

from uuid import UUID

from aiohttp import web

from maritime_app.accounts import audit_log, tokens, views as shown
from maritime_app.accounts.model import AuditFilter, NewPerson, NewToken
from maritime_app.accounts.staff import service as staff
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form, form_fields, query
from maritime_app.web.render import page
from maritime_app.web.routing import Route, get, post


async def show_people(request: web.Request) -> web.StreamResponse:
    """Everybody who works here, and who did."""
    context = {"staff": caller(request), "people": await staff.everybody(resources(request))}
    return page(request, "accounts/people.html", context)


async def show_new(request: web.Request) -> web.StreamResponse:
    """The form for somebody new."""
    return _new_form(request, NewPerson(role="agent"), {}, 200)


async def add(request: web.Request) -> web.StreamResponse:
    """Add a person and show the password, this once."""
    asked, res, who = await form(request, NewPerson), resources(request), caller(request)
    try:
        made, password = await staff.add(res, who.staff_id, asked)
    except Invalid as refusal:
        return _new_form(request, asked, refusal.fields, 422)
    except Conflict as refusal:
        return _new_form(request, asked, {"email": refusal.message}, 409)
    added = await staff.person(res, made)
    return shown.secret(request, shown.password_secret(who, added, password, new=True))


async def show_person(request: web.Request) -> web.StreamResponse:
    """One person with tokens, and what can be changed."""
    done = {
        "role": _("The role is changed."),
        "disabled": _("Disabled. All sessions have ended and the tokens have stopped."),
        "enabled": _("Enabled. The password and the tokens that were not revoked work again."),
        "revoked": _("The token is revoked."),
        "second-factor": _(
            "The second factor is reset. All sessions have ended; the password alone signs in."
        ),
    }
    return await _person(request, message=done.get(request.rel_url.query.get("done", ""), ""))


async def set_role(request: web.Request) -> web.StreamResponse:
    """Give a person another role."""
    role = (await form_fields(request)).get("role", "")
    staff_id = shown.id_in(request, "staff_id")
    try:
        await staff.set_role(resources(request), caller(request).staff_id, staff_id, role)
    except Conflict as refusal:
        return await _person(request, refused=refusal.message, status=409)
    return _to(staff_id, "role")


async def disable(request: web.Request) -> web.StreamResponse:
    """Keep a person out."""
    await form_fields(request)
    staff_id = shown.id_in(request, "staff_id")
    try:
        await staff.disable(resources(request), caller(request).staff_id, staff_id)
    except Conflict as refusal:
        return await _person(request, refused=refusal.message, status=409)
    return _to(staff_id, "disabled")


async def enable(request: web.Request) -> web.StreamResponse:
    """Let a person in again."""
    await form_fields(request)
    staff_id = shown.id_in(request, "staff_id")
    await staff.enable(resources(request), caller(request).staff_id, staff_id)
    return _to(staff_id, "enabled")


async def set_password(request: web.Request) -> web.StreamResponse:
    """Make a new password for somebody and show it, this once."""
    await form_fields(request)
    res, who, staff_id = resources(request), caller(request), shown.id_in(request, "staff_id")
    password = await staff.set_password(res, who.staff_id, staff_id)
    owner = await staff.person(res, staff_id)
    return shown.secret(request, shown.password_secret(who, owner, password, new=False))


async def reset_second_factor(request: web.Request) -> web.StreamResponse:
    """Forget somebody's second factor: the phone is lost, and the recovery codes too."""
    await form_fields(request)
    staff_id = shown.id_in(request, "staff_id")
    await two_factor.reset(resources(request), caller(request).staff_id, staff_id)
    return _to(staff_id, "second-factor")


async def make_token(request: web.Request) -> web.StreamResponse:
    """Make a token that acts as that person and show it, this once."""
    asked, res, who = await form(request, NewToken), resources(request), caller(request)
    staff_id = shown.id_in(request, "staff_id")
    try:
        token = await tokens.make(res, who.staff_id, staff_id, asked.label, set(asked.may))
    except Invalid as refusal:
        return await _person(request, token=asked, errors=refusal.fields, status=422)
    except Conflict as refusal:
        return await _person(request, token=asked, refused=refusal.message, status=409)
    owner = await staff.person(res, staff_id)
    back = f"/admin/staff/{staff_id}"
    return shown.secret(request, shown.token_secret(who, owner.name, asked.label, token, back))


async def revoke_token(request: web.Request) -> web.StreamResponse:
    """Take a person's token back."""
    await form_fields(request)
    staff_id, token_id = shown.id_in(request, "staff_id"), shown.id_in(request, "token_id")
    await tokens.revoke(resources(request), caller(request).staff_id, token_id, of=staff_id)
    return _to(staff_id, "revoked")


async def show_tokens(request: web.Request) -> web.StreamResponse:
    """Everybody's tokens."""
    context = {"staff": caller(request), "tokens": await tokens.listed(resources(request))}
    return page(request, "accounts/tokens.html", context)


async def show_audit(request: web.Request) -> web.StreamResponse:
    """Who did what, when."""
    res, wanted = resources(request), query(request, AuditFilter)
    found, more = await audit_log.lines(res, wanted)
    actions, everybody = await audit_log.actions(res), await staff.everybody(res)
    context = shown.audit_context(caller(request), wanted, found, more, actions, everybody)
    return page(request, "accounts/audit.html", context)


async def _person(
    request: web.Request,
    *,
    message: str = "",
    refused: str = "",
    token: NewToken | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    res, staff_id = resources(request), shown.id_in(request, "staff_id")
    context = {
        "staff": caller(request),
        "person": await staff.person(res, staff_id),
        "tokens": await tokens.listed(res, staff_id),
        "token": token or NewToken(),
        "message": message,
        "refused": refused,
        "errors": errors or {},
    }
    return page(request, "accounts/person.html", context, status=status)


def _new_form(
    request: web.Request, entered: NewPerson, errors: dict[str, str], status: int
) -> web.StreamResponse:
    context = {"staff": caller(request), "entered": entered, "errors": errors}
    return page(request, "accounts/new.html", context, status=status)


def _to(staff_id: UUID, done: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"/admin/staff/{staff_id}?done={done}"})


_PERSON = "/admin/staff/{staff_id}"
_FORMS = (
    "role",
    "disable",
    "password",
    "tokens",
)  # answered with a page when they are refused, or with a secret
ROUTES: list[Route] = [
    get("/admin/staff", show_people, access="staff.manage"),
    post("/admin/staff", add, access="staff.manage"),
    get("/admin/staff/new", show_new, access="staff.manage"),
    get(_PERSON, show_person, access="staff.manage"),
    post(f"{_PERSON}/role", set_role, access="staff.manage"),
    post(f"{_PERSON}/disable", disable, access="staff.manage"),
    post(f"{_PERSON}/enable", enable, access="staff.manage"),
    post(f"{_PERSON}/password", set_password, access="staff.manage"),
    post(f"{_PERSON}/second-factor", reset_second_factor, access="staff.manage"),
    post(f"{_PERSON}/tokens", make_token, access="staff.manage"),
    *(get(f"{_PERSON}/{form}", shown.back, access="staff.manage") for form in _FORMS),
    post(f"{_PERSON}/tokens/{{token_id}}/revoke", revoke_token, access="staff.manage"),
    get("/admin/tokens", show_tokens, access="staff.manage"),
    get("/admin/audit", show_audit, access="audit.read"),
]
