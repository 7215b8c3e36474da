"""One level of the live map: which ships its open tiles show, and the frames of what has changed.

Levels below the finest show one ship per bucket of 1/256 tile, and the same one as long as it
stays.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

import numpy as np

from maritime_app.vessels.map import frames, jsonform
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import LEVELS, PLACE_BITS, Ints, TileId
from maritime_app.vessels.map.sent import Rows, Sent
from maritime_app.vessels.map.tile import Tile

FINEST: Final = LEVELS[-1]
_OFF_COARSE_UNITS, _OFF_FINE_UNITS = (
    16.0,
    8.0,
)  # of 65536 across a tile; at the finest level about 15 m
_BUCKET_BITS = 8
_KEEP_OPEN_TICKS = 30
_PORTION = 4_000
_TILES_AT_ONCE = 150
_Part = tuple[Ints, Rows]
_NONE: Ints = np.zeros(0, np.int64)


class Level:
    """All open tiles of one level. A frame is made once per tick, whoever looks."""

    def __init__(self, z: int, columns: Columns) -> None:
        self.z = z
        self.tiles: dict[int, Tile] = {}
        self._columns = columns
        self._decimated = z != FINEST
        self._sent = Sent(z, columns, _OFF_COARSE_UNITS if self._decimated else _OFF_FINE_UNITS)
        self._open = np.zeros(1 << (2 * z), np.bool_)

    def open(self, tile_id: TileId, tick: int, now_ms: int) -> Tile:
        """The tile, opened now if nobody looked at it."""
        key = (tile_id.x << self.z) | tile_id.y
        tile = self.tiles.get(key)
        if tile is None:
            self._sent.grow()
            tile = self.tiles[key] = Tile(tile_id)
            self._open[key] = True
            known = self._columns.known()
            inside = known[self._columns.tile_keys(self.z, known) == key]
            self._add(self._one_per_bucket(inside) if self._decimated else inside, now_ms)
        tile.looked_tick = tick
        return tile

    def close_unlooked(self, tick: int) -> None:
        """Close the tiles that nobody has looked at for half a minute."""
        for key, tile in list(self.tiles.items()):
            if tile.lookers:
                tile.looked_tick = tick
            elif tick - tile.looked_tick > _KEEP_OPEN_TICKS:
                self._sent.rows["tile"][tile.shown()] = -1
                self._open[key] = False
                del self.tiles[key]

    def let_go(self, handles: Ints) -> None:
        """Take ships out of every tile; the next frames tell it."""
        self._sent.grow()
        self._remove(handles[self._sent.rows["tile"][handles] >= 0])

    async def changes(
        self, changed: Ints, tick: int, now_ms: int, *, reselect: bool
    ) -> dict[TileId, tuple[bytes, bytes]]:
        """For each tile with something to tell: its frame, binary and JSON (empty if nobody wants
        it).

        Lets others run between portions: 20,000 ships at once would hold the loop for 20 ms. A
        snapshot that is
        taken meanwhile may hold newer places than its number says; the frame that follows repeats
        them.
        """
        full, moves = [_NONE], [_NONE]
        for start in range(0, len(changed), _PORTION):
            self._sent.grow()
            portion = changed[start : start + _PORTION]
            full_part, moves_part = self._sort_out(portion, now_ms)
            full.append(full_part)
            moves.append(moves_part)
            await asyncio.sleep(0)
        if self._decimated and reselect:
            full.append(self._reselect(now_ms))
            await asyncio.sleep(0)
        told: dict[TileId, tuple[bytes, bytes]] = {}
        for frames_of_some in self._frames(
            np.concatenate(full), np.concatenate(moves), tick, now_ms
        ):
            told.update(frames_of_some)
            await asyncio.sleep(0)
        return told

    def _sort_out(self, changed: Ints, now_ms: int) -> tuple[Ints, Ints]:
        """Of these ships: those to be sent in full and those that moved; who left a tile has been
        taken out.
        """
        where = self._sent.rows["tile"]
        keys, was = self._columns.tile_keys(self.z, changed), where[changed]
        stay = was == keys
        self._remove(changed[~stay & (was >= 0)])
        come = ~stay & self._open[keys]
        if self._decimated:
            come &= was >= 0  # newcomers wait for the next selection, so that no bucket fills up
        self._add(changed[come], now_ms)
        stayed = changed[stay]
        full, moves = self._sent.differing(stayed[where[stayed] >= 0], now_ms)
        return np.concatenate([full, changed[come]]), moves

    def snapshot(self, tile: Tile, tick: int, now_ms: int, *, as_json: bool) -> bytes:
        """Everything in a tile as its lookers know it, ready for the next change of its sequence."""
        ready = tile.snapshots.get(as_json)
        if ready is None:
            handles = np.array(tile.shown(), np.int64)
            if as_json:
                ready = jsonform.tile(tile, self._columns, handles, [], snapshot=True)
            else:
                full = self._sent.full_records(handles, now_ms).tobytes()
                ready = frames.tile(frames.Stamp(tile.id, tile.sequence, tick), full, snapshot=True)
            tile.snapshots[as_json] = ready
        return ready

    def _frames(
        self, full: Ints, moves: Ints, tick: int, now_ms: int
    ) -> Iterator[dict[TileId, tuple[bytes, bytes]]]:
        """The frames of all tiles, some tiles at a time."""
        where = self._sent.rows["tile"]
        full, moves = full[where[full] >= 0], moves[where[moves] >= 0]
        full_of = _by_tile(where[full], full, self._sent.full_records(full, now_ms))
        moves_of = _by_tile(where[moves], moves, self._sent.move_records(moves))
        telling = [
            (key, tile)
            for key, tile in self.tiles.items()
            if tile.gone or key in full_of or key in moves_of
        ]
        for start in range(0, len(telling), _TILES_AT_ONCE):
            told: dict[TileId, tuple[bytes, bytes]] = {}
            for key, tile in telling[start : start + _TILES_AT_ONCE]:
                frame = self._frame(tile, full_of.get(key), moves_of.get(key), tick)
                if frame is not None:
                    told[tile.id] = frame
            yield told

    def _frame(
        self, tile: Tile, full: _Part | None, moves: _Part | None, tick: int
    ) -> tuple[bytes, bytes] | None:
        """The next frame of a tile; None when nobody looks, but it has its number all the same."""
        tile.sequence += 1
        tile.snapshots.clear()
        gone, tile.gone = tile.gone, []
        if not tile.lookers:
            return None
        full_bytes = full[1].tobytes() if full else b""
        moves_bytes = moves[1].tobytes() if moves else b""
        stamp = frames.Stamp(tile.id, tile.sequence, tick)
        binary = frames.tile(stamp, full_bytes, moves_bytes, [slot for slot, _ in gone])
        if not tile.json_lookers:
            return binary, b""
        handles = np.concatenate([part[0] for part in (full, moves) if part] or [_NONE])
        mmsis = [mmsi for _, mmsi in gone]
        return binary, jsonform.tile(tile, self._columns, handles, mmsis, snapshot=False)

    def _add(self, handles: Ints, now_ms: int) -> None:
        rows = self._sent.rows
        keys = self._columns.tile_keys(self.z, handles)
        for handle, key in zip(handles.tolist(), keys.tolist(), strict=True):
            slot = self.tiles[key].add(handle)
            if slot >= 0:
                rows["tile"][handle], rows["slot"][handle] = key, slot
        self._sent.take(handles, now_ms)

    def _remove(self, handles: Ints) -> None:
        told = self._sent.rows[handles]
        mmsis = self._columns.rows["mmsi"][handles].tolist()
        for slot, key, mmsi in zip(
            told["slot"].tolist(), told["tile"].tolist(), mmsis, strict=True
        ):
            self.tiles[key].remove(slot, mmsi)
        self._sent.rows["tile"][handles] = -1

    def _reselect(self, now_ms: int) -> Ints:
        """Choose one ship per bucket anew; those shown stay if they can.

        Returns the newly shown.
        """
        where = self._sent.rows["tile"]
        known = self._columns.known()
        known = known[self._open[self._columns.tile_keys(self.z, known)]]
        wanted = self._one_per_bucket(known)
        self._remove(np.setdiff1d(known[where[known] >= 0], wanted, assume_unique=True))
        fresh = wanted[where[wanted] < 0]
        self._add(fresh, now_ms)
        return fresh

    def _one_per_bucket(self, handles: Ints) -> Ints:
        x, y = self._columns.places(self.z, handles)
        shift = PLACE_BITS - _BUCKET_BITS
        bucket = (x >> shift << _BUCKET_BITS) | (y >> shift)
        bucket |= self._columns.tile_keys(self.z, handles) << (2 * _BUCKET_BITS)
        order = np.lexsort((handles, self._sent.rows["tile"][handles] < 0, bucket))
        _, first = np.unique(bucket[order], return_index=True)
        return handles[order[first]]


def _by_tile(keys: Ints, handles: Ints, records: Rows) -> dict[int, _Part]:
    """Handles and their records, grouped by tile."""
    if not len(handles):
        return {}
    order = np.argsort(keys, kind="stable")
    keys, handles, records = keys[order], handles[order], records[order]
    cuts = np.flatnonzero(np.diff(keys)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(keys)]
    return {
        int(keys[start]): (handles[start:end], records[start:end])
        for start, end in zip(starts, ends, strict=True)
    }
