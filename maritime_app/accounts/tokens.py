"""Make, list and revoke API tokens. `by` is who does it; None is the command line."""

import hashlib
import secrets
from collections.abc import Set as AbstractSet
from uuid import UUID

from maritime_app.accounts import store
from maritime_app.accounts.model import IN_PERSON, PERMISSIONS, Token
from maritime_app.accounts.service import audit
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_LONGEST_LABEL = 100


async def listed(res: Resources, staff_id: UUID | None = None) -> list[Token]:
    """Somebody's tokens (everybody's for None), live ones first."""
    async with res.db.acquire() as conn:
        return await store.tokens(conn, staff_id)


async def make(
    res: Resources, by: UUID | None, staff_id: UUID, label: str, permissions: AbstractSet[str]
) -> str:
    """A new token; only its hash is kept, so this is the one time to read it.

    Raises Invalid without a label or a permission, or for a permission that the owner's role does
    not have or
    that no token carries; Conflict when the owner is disabled; NotFound.
    """
    label = _checked(label, permissions)
    token = "mt_" + secrets.token_urlsafe(32)
    async with res.db.transaction() as conn:
        owner = await store.person(conn, staff_id)
        if owner is None:
            raise NotFound(_("There is no such person."), code="person")
        if owner.disabled_at:
            raise Conflict(_("Who cannot sign in gets no token."), code="disabled")
        if not permissions <= PERMISSIONS[owner.role] - IN_PERSON:
            may = ", ".join(owner.may_give)
            words = _("A token of this person may carry only: %(permissions)s.") % {
                "permissions": may
            }
            raise Invalid(words, {"may": words}, code="permissions")
        hashed = hashlib.sha256(token.encode()).digest()
        token_id = await store.add_token(conn, hashed, staff_id, label, sorted(permissions))
        detail = {"label": label, "permissions": sorted(permissions), "token": str(token_id)}
        await audit(conn, by, "token_made", ("staff", str(staff_id)), detail)
    return token


async def revoke(
    res: Resources, by: UUID | None, token_id: UUID, *, of: UUID | None = None
) -> None:
    """Take a token back: its next request is refused.

    `of` limits it to somebody's own. Raises NotFound.
    """
    async with res.db.transaction() as conn:
        row = await store.revoke_token(conn, token_id, of)
        if row is None:
            raise NotFound(_("There is no such token, or it is revoked already."), code="token")
        detail = {"label": row["label"], "token": str(token_id)}
        await audit(conn, by, "token_revoked", ("staff", str(row["staff_id"])), detail)


def _checked(label: str, permissions: AbstractSet[str]) -> str:
    label = " ".join(label.split())
    if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
        words = _("Say what the token is for, in at most %(number)s characters.") % {
            "number": _LONGEST_LABEL
        }
        raise Invalid(words, {"label": words}, code="label")
    if not permissions:
        words = _("Choose what the token may do.")
        raise Invalid(words, {"may": words}, code="permissions")
    return label
