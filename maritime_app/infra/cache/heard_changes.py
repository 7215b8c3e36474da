"""Committed changes whose message this process has heard since it began to listen."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

_MOST: Final = 50_000  # beyond it the oldest are published once more, which does no harm


class HeardChanges:
    """Ids of changes, the oldest forgotten first."""

    def __init__(self) -> None:
        self._ids: OrderedDict[UUID, None] = OrderedDict()

    def __contains__(self, change: UUID) -> bool:
        return change in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, changes: Iterable[UUID]) -> None:
        """Remember that these were published."""
        for change in changes:
            self._ids[change] = None
        while len(self._ids) > _MOST:
            self._ids.popitem(last=False)

    def clear(self) -> None:
        """Forget all: a Redis that comes back may have lost what it had carried out."""
        self._ids.clear()
