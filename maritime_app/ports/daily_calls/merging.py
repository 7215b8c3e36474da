"""A new reading into the days that are known. Pure."""

from collections.abc import Iterable
from typing import Final

import msgspec

from maritime_app.ports.daily_calls.model import Day, DaysReading, PortDays, ReplacedDay

# PortWatch revises some fourteen days of a port each week: more than a year of that.
MOST_REPLACED: Final = 1_000


class Merged(msgspec.Struct):
    """What became of a reading's days: those of an older one leave `newer` ones as they are; of a
    day that it has twice with other figures the first one counts, the others are `again`.
    """

    stored: int = 0
    changed: int = 0
    unchanged: int = 0
    newer: int = 0
    again: int = 0

    def add(self, other: "Merged") -> None:
        """Count another's, too."""
        self.stored += other.stored
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.newer += other.newer
        self.again += other.again


def merge(
    known: PortDays, news: Iterable[Day], reading: DaysReading, *, is_older: bool
) -> tuple[PortDays, Merged]:
    """Return the days with those of a reading among them, and what became of each; what a changed
    day said before is kept.

    An older reading only fills in days that are not known. A reading may come in parts.
    """
    done = Merged()
    by_day = {each.day: each for each in known.days}
    goes_on = known.readings[-1:] == (reading,)
    readings = [*known.readings, *([] if goes_on else [reading])]
    own, replaced = len(readings) - 1, list(known.replaced)
    for each in news:
        before = by_day.get(each.day)
        taken = msgspec.structs.replace(each, reading=own)
        if before is None:
            done.stored += 1
        elif msgspec.structs.replace(before, reading=own) == taken:
            done.unchanged += 1
            continue
        elif before.reading == own:
            done.again += 1
            continue
        elif is_older:
            done.newer += 1
            continue
        else:
            done.changed += 1
            replaced.append(ReplacedDay(before, own))
        by_day[each.day] = taken
    days = [by_day[when] for when in sorted(by_day)]
    return _compact(known, readings, days, replaced[-MOST_REPLACED:]), done


def _compact(
    known: PortDays, readings: list[DaysReading], days: list[Day], replaced: list[ReplacedDay]
) -> PortDays:
    """Return the same without readings of which nothing is left; the newest one stays."""
    used = {each.reading for each in days} | {len(readings) - 1}
    used |= {each.by for each in replaced} | {each.day.reading for each in replaced}
    places = {old: new for new, old in enumerate(sorted(used))}
    return PortDays(
        known.portid,
        known.name,
        tuple(readings[each] for each in places),
        tuple(_placed(each, places) for each in days),
        tuple(ReplacedDay(_placed(each.day, places), places[each.by]) for each in replaced),
    )


def _placed(day: Day, places: dict[int, int]) -> Day:
    place = places[day.reading]
    return day if place == day.reading else msgspec.structs.replace(day, reading=place)
