"""Answers that this process has beside Redis: the oldest unused make room, tags drop them."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from msgspec import Struct

_MOST_BYTES = 128 * 1_048_576  # whatever is asked for: the process has other work for its memory


class Entry(Struct, eq=False):
    """A copy in this process; it is valid while `Cache.local(key)` returns the same object."""

    body: bytes
    tags: Sequence[str]
    stored_at: float
    expires_at: float


class LocalCopies:
    """At most `limit` copies and `most_bytes` of bodies, found by key and by tag."""

    def __init__(self, limit: int, most_bytes: int = _MOST_BYTES) -> None:
        self._limit = limit
        self._most_bytes = most_bytes
        self._bytes = 0
        self._by_key: OrderedDict[str, Entry] = OrderedDict()
        self._by_tag: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: str) -> Entry | None:
        """Return the copy whose time is not over; it becomes the last one to make room."""
        entry = self._by_key.get(key)
        if entry is None:
            return None
        if time.monotonic() >= entry.expires_at:
            self.drop(key)
            return None
        self._by_key.move_to_end(key)
        return entry

    def put(
        self, key: str, body: bytes, tags: Sequence[str], age: float, seconds_left: float
    ) -> None:
        """Keep a copy that is `age` seconds old for so many more."""
        now = time.monotonic()
        self.drop(key)
        self._bytes += len(body)
        self._by_key[key] = Entry(body, tags, now - age, now + seconds_left)
        for tag in tags:
            keys = self._by_tag.get(tag)
            if keys is None:
                self._by_tag[tag] = {key}
            else:
                keys.add(key)
        while len(self._by_key) > self._limit or self._bytes > self._most_bytes:
            self.drop(next(iter(self._by_key)))

    def drop(self, key: str) -> None:
        """Drop one copy, if it is there."""
        entry = self._by_key.pop(key, None)
        if entry is None:
            return
        self._bytes -= len(entry.body)
        for tag in entry.tags:
            keys = self._by_tag.get(tag)
            if keys:
                keys.discard(key)
                if not keys:
                    del self._by_tag[tag]

    def drop_tagged(self, tags: Iterable[str]) -> None:
        """Drop every copy that carries one of the tags."""
        for tag in tags:
            for key in list(self._by_tag.get(tag, ())):
                self.drop(key)

    def clear(self) -> None:
        """Drop all."""
        self._bytes = 0
        self._by_key.clear()
        self._by_tag.clear()
