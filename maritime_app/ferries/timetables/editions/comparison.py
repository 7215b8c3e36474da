"""What a new edition takes away, adds and changes. Pure."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

# Fewer departures than these say nothing about a share.
_ENOUGH = 5


class Departure(msgspec.Struct, frozen=True):
    """A boat at a stop on a day: the same `key` in two editions is the same departure."""

    key: str
    fingerprint: str
    port_id: UUID

    @property
    def day(self) -> str:
        """Return the service day, YYYY-MM-DD."""
        return self.key[:10]


class Difference(msgspec.Struct, frozen=True):
    """How the departures of some days differ between two editions."""

    departures: int
    added: int
    changed: int
    removed: int
    unchanged: int


def difference(
    before: Mapping[str, Departure], after: Mapping[str, Departure], last_day: str
) -> Difference:
    """Return how departures differ up to and including that day."""
    old = {key: each for key, each in before.items() if each.day <= last_day}
    new = {key: each for key, each in after.items() if each.day <= last_day}
    both = old.keys() & new.keys()
    changed = sum(old[key].fingerprint != new[key].fingerprint for key in both)
    return Difference(
        departures=len(new),
        added=len(new) - len(both),
        changed=changed,
        removed=len(old) - len(both),
        unchanged=len(both) - changed,
    )


def loss(
    before: Mapping[str, Departure], after: Mapping[str, Departure], max_percent: float
) -> str | None:
    """Return in words what would be lost, if it is more than that share; None: it may be shown.

    Compared by number: a new season may move every single departure.
    """
    share = _share(len(before), len(after))
    if share > max_percent:
        return f"{share:.0f} % of the departures in the coming weeks would be gone"
    old, new = ({each.port_id for each in edition.values()} for edition in (before, after))
    share = _share(len(old), len(old & new))
    if share > max_percent:
        return f"{share:.0f} % of the stops would have no departure any more"
    return None


def _share(old: int, new: int) -> float:
    if not old or (old < _ENOUGH and new):
        return 0.0
    return max(0.0, 100 * (old - new) / old)
