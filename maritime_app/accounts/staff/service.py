"""Add a person, change the role or the password, disable and enable. `by` is who does it; None is
the command line.

What ends somebody's sessions does so in the statement that changes the row: see session_epoch in
sql/migrations.
"""

from uuid import UUID

from maritime_app.accounts import passwords, store
from maritime_app.accounts.model import (
    NewPersonRequest,
    PasswordRequest,
    Person,
    Session,
    StaffOperator,
)
from maritime_app.accounts.notices.model import Change
from maritime_app.accounts.notices.telling import tell
from maritime_app.accounts.permissions import Role
from maritime_app.accounts.service import audit
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.text.email_address import is_email_address

_MAX_NAME_LENGTH = 200


async def people(res: Resources) -> list[Person]:
    """Return who works here, and who did."""
    async with res.db.acquire() as conn:
        return await store.people(conn)


async def person(res: Resources, staff_id: UUID) -> Person:
    """Return one person; raise NotFound when there is none."""
    async with res.db.acquire() as conn:
        return await _person(conn, staff_id)


async def id_of(res: Resources, email: str) -> UUID:
    """Return whose e-mail address this is; raise NotFound when it is nobody's."""
    async with res.db.acquire() as conn:
        staff_id = await store.id_by_email(conn, email.strip())
    if staff_id is None:
        words = _("Nobody here has the e-mail address %(email)s.") % {"email": email}
        raise NotFound(words, code="person")
    return staff_id


async def add(res: Resources, by: UUID | None, request: NewPersonRequest) -> tuple[UUID, str]:
    """Add a person; return the id and the password, which is stored nowhere.

    Raise Invalid for what is no address, name or role, Conflict when somebody has that address.
    """
    new = _checked(request)
    password = passwords.generate()
    hashed = await passwords.hash_of(res, password)
    async with res.db.transaction() as conn:
        staff_id = await store.add_staff(
            conn, email=new.email, name=new.name, role=new.role, password_hash=hashed
        )
        if staff_id is None:
            raise Conflict(_("Somebody has this e-mail address already."), code="email_taken")
        await audit(conn, by, "staff_added", _subject(staff_id), {"role": new.role})
    return staff_id, password


async def set_role(res: Resources, by: UUID | None, staff_id: UUID, role: str) -> None:
    """Give a person another role and end the sessions; the same role again changes nothing.

    Raise Invalid for an unknown role, NotFound, and Conflict for the only administrator.
    """
    _check_role(role)
    async with res.db.transaction() as conn:
        await store.lock_staff(conn)
        before = await _person(conn, staff_id)
        if before.role == role:
            return
        if not await store.set_role(conn, staff_id, role):
            raise _only_administrator()
        detail = {"from": before.role, "to": role}
        await audit(conn, by, "staff_role_changed", _subject(staff_id), detail)


async def operators(res: Resources) -> list[StaffOperator]:
    """Return the operators that staff may belong to."""
    async with res.db.acquire() as conn:
        return await store.operators(conn)


async def set_operator(
    res: Resources, by: UUID | None, staff_id: UUID, operator_code: str | None
) -> None:
    """Let a person act for one operator only, or for all (None).

    Raise NotFound, Invalid for an operator that does not exist, and Conflict for the only
    administrator: who acts for one operator has no say in the house.
    """
    async with res.db.transaction() as conn:
        await store.lock_staff(conn)
        before = await _person(conn, staff_id)
        if not await store.set_operator(conn, staff_id, operator_code):
            if operator_code in {one.code for one in await store.operators(conn)}:
                raise _only_administrator()
            words = _("There is no such operator.")
            raise Invalid(words, {"operator": words}, code="operator")
        detail = {"from": before.operator_code, "to": operator_code}
        await audit(conn, by, "staff_operator_changed", _subject(staff_id), detail)


async def disable(res: Resources, by: UUID | None, staff_id: UUID) -> None:
    """Disable a person: the sessions end, the tokens stop; a second time changes nothing.

    Raise NotFound, and Conflict for the only administrator.
    """
    async with res.db.transaction() as conn:
        await store.lock_staff(conn)
        if (await _person(conn, staff_id)).disabled_at:
            return
        if not await store.disable_staff(conn, staff_id):
            raise _only_administrator()
        await audit(conn, by, "staff_disabled", _subject(staff_id), {})


async def enable(res: Resources, by: UUID | None, staff_id: UUID) -> None:
    """Let a person sign in again, with the old password and the tokens that were not revoked.

    Raise NotFound when there is no such person.
    """
    async with res.db.transaction() as conn:
        await store.lock_staff(conn)
        if (await _person(conn, staff_id)).disabled_at is None:
            return
        await store.enable_staff(conn, staff_id)
        await audit(conn, by, "staff_enabled", _subject(staff_id), {})


async def set_password(res: Resources, by: UUID | None, staff_id: UUID) -> str:
    """Generate a password for somebody, end the sessions, and return it: it is stored nowhere.

    Raise NotFound when there is no such person.
    """
    password = passwords.generate()
    hashed = await passwords.hash_of(res, password)
    async with res.db.transaction() as conn:
        await _person(conn, staff_id)
        await store.set_password(conn, staff_id, hashed)
        await audit(conn, by, "staff_password_set", _subject(staff_id), {})
        await tell(conn, staff_id, Change.PASSWORD_RESET, by=by)
    return password


async def change_own_password(res: Resources, staff_id: UUID, request: PasswordRequest) -> Session:
    """Change one's own password and end every session; return the one that may begin.

    Raise Forbidden when only the present password is wrong, Invalid, by field, for a new one that
    will not do.
    """
    async with res.db.acquire() as conn:
        present = await store.password_hash(conn, staff_id)
    is_known = await passwords.matches(res, present, request.present)
    words = _("That is not your present password.")
    try:
        await passwords.validate(res, request.new, request.again)
    except Invalid as refusal:
        if is_known:
            raise
        raise Invalid(words, {"present": words, **refusal.fields}, code="credentials") from None
    if not is_known:
        raise Forbidden(words, code="credentials")
    hashed = await passwords.hash_of(res, request.new)
    async with res.db.transaction() as conn:
        if not await store.hold_password(conn, staff_id, present):  # reset while we hashed
            raise Forbidden(words, code="credentials")
        epoch = await store.set_password(conn, staff_id, hashed)
        await audit(conn, staff_id, "password_changed", _subject(staff_id), {})
        await tell(conn, staff_id, Change.PASSWORD_CHANGED, by=staff_id)
    return Session(staff_id, epoch)


async def _person(conn: Conn, staff_id: UUID) -> Person:
    member = await store.person(conn, staff_id)
    if member is None:
        raise NotFound(_("There is no such person."), code="person")
    return member


def _checked(request: NewPersonRequest) -> NewPersonRequest:
    email, name = request.email.strip().lower(), " ".join(request.name.split())
    new = NewPersonRequest(email, name, request.role)
    wrong = {}
    if not is_email_address(new.email):
        wrong["email"] = _("This is not an e-mail address.")
    if not new.name or len(new.name) > _MAX_NAME_LENGTH or not new.name.isprintable():
        words = _("A name is needed, of at most %(number)s characters.")
        wrong["name"] = words % {"number": _MAX_NAME_LENGTH}
    if new.role not in list(Role):
        wrong["role"] = _unknown_role()
    if wrong:
        field, words = next(iter(wrong.items()))
        raise Invalid(words, wrong, code=field)
    return new


def _check_role(role: str) -> None:
    if role not in list(Role):
        words = _unknown_role()
        raise Invalid(words, {"role": words}, code="role")


def _unknown_role() -> str:
    return _("The role is one of: %(roles)s.") % {"roles": ", ".join(Role)}


def _only_administrator() -> Conflict:
    words = _("This is the only administrator who can sign in. Make another one first.")
    return Conflict(words, code="only_administrator")


def _subject(staff_id: UUID) -> tuple[str, str]:
    return "staff", str(staff_id)
