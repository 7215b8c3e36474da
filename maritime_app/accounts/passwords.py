"""Passwords: generated, validated, hashed and compared.

Hashing takes 30 ms of a core, so it is done in a thread.
"""

import asyncio
import secrets
from functools import cache

import argon2

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _

MIN_LENGTH, MAX_LENGTH = 12, 200
# argon2id with the library's defaults (RFC 9106, second recommended option).
_HASHER = argon2.PasswordHasher()


def generate() -> str:
    """Return a password of 72 random bits, in groups that can be read aloud."""
    return "-".join(secrets.token_hex(3) for _word in range(3))


async def hash_of(password: str) -> str:
    """Return the argon2id hash, in the PHC string format."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def matches(hash_or_none: str | None, password: str) -> bool:
    """Return whether the hash is of that password; without a hash it takes as long."""
    return await asyncio.to_thread(_verify, hash_or_none, password)


def validate(password: str, again: str) -> None:
    """Raise Invalid unless the password is long enough and was typed the same twice."""
    if len(password) < MIN_LENGTH:
        words = _("A password has at least %(number)s characters.") % {"number": MIN_LENGTH}
        raise Invalid(words, {"new": words}, code="password_short")
    if len(password) > MAX_LENGTH:
        words = _("A password has at most %(number)s characters.") % {"number": MAX_LENGTH}
        raise Invalid(words, {"new": words}, code="password_long")
    if password != again:
        words = _("The two new passwords are not the same.")
        raise Invalid(words, {"again": words}, code="password_differs")


def _verify(hash_or_none: str | None, password: str) -> bool:
    nobody = _nobodys_hash()  # made by the first sign-in of a process, whoever it is
    try:
        return _HASHER.verify(hash_or_none or nobody, password)
    except argon2.exceptions.VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    """Compared with when there is no such person, so that the answer takes as long either way."""
    return _HASHER.hash(secrets.token_hex())
