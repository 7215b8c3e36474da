"""One open tile: which ship is in which slot, its sequence number, and who shows it."""

from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.mercator import TileId

_MAX_SLOTS = 60_000  # below 2^16, the protocol's slot numbers


class Tile:
    """Slots are small numbers under which a tile's ships are sent; a freed one is used again."""

    __slots__ = (
        "_free",
        "gone",
        "id",
        "is_ahead",
        "json_subscribers",
        "sequence",
        "slots",
        "snapshots",
        "subscribed_tick",
        "subscribers",
    )

    def __init__(self, tile_id: TileId) -> None:
        self.id = tile_id
        self.sequence = 0
        self.slots: list[int] = []  # handle, or -1
        # Slots emptied since the last frame, and the key of who was there.
        self.gone: list[tuple[int, int]] = []
        self.subscribers: set[Client] = set()
        self.json_subscribers = 0
        self.snapshots: dict[bool, bytes] = {}  # ready frames of this sequence number, by "as JSON"
        # One of them was made while the next frame was: it may have what that frame only adds.
        self.is_ahead = False
        self.subscribed_tick = 0  # when somebody last showed it
        self._free: list[int] = []

    def add(self, handle: int) -> int:
        """Return a slot for the ship; -1 when the tile is full."""
        if self._free:
            slot = self._free.pop()
            self.slots[slot] = handle
            return slot
        if len(self.slots) >= _MAX_SLOTS:
            return -1
        self.slots.append(handle)
        return len(self.slots) - 1

    def remove(self, slot: int, key: int) -> None:
        """Empty a slot; the next frame says so."""
        self.slots[slot] = -1
        self._free.append(slot)
        self.gone.append((slot, key))

    def handles(self) -> list[int]:
        """Return the handles of its ships."""
        return [handle for handle in self.slots if handle >= 0]
