"""Identifiers: time-ordered UUIDs for rows, short references for people."""

import os
from datetime import datetime
from uuid import UUID

from asyncpg.pgproto import pgproto

from maritime_app import clock

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: a reference is read aloud on a windy quay.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8
# A letter for each byte, all as likely: bytes of the last, incomplete multiple of 23 are none.
_LETTERS = bytes(ord(REFERENCE_ALPHABET[byte % len(REFERENCE_ALPHABET)]) for byte in range(256))
_NO_LETTERS = bytes(range(256 - 256 % len(REFERENCE_ALPHABET), 256))


# From one id to the next of the same millisecond it is a random step of up to 2**32: not to be
# guessed, and with one bit left free for them there is room for 2**41 steps.
_STEP_BYTES = 4
_RANDOM_BITS = 74


class _Ids:
    """The ids of one process: the last one's milliseconds and random bits are remembered."""

    def __init__(self) -> None:
        self._milliseconds = self._random_bits = 0

    def uuid7(self) -> UUID:
        """Return a UUID version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then 74
        random bits; of two made in one millisecond the later is the greater (section 6.2, method
        2).
        """
        milliseconds = clock.epoch_ms()
        if milliseconds == self._milliseconds:
            self._random_bits += 1 + int.from_bytes(os.urandom(_STEP_BYTES), "big")
        else:
            self._random_bits = int.from_bytes(os.urandom(10), "big") >> (80 - _RANDOM_BITS + 1)
        self._milliseconds = milliseconds
        high, low = divmod(self._random_bits, 1 << 62)
        value = milliseconds << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low
        # What ids are when they come out of the database: a uuid.UUID that is made in a tenth of
        # the time, and written as text in as little.
        return pgproto.UUID(value.to_bytes(16, "big"))


uuid7 = _Ids().uuid7


def from_text(text: str) -> UUID:
    """Return the UUID that is written so, as `uuid7` makes them; raise ValueError."""
    return pgproto.UUID(text)


def first_uuid7(at: datetime) -> UUID:
    """Return the smallest UUID version 7 of that instant: ids made from then on are not less."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def reference() -> str:
    """Return eight characters without look-alikes: 23**8 are 78 billion, too many to guess."""
    drawn = os.urandom(2 * REFERENCE_LENGTH).translate(_LETTERS, _NO_LETTERS)
    return drawn[:REFERENCE_LENGTH].decode() if len(drawn) >= REFERENCE_LENGTH else reference()
