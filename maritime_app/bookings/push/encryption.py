"""Pure: a message that only one browser can read: RFC 8291 over RFC 8188 (aes128gcm).

`cryptography` is loaded by the first browser that asks to be told, and by nobody's start.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_RECORD_BYTES = 4096
_LAST_RECORD = b"\x02"
_LONGEST = _RECORD_BYTES - 17 - 86  # the mark and the seal; RFC 8030 lets 4096 bytes travel in all


def encrypt(
    text: bytes,
    browser_key: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    own: "ec.EllipticCurvePrivateKey | None" = None,
) -> bytes:
    """Return the body of a push message; salt and own key are fresh unless given.

    Raise ValueError for a key that is no point of the curve, or a text of more than 3,993 bytes.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(text) > _LONGEST:
        raise ValueError("too long for a push message")
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(curve())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(curve(), browser_key)
    ours = public_bytes(own)
    shared = own.exchange(ec.ECDH(), theirs)
    # RFC 8291, 3.4: the browser's secret goes in, so that the push service cannot read along.
    secret = _derived(shared, auth, b"WebPush: info\0" + browser_key + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)
    return salt + _RECORD_BYTES.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def curve() -> "ec.EllipticCurve":
    """Return the one curve of Web Push: P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.SECP256R1()


def public_bytes(key: "ec.EllipticCurvePrivateKey") -> bytes:
    """Return the public point of a key, uncompressed: 65 bytes."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(octets: bytes) -> str:
    """Return them as text without padding (RFC 4648, 5)."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets_of(text: str) -> bytes:
    """Return what such a text stands for; raise ValueError for one that is none."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)
