"""Signatures that only this service can have made: links in mails, codes of tickets, forms.

By itsdangerous over HMAC-SHA256, cut to 144 bits, under the process's secret. A key that was
replaced still verifies as long as it is among `secrets.previous_keys`.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import lru_cache

from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_encode, int_to_bytes
from itsdangerous.signer import SigningAlgorithm

from maritime_app import clock
from maritime_app.settings.model import Settings

# 24 characters of base64, none of them padding: ticket codes stay small enough to be scanned from a
# phone's screen.
_BYTES = 18


class _Truncated(SigningAlgorithm):
    """HMAC-SHA256 cut to 18 bytes (NIST SP 800-107r1 section 5.1: 80 bits or more are enough)."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return _digest(key, value)


def _digest(key: bytes, value: bytes) -> bytes:
    made = _keyed(key).copy()
    made.update(value)
    return made.digest()[:_BYTES]


@lru_cache(maxsize=8)  # taking in the key is most of the work on a value as short as ours
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod=hashlib.sha256)


def sign(settings: Settings, purpose: str, subject: str) -> str:
    """Return a token that proves for ever that we wrote this subject for this purpose; URL-safe, 24
    characters.
    """
    return _signature(settings.secrets.key, _value(purpose, subject))


def signatures(settings: Settings, purpose: str, subject: str) -> list[str]:
    """Return what `sign` makes and has made of it, by every key that still counts."""
    value = _value(purpose, subject)
    return [_signature(key, value) for key in _keys(settings)]


def verify(settings: Settings, purpose: str, subject: str, token: str) -> bool:
    """Return whether `sign` made the token, in constant time."""
    return _signer(settings).verify_signature(_value(purpose, subject), token.encode())


def sign_dated(
    settings: Settings, purpose: str, subject: str, written_at: datetime | None = None
) -> str:
    """Return a token that carries the time at which we wrote it, now unless it is given:
    "<time>.<signature>", URL-safe.
    """
    time = _written_second(int(written_at.timestamp()) if written_at else clock.epoch_ms() // 1_000)
    return f"{time}.{sign(settings, purpose, f'{subject}.{time}')}"


@lru_cache(maxsize=4)  # hundreds are signed in a second
def _written_second(second: int) -> str:
    return base64_encode(int_to_bytes(second)).decode()


def verify_dated(
    settings: Settings, purpose: str, subject: str, token: str, *, max_age_seconds: float
) -> bool:
    """Return whether `sign_dated` made the token, and not longer ago than that.

    A token without a time is one of `sign`: links in mails of version 0.1.0 were of that kind and
    stay valid.
    """
    if "." not in token:
        return verify(settings, purpose, subject, token)
    signed = _value(purpose, subject) + b"." + token.encode()
    try:
        _dated(settings).unsign(signed, max_age=int(max_age_seconds))
    except BadSignature:  # or SignatureExpired, which is one
        return False
    return True


def _signature(key: str, value: bytes) -> str:
    """Return what a Signer with that key makes, without all that it could be told to do."""
    return urlsafe_b64encode(_digest(key.encode(), value)).decode()


def _value(purpose: str, subject: str) -> bytes:
    return f"{purpose}\0{subject}".encode()


def _keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys that verify; the last one signs."""
    return (*settings.secrets.previous_keys, settings.secrets.key)


def _signer(settings: Settings) -> Signer:
    return _signer_with(_keys(settings))


# A booking's answer has three signatures, a page of codes dozens; the keys never change meanwhile.
@lru_cache(maxsize=8)
def _signer_with(keys: tuple[str, ...]) -> Signer:
    return Signer(keys, key_derivation="none", algorithm=_Truncated())


class _ByOurClock(TimestampSigner):
    """Dates by the clock that all processes share: one that is ahead would sign in the future."""

    def get_timestamp(self) -> int:
        return clock.epoch_ms() // 1_000


def _dated(settings: Settings) -> TimestampSigner:
    return _dated_with(_keys(settings))


@lru_cache(maxsize=8)
def _dated_with(keys: tuple[str, ...]) -> TimestampSigner:
    return _ByOurClock(keys, key_derivation="none", algorithm=_Truncated())
