"""The live map's binary protocol, version 4, as complete websocket frames.

See docs/map-protocol.md.
"""

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.vessels.live.packed_report import NO_U16
from maritime_app.vessels.map.mercator import TileId

VERSION: Final = 4
# A socket that asks for another version is closed with this: its page is to be loaded again.
OTHER_VERSION: Final = 4426
TICK, TILE = 1, 2
SNAPSHOT: Final = 1
# Tenths of a knot, as reports have them: 409.4 knots and more are one value.
NO_SPEED, TOP_SPEED = 4095, 4094
COURSES: Final = 4096  # in a circle; a report has tenths of a degree
NO_AGE_MS: Final = 0xFFFFFFFF
HEADING_KNOWN, COURSE_KNOWN, CLASS_B, COARSE = 1, 2, 4, 8
INVENTED, SHARED_NUMBER, DOUBTFUL, IMPOSSIBLE, ODD_NUMBER = 16, 32, 64, 128, 256
# An older report comes in full.
MOVE_MAX_AGE_MS: Final = 8_000
_MOVE_AGE_MS = 32  # in which moves and steps count their report's age
# A step moves a ship by no more in a frame whose slots are no further apart.
STEP_MAX_PLACES: Final = 127
STEP_MAX_SLOTS: Final = 255
_MS_BITS: Final = 0xFFFFFFFF
_BINARY, _TEXT, _PING = 0x82, 0x81, 0x89  # final frames, RFC 6455, 5.2

# kind, version, feed state, flags (1: sandbox), tick, server time and last frame's age in ms, ships
_TICK = struct.Struct("<BBBBIdII")
# kind, version, level, flags, column, row, sequence, time (ms, lower 32 bits), counts of full,
# move, gone, step
_TILE = struct.Struct("<BBBBHHIIHHHH")
FULL = np.dtype(
    [
        ("slot", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("motion", "<u2"),  # course in 4096ths, and the lower four bits of the speed
        ("fast", "u1"),  # the upper eight bits of the speed
        ("key", "<u4"),  # MMSI in the lower 30 bits, hypothesis above
        ("heading", "u1"),
        ("packed_kind", "u1"),  # group | status << 4
        ("flags", "<u2"),
        ("age_ms", "<u4"),  # of the report, at the frame's time
        ("count", "<u2"),  # ships for which this one stands, itself among them
        ("source", "u1"),
        ("kind", "u1"),
    ]
)
MOVE = np.dtype(
    [
        ("slot", "<u2"),
        ("x", "<u2"),
        ("y", "<u2"),
        ("motion", "<u2"),
        ("fast", "u1"),
        ("age", "u1"),  # of the report, at the frame's time, in 32 ms
    ]
)
STEP = np.dtype(
    [
        ("slots", "u1"),  # further than the step before it; the first: than 0
        ("dx", "i1"),  # from where the ship's last record had it
        ("dy", "i1"),
        ("motion", "<u2"),
        ("fast", "u1"),
        ("age", "u1"),
    ]
)
assert (FULL.itemsize, MOVE.itemsize, STEP.itemsize) == (25, 10, 7)
assert (_TICK.size, _TILE.size) == (24, 24)


class Stamp(NamedTuple):
    """Which tile, at which of its sequence numbers, and at which time (UTC epoch ms)."""

    tile: TileId
    sequence: int
    at_ms: int


def binary(payload: bytes) -> bytes:
    """Return one unmasked, uncompressed binary websocket frame (RFC 6455, 5.2)."""
    return _framed(_BINARY, payload)


def text(payload: bytes) -> bytes:
    """Return one unmasked, uncompressed text frame."""
    return _framed(_TEXT, payload)


def ping() -> bytes:
    """Return a ping without a payload."""
    return _framed(_PING, b"")


def tick(
    number: int, now_ms: int, *, state: int, age_ms: int | None, ships: int, sandbox: bool
) -> bytes:
    """Return the frame that everybody gets each tick: server time and the feed's health."""
    age = NO_AGE_MS if age_ms is None else min(age_ms, NO_AGE_MS - 1)
    return binary(_TICK.pack(TICK, VERSION, state, int(sandbox), number, float(now_ms), age, ships))


def tile(
    stamp: Stamp,
    full: bytes = b"",
    moves: bytes = b"",
    steps: bytes = b"",
    *,
    gone: Sequence[int] = (),
    snapshot: bool = False,
) -> bytes:
    """Return one tile's change, or all of it: packed FULL, MOVE and STEP records.

    `gone` are slots to be emptied before the records are read.
    """
    head = _TILE.pack(
        TILE,
        VERSION,
        stamp.tile.z,
        SNAPSHOT if snapshot else 0,
        stamp.tile.x,
        stamp.tile.y,
        stamp.sequence,
        stamp.at_ms & _MS_BITS,
        len(full) // FULL.itemsize,
        len(moves) // MOVE.itemsize,
        len(gone),
        len(steps) // STEP.itemsize,
    )
    return binary(b"".join((head, struct.pack(f"<{len(gone)}H", *gone), full, moves, steps)))


def age_bytes(age_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return the ages of moves and steps: none is negative, none above MOVE_MAX_AGE_MS."""
    return np.rint(age_ms / _MOVE_AGE_MS).astype(np.uint8)


def speeds(sog: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Return the twelve bits of speeds in tenths of a knot."""
    return np.where(sog == NO_U16, NO_SPEED, np.minimum(sog, TOP_SPEED)).astype(np.uint16)


def courses(tenths: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Return 4096ths of a circle of tenths of a degree; unknown becomes 0 (see the flags)."""
    known = np.where(tenths == NO_U16, 0, tenths).astype(np.int32)
    return ((known * COURSES + 1800) // 3600 % COURSES).astype(np.uint16)


def heading_bytes(degrees: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Return 256ths of a circle of degrees; unknown becomes 0 (see the flags)."""
    known = np.where(degrees == NO_U16, 0, degrees).astype(np.int32)
    return ((known * 256 + 180) // 360 & 0xFF).astype(np.uint8)


def _framed(first: int, payload: bytes) -> bytes:
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", first, length) + payload
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length) + payload
    return struct.pack("!BBQ", first, 127, length) + payload
