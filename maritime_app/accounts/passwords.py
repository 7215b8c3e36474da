"""Passwords: generated, validated, hashed and compared.

Hashing takes 30 ms of a core and 64 MiB, so it is done in threads of its own, few of them: whoever
tries passwords in parallel fills these, and nothing else waits for them.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import argon2

from maritime_app.errors import Invalid, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.resources import Part, Resources

T = TypeVar("T")

MIN_LENGTH, MAX_LENGTH = 12, 200
# argon2id with the library's defaults (RFC 9106, second recommended option).
_HASHER = argon2.PasswordHasher()
_JUDGED_CHARACTERS = 72  # all that zxcvbn takes
_TOO_FEW_GUESSES = 100_000_000  # NIST SP 800-63B 5.1.1.2 leaves the bound to us
_THREADS = 2
# Two a thread and 30 ms each: who comes last waits for a second.
_MOST_WAITING = 64


def generate() -> str:
    """Return a password of 72 random bits, in groups that can be read aloud."""
    return "-".join(secrets.token_hex(3) for _word in range(3))


class Hashing:
    """The threads in which one process hashes."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")
        self._waiting = 0

    async def run(self, work: Callable[..., T], *values: str | None) -> T:
        """Return what the work returns; raise Unavailable when too many wait already."""
        if self._waiting >= _MOST_WAITING:
            words = _("Many people are signing in right now. Please try again in a moment.")
            raise Unavailable(words, retry_after_seconds=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Let the threads end; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


HASHING = Part("accounts.hashing", lambda _res: Hashing())


async def hash_of(res: Resources, password: str) -> str:
    """Return the argon2id hash, in the PHC string format."""
    return await res[HASHING].run(_HASHER.hash, password)


async def matches(res: Resources, hash_or_none: str | None, password: str) -> bool:
    """Return whether the hash is of that password; without a hash it takes as long."""
    return await res[HASHING].run(_verify, hash_or_none, password)


async def validate(res: Resources, password: str, again: str) -> None:
    """Raise Invalid, by field, unless the password is long enough, not among those that are tried
    first, and was typed the same twice.
    """
    code, words = await _weakness(res, password)
    wrong = {"new": words} if code else {}
    if password != again:
        wrong["again"] = _("The two new passwords are not the same.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, code=code or "password_differs")


async def _weakness(res: Resources, password: str) -> tuple[str, str]:
    """Return the code and the words of what is wrong with it; both are empty where nothing is."""
    if len(password) < MIN_LENGTH:
        words = _("A password has at least %(number)s characters.")
        return "password_short", words % {"number": MIN_LENGTH}
    if len(password) > MAX_LENGTH:
        words = _("A password has at most %(number)s characters.")
        return "password_long", words % {"number": MAX_LENGTH}
    if await res[HASHING].run(_is_common, password):
        return "password_common", _(
            "That password is among the most common ones and is tried first. Please choose another."
        )
    return "", ""


def _is_common(password: str) -> bool:
    """Return whether a hundred million guesses would hit it: common passwords, names and words,
    rows of keys, dates and repetitions (Wheeler, zxcvbn, USENIX Security 2016).
    """
    from zxcvbn import zxcvbn  # its lists of words: 20 ms that no start needs

    guesses: int = zxcvbn(password[:_JUDGED_CHARACTERS])["guesses"]
    return guesses < _TOO_FEW_GUESSES


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
