"""What a new edition takes away, adds and changes. Pure."""

import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from maritime_app.ferries.timetables.editions.model import DayDifference

# Fewer departures than these say nothing about a share.
_ENOUGH = 5


class StopDay(msgspec.Struct, frozen=True):
    """The boats at a stop on a service day (YYYY-MM-DD), as hashes of 64 bits, packed big-endian.

    An equal key in two editions is the same departure, an equal print one that has not changed.
    """

    day: str
    port_id: UUID
    keys: bytes
    prints: bytes


@dataclass(slots=True)
class Departures:
    """Every departure of some days: sixteen bytes each, because a feed may have a million."""

    ports: set[UUID] = field(default_factory=set)
    count: int = 0
    _days: dict[str, tuple["array[int]", "array[int]"]] = field(default_factory=dict)

    def add(self, rows: Iterable[StopDay]) -> None:
        """Add the departures of these stops."""
        for row in rows:
            keys, prints = self._days.setdefault(row.day, (array("q"), array("q")))
            keys.frombytes(row.keys)
            prints.frombytes(row.prints)
            self.ports.add(row.port_id)
            self.count += len(row.keys) // keys.itemsize

    def on(self, day: str) -> dict[int, int]:
        """Return the prints of one day by their keys, as this machine reads them."""
        keys, prints = (array("q", each) for each in self._days.get(day, (b"", b"")))
        if sys.byteorder == "little":
            keys.byteswap()
            prints.byteswap()
        return dict(zip(keys, prints, strict=True))

    @property
    def days(self) -> set[str]:
        """The days on which there is any."""
        return set(self._days)


def differences(before: Departures, after: Departures, last_day: str) -> list[DayDifference]:
    """Return how departures differ on each day up to and including that one, in order."""
    found = []
    for day in sorted(each for each in before.days | after.days if each <= last_day):
        old, new = before.on(day), after.on(day)
        both = old.keys() & new.keys()
        changed = sum(old[key] != new[key] for key in both)
        found.append(
            DayDifference(
                day,
                departures=len(new),
                added=len(new) - len(both),
                changed=changed,
                removed=len(old) - len(both),
                unchanged=len(both) - changed,
            )
        )
    return found


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
