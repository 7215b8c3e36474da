"""What the pages of accounts show."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from maritime_app.accounts.model import (
    AuditFilter,
    AuditLine,
    NewPersonRequest,
    Person,
    StaffOperator,
    Token,
    TokenRequest,
)
from maritime_app.accounts.passkeys.model import Passkey
from maritime_app.accounts.two_factor.model import SecondFactorStatus
from maritime_app.web.access import Caller
from maritime_app.web.sessions import ListedSession

# Where the thing that something was done to has a page.
_SUBJECT_PAGES = {
    "staff": "/admin/staff/",
    "job": "/admin/tasks/",
    "sailing": "/admin/sailings/",
}


class SignInView(msgspec.Struct, frozen=True):
    """templates/accounts/signin.html; `next` is where to go then, `error` a sentence or empty."""

    email: str
    next: str
    error: str
    passkeys: bool  # whether there can be any here


class StepUpView(msgspec.Struct, frozen=True):
    """templates/accounts/step_up.html: what somebody who is signed in can say who they are with."""

    next: str
    error: str
    has_code: bool
    has_passkey: bool


class CodeView(msgspec.Struct, frozen=True):
    """templates/accounts/code.html; `error` is a sentence or empty."""

    error: str


class SecretView(msgspec.Struct, frozen=True):
    """templates/accounts/secret.html: a password or a token, shown this once.

    `label` is what the token is for, or the e-mail address; `back` is where to go then.
    """

    staff: Caller
    section_of_ops: Literal["account", "people"]
    kind: Literal["token", "password", "first_password"]
    owner: str
    label: str
    secret: str
    back: str


class SessionLine(msgspec.Struct, frozen=True):
    """A session of one's own: since when, last seen, in which browser."""

    name: str
    began_at: datetime
    seen_at: datetime
    agent: str
    is_this_one: bool


def session_lines(listed: Sequence[ListedSession]) -> list[SessionLine]:
    """Return sessions as the page of one's own account shows them."""
    return [
        SessionLine(
            one.name,
            datetime.fromtimestamp(one.began_at, UTC),
            datetime.fromtimestamp(one.seen_at, UTC),
            one.agent,
            one.is_this_one,
        )
        for one in listed
    ]


class AccountView(msgspec.Struct, frozen=True):
    """templates/accounts/profile.html; `errors` by field, "factor" for the second factor's form."""

    staff: Caller
    person: Person
    factor: SecondFactorStatus
    tokens: list[Token]
    sessions: list[SessionLine]
    passkeys: list[Passkey] | None  # None: there are none here
    token: TokenRequest
    message: str
    errors: Mapping[str, str]


class EnrolView(msgspec.Struct, frozen=True):
    """templates/accounts/enrol.html: a second factor to switch on, with its secret."""

    staff: Caller
    qr: Markup
    address: str
    secret: str
    error: str


class CodesView(msgspec.Struct, frozen=True):
    """templates/accounts/codes.html; `new`: the second factor was switched on just now."""

    staff: Caller
    codes: list[str]
    new: bool


class PeopleView(msgspec.Struct, frozen=True):
    """templates/accounts/people.html."""

    staff: Caller
    people: list[Person]


class NewPersonView(msgspec.Struct, frozen=True):
    """templates/accounts/new.html."""

    staff: Caller
    entered: NewPersonRequest
    errors: Mapping[str, str]


class PersonView(msgspec.Struct, frozen=True):
    """templates/accounts/person.html; `refused` is why the last change was not made."""

    staff: Caller
    person: Person
    operators: list[StaffOperator]
    tokens: list[Token]
    token: TokenRequest
    message: str
    refused: str
    errors: Mapping[str, str]


class TokensView(msgspec.Struct, frozen=True):
    """templates/accounts/tokens.html."""

    staff: Caller
    tokens: list[Token]


class AuditLineView(msgspec.Struct, frozen=True):
    """A line of the audit log; an address is None where there is no page this caller may see."""

    at: datetime
    action: str
    who: str | None
    who_url: str | None
    subject: str
    subject_url: str | None
    detail: list[tuple[str, str]]


class AuditView(msgspec.Struct, frozen=True):
    """templates/accounts/audit.html; `page_url` is a text with {page} in it."""

    staff: Caller
    filters: dict[str, str]
    actions: list[str]
    people: list[Person]
    lines: list[AuditLineView]
    page: int
    pages: int
    page_url: str


def token_secret(who: Caller, owner: str, label: str, token: str, *, back: str) -> SecretView:
    """Return the page of a new token."""
    section: Literal["account", "people"] = "account" if back.endswith("/account") else "people"
    return SecretView(who, section, "token", owner, label, token, back)


def password_secret(who: Caller, owner: Person, password: str, *, first: bool) -> SecretView:
    """Return the page of a password that was generated for somebody."""
    kind: Literal["password", "first_password"] = "first_password" if first else "password"
    back = f"/admin/staff/{owner.id}"
    return SecretView(who, "people", kind, owner.name, owner.email, password, back)


def audit_view(
    who: Caller,
    wanted: AuditFilter,
    log_lines: Sequence[AuditLine],
    *,
    more: bool,
    actions: Sequence[str],
    people: list[Person],
) -> AuditView:
    """Return a page of the audit log."""
    filters = {"person": str(wanted.person or ""), "action": wanted.action}
    query = urlencode({name: value for name, value in filters.items() if value})
    return AuditView(
        staff=who,
        filters=filters,
        actions=sorted({*actions, wanted.action} - {""}),
        people=people,
        lines=[_audit_line(line, who) for line in log_lines],
        page=wanted.page,
        pages=wanted.page + (1 if more else 0),
        page_url=f"/admin/audit?{query}{'&' if query else ''}page={{page}}",
    )


def _audit_line(line: AuditLine, who: Caller) -> AuditLineView:
    named = f"{line.subject_kind}:{line.subject_id}" if line.subject_kind else ""
    subject_page = _SUBJECT_PAGES.get(line.subject_kind or "")
    may_open = line.who and "staff.manage" in who.permissions
    return AuditLineView(
        at=line.at,
        action=line.action,
        who=line.who,
        who_url=f"/admin/staff/{line.staff_id}" if may_open else None,
        subject=line.subject_name or named,
        subject_url=f"{subject_page}{line.subject_id}" if subject_page else None,
        detail=[(name, _words(value)) for name, value in sorted(line.detail.items())],
    )


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
