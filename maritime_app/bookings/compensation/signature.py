"""The key that signs evidence, for anybody to verify: Ed25519 (RFC 8032).

Made from the service's secret by HKDF (RFC 5869), so that there is no second secret to keep. A
secret that was replaced still verifies what it signed, as long as it is among
`secrets.previous_keys`.
"""

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from maritime_app.bookings.compensation.evidence import canonical
from maritime_app.bookings.compensation.model import Evidence, SignatureKey
from maritime_app.settings.model import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALGORITHM = "Ed25519"
_PURPOSE = b"compensation evidence"
_ID_LENGTH = 16


def signed_file(settings: Settings, told: Evidence) -> bytes:
    """Return the evidence with its signature, as a JSON file."""
    key = _private(settings.secrets.key)
    body = canonical(told)
    signature = base64.b64encode(key.sign(body)).decode()
    public = _public_hex(key)
    head = f'{{"signature":{{"algorithm":"{ALGORITHM}","key":"{public}","value":"{signature}"}}'
    return head.encode() + b',"evidence":' + body + b"}\n"


def keys(settings: Settings) -> list[SignatureKey]:
    """Return every key that verifies, the one that signs now first."""
    secrets = [settings.secrets.key, *reversed(settings.secrets.previous_keys)]
    return [_described(_public_hex(_private(secret))) for secret in secrets]


def _described(public: str) -> SignatureKey:
    name = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:_ID_LENGTH]
    return SignatureKey(name, ALGORITHM, public)


@cache
def _private(secret: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def _public_hex(key: "Ed25519PrivateKey") -> str:
    return key.public_key().public_bytes_raw().hex()
