"""One subscriber of the live map: the tiles it shows, and what it missed while it was slow."""

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import TileId

HIGH_WATER_BYTES = 256 * 1024
_MAX_STALLED_TICKS = 20
_MAX_UNANSWERED_PINGS = 2
_PING = frames.ping()

TileFrames = Mapping[TileId, tuple[bytes, bytes]]  # binary and JSON
Snapshot = Callable[[TileId, bool], bytes]


class TickFrames:
    """What a tick sends in one form, binary or JSON: its own frame and those of changed tiles.

    Put together once for all clients that show the same tiles.
    """

    __slots__ = ("_changes", "_form", "_own", "_together")

    def __init__(self, own: bytes, changes: TileFrames, *, as_json: bool) -> None:
        self._own = own
        self._changes = changes
        self._form = int(as_json)
        self._together: dict[frozenset[TileId], tuple[frozenset[TileId], Sequence[bytes]]] = {}

    def together(self, tiles: frozenset[TileId]) -> tuple[frozenset[TileId], Sequence[bytes]]:
        """Return these tiles as the object that all who show them share, and their frames.

        The next look-up of that object compares no tiles.
        """
        found = self._together.get(tiles)
        if found is None:
            found = self._together[tiles] = (tiles, self.following([], tiles))
        return found

    def following(self, snapshots: Sequence[bytes], tiles: AbstractSet[TileId]) -> list[bytes]:
        """Return the tick's own frame, snapshots of other tiles, and what changed in these."""
        changes, form = self._changes, self._form
        changed = [changes[tile_id][form] for tile_id in tiles if tile_id in changes]
        return [self._own, *snapshots, *changed]

    def changed(self, tiles: AbstractSet[TileId]) -> AbstractSet[TileId]:
        """Return which of these tiles have changed."""
        return tiles & self._changes.keys()


class Client:
    """Latest wins: nothing is queued for a client that does not read.

    Once it reads again it gets whole tiles, so a stalled client costs what its socket buffer holds
    and no more.
    """

    __slots__ = (
        "address",
        "as_json",
        "missed",
        "stalled_ticks",
        "tiles",
        "transport",
        "unanswered_pings",
    )

    def __init__(self, transport: asyncio.Transport, *, as_json: bool, address: str = "") -> None:
        self.transport = transport
        self.address = address  # as admission counts it
        self.as_json = as_json
        self.tiles: frozenset[TileId] = frozenset()
        self.missed: set[TileId] | None = None
        self.stalled_ticks = 0
        self.unanswered_pings = 0

    def push(self, tick: TickFrames, snapshot: Snapshot) -> bool:
        """Write a tick: its frame, the changes, and tiles that were missed as a whole.

        Return False when the client has not read for so long that it is to be dropped.
        """
        if self.transport.is_closing():
            return True
        if self.transport.get_write_buffer_size() > HIGH_WATER_BYTES:
            self.stalled_ticks += 1
            self.mark_missed(tick.changed(self.tiles))
            return self.stalled_ticks <= _MAX_STALLED_TICKS
        self.stalled_ticks = 0
        if self.missed is None:
            self.tiles, parts = tick.together(self.tiles)
        else:
            missed, self.missed = self.missed & self.tiles, None
            snapshots = [snapshot(tile_id, self.as_json) for tile_id in missed]
            parts = tick.following(snapshots, self.tiles - missed)
        self.transport.writelines(parts)
        return True

    def ping(self) -> None:
        """Send a ping; cut the connection when two pings are unanswered."""
        if self.unanswered_pings >= _MAX_UNANSWERED_PINGS:
            self.transport.abort()
            return
        self.unanswered_pings += 1
        self.transport.write(_PING)

    def drop(self) -> None:
        """Cut the connection: the client has not read for too long."""
        self.transport.abort()

    def mark_missed(self, tiles: AbstractSet[TileId]) -> None:
        """Have these tiles sent as a whole at the next chance."""
        if tiles:
            self.missed = (self.missed or set()) | tiles
