"""Codes by time (RFC 6238, as every authenticator app makes them) and recovery codes: made, sealed,
recognised.
"""

import hashlib
import hmac
import io
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from uuid import UUID

import pyotp
import segno
from Cryptodome.Cipher import AES

from maritime_app.settings import Settings

ISSUER = "Fairway"
STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
_RECOVERY_DIGITS = (
    20  # 66 random bits; digits only, because a phone shows nothing else for the field
)
_STEPS_BESIDE = (0, -1, 1)  # clocks differ, and typing takes time
_VERSION = "v1."
_NONCE_BYTES = _TAG_BYTES = 16


def made() -> str:
    """A new secret of 160 random bits, in base32."""
    return pyotp.random_base32()


def grouped(text: str) -> str:
    """In groups of four, to be read and typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: str, email: str) -> str:
    """What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_svg(text: str) -> str:
    """The text as an inline SVG, dark on white in every theme and on paper, because scanners want
    that.
    """
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=3, light="#fff", omitsize=True
    )
    return out.getvalue().decode()


def typed(text: str) -> str:
    """The digits of a code as somebody typed it: with spaces or hyphens, or with the digits of
    another script.
    """
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def step_of(secret: str, code: str, now_seconds: float) -> int | None:
    """The time step whose code this is: the present one, the one before or the one after;

    None for no such.
    """
    present, codes = int(now_seconds) // STEP_SECONDS, pyotp.TOTP(secret)
    for step in (present + beside for beside in _STEPS_BESIDE):
        if hmac.compare_digest(codes.generate_otp(step), code):
            return step
    return None


def recovery_codes() -> list[str]:
    """New ones, to be shown once."""
    return list(_recovery_codes())


def fingerprint(recovery_code: str) -> bytes:
    """What is kept of one."""
    return hashlib.sha256(typed(recovery_code).encode()).digest()


def seal(settings: Settings, staff_id: UUID, secret: str) -> str:
    """The secret encrypted and authenticated (AES-256-GCM) for that person's row; no other row can
    use it.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AES.new(_key(settings), AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
    cipher.update(staff_id.bytes)
    hidden, tag = cipher.encrypt_and_digest(secret.encode())
    return _VERSION + urlsafe_b64encode(nonce + tag + hidden).decode()


def unseal(settings: Settings, staff_id: UUID, sealed: str) -> str | None:
    """The secret again;

    None when it was sealed under another SECRET_KEY, for another row, or by nobody.
    """
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(_VERSION))
        nonce, tag, hidden = (
            raw[:_NONCE_BYTES],
            raw[_NONCE_BYTES:][:_TAG_BYTES],
            raw[_NONCE_BYTES + _TAG_BYTES :],
        )
        cipher = AES.new(_key(settings), AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
        cipher.update(staff_id.bytes)
        return cipher.decrypt_and_verify(hidden, tag).decode()
    except ValueError:
        return None


def _recovery_codes() -> Iterator[str]:
    for _each in range(RECOVERY_CODES):
        yield f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}}"


def _key(settings: Settings) -> bytes:
    """A key for this purpose alone, out of the process's secret."""
    return hmac.digest(settings.secrets.key.encode(), b"second factor\0v1", hashlib.sha256)
