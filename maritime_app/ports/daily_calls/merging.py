"""A new reading into the days that are known. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from maritime_app.ports.daily_calls.model import Day, DaysReading, PortDays


@dataclass(slots=True)
class Merged:
    """What became of a reading's days: those of an older one leave `newer` ones as they are."""

    stored: int = 0
    changed: int = 0
    unchanged: int = 0
    newer: int = 0

    def add(self, other: "Merged") -> None:
        """Count another's, too."""
        self.stored += other.stored
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.newer += other.newer


def merge(
    known: PortDays, news: Iterable[Day], reading: DaysReading, *, is_older: bool
) -> tuple[PortDays, Merged]:
    """Return the days with those of a reading among them, and what became of each.

    An older reading only fills in days that are not known.
    """
    done = Merged()
    by_day = {each.day: each for each in known.days}
    readings = [*known.readings, reading]
    for each in news:
        before = by_day.get(each.day)
        taken = msgspec.structs.replace(each, reading=len(readings) - 1)
        if before is None:
            done.stored += 1
        elif msgspec.structs.replace(before, reading=taken.reading) == taken:
            done.unchanged += 1
            continue
        elif is_older:
            done.newer += 1
            continue
        else:
            done.changed += 1
        by_day[each.day] = taken
    days = [by_day[when] for when in sorted(by_day)]
    return _compact(known, readings, days), done


def _compact(known: PortDays, readings: list[DaysReading], days: list[Day]) -> PortDays:
    """Return the same without readings of which no day is left; the newest one stays."""
    used = sorted({each.reading for each in days} | {len(readings) - 1})
    places = {old: new for new, old in enumerate(used)}
    return PortDays(
        known.portid,
        known.name,
        tuple(readings[each] for each in used),
        tuple(
            msgspec.structs.replace(each, reading=places[each.reading])
            if places[each.reading] != each.reading
            else each
            for each in days
        ),
    )
