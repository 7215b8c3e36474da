"""Roles, what each may do, and what the forms send."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

ADMIN_EMAIL = "admin@maritime.example"

# One's own page and second factor: all that is left to a person who must switch one on first.
FIRST_OF_ALL = frozenset({"account.protect"})
# One's own password and tokens, and everybody's: for a person at a browser. No token carries these,
# so that nobody who finds one can make another, or a person.
IN_PERSON = FIRST_OF_ALL | {"account.manage", "staff.manage"}

_ANYBODY = FIRST_OF_ALL | {"account.manage"}
_ANALYST = _ANYBODY | {"stats.read"}
_BOARDING = _ANYBODY | {"boarding.act", "bookings.read"}
_AGENT = _ANYBODY | {"bookings.read", "bookings.act"}
_OPERATOR = _AGENT | _BOARDING | _ANALYST
_ADMIN = _OPERATOR | {"tasks.read", "tasks.act", "ops.read", "staff.manage", "audit.read"}
PERMISSIONS: dict[str, frozenset[str]] = {
    "analyst": frozenset(_ANALYST),
    "boarding": frozenset(_BOARDING),
    "agent": frozenset(_AGENT),
    "operator": frozenset(_OPERATOR),
    "admin": frozenset(_ADMIN),
}
ALL_PERMISSIONS = frozenset(_ADMIN)


class SignIn(msgspec.Struct, frozen=True):
    """What the sign-in page sends. `next` is where to go afterwards, on this site only."""

    email: str
    password: str
    next: str = "/admin/tasks"


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """What Redis keeps of a session: whose it is, and in which epoch of that person it was begun.

    `half`: the password was right and the code is still to come. Such a session opens nothing.
    """

    staff_id: UUID
    epoch: int
    half: bool = False


class HalfSession(msgspec.Struct, frozen=True):
    """What Redis keeps between the password and the code; `next` is where to go then."""

    session: Session
    next: str


class Code(msgspec.Struct, frozen=True):
    """A code of the second factor as somebody typed it."""

    code: str = ""


class PasswordAndCode(msgspec.Struct, frozen=True):
    """What changing the second factor asks for; beginning with one asks for the password only."""

    password: str = ""
    code: str = ""


class SecondFactor(msgspec.Struct, frozen=True):
    """Whether somebody has one on, since when, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int


class NewPerson(msgspec.Struct, frozen=True):
    """Somebody who begins to work here."""

    email: str = ""
    name: str = ""
    role: str = ""


class NewPassword(msgspec.Struct, frozen=True):
    """One's own new password, twice, and the present one."""

    present: str = ""
    new: str = ""
    again: str = ""


class NewToken(msgspec.Struct, frozen=True):
    """A token to make; `may` has a key per chosen permission."""

    label: str = ""
    may: dict[str, str] = {}


class Person(msgspec.Struct, frozen=True):
    """Somebody who works here, or did; `tokens` counts those that are not revoked."""

    id: UUID
    email: str
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    second_factor_since: datetime | None
    tokens: int

    @property
    def may_give(self) -> list[str]:
        """What a token of this person can carry."""
        return sorted(PERMISSIONS[self.role] - IN_PERSON)


class Token(msgspec.Struct, frozen=True):
    """An API token, without the token."""

    id: UUID
    staff_id: UUID
    owner: str
    email: str
    label: str
    permissions: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class AuditLine(msgspec.Struct, frozen=True):
    """Who did what, to which thing, when.

    Nobody did it: the command line, or the service by itself.
    """

    id: UUID
    at: datetime
    action: str
    staff_id: UUID | None
    who: str | None
    subject_kind: str | None
    subject_id: str | None
    subject_name: str | None
    detail: dict[str, Any]


class AuditFilter(msgspec.Struct, frozen=True):
    """Which lines a person wants to see."""

    person: UUID | None = None
    action: str = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
