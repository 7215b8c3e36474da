"""What a new edition takes away, adds and changes. Pure."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

# Fewer departures than these say nothing about a share.
_ENOUGH = 5


class StopDay(msgspec.Struct, frozen=True):
    """The boats at a stop on a service day (YYYY-MM-DD), as hashes of 64 bits.

    An equal key in two editions is the same departure, an equal print one that has not changed.
    """

    day: str
    port_id: UUID
    keys: list[int]
    prints: list[int]


@dataclass(slots=True)
class Departures:
    """Every departure of some days: sixteen bytes each, because a feed may have a million."""

    ports: set[UUID] = field(default_factory=set)
    count: int = 0
    _days: dict[str, tuple["array[int]", "array[int]"]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[StopDay]) -> "Departures":
        """Return the departures of these stops."""
        found = cls()
        for row in rows:
            keys, prints = found._days.setdefault(row.day, (array("q"), array("q")))
            keys.extend(row.keys)
            prints.extend(row.prints)
            found.ports.add(row.port_id)
            found.count += len(row.keys)
        return found

    def on(self, day: str) -> dict[int, int]:
        """Return the prints of one day by their keys."""
        keys, prints = self._days.get(day, (array("q"), array("q")))
        return dict(zip(keys, prints, strict=True))

    @property
    def days(self) -> set[str]:
        """The days on which there is any."""
        return set(self._days)


class Difference(msgspec.Struct, frozen=True):
    """How the departures of some days differ between two editions."""

    departures: int
    added: int
    changed: int
    removed: int
    unchanged: int


def difference(before: Departures, after: Departures, last_day: str) -> Difference:
    """Return how departures differ up to and including that day."""
    added = changed = removed = unchanged = 0
    for day in sorted(each for each in before.days | after.days if each <= last_day):
        old, new = before.on(day), after.on(day)
        both = old.keys() & new.keys()
        moved = sum(old[key] != new[key] for key in both)
        added += len(new) - len(both)
        removed += len(old) - len(both)
        changed += moved
        unchanged += len(both) - moved
    return Difference(added + changed + unchanged, added, changed, removed, unchanged)


def loss(before: Departures, after: Departures, max_percent: float) -> str | None:
    """Return in words what would be lost, if it is more than that share; None: it may be shown.

    Compared by number: a new season may move every single departure.
    """
    share = _share(before.count, after.count)
    if share > max_percent:
        return f"{share:.0f} % of the departures in the coming weeks would be gone"
    share = _share(len(before.ports), len(before.ports & after.ports))
    if share > max_percent:
        return f"{share:.0f} % of the stops would have no departure any more"
    return None


def _share(old: int, new: int) -> float:
    if not old or (old < _ENOUGH and new):
        return 0.0
    return max(0.0, 100 * (old - new) / old)
