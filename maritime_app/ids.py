"""Identifiers: time-ordered UUIDs for rows, short references for people."""

import os
from datetime import datetime
from uuid import UUID

from maritime_app import clock

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: a reference is read aloud on a windy quay.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8


def uuid7() -> UUID:
    """Return a UUID version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then 74 random
    bits.
    """
    milliseconds = clock.epoch_ms()
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | random_bits
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def first_uuid7(at: datetime) -> UUID:
    """Return the smallest UUID version 7 of that instant: ids made from then on are not less."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def reference() -> str:
    """Return eight characters without look-alikes: 23**8 are 78 billion, too many to guess."""
    return "".join([REFERENCE_ALPHABET[digit] for digit in _digits()])


def _digits() -> list[int]:
    """Return digits, all as likely: bytes of the last, incomplete multiple of 23 are redrawn."""
    base = len(REFERENCE_ALPHABET)
    drawn = [byte % base for byte in os.urandom(2 * REFERENCE_LENGTH) if byte < 256 - 256 % base]
    return drawn[:REFERENCE_LENGTH] if len(drawn) >= REFERENCE_LENGTH else _digits()
