"""Make, list and revoke API tokens. `by` is who does it; None is the command line."""

import hashlib
import secrets
from collections.abc import Set as AbstractSet
from uuid import UUID

from maritime_app.accounts import store
from maritime_app.accounts.model import Token
from maritime_app.accounts.notices.model import Change
from maritime_app.accounts.notices.telling import tell
from maritime_app.accounts.service import audit
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_MAX_LABEL_LENGTH = 100
_TOKEN_BYTES = 32


async def tokens(res: Resources, staff_id: UUID | None = None) -> list[Token]:
    """Return somebody's tokens (everybody's for None), live ones first."""
    async with res.db.acquire() as conn:
        return await store.tokens(conn, staff_id)


async def make(
    res: Resources, by: UUID | None, staff_id: UUID, label: str, permissions: AbstractSet[str]
) -> str:
    """Make a token and return it; only its hash is stored, so this is the one time to read it.

    Raise Invalid without a label or a permission, or for a permission that no token of the owner
    can carry; Conflict when the owner is disabled; NotFound.
    """
    label = _checked(label, permissions)
    token = "mt_" + secrets.token_urlsafe(_TOKEN_BYTES)
    async with res.db.transaction() as conn:
        owner = await store.person(conn, staff_id)
        if owner is None:
            raise NotFound(_("There is no such person."), code="person")
        if owner.disabled_at:
            raise Conflict(_("Who cannot sign in gets no token."), code="disabled")
        if not permissions <= set(owner.may_give):
            words = _("A token of this person may carry only: %(permissions)s.")
            words = words % {"permissions": ", ".join(owner.may_give)}
            raise Invalid(words, {"may": words}, code="permissions")
        token_hash = hashlib.sha256(token.encode()).digest()
        token_id = await store.add_token(conn, token_hash, staff_id, label, sorted(permissions))
        detail = {"label": label, "permissions": sorted(permissions), "token": str(token_id)}
        await audit(conn, by, "token_made", ("staff", str(staff_id)), detail)
        await tell(conn, staff_id, Change.TOKEN_MADE, by=by, what=label)
    return token


async def revoke(
    res: Resources, by: UUID | None, token_id: UUID, *, owner: UUID | None = None
) -> None:
    """Revoke a token: its next request is refused.

    `owner` limits it to somebody's own. Raise NotFound when there is no such live token.
    """
    async with res.db.transaction() as conn:
        revoked = await store.revoke_token(conn, token_id, owner)
        if revoked is None:
            raise NotFound(_("There is no such token, or it is revoked already."), code="token")
        detail = {"label": revoked.label, "token": str(token_id)}
        await audit(conn, by, "token_revoked", ("staff", str(revoked.staff_id)), detail)


def _checked(label: str, permissions: AbstractSet[str]) -> str:
    label = " ".join(label.split())
    wrong = {}
    if not label or len(label) > _MAX_LABEL_LENGTH or not label.isprintable():
        words = _("Say what the token is for, in at most %(number)s characters.")
        wrong["label"] = words % {"number": _MAX_LABEL_LENGTH}
    if not permissions:
        wrong["may"] = _("Choose what the token may do.")
    if wrong:
        code = "label" if "label" in wrong else "permissions"
        raise Invalid(next(iter(wrong.values())), wrong, code=code)
    return label
