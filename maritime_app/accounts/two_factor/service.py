"""The second factor: switch it on, sign in with it, renew recovery codes, switch it off, reset it
for somebody.

A code works once: the row of the person has the time step of the last one, and only a later step is
taken.
"""

from uuid import UUID

from maritime_app import clock
from maritime_app.accounts import passwords, store as accounts_store
from maritime_app.accounts.model import PendingSignIn, Session
from maritime_app.accounts.notices.model import Change
from maritime_app.accounts.notices.telling import tell
from maritime_app.accounts.passkeys import store as passkeys
from maritime_app.accounts.service import SignedIn, audit, caller_of, note_sign_in
from maritime_app.accounts.two_factor import store, totp
from maritime_app.accounts.two_factor.model import PasswordAndCodeRequest, SecondFactorStatus
from maritime_app.errors import Conflict, Forbidden, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources

logger = log.get(__name__)


async def status(res: Resources, staff_id: UUID) -> SecondFactorStatus:
    """Return whether somebody has it on, and how many recovery codes are unused."""
    async with res.db.acquire() as conn:
        stored = await store.second_factor(conn, staff_id)
    if stored is None:
        return SecondFactorStatus(None, 0)
    return SecondFactorStatus(stored.totp_since, stored.codes_left)


async def begin(res: Resources, staff_id: UUID, password: str) -> str:
    """Return a new secret, which does not count until `switch_on` was given a code of it.

    Raise Forbidden when it is not the present password, Conflict when a second factor is on.
    """
    known, secret = await _matching(res, staff_id, password), totp.generate()
    async with res.db.transaction() as conn:
        if known is None or not await accounts_store.hold_password(conn, staff_id, known):
            raise Forbidden(_("That is not your present password."), code="credentials")
        if not await store.begin(conn, staff_id, totp.seal(res.settings, staff_id, secret)):
            raise Conflict(_("Your second factor is on already."), code="second_factor_on")
        await audit(conn, staff_id, "second_factor_begun", _subject(staff_id), {})
    return secret


async def begun(res: Resources, staff_id: UUID) -> str:
    """Return the secret that does not count yet; raise Conflict when there is none."""
    async with res.db.acquire() as conn:
        return (await _begun(res, conn, staff_id))[0]


async def switch_on(res: Resources, staff_id: UUID, code: str) -> tuple[Session, list[str]]:
    """Let the secret count and end every session; return the one that may begin, and the recovery
    codes.

    Raise Forbidden for a wrong code, Conflict when nothing was begun.
    """
    codes = totp.recovery_codes()
    async with res.db.transaction() as conn:
        secret, sealed = await _begun(res, conn, staff_id)
        step = totp.step_of(secret, totp.digits(code), clock.now().timestamp())
        if step is None:
            raise _wrong_code()
        epoch = await store.switch_on(conn, staff_id, sealed, step)
        if epoch is None:
            raise _nothing_begun()
        await store.replace_recovery_codes(conn, staff_id, list(map(totp.fingerprint, codes)))
        await audit(conn, staff_id, "second_factor_on", _subject(staff_id), {})
        await tell(conn, staff_id, Change.SECOND_FACTOR_ON, by=staff_id)
    return Session(staff_id, epoch), codes


async def complete(res: Resources, pending: PendingSignIn, code: str) -> SignedIn:
    """Complete a sign-in with a code.

    Raise Forbidden, with the same words whatever was wrong. Either way it is written down: who
    gives a wrong code here knows the password.
    """
    staff_id = pending.staff_id
    async with res.db.transaction() as conn:
        member = await accounts_store.member_by_session(conn, staff_id, pending.epoch)
        used = await use(res, conn, staff_id, code) if member else ""
        if used:
            await note_sign_in(conn, staff_id, {"second_factor": used}, pending.new_device)
        else:
            await audit(conn, staff_id, "second_factor_refused", _subject(staff_id), {})
    if member is None or not used:
        raise _wrong_code()
    return SignedIn(caller_of(res, member), Session(staff_id, pending.epoch))


async def renew_codes(res: Resources, staff_id: UUID, request: PasswordAndCodeRequest) -> list[str]:
    """Return new recovery codes; those before stop working.

    Raise Forbidden unless password and code are right.
    """
    codes = totp.recovery_codes()
    known = await _matching(res, staff_id, request.password)
    async with res.db.transaction() as conn:
        await _use_both(res, conn, staff_id, known, request.code)
        await store.replace_recovery_codes(conn, staff_id, list(map(totp.fingerprint, codes)))
        await audit(conn, staff_id, "recovery_codes_made", _subject(staff_id), {})
        await tell(conn, staff_id, Change.RECOVERY_CODES, by=staff_id)
    return codes


async def switch_off(res: Resources, staff_id: UUID, request: PasswordAndCodeRequest) -> None:
    """Delete one's own; raise Forbidden unless password and code are right."""
    known = await _matching(res, staff_id, request.password)
    async with res.db.transaction() as conn:
        await _use_both(res, conn, staff_id, known, request.code)
        await store.switch_off(conn, staff_id)
        await audit(conn, staff_id, "second_factor_off", _subject(staff_id), {})
        await tell(conn, staff_id, Change.SECOND_FACTOR_OFF, by=staff_id)


async def reset(res: Resources, by: UUID | None, staff_id: UUID) -> None:
    """Delete somebody's, passkeys too, and end the sessions; nothing happens where there is none.

    Raise NotFound when there is no such person.
    """
    async with res.db.transaction() as conn:
        if await accounts_store.person(conn, staff_id) is None:
            raise NotFound(_("There is no such person."), code="person")
        await accounts_store.lock_person(conn, staff_id)  # who is just adding a passkey goes first
        had_passkeys = await passkeys.remove_all(conn, staff_id)
        if await store.reset(conn, staff_id, had_passkeys=had_passkeys > 0):
            await audit(conn, by, "second_factor_reset", _subject(staff_id), {})
            await tell(conn, staff_id, Change.SECOND_FACTOR_RESET, by=by)


async def use(res: Resources, conn: Conn, staff_id: UUID, given: str) -> str:
    """Use a code up and return its kind: "app", "recovery code", or "" for one that does not work.

    The person's row is locked first, always, so that two of these never wait for each other.
    """
    await accounts_store.lock_person(conn, staff_id)
    stored = await store.second_factor(conn, staff_id)
    if stored is None or stored.totp_secret is None or stored.totp_since is None:
        return ""
    code = totp.digits(given)
    if len(code) != totp.DIGITS:
        used = await store.use_recovery_code(conn, staff_id, totp.fingerprint(code))
        return "recovery code" if used else ""
    secret = _unsealed(res, staff_id, stored.totp_secret)
    step = totp.step_of(secret, code, clock.now().timestamp()) if secret else None
    if step is None or not await store.use_step(conn, staff_id, stored.totp_secret, step):
        return ""
    return "app"


async def _begun(res: Resources, conn: Conn, staff_id: UUID) -> tuple[str, str]:
    """Return the secret that does not count yet, plain and sealed."""
    stored = await store.second_factor(conn, staff_id)
    if stored is None or stored.totp_secret is None or stored.totp_since is not None:
        raise _nothing_begun()
    secret = _unsealed(res, staff_id, stored.totp_secret)
    if secret is None:
        raise _nothing_begun()
    return secret, stored.totp_secret


def _unsealed(res: Resources, staff_id: UUID, sealed: str) -> str | None:
    secret = totp.unseal(res.settings, staff_id, sealed)
    if secret is None:  # SECRET_KEY is another one now
        logger.warning("second_factor_unreadable", staff_id=str(staff_id))
    return secret


async def _use_both(
    res: Resources, conn: Conn, staff_id: UUID, known: str | None, code: str
) -> None:
    """Use a code up beside the password whose hash is known; raise Forbidden for a wrong one of
    the two, and for a password that was reset while we compared.
    """
    is_known = known is not None and await accounts_store.hold_password(conn, staff_id, known)
    if not is_known or not await use(res, conn, staff_id, code):
        raise _wrong_pair()


async def _matching(res: Resources, staff_id: UUID, password: str) -> str | None:
    """Return the hash of somebody's password if it is that one."""
    async with res.db.acquire() as conn:
        present = await accounts_store.password_hash(conn, staff_id)
    return present if await passwords.matches(res, present, password) else None


def _wrong_code() -> Forbidden:
    words = _(
        "That code does not fit. Each works once and not for long: "
        "take the one that your app shows now."
    )
    return Forbidden(words, code="credentials")


def _wrong_pair() -> Forbidden:
    words = _(
        "That password and code do not fit. A code works once: "
        "wait until your app shows the next one."
    )
    return Forbidden(words, code="credentials")


def _nothing_begun() -> Conflict:
    words = _("Please begin again: this code belongs to nothing any more.")
    return Conflict(words, code="nothing_begun")


def _subject(staff_id: UUID) -> tuple[str, str]:
    return "staff", str(staff_id)
