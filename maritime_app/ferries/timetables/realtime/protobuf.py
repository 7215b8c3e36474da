"""Values and messages in protobuf's wire format, written and read; only what the feeds need. Pure.

Source: protobuf.dev, "Encoding". A field is its number and wire type, then its value. Written here
because the feed has a dozen kinds of fields, and the library for all others is ten times its size.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final

Value = int | bytes
Fields = Mapping[int, list[Value]]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIDTHS: Final = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT: Final = 10
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


def read(body: bytes) -> Fields:
    """Return what stands under each number, in order: integers, and bytes of anything else.

    Raise ValueError for what is no message, or one that ends in the middle.
    """
    found: dict[int, list[Value]] = {}
    at = 0
    while at < len(body):
        key, at = _read_varint(body, at)
        number, kind = key >> 3, key & 7
        if not number:
            raise ValueError("a field of no number")
        if kind == _VARINT:
            value, at = _read_varint(body, at)
            found.setdefault(number, []).append(value)
            continue
        if kind == _BYTES:
            length, at = _read_varint(body, at)
        elif kind in _WIDTHS:
            length = _WIDTHS[kind]
        else:
            raise ValueError("a field of no known kind")
        if at + length > len(body):
            raise ValueError("a field that ends behind its message")
        found.setdefault(number, []).append(body[at : at + length])
        at += length
    return found


def integer_in(fields: Fields, number: int) -> int | None:
    """Return the integer under that number, None without one; the last of several holds."""
    value = fields.get(number, [None])[-1]
    if isinstance(value, bytes):
        raise ValueError("no integer")  # noqa: TRY004 - of what was read, not of a caller
    return value if value is None or value < 1 << 63 else value - (1 << 64)


def text_in(fields: Fields, number: int) -> str:
    """Return the text under that number, empty without one."""
    return _bytes(fields.get(number, [b""])[-1]).decode()


def id_in(fields: Fields, number: int) -> str:
    """Return the id under that number, empty without one; raise ValueError for one with NUL, which
    no database holds and no timetable has.
    """
    found = text_in(fields, number)
    if "\0" in found:
        raise ValueError("an id that is none")
    return found


def message_in(fields: Fields, number: int) -> Fields | None:
    """Return the message under that number, None without one."""
    found = fields.get(number)
    return None if found is None else read(_bytes(found[-1]))


def messages_in(fields: Fields, number: int) -> list[bytes]:
    """Return the bodies of a repeated message."""
    return [_bytes(each) for each in fields.get(number, [])]


def _bytes(value: Value) -> bytes:
    if isinstance(value, int):
        raise ValueError("no text and no message")  # noqa: TRY004 - as above
    return value


def _read_varint(body: bytes, at: int) -> tuple[int, int]:
    value = 0
    for number in range(_LONGEST_VARINT):
        if at >= len(body):
            raise ValueError("a message that ends in the middle")
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << 7 * number
        if byte < 0x80:
            return value & _UNSIGNED_64, at
    raise ValueError("a number that does not end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
