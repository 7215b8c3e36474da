"""Roles, what each may do, and the sign-in form."""

import msgspec

ADMIN_EMAIL = "admin@maritime.example"

_ANALYST = {"stats.read"}
_BOARDING = {"boarding.act", "bookings.read"}
_AGENT = {"bookings.read", "bookings.act"}
_OPERATOR = _AGENT | _BOARDING | _ANALYST
_ADMIN = _OPERATOR | {"tasks.read", "tasks.act", "ops.read", "staff.manage"}
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
