"""Trips that run about so often, or at times so far apart (frequencies.txt)."""

from collections import defaultdict
from collections.abc import Container, Sequence
from itertools import pairwise

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import Frequency
from maritime_app.ferries.timetables.gtfs.tables import Tables

_FREQUENCIES = "frequencies.txt"
_SHORTEST_HEADWAY = 60
_LATEST_START = 48 * 3600  # a boat that runs about so often, longer than two days: implausible
_MAX_STARTS = 5_000


def starts(frequencies: Sequence[Frequency]) -> dict[int, int | None]:
    """Return departures from the first stop, each with the seconds between two of them.

    None where they are scheduled. Equal times are one departure. The end is not part of it.
    """
    found: dict[int, int | None] = {}
    for frequency in frequencies:
        headway = None if frequency.exact else frequency.headway
        for start in range(frequency.start, frequency.end, frequency.headway):
            found.setdefault(start, headway)
    return found


def frequencies(
    tables: Tables, trips: Container[str]
) -> tuple[dict[str, list[Frequency]], set[str]]:
    """Return frequencies by trip, and the trips of which a row was refused."""
    found: dict[str, list[Frequency]] = defaultdict(list)
    refused = set[str]()
    for row in tables.rows(_FREQUENCIES, "trip_id", only=trips):
        start = fields.seconds(row.get("start_time", ""))
        end = fields.seconds(row.get("end_time", ""))
        headway = fields.integer(row.get("headway_secs", ""))
        fault: tuple[str, str] | None = None
        if start is None or end is None or headway is None:
            fault = "unreadable times", "invalid_time"
        elif headway < _SHORTEST_HEADWAY:
            fault = "less than a minute between two", "number_out_of_range"
        elif end <= start:
            fault = "ends before it starts", "start_and_end_range_out_of_order"
        elif start >= _LATEST_START:
            fault = "begins more than two days later", "number_out_of_range"
        if fault or start is None or end is None or headway is None:
            tables.leave_out(_FREQUENCIES, *(fault or ("", "")))
            refused.add(row["trip_id"])
            continue
        if end > _LATEST_START:
            words = (
                f"trip {row['trip_id'][:60]} until {row['end_time']} is implausible: cut at 48 h"
            )
            tables.notices.note(words, "number_out_of_range")
        exact = row.get("exact_times") == "1"
        end = min(end, _LATEST_START, start + headway * _MAX_STARTS)
        found[row["trip_id"]].append(Frequency(start, end, headway, exact))
    if any(_overlap(each) for each in found.values()):
        words = "frequencies of one trip overlap: departures at equal times are one"
        tables.notices.note(words, "overlapping_frequency")
    return found, refused


def _overlap(of_trip: Sequence[Frequency]) -> bool:
    ordered = sorted(of_trip, key=lambda each: each.start)
    return any(other.start < one.end for one, other in pairwise(ordered))
