"""Pure: the signed codes of tickets, to be checked at a gate without a network."""

from maritime_app import signing
from maritime_app.settings import Settings

_VERSION = "FW1"
_PURPOSE = "ticket"


def code_of(settings: Settings, reference: str, leg_number: int, holder: str) -> str:
    """Return "FW1.<reference>.<leg>.<holder>.<signature>"; a holder is p1, p2 ... or v1, v2 ..."""
    subject = f"{reference}.{leg_number}.{holder}"
    return f"{_VERSION}.{subject}.{signing.sign(settings, _PURPOSE, subject)}"


def is_genuine(settings: Settings, code: str) -> bool:
    """Return whether we wrote this code."""
    version, _dot, rest = code.partition(".")
    subject, _dot, signature = rest.rpartition(".")
    return version == _VERSION and signing.verify(settings, _PURPOSE, subject, signature)
