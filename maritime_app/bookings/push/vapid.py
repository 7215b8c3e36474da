"""Pure: who sends, proved to the push service by a signed token (RFC 8292).

The key is made from the service's secret by HKDF (RFC 5869), so that there is no second secret to
keep. A browser listens to one key only: those of former secrets are kept as long as the secrets.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from maritime_app.bookings.push.encryption import base64url, curve, public_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_PURPOSE = b"web push\0"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_VALID = timedelta(hours=12)  # at most 24 (RFC 8292, 2)


def key_of(secret: str) -> "ec.EllipticCurvePrivateKey":
    """Return the key that is made from that secret."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 48, salt=None, info=_PURPOSE).derive(secret.encode())
    # 128 bits more than the order: no number is likelier than another (FIPS 186-5, A.2.1).
    return ec.derive_private_key(int.from_bytes(derived, "big") % (_ORDER - 1) + 1, curve())


def public_key(secret: str) -> str:
    """Return the public key as browsers want it: `applicationServerKey`."""
    return base64url(public_bytes(key_of(secret)))


def secret_of(secrets: Sequence[str], public: str) -> str | None:
    """Return the secret whose key a browser listens to; None when it is not kept any more."""
    return next((secret for secret in secrets if public_key(secret) == public), None)


def authorization(secret: str, endpoint: str, contact: str, now: datetime) -> str:
    """Return the header for a message to that endpoint; `contact` is an https or mailto address."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _VALID).timestamp()),
        "sub": contact,
    }
    head = base64url(msgspec.json.encode({"typ": "JWT", "alg": "ES256"}))
    signed = f"{head}.{base64url(msgspec.json.encode(claims))}"
    r, s = decode_dss_signature(key_of(secret).sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(secret)}"
