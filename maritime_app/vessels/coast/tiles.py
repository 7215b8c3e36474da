"""The squares of the map in which there is land, read where they stand in the shipped file.

The file begins with two lengths (four bytes each): of its index and of a tile that is land from
edge to edge. Then come the index (brotli) and that tile. The index has the length of each tile,
zoom by zoom and row by row, in four bytes: 0 is sea, the highest number land from edge to edge. All
others follow, each a Mapbox Vector Tile (brotli) with some of the layers `land`, `water`, `river`
and `border`. It is made by coast/making of OpenStreetMap's land (ODbL), GSHHG 2.3.6
(LGPL-3.0-or-later) and Natural Earth's borders.
"""

import hashlib
import mmap
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import brotli
import numpy as np
from numpy.typing import NDArray

FILE: Final = Path(__file__).parent / "coast.tiles"
ZOOMS: Final = (6, 7, 8)
WHOLE: Final = 0xFFFFFFFF
_VERSION_DIGITS: Final = 10
_HEAD: Final = struct.Struct("<II")


class _Shipped(NamedTuple):
    data: mmap.mmap
    version: str
    land: bytes
    sizes: NDArray[np.uint32]
    starts: NDArray[np.int64]


def version() -> str:
    """Return the first digits of a hash of all tiles."""
    return _shipped().version


def tile(zoom: int, x: int, y: int) -> bytes | None:
    """Return a tile, packed with brotli; empty where there is only sea, none where there is no such
    square.
    """
    if zoom not in ZOOMS or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        return None
    shipped = _shipped()
    number = sum(1 << (2 * before) for before in ZOOMS if before < zoom) + (y << zoom) + x
    size, start = int(shipped.sizes[number]), int(shipped.starts[number])
    if size == WHOLE:
        return shipped.land
    found: bytes = shipped.data[start : start + size]
    return found


def unpacked(packed: bytes) -> bytes:
    """Return a tile as a Mapbox Vector Tile: 70 KB at most, in a millisecond."""
    plain: bytes = brotli.decompress(packed)
    return plain


def whole(sizes: Sequence[NDArray[np.int64]], land: bytes, packed: Sequence[bytes]) -> bytes:
    """Return the file of tiles that are so long, as `tile` reads it."""
    index: bytes = brotli.compress(np.concatenate(sizes).astype("<u4").tobytes(), quality=11)
    return _HEAD.pack(len(index), len(land)) + index + land + b"".join(packed)


@cache
def _shipped() -> _Shipped:
    """Open the file once: a few milliseconds; what is read of it all processes share."""
    with FILE.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    index, land = _HEAD.unpack_from(data)
    first = _HEAD.size + index
    sizes = np.frombuffer(brotli.decompress(data[_HEAD.size : first]), "<u4")
    lengths = np.where(sizes == WHOLE, 0, sizes).astype(np.int64)
    starts = np.cumsum(lengths) - lengths + first + land
    digest = hashlib.sha256(data).hexdigest()[:_VERSION_DIGITS]
    return _Shipped(data, digest, data[first : first + land], sizes, starts)
