"""The second factor: switch it on, sign in with it, new recovery codes, switch it off, reset it for
somebody.

A code works once: the row of the person remembers the time step of the last one, and only a later
step is taken.
"""

from uuid import UUID

from maritime_app import clock
from maritime_app.accounts import passwords, store
from maritime_app.accounts.model import PasswordAndCode, SecondFactor, Session
from maritime_app.accounts.service import audit, caller_of
from maritime_app.accounts.two_factor import totp
from maritime_app.errors import Conflict, Forbidden, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra import log
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources
from maritime_app.web.access import Caller

logger = log.get(__name__)


async def standing(res: Resources, staff_id: UUID) -> SecondFactor:
    """Whether it is on, and the recovery codes that are left."""
    async with res.db.acquire() as conn:
        row = await store.second_factor(conn, staff_id)
    return SecondFactor(row["totp_since"], row["codes_left"]) if row else SecondFactor(None, 0)


async def begin(res: Resources, staff_id: UUID, password: str) -> str:
    """A new secret, which counts for nothing until a code of it was given to `switch_on`.

    Raises Forbidden when it is not the present password, Conflict when a second factor is on
    already.
    """
    if not await _is_password(res, staff_id, password):
        raise Forbidden(_("That is not your present password."), code="credentials")
    secret = totp.made()
    async with res.db.transaction() as conn:
        if not await store.keep_secret(conn, staff_id, totp.seal(res.settings, staff_id, secret)):
            raise Conflict(_("Your second factor is on already."), code="second_factor_on")
        await audit(conn, staff_id, "second_factor_begun", _subject(staff_id), {})
    return secret


async def begun(res: Resources, staff_id: UUID) -> str:
    """The secret that counts for nothing yet. Raises Conflict when there is none."""
    async with res.db.acquire() as conn:
        return (await _begun(res, conn, staff_id))[0]


async def switch_on(res: Resources, staff_id: UUID, code: str) -> tuple[Session, list[str]]:
    """Let it count from now on; every session ends, and the one that is returned may begin. The
    recovery codes too.

    Raises Forbidden for a wrong code, Conflict when nothing was begun.
    """
    codes = totp.recovery_codes()
    async with res.db.transaction() as conn:
        secret, sealed = await _begun(res, conn, staff_id)
        step = totp.step_of(secret, totp.typed(code), clock.now().timestamp())
        if step is None:
            raise _wrong_code()
        epoch = await store.switch_on(conn, staff_id, sealed, step)
        if epoch is None:
            raise _nothing_begun()
        await store.renew_recovery_codes(conn, staff_id, list(map(totp.fingerprint, codes)))
        await audit(conn, staff_id, "second_factor_on", _subject(staff_id), {})
    return Session(staff_id, epoch), codes


async def complete(res: Resources, half: Session, code: str) -> tuple[Caller, Session]:
    """The second step of a sign-in: the person, and the session to begin.

    Raises Forbidden, with the same words whatever was wrong. Written down either way: who gives a
    wrong code here
    knows the password.
    """
    async with res.db.transaction() as conn:
        row = await store.staff_by_session(conn, half.staff_id, half.epoch)
        used = await _take(res, conn, half.staff_id, code) if row else ""
        if used:
            await store.note_sign_in(conn, half.staff_id)
            await audit(conn, half.staff_id, "sign_in", None, {"second_factor": used})
        else:
            await audit(conn, half.staff_id, "second_factor_refused", _subject(half.staff_id), {})
    if row is None or not used:
        raise _wrong_code()
    return caller_of(res, row), Session(half.staff_id, half.epoch)


async def renew_codes(res: Resources, staff_id: UUID, asked: PasswordAndCode) -> list[str]:
    """New recovery codes; those before stop working.

    Raises Forbidden unless password and code are right.
    """
    codes = totp.recovery_codes()
    known = await _is_password(res, staff_id, asked.password)
    async with res.db.transaction() as conn:
        if not known or not await _take(res, conn, staff_id, asked.code):
            raise _wrong_pair()
        await store.renew_recovery_codes(conn, staff_id, list(map(totp.fingerprint, codes)))
        await audit(conn, staff_id, "recovery_codes_made", _subject(staff_id), {})
    return codes


async def switch_off(res: Resources, staff_id: UUID, asked: PasswordAndCode) -> None:
    """Forget one's own. Raises Forbidden unless password and code are right."""
    known = await _is_password(res, staff_id, asked.password)
    async with res.db.transaction() as conn:
        if not known or not await _take(res, conn, staff_id, asked.code):
            raise _wrong_pair()
        await store.switch_off(conn, staff_id)
        await audit(conn, staff_id, "second_factor_off", _subject(staff_id), {})


async def reset(res: Resources, by: UUID | None, staff_id: UUID) -> None:
    """Forget somebody's and end the sessions; nothing happens where it is off. Raises NotFound."""
    async with res.db.transaction() as conn:
        if await store.person(conn, staff_id) is None:
            raise NotFound(_("There is no such person."), code="person")
        if await store.reset_second_factor(conn, staff_id):
            await audit(conn, by, "second_factor_reset", _subject(staff_id), {})


async def _take(res: Resources, conn: Conn, staff_id: UUID, given: str) -> str:
    """Use a code up: which kind it was, or "" when it is none, or was used.

    Who is locked first is always the person, so that no two of these wait for each other.
    """
    await store.lock_person(conn, staff_id)
    row = await store.second_factor(conn, staff_id)
    if row is None or row["totp_since"] is None:
        return ""
    code = totp.typed(given)
    if len(code) != totp.DIGITS:
        return (
            "recovery code"
            if await store.use_recovery_code(conn, staff_id, totp.fingerprint(code))
            else ""
        )
    sealed = row["totp_secret"]
    secret = _opened(res, staff_id, sealed)
    step = totp.step_of(secret, code, clock.now().timestamp()) if secret else None
    return "app" if step is not None and await store.use_step(conn, staff_id, sealed, step) else ""


async def _begun(res: Resources, conn: Conn, staff_id: UUID) -> tuple[str, str]:
    row = await store.second_factor(conn, staff_id)
    if row is None or row["totp_secret"] is None or row["totp_since"] is not None:
        raise _nothing_begun()
    secret = _opened(res, staff_id, row["totp_secret"])
    if secret is None:
        raise _nothing_begun()
    return secret, row["totp_secret"]


def _opened(res: Resources, staff_id: UUID, sealed: str) -> str | None:
    secret = totp.unseal(res.settings, staff_id, sealed)
    if secret is None:
        logger.warning(
            "second_factor_unreadable", staff_id=str(staff_id)
        )  # SECRET_KEY is another one now
    return secret


async def _is_password(res: Resources, staff_id: UUID, password: str) -> bool:
    async with res.db.acquire() as conn:
        known = await store.password_hash(conn, staff_id)
    return await passwords.belongs(known, password)


def _wrong_code() -> Forbidden:
    words = _(
        "That code does not fit. Each works once and not for long: take the one that your app shows now."
    )
    return Forbidden(words, code="credentials")


def _wrong_pair() -> Forbidden:
    words = _(
        "That password and code do not fit. A code works once: wait until your app shows the next one."
    )
    return Forbidden(words, code="credentials")


def _nothing_begun() -> Conflict:
    return Conflict(
        _("Please begin again: this code belongs to nothing any more."), code="nothing_begun"
    )


def _subject(staff_id: UUID) -> tuple[str, str]:
    return "staff", str(staff_id)
