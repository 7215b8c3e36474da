"""How lanes.xz is made of cells.xz: `python -m maritime_app.vessels.sea.making_lanes`.

The shortest way between two places at sea bends at capes only. Places are corners of the open
water (a closed cell across, both beside it open), a cell off the coast where there is room, at
least 80 km apart, and the corners of straits and canals. Two are joined when they see one another,
and one of them is the nearest that the other sees in its direction; and along straits. Run by hand
after sea/making; some minutes.
"""

import lzma
import math
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import EARTH_RADIUS_M, Position
from maritime_app.vessels.sea import grid, lanes
from maritime_app.vessels.sea.canals import STRAITS
from maritime_app.vessels.sea.sight import is_clear, vector

_APART_M: Final = 80_000.0
_SOUTH, _NORTH = -60.0, 75.0
_SECTORS: Final = 24
_MOST_TRIED: Final = 8  # in one direction, the nearest first
_FARTHEST_M: Final = 9_000_000.0
Vectors = NDArray[np.float64]
Mask = NDArray[np.bool_]


def main() -> None:
    """Write lanes.xz beside this file."""
    places = _places()
    vectors = np.array([vector(place) for place in places])
    edges = _along_straits()
    for number in range(len(places)):
        edges |= _seen(number, places, vectors)
    ordered = np.array(sorted(edges), "<u2")
    sizes = np.array([len(places), len(ordered)], "<u4").tobytes()
    degrees = np.array([(place.lat, place.lon) for place in places], "<f4").tobytes()
    columns = np.ascontiguousarray(ordered.T).tobytes()
    packed = lzma.compress(sizes + degrees + columns, preset=9 | lzma.PRESET_EXTREME)
    (Path(__file__).parent / lanes.FILE).write_bytes(packed)


def _along_straits() -> set[tuple[int, int]]:
    """Return the edges between the corners of each strait, which stand first of all places."""
    found, first = set(), 0
    for corners in STRAITS.values():
        found |= {(first + step, first + step + 1) for step in range(len(corners) - 1)}
        first += len(corners)
    return found


def _places() -> list[Position]:
    straits = [Position(*corner) for corners in STRAITS.values() for corner in corners]
    found, kept = straits, [vector(place) for place in straits]
    nearest = math.cos(_APART_M / EARTH_RADIUS_M)
    water = grid.open_water().astype(bool)
    for place in (*_corners(_off_the_coast(water)), *_corners(water)):
        here = vector(place)
        if float((np.array(kept) @ here).max()) < nearest:
            found.append(place)
            kept.append(here)
    return found


def _off_the_coast(water: Mask) -> Mask:
    """Return the cells that are open like all eight around them."""
    for axis in (0, 1):
        water = water & np.roll(water, 1, axis) & np.roll(water, -1, axis)
    return water


def _corners(water: Mask) -> list[Position]:
    corner = np.zeros_like(water)
    for north in (-1, 1):
        for east in (-1, 1):
            across = np.roll(water, (-north, -east), (0, 1))
            beside = np.roll(water, -north, 0) & np.roll(water, -east, 1)
            corner |= water & beside & ~across
    rows, columns = np.nonzero(corner)
    lats, lons = (rows + 0.5) / grid.PER_DEGREE - 90, (columns + 0.5) / grid.PER_DEGREE - 180
    return [
        Position(float(lat), float(lon))
        for lat, lon in zip(lats, lons, strict=True)
        if _SOUTH < lat < _NORTH
    ]


def _seen(number: int, places: list[Position], vectors: Vectors) -> set[tuple[int, int]]:
    """Return the edges to the nearest place that is seen in each direction."""
    here, found = places[number], set[tuple[int, int]]()
    cosines = vectors @ vectors[number]
    nearest = np.argsort(-cosines)[1:]
    north = math.sin(math.radians(here.lat))
    tried = [0] * _SECTORS
    done = [False] * _SECTORS
    for other in map(int, nearest):
        if cosines[other] < math.cos(_FARTHEST_M / EARTH_RADIUS_M) or all(done):
            break
        there = places[other]
        east = math.radians(there.lon - here.lon)
        across = math.sin(east) * math.cos(math.radians(there.lat))
        ahead = math.cos(math.radians(here.lat)) * math.sin(math.radians(there.lat)) - (
            north * math.cos(math.radians(there.lat)) * math.cos(east)
        )
        sector = int((math.atan2(across, ahead) / math.tau % 1.0) * _SECTORS) % _SECTORS
        if done[sector] or tried[sector] >= _MOST_TRIED:
            continue
        tried[sector] += 1
        if is_clear(here, there):
            done[sector] = True
            found.add((min(number, other), max(number, other)))
    return found


if __name__ == "__main__":
    main()
