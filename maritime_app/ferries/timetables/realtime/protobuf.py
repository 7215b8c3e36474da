"""Values and messages in protobuf's wire format; only what the feed needs. Pure.

Source: protobuf.dev, "Encoding". A field is its number and wire type, then its value. Written here
because the feed has a dozen kinds of fields, and the library for all others is ten times its size.
"""

import struct
from collections.abc import Iterable
from typing import Final

_VARINT, _BYTES, _FIXED32 = 0, 2, 5
_UNSIGNED_64: Final = (1 << 64) - 1


def integer(number: int, value: int | None) -> bytes:
    """Return a field of an integer or enum, negative ones in two's complement; None: nothing."""
    if value is None:
        return b""
    return _varint(number << 3 | _VARINT) + _varint(value & _UNSIGNED_64)


def text(number: int, value: str | None) -> bytes:
    """Return a field of a text; None: nothing."""
    return b"" if value is None else message(number, value.encode())


def single(number: int, value: float | None) -> bytes:
    """Return a field of a 32-bit float; None: nothing."""
    return b"" if value is None else _varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def message(number: int, *parts: bytes) -> bytes:
    """Return a field of a message made of these fields."""
    body = b"".join(parts)
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def messages(number: int, bodies: Iterable[bytes]) -> bytes:
    """Return a repeated field."""
    return b"".join(message(number, body) for body in bodies)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
