"""What coast.tiles is made of, in degrees and in the Mercator square (0 to 1, y from the north)."""

import csv
import gzip
import json
import lzma
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import METRES_PER_DEGREE

Points = NDArray[np.float64]
EARTH_M: Final = 40_075_016.7  # the width of the Mercator square on the equator
_MOST_NORTH: Final = 85.0511
_XZ: Final = b"\xfd7zXZ\x00"
_MULTI_POLYGON: Final = b"\x01\x06\x00\x00\x00"
_PER_DEGREE: Final = 20  # cells in which the distance of ports is looked up
_REACH_DEG: Final = 0.5
_FAR_KM: Final = 200.0


def osm_polygons(library: Path) -> list[list[Points]]:
    """Return OpenStreetMap's land as polygons of closed rings (longitude, latitude), the outer ring
    first.

    The package roaring-landmask keeps it within its shared library, as packed WKB: the last one.
    """
    body, found, at = library.read_bytes(), b"", -1
    while (at := body.find(_XZ, at + 1)) >= 0:
        unpacking = lzma.LZMADecompressor()
        try:
            if unpacking.decompress(body[at : at + 4096], 5) == _MULTI_POLYGON:
                found = lzma.LZMADecompressor().decompress(body[at:])
        except lzma.LZMAError:  # bytes that look like the start of one
            continue
    return list(_polygons(found))


def _polygons(wkb: bytes) -> Iterator[list[Points]]:
    (count,) = struct.unpack_from("<I", wkb, 5)
    at = 9
    for _ in range(count):
        (rings,) = struct.unpack_from("<I", wkb, at + 5)
        at += 9
        polygon = []
        for _ in range(rings):
            (points,) = struct.unpack_from("<I", wkb, at)
            polygon.append(np.frombuffer(wkb, "<f8", 2 * points, at + 4).reshape(-1, 2))
            at += 4 + 16 * points
        yield polygon


def gshhg_shores(directory: Path) -> Iterator[tuple[int, Points]]:
    """Yield the rings of GSHHG in full resolution: 1 land, 2 a lake, 3 an island in it."""
    data = (directory / "gshhs_f.dat").read_bytes()
    for row in (directory / "gshhsmeta_f.dat").read_text().splitlines():
        words = row.split()
        yield int(words[0]), _floats(data, int(words[5]), int(words[6]))


def gshhg_rivers(directory: Path) -> Iterator[Points]:
    """Yield the lines of GSHHG's rivers in full resolution."""
    data = (directory / "rivers_f.dat").read_bytes()
    for row in (directory / "riversmeta_f.dat").read_text().splitlines():
        at, size = (int(word) for word in row.split()[5:7])
        yield _floats(data, at, size)


def _floats(data: bytes, at: int, size: int) -> Points:
    return np.frombuffer(data, "<f4", size // 4, at).reshape(-1, 2).astype(np.float64)


def borders(countries: Path) -> list[Points]:
    """Return the lines between two countries of world-atlas' countries-10m.json (TopoJSON)."""
    atlas = json.loads(countries.read_text())
    scale, shift = (np.array(atlas["transform"][name]) for name in ("scale", "translate"))
    owners: dict[int, set[int]] = {}
    for number, country in enumerate(atlas["objects"]["countries"]["geometries"]):
        for arc in _flat(country.get("arcs", [])):
            owners.setdefault(arc if arc >= 0 else ~arc, set()).add(number)
    shared = sorted(arc for arc, countries in owners.items() if len(countries) > 1)
    return [np.cumsum(np.array(atlas["arcs"][arc]), axis=0) * scale + shift for arc in shared]


def _flat(arcs: list[object]) -> Iterator[int]:
    for each in arcs:
        if isinstance(each, list):
            yield from _flat(each)
        elif isinstance(each, int):
            yield each


def port_distances(ports: Path) -> NDArray[np.float64]:
    """Return how far ports of the World Port Index (CSV, gzip) are, in km, cell by cell; 200 where
    none is within half a degree.
    """
    cells = np.full((180 * _PER_DEGREE, 360 * _PER_DEGREE), _FAR_KM)
    with gzip.open(ports, "rt", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            lat, lon = float(row["Latitude"]), float(row["Longitude"])
            narrow = max(0.1, np.cos(np.radians(lat)))
            wide = _REACH_DEG / narrow
            rows = _cells(lat + 90, _REACH_DEG)
            columns = _cells(lon + 180, wide)
            north = (rows[:, None] + 0.5) / _PER_DEGREE - 90 - lat
            east = ((columns[None, :] + 0.5) / _PER_DEGREE - 180 - lon) * narrow
            here = np.ix_(rows, columns % cells.shape[1])
            cells[here] = np.minimum(cells[here], np.hypot(north, east) * METRES_PER_DEGREE / 1000)
    return cells


def _cells(middle: float, reach: float) -> NDArray[np.int64]:
    return np.arange(int((middle - reach) * _PER_DEGREE), int((middle + reach) * _PER_DEGREE) + 1)


def at_cells(cells: NDArray[np.float64], points: Points) -> NDArray[np.float64]:
    """Return what the cells say of each place (longitude, latitude)."""
    rows = ((points[:, 1] + 90) * _PER_DEGREE).astype(int)
    columns = ((points[:, 0] + 180) * _PER_DEGREE).astype(int)
    return np.asarray(cells[np.clip(rows, 0, len(cells) - 1), columns % cells.shape[1]])


def mercator(points: Points) -> Points:
    """Return places in the Mercator square."""
    lat = np.radians(np.clip(points[:, 1], -_MOST_NORTH, _MOST_NORTH))
    y = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.column_stack([points[:, 0] / 360 + 0.5, y])


def degrees(points: Points) -> Points:
    """Return places of the Mercator square as longitude and latitude."""
    lat = np.degrees(np.arctan(np.sinh(2 * np.pi * (0.5 - points[:, 1]))))
    return np.column_stack([(points[:, 0] - 0.5) * 360, lat])


def units(metres: NDArray[np.float64] | float, lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres at a latitude as a length in the Mercator square."""
    return np.asarray(metres / (EARTH_M * np.cos(np.radians(np.clip(lat, -84, 84)))))
