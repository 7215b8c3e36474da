"""One open tile: which ship stands in which slot, its sequence number, and who looks at it."""

from typing import Any

from maritime_app.vessels.map.mercator import TileId

_SLOTS_AT_MOST = 60_000


class Tile:
    """Slots are small numbers under which a tile's ships are sent; a freed one is used again."""

    __slots__ = (
        *("id", "sequence", "slots", "gone", "lookers", "json_lookers", "snapshots", "looked_tick"),
        "_free",
    )

    def __init__(self, tile_id: TileId) -> None:
        self.id = tile_id
        self.sequence = 0
        self.slots: list[int] = []  # handle, or -1
        self.gone: list[
            tuple[int, int]
        ] = []  # slots emptied since the last frame, and whose they were (MMSI)
        self.lookers: set[Any] = set()  # the clients; a tile asks nothing of them
        self.json_lookers = 0
        self.snapshots: dict[bool, bytes] = {}  # ready frames of this sequence number, by "as JSON"
        self.looked_tick = 0
        self._free: list[int] = []

    def add(self, handle: int) -> int:
        """A slot for the ship; -1 when the tile is full."""
        if self._free:
            slot = self._free.pop()
            self.slots[slot] = handle
            return slot
        if len(self.slots) >= _SLOTS_AT_MOST:
            return -1
        self.slots.append(handle)
        return len(self.slots) - 1

    def remove(self, slot: int, mmsi: int) -> None:
        """Empty a slot; the next frame tells it."""
        self.slots[slot] = -1
        self._free.append(slot)
        self.gone.append((slot, mmsi))

    def shown(self) -> list[int]:
        """Handles of its ships."""
        return [handle for handle in self.slots if handle >= 0]
