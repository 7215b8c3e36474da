"""What the pages of staff, tokens and the audit log show."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from maritime_app.accounts.model import AuditFilter, AuditLine, Person
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.web.access import Caller
from maritime_app.web.render import page

# Where the thing that something was done to has a page.
_PLACES = {"staff": "/admin/staff/", "job": "/admin/tasks/"}


def id_in(request: web.Request, name: str) -> UUID:
    """The id in the address. Raises NotFound for what is none."""
    try:
        return UUID(request.match_info[name])
    except ValueError as error:
        raise NotFound(_("There is no page at this address.")) from error


async def back(request: web.Request) -> web.StreamResponse:
    """Where only forms are sent to: who asks for the page by its address gets the one that the form
    stands on.
    """
    return web.Response(status=303, headers={"Location": request.path.rpartition("/")[0]})


def secret(request: web.Request, context: Mapping[str, Any]) -> web.Response:
    """A password or a token, shown this once: no browser and no proxy keeps the page."""
    response = page(request, "accounts/secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def token_secret(who: Caller, owner: str, label: str, token: str, back: str) -> dict[str, Any]:
    """templates/accounts/secret.html for a new token."""
    return {
        "staff": who,
        "section_of_ops": "account" if back.endswith("/account") else "people",
        "kind": "token",
        "owner": owner,
        "label": label,
        "secret": token,
        "back": back,
    }


def password_secret(who: Caller, owner: Person, password: str, *, new: bool) -> dict[str, Any]:
    """templates/accounts/secret.html for a password that was made for somebody."""
    return {
        "staff": who,
        "section_of_ops": "people",
        "kind": "first_password" if new else "password",
        "owner": owner.name,
        "label": owner.email,
        "secret": password,
        "back": f"/admin/staff/{owner.id}",
    }


def audit_context(
    who: Caller,
    wanted: AuditFilter,
    found: Sequence[AuditLine],
    more: bool,
    actions: Sequence[str],
    people: Sequence[Person],
) -> dict[str, Any]:
    """templates/accounts/audit.html."""
    filters = {"person": str(wanted.person or ""), "action": wanted.action}
    query = urlencode({name: value for name, value in filters.items() if value})
    return {
        "staff": who,
        "filters": filters,
        "actions": sorted({*actions, wanted.action} - {""}),
        "people": people,
        "lines": [_line(line, who) for line in found],
        "page": wanted.page,
        "pages": wanted.page + (1 if more else 0),
        "page_url": f"/admin/audit?{query}{'&' if query else ''}page={{page}}",
    }


def _line(line: AuditLine, who: Caller) -> dict[str, Any]:
    subject = line.subject_name or (
        f"{line.subject_kind}:{line.subject_id}" if line.subject_kind else ""
    )
    place = _PLACES.get(line.subject_kind or "")
    return {
        "at": line.at,
        "action": line.action,
        "who": line.who,
        "who_url": f"/admin/staff/{line.staff_id}"
        if line.who and "staff.manage" in who.permissions
        else None,
        "subject": subject,
        "subject_url": f"{place}{line.subject_id}" if place else None,
        "detail": [(name, _words(value)) for name, value in sorted(line.detail.items())],
    }


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
