"""The live map's binary protocol, version 1, as complete websocket frames (docs/map-protocol.md)."""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.map.mercator import TileId

VERSION = 1
TICK, TILE = 1, 2
SNAPSHOT = 1
NO_SPEED, TOP_SPEED = 255, 254  # quarter knots: 63.5 knots and more are one value
NO_AGE_MS = 0xFFFFFFFF
AGE_STEP_MS = 15_000
HEADING_KNOWN, COURSE_KNOWN, CLASS_B, COARSE = 1, 2, 4, 8

# kind, version, feed state, flags (1: sandbox), tick, server time (epoch ms), age of the last frame
# in ms, ships
_TICK = struct.Struct("<BBBBIdII")
# kind, version, level, flags, column, row, sequence, tick, numbers of full, move and gone records,
# reserved
_TILE = struct.Struct("<BBBBHHIIHHHH")
FULL = np.dtype(
    [
        ("slot", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("course", "u1"),
        ("speed", "u1"),
        ("mmsi", "<u4"),
        ("heading", "u1"),
        ("what", "u1"),  # group | status << 4
        ("flags", "u1"),
        ("age", "u1"),
    ]
)
MOVE = np.dtype([("slot", "<u2"), ("x", "<u2"), ("y", "<u2"), ("course", "u1"), ("speed", "u1")])
assert (FULL.itemsize, MOVE.itemsize, _TICK.size, _TILE.size) == (16, 8, 24, 24)


class Stamp(NamedTuple):
    """Which tile, at which of its sequence numbers, in which tick."""

    tile: TileId
    sequence: int
    tick: int


def binary(payload: bytes) -> bytes:
    """One unmasked, uncompressed binary websocket frame (RFC 6455, 5.2)."""
    return _framed(0x82, payload)


def text(payload: bytes) -> bytes:
    """One unmasked, uncompressed text frame."""
    return _framed(0x81, payload)


def ping() -> bytes:
    """A ping without a payload."""
    return _framed(0x89, b"")


def tick(
    number: int, now_ms: int, *, state: int, age_ms: int | None, ships: int, sandbox: bool
) -> bytes:
    """The beat that everybody gets each tick: server time and the feed's health."""
    age = NO_AGE_MS if age_ms is None else min(age_ms, NO_AGE_MS - 1)
    return binary(_TICK.pack(TICK, VERSION, state, int(sandbox), number, float(now_ms), age, ships))


def tile(
    at: Stamp,
    full: bytes = b"",
    moves: bytes = b"",
    gone: Sequence[int] = (),
    *,
    snapshot: bool = False,
) -> bytes:
    """One tile's change, or all of it: packed FULL and MOVE records;

    `gone` are slots to be emptied first.
    """
    head = _TILE.pack(
        TILE,
        VERSION,
        at.tile.z,
        SNAPSHOT if snapshot else 0,
        at.tile.x,
        at.tile.y,
        at.sequence,
        at.tick,
        len(full) // FULL.itemsize,
        len(moves) // MOVE.itemsize,
        len(gone),
        0,
    )
    return binary(b"".join((head, struct.pack(f"<{len(gone)}H", *gone), full, moves)))


def speed_bytes(sog: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Tenths of a knot (65535: unknown) to quarter knots (255: unknown)."""
    quarters = np.minimum((sog.astype(np.int32) * 4 + 5) // 10, TOP_SPEED)
    return np.where(sog == 0xFFFF, NO_SPEED, quarters).astype(np.uint8)


def course_bytes(tenths: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Tenths of a degree to 256ths of a circle; unknown becomes 0 (see the flags)."""
    known = np.where(tenths == 0xFFFF, 0, tenths).astype(np.int32)
    return ((known * 256 + 1800) // 3600 & 0xFF).astype(np.uint8)


def heading_bytes(degrees: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Degrees to 256ths of a circle; unknown becomes 0 (see the flags)."""
    known = np.where(degrees == 0xFFFF, 0, degrees).astype(np.int32)
    return ((known * 256 + 180) // 360 & 0xFF).astype(np.uint8)


def _framed(first: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload
