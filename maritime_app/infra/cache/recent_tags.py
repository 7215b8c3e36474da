"""Tags that were bumped a moment ago: what a standby shows of them may be from before."""

import time
from collections.abc import Collection, Iterable
from typing import Final

_REMEMBERED_SECONDS: Final = 60.0
_PRUNE_BEYOND = 5_000


class RecentTags:
    """The bumps that this process has heard in the last minute."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._deaf_until = time.monotonic()

    def add(self, tags: Iterable[str]) -> None:
        """Remember that these were bumped now."""
        now = time.monotonic()
        self._at.update(dict.fromkeys(tags, now))
        if len(self._at) > _PRUNE_BEYOND:
            self._at = {tag: at for tag, at in self._at.items() if now - at < _REMEMBERED_SECONDS}

    def missed(self) -> None:
        """Remember that bumps may have been missed until now."""
        self._deaf_until = time.monotonic()

    def any_of(self, tags: Collection[str], within_seconds: float) -> bool:
        """Return whether one of these was bumped so lately, or may have been."""
        since = time.monotonic() - within_seconds
        if tags and self._deaf_until > since:
            return True
        return any(self._at.get(tag, since) > since for tag in tags)
