"""Passwords: made, judged, hashed and checked.

Hashing takes 30 ms of a core, so it is done in a thread.
"""

import asyncio
import secrets

import argon2

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _

SHORTEST, LONGEST = 12, 200
# argon2id with the library's defaults (RFC 9106, second recommended option).
_HASHER = argon2.PasswordHasher()
# Compared with when there is no such person, so that the answer takes as long either way.
_NOBODY = _HASHER.hash("nobody has this password")


def made() -> str:
    """A new one of 72 random bits, in groups that can be read aloud."""
    return "-".join(secrets.token_hex(3) for _word in range(3))


async def hashed(password: str) -> str:
    """The argon2id hash, in the PHC string format."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def belongs(hash_or_none: str | None, password: str) -> bool:
    """Whether it is that password; takes as long when there is nobody to compare with."""
    return await asyncio.to_thread(_matches, hash_or_none or _NOBODY, password)


def judge(password: str, again: str) -> None:
    """Whether it can be a password: long enough, and typed the same twice. Raises Invalid."""
    if len(password) < SHORTEST:
        words = _("A password has at least %(number)s characters.") % {"number": SHORTEST}
        raise Invalid(words, {"new": words}, code="password_short")
    if len(password) > LONGEST:
        words = _("A password has at most %(number)s characters.") % {"number": LONGEST}
        raise Invalid(words, {"new": words}, code="password_long")
    if password != again:
        words = _("The two new passwords are not the same.")
        raise Invalid(words, {"again": words}, code="password_differs")


def _matches(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except argon2.exceptions.VerificationError:
        return False
