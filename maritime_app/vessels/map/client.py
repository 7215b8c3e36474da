"""One socket of the live map: the tiles it looks at, and what it missed while it was slow."""

import asyncio
from collections.abc import Callable, Mapping

from maritime_app.vessels.map import frames
from maritime_app.vessels.map.mercator import TileId

HIGH_WATER_BYTES = 256 * 1024
_GIVE_UP_TICKS = 20
_PINGS_UNANSWERED = 2
_PING = frames.ping()

Frames = Mapping[TileId, tuple[bytes, bytes]]
Snapshot = Callable[[TileId, bool], bytes]


class Client:
    """Latest wins: a client that does not read is not written to; it gets whole tiles once it reads
    again.

    Nothing is ever queued for it, so a stalled client costs what its socket buffer holds and no
    more.
    """

    __slots__ = ("as_json", "missed", "stalled_ticks", "tiles", "transport", "unanswered_pings")

    def __init__(self, transport: asyncio.Transport, *, as_json: bool) -> None:
        self.transport = transport
        self.as_json = as_json
        self.tiles: frozenset[TileId] = frozenset()
        self.missed: set[TileId] | None = None
        self.stalled_ticks = 0
        self.unanswered_pings = 0

    def push(self, beat: bytes, told: Frames, snapshot: Snapshot) -> bool:
        """Write this tick: the beat, and changes or whole tiles that were missed.

        False: give it up.
        """
        if self.transport.is_closing():
            return True
        if self.transport.get_write_buffer_size() > HIGH_WATER_BYTES:
            self.stalled_ticks += 1
            self.miss(self.tiles & told.keys())
            return self.stalled_ticks <= _GIVE_UP_TICKS
        self.stalled_ticks = 0
        parts = [beat]
        form = int(self.as_json)
        missed, self.missed = self.missed, None
        if missed:
            parts += [snapshot(tile_id, self.as_json) for tile_id in missed & self.tiles]
            parts += [told[tile_id][form] for tile_id in self.tiles - missed if tile_id in told]
        else:
            parts += [told[tile_id][form] for tile_id in self.tiles if tile_id in told]
        self.transport.writelines(parts)
        return True

    def ping(self) -> None:
        """Ask whether the peer is there; one that has left two pings unanswered is cut."""
        if self.unanswered_pings >= _PINGS_UNANSWERED:
            self.transport.abort()
            return
        self.unanswered_pings += 1
        self.transport.write(_PING)

    def give_up(self) -> None:
        """It has not read for too long: cut it."""
        self.transport.abort()

    def miss(self, tiles: set[TileId] | frozenset[TileId]) -> None:
        """These tiles are to be sent whole at the next chance."""
        if tiles:
            self.missed = (self.missed or set()) | tiles
