"""Add a passkey, sign in with one, remove one."""

from collections.abc import Callable, Sequence
from uuid import UUID

from maritime_app.accounts import store as accounts_store
from maritime_app.accounts.model import Session
from maritime_app.accounts.notices.model import Change
from maritime_app.accounts.notices.telling import tell
from maritime_app.accounts.passkeys import ceremony, store
from maritime_app.accounts.passkeys.ceremony import Options
from maritime_app.accounts.passkeys.model import Asked, Passkey, StoredPasskey
from maritime_app.accounts.service import SignedIn, audit, caller_of, note_sign_in
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_MOST = 10
_LONGEST_NAME = 60


def are_possible(res: Resources) -> bool:
    """Return whether this installation has an address that passkeys can be bound to."""
    return ceremony.is_possible(res.settings.public_url)


async def of_person(res: Resources, staff_id: UUID) -> list[Passkey]:
    """Return somebody's passkeys."""
    async with res.db.acquire() as conn:
        return await store.passkeys(conn, staff_id)


async def begin_adding(res: Resources, staff_id: UUID) -> tuple[Options, Asked]:
    """Return what the browser asks its device with, and what to remember until it has answered.

    Raise Conflict when somebody has ten, NotFound where there are no passkeys.
    """
    async with res.db.acquire() as conn:
        owner = await store.owner(conn, staff_id)
        present = await store.stored(conn, staff_id)
    if owner is None:
        raise NotFound(_("There is no such person."), code="person")
    _check_number(present)
    options, state = ceremony.begin_adding(
        res.settings.public_url, staff_id, owner.email, owner.name, present
    )
    return options, Asked(state, staff_id, epoch=owner.session_epoch)


async def add(res: Resources, asked: Asked, name: str, answer: str) -> None:
    """Keep the passkey that a device has made for whoever was asked.

    Raise Forbidden for an answer to another challenge, and once their sessions have ended: somebody
    may have taken all passkeys away. Raise Invalid without a name, Conflict when it is there
    already, or when they have ten by now.
    """
    name = name.strip()
    if asked.staff_id is None:
        raise _too_late()
    if not name or len(name) > _LONGEST_NAME:
        words = _("Give it a name of at most %(most)s characters.") % {"most": _LONGEST_NAME}
        raise Invalid(words, {"passkey": words})
    credential_id, credential, count = ceremony.added(res.settings.public_url, asked.state, answer)
    async with res.db.transaction() as conn:
        # Whoever adds another one meanwhile is waited for, and counted.
        await accounts_store.lock_person(conn, asked.staff_id)
        owner = await store.owner(conn, asked.staff_id)
        if owner is None or owner.session_epoch != asked.epoch:
            raise _too_late()
        _check_number(await store.stored(conn, asked.staff_id))
        if not await store.add(conn, asked.staff_id, name, credential_id, credential, count):
            raise Conflict(_("This passkey is there already."), code="passkeys")
        subject = ("staff", str(asked.staff_id))
        await audit(conn, asked.staff_id, "passkey_added", subject, {"name": name})
        await tell(conn, asked.staff_id, Change.PASSKEY_ADDED, by=asked.staff_id, what=name)


def _too_late() -> Forbidden:
    return Forbidden(_("That took too long. Please try again."), code="credentials")


def _check_number(present: Sequence[StoredPasskey]) -> None:
    if len(present) >= _MOST:
        raise Conflict(_("Remove one of your passkeys first."), code="passkeys")


async def begin_asking(
    res: Resources, *, staff_id: UUID | None = None, then: str = ""
) -> tuple[Options, Asked]:
    """Return what the browser asks its device with, and what to remember until it has answered.

    For one person it asks for one of theirs; raise NotFound when they have none.
    """
    if staff_id is None:
        options, state = ceremony.begin_asking(res.settings.public_url)
        return options, Asked(state, None, then)
    async with res.db.acquire() as conn:
        present = await store.stored(conn, staff_id)
    if not present:
        raise NotFound(_("You have no passkey."), code="passkeys")
    options, state = ceremony.begin_asking(res.settings.public_url, present)
    return options, Asked(state, staff_id, then)


async def verify(
    res: Resources,
    asked: Asked,
    answer: str,
    new_device: Callable[[str], str | None] = lambda _email: None,
) -> SignedIn:
    """Return who has signed the challenge, and the session to begin; it is written down.

    `new_device` is asked with the owner's address for the browser's name, if nobody has signed in
    as that person in it before: then the same transaction writes to them. Raise Forbidden, with
    the same words whatever was wrong.
    """
    credential_id = ceremony.credential_id(answer)
    async with res.db.transaction() as conn:
        stored = await store.by_credential(conn, credential_id)
        if stored is None or asked.staff_id not in (None, stored.staff_id):
            raise ceremony.unfit()
        count = ceremony.verified(res.settings.public_url, asked.state, stored, answer)
        owner = await store.owner(conn, stored.staff_id)
        if owner is None:
            raise ceremony.unfit()
        await store.note_use(conn, stored.id, count)
        device = new_device(owner.email)
        await note_sign_in(conn, owner.id, {"passkey": stored.name}, device)
    return SignedIn(caller_of(res, owner), Session(owner.id, owner.session_epoch))


async def remove(res: Resources, staff_id: UUID, passkey_id: UUID) -> None:
    """Delete one of one's own; raise NotFound for any other."""
    async with res.db.transaction() as conn:
        name = await store.remove(conn, staff_id, passkey_id)
        if name is None:
            raise NotFound(_("There is no such passkey."), code="passkeys")
        await audit(conn, staff_id, "passkey_removed", ("staff", str(staff_id)), {"name": name})
        await tell(conn, staff_id, Change.PASSKEY_REMOVED, by=staff_id, what=name)
