"""Roles, and what each may do."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody works as."""

    ANALYST = "analyst"
    BOARDING = "boarding"
    AGENT = "agent"
    OPERATOR = "operator"
    ADMIN = "admin"


# One's own page and second factor: all that is left to a person who must switch one on first.
SETUP_PERMISSIONS = frozenset({"account.protect"})
# One's own password and tokens, and everybody's: for a person at a browser. No token carries these,
# so that nobody who finds one can make another, or a person.
SESSION_ONLY = SETUP_PERMISSIONS | {"account.manage", "staff.manage"}

_ANYBODY = SETUP_PERMISSIONS | {"account.manage"}
_ANALYST = _ANYBODY | {"stats.read"}
_BOARDING = _ANYBODY | {"boarding.act", "manifest.read", "bookings.read", "sailings.read"}
_AGENT = _ANYBODY | {"bookings.read", "bookings.act", "sailings.read"}
_OPERATOR = _AGENT | _BOARDING | _ANALYST | {"sailings.act", "fares.act", "bookings.refund"}
_ADMIN = _OPERATOR | {
    "tasks.read",
    "tasks.act",
    "ops.read",
    "staff.manage",
    "audit.read",
    "books.read",
    "books.act",
}
PERMISSIONS: Mapping[str, frozenset[str]] = {
    Role.ANALYST: _ANALYST,
    Role.BOARDING: _BOARDING,
    Role.AGENT: _AGENT,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: _ADMIN,
}
ALL_PERMISSIONS = _ADMIN
# The house's tasks, people, books and log speak of all operators. Who acts for one has none of
# these, in whatever role: an administrator of one would read the others' books and unbind himself.
HOUSE_PERMISSIONS = _ADMIN - _OPERATOR


def held(role: str, *, for_one_operator: bool) -> frozenset[str]:
    """Return what somebody in that role may do: for one operator, or for all of them."""
    return PERMISSIONS[role] - HOUSE_PERMISSIONS if for_one_operator else PERMISSIONS[role]


def grantable(role: str, *, for_one_operator: bool = False) -> frozenset[str]:
    """Return what an API token of somebody in that role may carry."""
    return held(role, for_one_operator=for_one_operator) - SESSION_ONLY
