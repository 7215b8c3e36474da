"""One subscriber of the live map: the tiles it shows, and what it missed while it was slow."""

import asyncio
from collections.abc import Callable, Mapping, Set as AbstractSet

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import TileId

HIGH_WATER_BYTES = 256 * 1024
_MAX_STALLED_TICKS = 20
_MAX_UNANSWERED_PINGS = 2
_PING = frames.ping()

TileFrames = Mapping[TileId, tuple[bytes, bytes]]  # binary and JSON
Snapshot = Callable[[TileId, bool], bytes]


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

    def push(self, tick: bytes, changes: TileFrames, snapshot: Snapshot) -> bool:
        """Write a tick: its frame, the changes, and tiles that were missed as a whole.

        Return False when the client has not read for so long that it is to be dropped.
        """
        if self.transport.is_closing():
            return True
        if self.transport.get_write_buffer_size() > HIGH_WATER_BYTES:
            self.stalled_ticks += 1
            self.mark_missed(self.tiles & changes.keys())
            return self.stalled_ticks <= _MAX_STALLED_TICKS
        self.stalled_ticks = 0
        parts = [tick]
        form = int(self.as_json)
        missed, self.missed = self.missed, None
        if missed:
            parts += [snapshot(tile_id, self.as_json) for tile_id in missed & self.tiles]
            changed = self.tiles - missed
        else:
            changed = self.tiles
        parts += [changes[tile_id][form] for tile_id in changed if tile_id in changes]
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
