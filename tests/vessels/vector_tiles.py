"""What a Mapbox Vector Tile says (version 2), read anew here: ours are written by other code."""

from collections.abc import Iterator
from typing import Any

Ring = list[tuple[int, int]]
_MOVE, _LINE = 1, 2


def layers(tile: bytes) -> dict[str, tuple[int, list[list[Ring]]]]:
    """Return each layer's extent and features, each feature as its rings or lines."""
    found = {}
    for number, layer in _fields(tile):
        assert number == 3
        name, extent, features = "", 4096, []
        for field, value in _fields(layer):
            if field == 1:
                name = value.decode()
            elif field == 5:
                extent = value
            elif field == 2:
                features.append(_rings(next(part for at, part in _fields(value) if at == 4)))
        found[name] = (extent, features)
    return found


def is_inside(features: list[list[Ring]], x: float, y: float) -> bool:
    """Whether a place lies in one of the polygons."""
    return any(sum(_crosses(ring, x, y) for ring in rings) % 2 for rings in features)


def _crosses(ring: Ring, x: float, y: float) -> int:
    crossed = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossed += 1
    return crossed


def _rings(geometry: bytes) -> list[Ring]:
    numbers = list(_varints(geometry))
    found: list[Ring] = []
    at = x = y = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command not in (_MOVE, _LINE):
            continue
        for _ in range(count):
            x += (numbers[at] >> 1) ^ -(numbers[at] & 1)
            y += (numbers[at + 1] >> 1) ^ -(numbers[at + 1] & 1)
            at += 2
            if command == _MOVE:
                found.append([])
            found[-1].append((x, y))
    return found


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == 2:
            yield key >> 3, message[at : at + value]
            at += value
        else:
            yield key >> 3, value


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = body[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
