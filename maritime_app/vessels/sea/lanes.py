"""The shortest way by sea, along capes and through straits and canals.

A graph of 2,700 places, each joined to the nearest that it sees in every direction (see
sea/making_lanes), is searched from the port; the ship joins it where that is shortest, and the way
is then pulled tight. Not for routing: depths, traffic schemes and ice are not known here.
"""

import heapq
import lzma
import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import EARTH_RADIUS_M, Position, distance_m
from maritime_app.vessels.sea import grid
from maritime_app.vessels.sea.sight import is_clear, vector

FILE: Final = "lanes.xz"
# Of a harbour's way out nothing is known by cells.
_SHORE_M: Final = 40_000.0
_MOST_TRIED: Final = 200  # of the nearest places that an end looks for
_PORTS: Final = 512  # whose distances are held: 50 KB each
_CELLS: Final = 8_192  # of ships, with their port


class SeaWay(NamedTuple):
    """A way by sea: its length in metres, and where it bends, both ends included."""

    metres: float
    places: tuple[Position, ...]


class _Graph(NamedTuple):
    places: list[Position]
    vectors: NDArray[np.float64]
    edges: dict[int, list[tuple[int, float]]]


class _ToPort(NamedTuple):
    """Metres from each place to a port, and which place comes next (-1: the port itself)."""

    metres: NDArray[np.float64]
    after: NDArray[np.int32]


def sea_way(start: Position, port: Position) -> SeaWay | None:
    """Return the shortest way by sea from a ship to a port; None where none is known."""
    if is_clear(start, port, _SHORE_M, _SHORE_M):
        return _way((start, port))
    bends = _bends(grid.cell_of(start.lat, start.lon), port)
    return None if bends is None else _way(_tight((start, *bends, port)))


@lru_cache(_CELLS)
def _bends(cell: int, port: Position) -> tuple[Position, ...] | None:
    """Return where the way from a cell to a port bends: the same for all ships that are there."""
    graph, to_port = _graph(), _to_port(port)
    number = _joined(graph, grid.middle_of(cell), to_port.metres)
    if number is None:
        return None
    places = []
    while number >= 0:
        places.append(graph.places[number])
        number = int(to_port.after[number])
    return tuple(places)


def _joined(graph: _Graph, end: Position, beyond: NDArray[np.float64]) -> int | None:
    """Return the place by which the way from an end is shortest, of those that it sees."""
    direct = _metres(graph, end)
    total = direct + beyond
    near = np.argsort(direct)[:_MOST_TRIED]
    for number in map(int, near[np.argsort(total[near])]):
        if not math.isfinite(total[number]):
            return None
        if is_clear(end, graph.places[number], _SHORE_M):
            return number
    return None


def _tight(places: tuple[Position, ...]) -> tuple[Position, ...]:
    """Return a way without the places that need not be passed."""
    found, at = [places[0]], 0
    while at < len(places) - 1:
        at = next(later for later in range(len(places) - 1, at, -1) if _sees(places, at, later))
        found.append(places[at])
    return tuple(found)


def _sees(places: tuple[Position, ...], at: int, later: int) -> bool:
    if later == at + 1:
        return True
    shores = (_SHORE_M if at == 0 else 0.0, _SHORE_M if later == len(places) - 1 else 0.0)
    return is_clear(places[at], places[later], *shores)


def _way(places: tuple[Position, ...]) -> SeaWay:
    metres = sum(distance_m(a.lat, a.lon, b.lat, b.lon) for a, b in pairwise(places))
    return SeaWay(metres, places)


@lru_cache(_PORTS)
def _to_port(port: Position) -> _ToPort:
    """Return how far it is to a port from everywhere, by Dijkstra's algorithm."""
    graph = _graph()
    metres = np.full(len(graph.places), math.inf)
    after = np.full(len(graph.places), -1, np.int32)
    direct = _metres(graph, port)
    queue: list[tuple[float, int]] = []
    for number in map(int, np.argsort(direct)[:_MOST_TRIED]):
        if is_clear(port, graph.places[number], _SHORE_M):
            metres[number] = direct[number]
            queue.append((float(direct[number]), number))
    heapq.heapify(queue)
    while queue:
        so_far, number = heapq.heappop(queue)
        if so_far > metres[number]:
            continue
        for other, length in graph.edges[number]:
            if so_far + length < metres[other]:
                metres[other], after[other] = so_far + length, number
                heapq.heappush(queue, (so_far + length, other))
    return _ToPort(metres, after)


def _metres(graph: _Graph, end: Position) -> NDArray[np.float64]:
    cosines = np.clip(graph.vectors @ vector(end), -1.0, 1.0)
    return np.asarray(np.arccos(cosines) * EARTH_RADIUS_M)


@cache
def _graph() -> _Graph:
    packed = lzma.decompress(files(__package__).joinpath(FILE).read_bytes())
    count, edges = (int(size) for size in np.frombuffer(packed, "<u4", 2))
    degrees = np.frombuffer(packed, "<f4", 2 * count, 8).reshape(count, 2)
    places = [Position(float(lat), float(lon)) for lat, lon in degrees]
    pairs = np.frombuffer(packed, "<u2", 2 * edges, 8 + 8 * count).reshape(2, edges)
    vectors = np.array([vector(place) for place in places])
    return _Graph(places, vectors, _joins(places, zip(*pairs.tolist(), strict=True)))


def _joins(
    places: list[Position], pairs: Iterable[tuple[int, int]]
) -> dict[int, list[tuple[int, float]]]:
    edges: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for one, other in pairs:
        a, b = places[one], places[other]
        metres = distance_m(a.lat, a.lon, b.lat, b.lon)
        edges[one].append((other, metres))
        edges[other].append((one, metres))
    return edges
