"""Codes by time (RFC 6238, as every authenticator app makes them) and recovery codes: generated,
sealed, recognised.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING
from uuid import UUID

import pyotp

from maritime_app.settings.model import Settings

if TYPE_CHECKING:
    from Cryptodome.Cipher._mode_gcm import GcmMode

ISSUER = "Fairway"
STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
# 66 random bits; digits only, because a phone shows nothing else for the field.
_RECOVERY_DIGITS = 20
_STEPS_BESIDE = (0, -1, 1)  # clocks differ, and typing takes time
_VERSION = "v1."
_NONCE_BYTES = _TAG_BYTES = 16


def generate() -> str:
    """Return a secret of 160 random bits, in base32."""
    return pyotp.random_base32()


def in_groups(text: str) -> str:
    """Return the text in groups of four, to be read and typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: str, email: str) -> str:
    """Return what the QR code says.

    Format: https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
    """
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def digits(text: str) -> str:
    """Return the digits of a code as somebody typed it: with spaces or hyphens, or with the digits
    of another script.
    """
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def step_of(secret: str, code: str, now_seconds: float) -> int | None:
    """Return the time step whose code this is: the present one, the one before or the one after;
    None for any other code.
    """
    present, codes = int(now_seconds) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in (present + beside for beside in _STEPS_BESIDE):
        if hmac.compare_digest(codes.generate_otp(step), code):
            return step
    return None


def recovery_codes() -> list[str]:
    """Return new recovery codes, to be shown once."""
    bound = 10**_RECOVERY_DIGITS
    return [f"{secrets.randbelow(bound):0{_RECOVERY_DIGITS}}" for _number in range(RECOVERY_CODES)]


def fingerprint(recovery_code: str) -> bytes:
    """Return what is stored of a recovery code: the SHA-256 of its digits."""
    return hashlib.sha256(digits(recovery_code).encode()).digest()


def seal(settings: Settings, staff_id: UUID, secret: str) -> str:
    """Return the secret encrypted and authenticated (AES-256-GCM) for that person's row; no other
    row can use it.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = _cipher(settings.secrets.key, staff_id, nonce)
    hidden, tag = cipher.encrypt_and_digest(secret.encode())
    return _VERSION + urlsafe_b64encode(nonce + tag + hidden).decode()


def unseal(settings: Settings, staff_id: UUID, sealed: str) -> str | None:
    """Return the secret that was sealed under the present or a previous SECRET_KEY.

    Return None when it was sealed under another key, for another row, or by nobody.
    """
    for key in (settings.secrets.key, *settings.secrets.previous_keys):
        try:
            raw = urlsafe_b64decode(sealed.removeprefix(_VERSION))
            nonce, rest = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            tag, hidden = rest[:_TAG_BYTES], rest[_TAG_BYTES:]
            return _cipher(key, staff_id, nonce).decrypt_and_verify(hidden, tag).decode()
        except ValueError:
            continue
    return None


def _cipher(key: str, staff_id: UUID, nonce: bytes) -> "GcmMode":
    """Return AES-GCM under a key for this purpose alone, derived from the process's secret."""
    from Cryptodome.Cipher import AES  # 25 ms: only who signs in with a code waits for it

    derived = hmac.digest(key.encode(), b"second factor\0v1", hashlib.sha256)
    cipher = AES.new(derived, AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
    cipher.update(staff_id.bytes)
    return cipher
