"""Somebody who is signed in says again that it is they (OWASP ASVS 4.0, 3.7.1): by the password,
and by a code where a second factor is on.
"""

from uuid import UUID

import msgspec

from maritime_app.accounts import passwords, store as accounts_store
from maritime_app.accounts.model import Session
from maritime_app.accounts.passkeys import store as passkeys
from maritime_app.accounts.service import audit
from maritime_app.accounts.two_factor import service as two_factor
from maritime_app.errors import Forbidden
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources


class StepUpRequest(msgspec.Struct, frozen=True):
    """What the page sends; `next` is where to go afterwards, on this site only."""

    password: str = ""
    code: str = ""
    next: str = ""


async def confirm(res: Resources, staff_id: UUID, typed: StepUpRequest) -> Session:
    """Return the session to go on in; raise Forbidden unless password and code are right."""
    async with res.db.acquire() as conn:
        present = await accounts_store.password_hash(conn, staff_id)
    known = await passwords.matches(res, present, typed.password)
    async with res.db.transaction() as conn:
        # One that was reset while we compared begins no session: the epoch is of the new one.
        known = known and await accounts_store.hold_password(conn, staff_id, present)
        owner = await passkeys.owner(conn, staff_id)
        right = owner is not None and known
        if owner is not None and owner.second_factor:
            right = right and bool(await two_factor.use(res, conn, staff_id, typed.code))
        action = "confirmed" if right else "confirmation_refused"
        await audit(conn, staff_id, action, ("staff", str(staff_id)), {})
    if owner is None or not right:
        raise Forbidden(_("That does not fit. Please try again."), code="credentials")
    return Session(staff_id, owner.session_epoch)
