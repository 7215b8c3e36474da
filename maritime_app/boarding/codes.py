"""Pure: fingerprints of ticket codes.

A gate must tell our codes from forged ones without a network, and must not hold the key that makes
them. Its list has the SHA-256 of every code it may meet, cut to 128 bits: who finds the list can
verify with it and forge nothing (a code's own signature has 144 bits).
"""

import base64
import hashlib
from collections.abc import Iterator

from maritime_app.bookings.tickets.codes import codes_of
from maritime_app.settings.model import Settings

_BYTES = 16


def fingerprint(code: str) -> str:
    """Return the code's fingerprint, 22 URL-safe characters."""
    digest = hashlib.sha256(code.strip().encode()).digest()[:_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fingerprints(
    settings: Settings, reference: str, leg: int, holder: str, issue: int
) -> tuple[str, ...]:
    """Return those of every code that this issue of the ticket may carry, by any key of ours."""
    return tuple(fingerprint(code) for code in codes_of(settings, reference, leg, holder, issue))


def older(settings: Settings, reference: str, leg: int, holder: str, issue: int) -> tuple[str, ...]:
    """Return those of all issues before this one."""
    return tuple(_older(settings, reference, leg, holder, issue))


def _older(settings: Settings, reference: str, leg: int, holder: str, issue: int) -> Iterator[str]:
    for before in range(1, issue):
        yield from fingerprints(settings, reference, leg, holder, before)
