"""One level of the live map: which ships its open tiles show, and the frames of what has changed.

Levels above the finest show one ship per bucket, the same one as long as it stays, and for how many
ships it stands.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from maritime_app.vessels.map import frames, json_frames
from maritime_app.vessels.map.client_shadow import ClientShadow, Rows
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.mercator import LEVELS, PLACE_BITS, Ints, TileId
from maritime_app.vessels.map.tile import Tile

FINEST: Final = LEVELS[-1]
# How far a ship may be from where clients draw it, of 65536 across a tile; at the finest level
# about 15 m.
_COARSE_TOLERANCE, _FINE_TOLERANCE = 16.0, 8.0
# A bucket's side as a part of the tile's: 1/16 where pages draw clusters (32 to 64 pixels), at
# level 6 1/128, where they draw one ship for those under it (4 to 16 pixels).
_CLUSTER_BITS, _NEIGHBOUR_BITS, _NEIGHBOUR_LEVEL = 4, 7, 6
_ON_MAP_MS: Final = 6 * 3_600_000  # a ship that was silent for so long has left the map
_KEEP_OPEN_TICKS = 30
# Others run between portions: about 4 ms of work each.
_SHIPS_PER_PORTION = 4_000
_TILES_PER_PORTION = 150
_NONE: Ints = np.zeros(0, np.int64)

_Part = tuple[Ints, Rows]
FramesByTile = dict[TileId, tuple[bytes, bytes]]


class Level:
    """All open tiles of one level. A frame is made once per tick, whoever shows it."""

    def __init__(self, z: int, columns: Columns) -> None:
        self.z = z
        self.tiles: dict[int, Tile] = {}
        self._columns = columns
        self._thinned = z != FINEST
        tolerance = _COARSE_TOLERANCE if self._thinned else _FINE_TOLERANCE
        self._shadow = ClientShadow(z, columns, tolerance)
        self._is_open = np.zeros(1 << (2 * z), np.bool_)
        self._changing = False

    def open(self, tile_id: TileId, tick: int, now_ms: int) -> Tile:
        """Return the tile, opened now if nobody has shown it."""
        key = (tile_id.x << self.z) | tile_id.y
        tile = self.tiles.get(key)
        if tile is None:
            self._shadow.grow()
            tile = self.tiles[key] = Tile(tile_id)
            self._is_open[key] = True
            handles = self._columns.in_use(now_ms - _ON_MAP_MS)
            inside = handles[self._columns.tile_keys(self.z, handles) == key]
            if self._thinned:
                inside, counts = self._one_per_bucket(inside)
                self._shadow.note_counts(inside, counts)
            self._add(inside, now_ms)
        tile.subscribed_tick = tick
        return tile

    def close_unsubscribed(self, tick: int) -> None:
        """Close the tiles that nobody has shown for half a minute."""
        for key, tile in list(self.tiles.items()):
            if tile.subscribers:
                tile.subscribed_tick = tick
            elif tick - tile.subscribed_tick > _KEEP_OPEN_TICKS:
                self._shadow.rows["tile"][tile.handles()] = -1
                self._is_open[key] = False
                del self.tiles[key]

    def remove(self, handles: Ints) -> None:
        """Take ships out of every tile; the next frames say so."""
        self._shadow.grow()
        self._remove(handles[self._shadow.rows["tile"][handles] >= 0])

    async def changes(self, changed: Ints, now_ms: int, *, reselect: bool) -> FramesByTile:
        """Return each changed tile's frame, binary and JSON (empty if nobody wants it).

        Lets others run between portions: 20,000 ships at once would hold the loop for 20 ms. A
        snapshot that is taken meanwhile may hold newer places than its number says; the frame that
        follows repeats them. When this raises, snapshots are all that is right to send next.
        """
        self._changing = True
        if reselect and not self._thinned:
            changed = np.union1d(changed, self._shadow.unsent(now_ms))
        self._shadow.grow()
        changed = self._concerned(changed)
        full, moves = [_NONE], [_NONE]
        for start in range(0, len(changed), _SHIPS_PER_PORTION):
            self._shadow.grow()
            portion = changed[start : start + _SHIPS_PER_PORTION]
            portion = portion[self._columns.rows["at_ms"][portion] > 0]  # forgotten meanwhile
            full_part, moves_part = self._sort_out(portion, now_ms)
            full.append(full_part)
            moves.append(moves_part)
            await asyncio.sleep(0)
        if self._thinned and reselect:
            full.append(self._reselect(now_ms))
            await asyncio.sleep(0)
        by_tile: FramesByTile = {}
        for some in self._frames(np.unique(np.concatenate(full)), np.concatenate(moves), now_ms):
            by_tile.update(some)
            await asyncio.sleep(0)
        self._changing = False
        return by_tile

    def forget_snapshots(self) -> None:
        """Have snapshots made anew: frames that should have followed them were lost."""
        for tile in self.tiles.values():
            tile.snapshots.clear()

    def snapshot(self, tile: Tile, now_ms: int, *, as_json: bool) -> bytes:
        """Return everything in a tile as its subscribers know it, ready for its next change."""
        ready = tile.snapshots.get(as_json)
        if ready is None:
            handles = np.array(tile.handles(), np.int64)
            if as_json:
                ready = json_frames.tile(tile, self._columns, handles, [], snapshot=True)
            else:
                full = self._shadow.full_records(handles, now_ms).tobytes()
                stamp = frames.Stamp(tile.id, tile.sequence, now_ms)
                ready = frames.tile(stamp, full, snapshot=True)
            tile.snapshots[as_json] = ready
            tile.is_ahead |= self._changing
        return ready

    def _concerned(self, changed: Ints) -> Ints:
        """Return the ships that a tile shows or, where all are shown, that have come into one."""
        concerned = self._shadow.rows["tile"][changed] >= 0
        if not self._thinned:
            concerned |= self._is_open[self._columns.tile_keys(self.z, changed)]
        return changed[concerned]

    def _sort_out(self, changed: Ints, now_ms: int) -> tuple[Ints, Ints]:
        """Move ships between tiles; return those to be sent in full, and those that only moved."""
        where = self._shadow.rows["tile"]
        keys, before = self._columns.tile_keys(self.z, changed), where[changed]
        stay = before == keys
        self._remove(changed[~stay & (before >= 0)])
        come = ~stay & self._is_open[keys]
        if self._thinned:
            # Newcomers wait for the next selection, so that no bucket fills up.
            come &= before >= 0
        self._add(changed[come], now_ms)
        stayed = changed[stay]
        full, moves = self._shadow.differing(stayed[where[stayed] >= 0], now_ms)
        return np.concatenate([full, changed[come]]), moves

    def _frames(self, full: Ints, moves: Ints, now_ms: int) -> Iterator[FramesByTile]:
        """Yield the frames of all changed tiles, some tiles at a time."""
        where = self._shadow.rows["tile"]
        full, moves = full[where[full] >= 0], moves[where[moves] >= 0]
        moves, steps = self._shadow.by_step(np.setdiff1d(moves, full, assume_unique=True))
        full_of = _by_tile(where[full], full, self._shadow.full_records(full, now_ms))
        moves_of = _by_tile(where[moves], moves, self._shadow.move_records(moves, now_ms))
        steps_of = _by_tile(where[steps], steps, self._shadow.step_records(steps, now_ms))
        changed = [
            (key, tile)
            for key, tile in self.tiles.items()
            if tile.gone or key in full_of or key in moves_of or key in steps_of
        ]
        for start in range(0, len(changed), _TILES_PER_PORTION):
            some: FramesByTile = {}
            for key, tile in changed[start : start + _TILES_PER_PORTION]:
                parts = (full_of.get(key), moves_of.get(key), steps_of.get(key))
                frame = self._frame(tile, parts, now_ms)
                if frame is not None:
                    some[tile.id] = frame
            yield some

    def _frame(
        self, tile: Tile, parts: Sequence[_Part | None], now_ms: int
    ) -> tuple[bytes, bytes] | None:
        """Return the next frame of a tile: full records, moves and steps.

        None when nobody shows it, but it has its number all the same.
        """
        tile.sequence += 1
        tile.snapshots.clear()
        gone, tile.gone = tile.gone, []
        is_ahead, tile.is_ahead = tile.is_ahead, False
        if not tile.subscribers:
            return None
        full, moves, steps = (part[1].tobytes() if part else b"" for part in parts)
        if is_ahead and parts[2]:
            moves, steps = moves + self._shadow.move_records(parts[2][0], now_ms).tobytes(), b""
        stamp = frames.Stamp(tile.id, tile.sequence, now_ms)
        binary = frames.tile(stamp, full, moves, steps, gone=[slot for slot, _ in gone])
        if not tile.json_subscribers:
            return binary, b""
        handles = np.concatenate([part[0] for part in parts if part] or [_NONE])
        keys = [key for _, key in gone]
        return binary, json_frames.tile(tile, self._columns, handles, keys, snapshot=False)

    def _add(self, handles: Ints, now_ms: int) -> None:
        rows = self._shadow.rows
        keys = self._columns.tile_keys(self.z, handles)
        for handle, key in zip(handles.tolist(), keys.tolist(), strict=True):
            slot = self.tiles[key].add(handle)
            if slot >= 0:
                rows["tile"][handle], rows["slot"][handle] = key, slot
        self._shadow.note_full(handles, now_ms)

    def _remove(self, handles: Ints) -> None:
        rows = self._shadow.rows.take(handles)
        ships = self._columns.rows["key"][handles].tolist()
        slots, keys = rows["slot"].tolist(), rows["tile"].tolist()
        for slot, key, ship in zip(slots, keys, ships, strict=True):
            self.tiles[key].remove(slot, ship)
        self._shadow.rows["tile"][handles] = -1

    def _reselect(self, now_ms: int) -> Ints:
        """Select one ship per bucket anew, the same as before where it can.

        Return those that have to be sent: the new ones, and those that stand for another number.
        """
        where = self._shadow.rows["tile"]
        handles = self._columns.in_use(now_ms - _ON_MAP_MS)
        handles = handles[self._is_open[self._columns.tile_keys(self.z, handles)]]
        selected, counts = self._one_per_bucket(handles)
        self._remove(np.setdiff1d(handles[where[handles] >= 0], selected, assume_unique=True))
        fresh = selected[where[selected] < 0]
        self._add(fresh, now_ms)
        return np.concatenate([fresh, self._shadow.note_counts(selected, counts)])

    def _one_per_bucket(self, handles: Ints) -> tuple[Ints, Ints]:
        """Return one ship for each bucket, and how many are in it."""
        x, y = self._columns.places(self.z, handles)
        bits = _NEIGHBOUR_BITS if self.z == _NEIGHBOUR_LEVEL else _CLUSTER_BITS
        shift = PLACE_BITS - bits
        bucket = (x >> shift << bits) | (y >> shift)
        bucket |= self._columns.tile_keys(self.z, handles) << (2 * bits)
        # Within a bucket: those that clients have already, then the smallest handle.
        order = np.lexsort((handles, self._shadow.rows["tile"][handles] < 0, bucket))
        _, first, counts = np.unique(bucket[order], return_index=True, return_counts=True)
        return handles[order[first]], counts


def _by_tile(keys: Ints, handles: Ints, records: Rows) -> dict[int, _Part]:
    """Return handles and their records, grouped by tile."""
    if not len(handles):
        return {}
    order = np.argsort(keys, kind="stable")
    keys, handles, records = keys[order], handles[order], records.take(order)
    cuts = np.flatnonzero(np.diff(keys)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(keys)]
    return {
        int(keys[start]): (handles[start:end], records[start:end])
        for start, end in zip(starts, ends, strict=True)
    }
