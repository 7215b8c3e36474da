"""Sessions, people, tokens and lines of the audit log; what the forms send."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.accounts.permissions import Role, grantable
from maritime_app.paging import PageNumber

ADMIN_EMAIL = "admin@maritime.example"


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What Redis holds of a session: whose it is, and in which epoch of that person it began."""

    staff_id: UUID
    epoch: int


class PendingSignIn(msgspec.Struct, frozen=True):
    """What Redis holds between the password and the code; `next` is where to go afterwards.

    `new_device` is the browser's own name, if nobody has signed in as that person in it before.
    It opens nothing, and read as a Session it is refused.
    """

    staff_id: UUID
    epoch: int
    next: str
    new_device: str | None = None


class Addressee(msgspec.Struct, frozen=True):
    """Whom a mail goes to, and the language of their last sign-in."""

    email: str
    name: str
    language: str


class SignInRequest(msgspec.Struct, frozen=True):
    """What the sign-in page sends. `next` is where to go afterwards, on this site only."""

    email: str
    password: str
    next: str = "/admin/tasks"


class NewPersonRequest(msgspec.Struct, frozen=True):
    """Somebody who begins to work here."""

    email: str = ""
    name: str = ""
    role: str = ""


class PasswordRequest(msgspec.Struct, frozen=True):
    """One's own new password, twice, and the present one."""

    present: str = ""
    new: str = ""
    again: str = ""


class TokenRequest(msgspec.Struct, frozen=True):
    """A token to make; `may` has a key per chosen permission."""

    label: str = ""
    may: dict[str, str] = {}


class StaffOperator(msgspec.Struct, frozen=True):
    """A ferry operator that staff may belong to."""

    code: str
    name: str


class Person(msgspec.Struct, frozen=True):
    """Somebody who works here, or did; `tokens` counts those that are not revoked.

    Who belongs to a ferry operator acts for that one only.
    """

    id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    second_factor_since: datetime | None
    tokens: int
    operator_code: str | None
    operator_name: str | None

    @property
    def may_give(self) -> list[str]:
        """What a token of this person can carry."""
        return sorted(grantable(self.role, for_one_operator=self.operator_code is not None))


class Credentials(msgspec.Struct, frozen=True):
    """What signing in compares; `second_factor` is whether one is on."""

    id: UUID
    email: str
    name: str
    role: Role
    password_hash: str
    session_epoch: int
    second_factor: bool
    operator_id: UUID | None


class Member(msgspec.Struct, frozen=True):
    """Somebody with a session that still counts; `second_factor` is whether one is on."""

    id: UUID
    name: str
    role: Role
    second_factor: bool
    operator_id: UUID | None


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


class TokenHolder(msgspec.Struct, frozen=True):
    """Who calls with a live token, and what the token carries."""

    staff_id: UUID
    name: str
    role: Role
    permissions: tuple[str, ...]
    operator_id: UUID | None


class RevokedToken(msgspec.Struct, frozen=True):
    """Whose token was revoked, and what it was for."""

    staff_id: UUID
    label: str


class AuditLine(msgspec.Struct, frozen=True):
    """Who did what, to which thing, when; without `who` it was the command line or the service."""

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
    page: PageNumber = 1
