"""Pure: links that are a right by themselves: an id with our signature for one purpose.

Whoever has the link may do what the purpose says, and nothing else: no other purpose takes it.
"""

import base64
import binascii
from uuid import UUID

from maritime_app import signing
from maritime_app.settings.model import Settings

_ID_LENGTH = 22  # 16 bytes in base64


def token(settings: Settings, purpose: str, subject: UUID) -> str:
    """Return what stands in the link."""
    name = base64.urlsafe_b64encode(subject.bytes).rstrip(b"=").decode()
    return f"{name}.{signing.sign(settings, purpose, str(subject))}"


def subject(settings: Settings, purpose: str, token: str) -> UUID | None:
    """Return whose link it is; None for one that we did not write for this purpose."""
    name, _dot, signature = token.partition(".")
    if len(name) != _ID_LENGTH or not name.isascii():
        return None
    try:
        found = UUID(bytes=base64.urlsafe_b64decode(name + "=="))
    except (binascii.Error, ValueError):
        return None
    return found if signing.verify(settings, purpose, str(found), signature) else None
